#!/usr/bin/env python3
"""What a sandbox costs small tasks: the rate of a worker with it, against one without.

    mvn -q -DskipTests package && python3 bench/sandbox.py [--rounds 5] [--tasks 200] [--sandbox bubblewrap] [--warm auto|off]

Two grids run the same packages in turns, each after some rounds that are not counted, since Java and the forks begin slowly. Prints the ratio of each
round, and the median. Wants bubblewrap.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import tempfile

import rows
from machines import Grid, in_turns


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--begin', type=int, default=2, help='rounds that are not counted')
    parser.add_argument('--tasks', type=int, default=200)
    parser.add_argument('--sandbox', default='bubblewrap')
    parser.add_argument('--warm', default='auto')
    parser.add_argument('--slots', type=int, default=os.cpu_count())
    parser.add_argument('--python', default='/usr/bin/python3')
    options = parser.parse_args()
    base = pathlib.Path(tempfile.mkdtemp(prefix='mutirao-bench-', dir=pathlib.Path.home()))
    grids = [Grid(choice, '--sandbox', choice, '--warm', options.warm) for choice in ('none', options.sandbox)]
    started = []
    try:
        for grid in grids:
            grid.start(base / grid.name, rows.Work(rows.SUM, rows.NUMBERS, '1225\n', options.tasks, options.slots, options.python))
            started.append(grid)
        ratios = []
        for seconds in in_turns(grids, options.begin, options.rounds):
            without, within = (options.tasks / each for each in seconds)
            ratios.append(within / without)
            print(f'round {len(ratios)}: {without:.0f} tasks/s without, {within:.0f} in a sandbox, ratio {ratios[-1]:.2f}', flush=True)
        print(f'median ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})')
    finally:
        for grid in started:
            grid.stop()
        shutil.rmtree(base, ignore_errors=True)


if __name__ == '__main__':
    main()
