#!/usr/bin/env python3
"""What an environment costs the second task that wants it: milliseconds a task, against the same task that wants none.

    mvn -q -DskipTests package && python3 bench/environments.py [--rounds 5] [--tasks 50] [--warm auto|off]

Two grids of one slot run the same script in turns. One of them says that it needs a module, of which the master has the wheel. It is installed in the rounds
that are not counted. Prints the difference of each round, and the median. Wants a Python with venv and pip.
"""

import argparse
import pathlib
import shutil
import statistics
import tempfile
import zipfile

import rows
from machines import Grid, in_turns

HEADER = '# /// script\n# dependencies = ["mutirao-bench"]\n# ///\nimport mutirao_bench\n'
WHEEL = {
    'mutirao_bench.py': '',
    'mutirao_bench-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: mutirao-bench\nVersion: 1.0\n',
    'mutirao_bench-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    'mutirao_bench-1.0.dist-info/RECORD': 'mutirao_bench.py,,\n',
}


def give_wheel(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / 'mutirao_bench-1.0-py3-none-any.whl', 'w') as wheel:
        for name, text in WHEEL.items():
            wheel.writestr(name, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--begin', type=int, default=2, help='rounds that are not counted')
    parser.add_argument('--tasks', type=int, default=50)
    parser.add_argument('--warm', default='auto')
    parser.add_argument('--python', default='/usr/bin/python3')
    options = parser.parse_args()
    base = pathlib.Path(tempfile.mkdtemp(prefix='mutirao-bench-'))
    mains = {'none': rows.SUM, 'environment': HEADER + rows.SUM}
    grids, started = {name: Grid(name, '--warm', options.warm) for name in mains}, []
    try:
        for name, grid in grids.items():
            give_wheel(base / name / 'wheels')
            grid.start(base / name, rows.Work(mains[name], rows.NUMBERS, '1225\n', options.tasks, 1, options.python))
            started.append(grid)
        differences = []
        for without, within in in_turns(started, options.begin, options.rounds):
            without, within = (seconds / options.tasks * 1000 for seconds in (without, within))
            differences.append(within - without)
            print(f'round {len(differences)}: {without:.1f} ms a task without, {within:.1f} in an environment, {differences[-1]:+.1f}', flush=True)
        print(f'median {statistics.median(differences):+.1f} ms ({min(differences):+.1f} to {max(differences):+.1f})')
    finally:
        for grid in started:
            grid.stop()
        shutil.rmtree(base, ignore_errors=True)


if __name__ == '__main__':
    main()
