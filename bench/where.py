#!/usr/bin/env python3
"""Where the time of a small task goes: CPU by program and by thread, in milliseconds a task.

    mvn -DskipTests package && bench/where.py [--warm off] [--script sum|sleep|pandas] [--rounds 5] [--tasks 200] [--strace]

Starts a master and a worker as `bench/run` does, drops the same packages, and reads /proc before and after each round. The compilers' and the
collector's threads are Java's own and grow rare as a program runs on, so the first rounds are shown too. `--strace` counts system calls in one more
round. Everything is Linux's.
"""

import argparse
import collections
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import rows
from machines import Grid
from small_tasks import stat

TICK = os.sysconf('SC_CLK_TCK')
SCRIPTS = {'sum': (rows.SUM, rows.NUMBERS, '1225\n'), 'sleep': (rows.SLEEP, 'a\n', 'slept\n'), 'pandas': (rows.PANDAS, rows.NUMBERS, '1225\n')}
JAVAS_OWN = re.compile(r'C[12] Comp|VM |GC|G1|Signal|Common-Cleaner|Service|Monitor|Notification|Finalizer|Reference|Sweeper|Attach')


def threads(pid):
    """Seconds of CPU by the names of the threads."""
    took = collections.Counter()
    for task in pathlib.Path(f'/proc/{pid}/task').iterdir():
        try:
            name = (task / 'comm').read_text().strip()
            ran = int((task / 'schedstat').read_text().split()[0]) / 1e9
        except OSError:
            continue
        took[re.sub(r'[-# ]*\d+$', '', name)] += ran
    return took


def scripts(worker):
    """Seconds of what a worker's children and theirs took, those that ended and those that still wait to be forked."""
    parents = {}
    for entry in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            parents[int(entry.name)] = stat(entry.name)
        except OSError:
            continue
    took, known = sum(map(int, stat(worker)[13:15])), {worker}
    for _ in range(4):  # generations
        found = {pid for pid, fields in parents.items() if int(fields[1]) in known} - known
        took += sum(sum(map(int, parents[pid][11:15])) for pid in found)
        known |= found
    return took / TICK


def whole(pid):
    return sum(map(int, stat(pid)[11:13])) / TICK


def snapshot(grid):
    worker, master = grid.worker.pid, grid.master.pid
    return {'scripts': collections.Counter({'all': scripts(worker)}), 'worker': threads(worker), 'master': threads(master),
            'whole': collections.Counter({'worker': whole(worker), 'master': whole(master)})}


def show(title, before, after, tasks, took):
    print(f'{title}: {tasks / took:.1f} tasks/s; ms of CPU a task: scripts '
          f'{1000 * (after["scripts"]["all"] - before["scripts"]["all"]) / tasks:.2f}', end='')
    for program in ('worker', 'master'):
        print(f', {program} {1000 * (after["whole"][program] - before["whole"][program]) / tasks:.2f}', end='')
    print(flush=True)


def detail(before, after, tasks):
    for program in ('worker', 'master'):
        spent = {name: 1000 * (seconds - before[program][name]) / tasks for name, seconds in after[program].items()}
        own = sum(ms for name, ms in spent.items() if JAVAS_OWN.match(name))
        print(f'{program}, by thread (of which Java\'s own {own:.2f}):')
        for name, ms in sorted(spent.items(), key=lambda each: -each[1]):
            if ms >= 0.01:
                print(f'  {ms:7.3f}  {name}')


def calls(grid, tasks):
    """One round under strace, which slows all; only the numbers mean something."""
    for program in ('worker', 'master'):
        report = grid.folder / f'strace-{program}'
        process = pathlib.Path(f'/proc/{getattr(grid, program).pid}/task')
        # Without -f, so that the scripts' own calls are not counted.
        each = [word for thread in process.iterdir() for word in ('-p', thread.name)]
        tracer = subprocess.Popen(['strace', '-c', '-o', report, *each], stderr=subprocess.DEVNULL)
        time.sleep(2)
        grid.run()
        tracer.send_signal(signal.SIGINT)
        tracer.wait()
        counted = {}
        for line in report.read_text().splitlines():
            words = line.split()
            if len(words) >= 5 and words[3].isdigit() and words[-1] != 'total':
                counted[words[-1]] = int(words[3])
        print(f'{program}, system calls a task ({sum(counted.values()) / tasks:.0f} in all):', ', '.join(
            f'{name} {count / tasks:.1f}' for name, count in sorted(counted.items(), key=lambda each: -each[1])[:14]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--tasks', type=int, default=200)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--script', choices=SCRIPTS, default='sum')
    parser.add_argument('--slots', type=int, default=os.cpu_count())
    parser.add_argument('--warm', default='auto')
    parser.add_argument('--worker', default='', help='more options of the worker')
    parser.add_argument('--python', default='/usr/bin/python3')
    parser.add_argument('--strace', action='store_true')
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix='mutirao-where-'))
    grid = Grid('ours', '--warm', options.warm, *options.worker.split())
    try:
        main_py, data, expected = SCRIPTS[options.script]
        grid.start(folder, rows.Work(main_py, data, expected, options.tasks, options.slots, options.python))
        for number in range(options.rounds):
            before, took = snapshot(grid), grid.run()
            after = snapshot(grid)
            show(f'round {number + 1}', before, after, options.tasks, took)
        detail(before, after, options.tasks)
        if options.strace:
            calls(grid, options.tasks)
    finally:
        grid.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    main()
