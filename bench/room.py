"""What a room's key costs: the same work with `--secret` and without, in turns, in one run.

    mvn -q -DskipTests package && python3 bench/room.py [--rounds 5] [--tasks 200] [--megabytes 256] [--starts 9]

Two grids of a master and a worker each run side by side, one with a key and one without; only one of them works at a time. Prints for each
round what small tasks reach, how long a package of incompressible bytes takes in and out again (the worker gets it, and its script
copies it into the result), and the medians of the ratios. It also prints how long each program takes to be ready, how long a connection takes from its
first byte to the answer to a small question, and what CPU time a small task took of worker and master: on a busy machine that says more than
the rates. Both programs start as the start scripts start them.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time
import zipfile

from small_tasks import HOME, Grid, jar, wait_for

# As the start scripts choose it for worker and console.
START_OPTIONS = ['-Djdk.tls.namedGroups=x25519']
COPY = 'import shutil\nshutil.copy("data.bin", "back.bin")\n'


def big(grid, megabytes, name):
    part = grid.folder / 'part'
    with zipfile.ZipFile(part, 'w', zipfile.ZIP_STORED) as package:
        package.writestr('main.py', COPY)
        with package.open('data.bin', 'w', force_zip64=True) as data:
            for _ in range(megabytes):
                data.write(os.urandom(1 << 20))
    before = len(os.listdir(grid.folder / 'results'))
    began = time.monotonic()
    part.rename(grid.folder / 'tasks' / f'{name}.zip')
    wait_for(lambda: len(os.listdir(grid.folder / 'results')) > before, 600)
    took = time.monotonic() - began
    for result in (grid.folder / 'results').iterdir():
        if name in result.name and result.is_dir():
            shutil.rmtree(result)
        elif name in result.name:
            assert result.stat().st_size > megabytes << 20, result
    return took


def start(folder, both):
    folder.mkdir(exist_ok=True)
    for left in ('ports', 'worker-ready'):
        (folder / left).unlink(missing_ok=True)
    began = time.monotonic()
    grid = Grid(folder, os.cpu_count(), both=both, scripts=True)
    return grid, time.monotonic() - began


def ready(base, kinds, rounds):
    """How long until a master and a worker are ready, in turns. The first time is not counted: it makes the certificate and the class archives."""
    took = {name: [] for name, _ in kinds}
    for number in range(rounds + 1):
        for name, both in kinds if number % 2 else kinds[::-1]:
            grid, seconds = start(base / name, both)
            grid.close()
            if number > 0:
                took[name].append(seconds)
    for name, times in took.items():
        print(f'{name}: master and worker ready after {statistics.median(times):.2f} s ({min(times):.2f} to {max(times):.2f})')
    later = [key - without for without, key in zip(*took.values())]
    print(f'with a key {statistics.median(later):.2f} s later ({min(later):.2f} to {max(later):.2f})')


def connection(grid, secret=None):
    """The median of many connections, in milliseconds."""
    port = (grid.folder / 'ports').read_text().split()[0]
    command = ['java', *START_OPTIONS, '-cp', jar('console'), str(HOME / 'bench' / 'Connections.java'), port, '4000', *([str(secret)] if secret else [])]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--tasks', type=int, default=200)
    parser.add_argument('--megabytes', type=int, default=256)
    parser.add_argument('--starts', type=int, default=9)
    options = parser.parse_args()
    base = pathlib.Path(tempfile.mkdtemp(prefix='mutirao-bench-'))
    secret = base / 'room.secret'
    subprocess.run(['java', '-jar', jar('console'), 'secret', 'new', str(secret)], check=True, stdout=subprocess.DEVNULL)
    grids = []
    try:
        kinds = [('open', ()), ('key', ('--secret', str(secret)))]
        ready(base, kinds, options.starts)
        grids += [start(base / name, both)[0] for name, both in kinds]
        for number in range(3):
            print(f'a connection and its answer: {connection(grids[0]):.2f} ms, with a key {connection(grids[1], secret):.2f} ms', flush=True)
        for grid in grids:
            grid.run(options.tasks, 'warm-up')
            big(grid, options.megabytes, 'warm-big')
        small, large = [], []
        took = {grid: [] for grid in grids}
        for number in range(options.rounds):
            turns = grids if number % 2 else grids[::-1]
            rates = {}
            for grid in turns:
                before = sum(grid.cpu()[1:])
                rates[grid] = grid.run(options.tasks, f'r{number}')
                took[grid].append((sum(grid.cpu()[1:]) - before) * 1000 / options.tasks)
            times = {grid: big(grid, options.megabytes, f'big{number}') for grid in turns}
            without, key = grids
            small.append(rates[key] / rates[without])
            large.append(times[without] / times[key])
            print(f'round {number + 1}: small {rates[without]:.1f} and with a key {rates[key]:.1f} a second, ratio {small[-1]:.2f}; '
                  f'large {times[without]:.2f} s and with a key {times[key]:.2f} s, ratio {large[-1]:.2f}', flush=True)
        for what, ratios in (('small tasks', small), ('large package', large)):
            print(f'{what}: median ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), load {os.getloadavg()[0]:.1f}')
        print('CPU of worker and master for a small task: %.1f ms, with a key %.1f ms' % tuple(map(statistics.median, took.values())))
    finally:
        for grid in grids:
            grid.close()
        shutil.rmtree(base)


if __name__ == '__main__':
    main()
