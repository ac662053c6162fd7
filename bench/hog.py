"""A hog beside a neighbour: what a script that wants 4 GiB costs the script in the next slot.

    mvn -q -DskipTests package && python3 bench/hog.py [--rounds 5] [--limit 1GiB] [--hog 4]

A worker with two slots. In each round the neighbour, which computes and reads and writes memory of its own for some seconds, runs once alone and
once beside a hog: a script that fills memory as fast as it can and begins anew in children that leave its session. Prints for each round how long
the neighbour ran by its own result and what the hog's result says, and the median of the ratios. The neighbour's output is compared each time.
"""

import argparse
import json
import pathlib
import shutil
import statistics
import tempfile
import zipfile

from small_tasks import Grid, wait_for

NEIGHBOUR = '''
total, kept = 0, bytearray(32 << 20)
for n in range(12_000_000):
    total += n * n % 7
    kept[n * 4099 % len(kept)] = n & 255
print(total, sum(kept))
'''
HOG = '''
import os, time
if os.fork() == 0:
    os.setsid()
kept = []
for _ in range(%d):
    kept.append(b'x' * (16 << 20))
time.sleep(600)
'''


def submit(grid, name, main):
    part = grid.folder / 'part'
    with zipfile.ZipFile(part, 'w') as package:
        package.writestr('main.py', main)
    part.rename(grid.folder / 'tasks' / f'{name}.zip')


def result(grid, name):
    found = []

    def there():
        found[:] = [each for each in (grid.folder / 'results').iterdir() if each.name.startswith(name + '.') or each.name == name]
        return found

    wait_for(there, 300)
    with zipfile.ZipFile(found[0]) as package:
        return json.loads(package.read('result.json')), package.read('stdout.txt')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--limit', default='1GiB')
    parser.add_argument('--hog', type=int, default=4, metavar='GIB')
    options = parser.parse_args()
    base = pathlib.Path(tempfile.mkdtemp(prefix='mutirao-bench-'))
    grid = Grid(base, 2, worker=('--max-memory', options.limit))
    try:
        submit(grid, 'first', NEIGHBOUR)
        _, expected = result(grid, 'first')
        ratios = []
        for number in range(options.rounds):
            submit(grid, f'alone{number}', NEIGHBOUR)
            alone, printed = result(grid, f'alone{number}')
            assert printed == expected, printed
            submit(grid, f'beside{number}', NEIGHBOUR)
            submit(grid, f'hog{number}', HOG % (options.hog << 6))
            hog, _ = result(grid, f'hog{number}')
            beside, printed = result(grid, f'beside{number}')
            assert printed == expected, printed
            assert hog['limit_hit'] == 'memory', hog
            ratios.append(beside['run_ms'] / alone['run_ms'])
            print(f'round {number + 1}: the neighbour {alone["run_ms"]} ms alone, {beside["run_ms"]} ms beside, ratio {ratios[-1]:.2f}; '
                  f'the hog ended after {hog["run_ms"]} ms by limit: {hog["limit_hit"]}, at {hog["peak_memory"] >> 20} MiB', flush=True)
        print(f'median ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})')
    finally:
        grid.close()
        shutil.rmtree(base)


if __name__ == '__main__':
    main()
