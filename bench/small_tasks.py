"""Small tasks, fresh interpreters: a master and a worker against `xargs -P`, in turns, in one run.

    mvn -q -DskipTests package && python3 bench/small_tasks.py [--tasks 300] [--rounds 5]

`--python` is the command that xargs starts; the worker finds its interpreter by itself. The default is the interpreter that runs
this script, which is the stricter comparison where `python3` is a version switcher's wrapper; `--python python3` is the other.
`--jvm` are the options of both Java programs; the default keeps the second compiler quiet.
`--worker` are more options of the worker, as in --worker='--warm off'.
Prints at the end what CPU time a task took: of the scripts, of the worker and of the master.

Prints the rate of both for every round and the median of the rounds' ratios; at the end verifier.py tells whether each task has its result. Everything stays on loopback.
"""

import argparse
import io
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

from verifier import Verifier

HOME = pathlib.Path(__file__).resolve().parents[1]
MAIN = 'import sys\nprint(sum(int(line) for line in open(sys.argv[1]) if line.strip().isdigit()))\n'
INPUT = 'number\n' + ''.join(f'{n}\n' for n in range(50))
OUTPUT = f'{sum(range(50))}\n'


def jar(name):
    return str(HOME / name / 'target' / f'{name}.jar')


def wait_for(condition, seconds, pause=0.05):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit('gave up waiting')
        time.sleep(pause)


def xargs(folder, tasks, cores, python):
    """The bare minimum: as many interpreters at a time as there are cores, on packages unpacked before."""
    for n in range(tasks):
        own = folder / f't{n}'
        own.mkdir(parents=True)
        (own / 'main.py').write_text(MAIN)
        (own / 'input.csv').write_text(INPUT)
    names = '\n'.join(f't{n}' for n in range(tasks))
    began = time.monotonic()
    subprocess.run(
        ['xargs', '-P', str(cores), '-I{}', 'sh', '-c', f'cd {{}} && exec {python} main.py input.csv >stdout.txt'],
        cwd=folder, input=names, text=True, check=True)
    return tasks / (time.monotonic() - began)


def stat(pid):
    return pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()


def scripts(worker):
    """Ticks of what a worker's children took, those that ended and those that still wait to be forked."""
    ended = sum(map(int, stat(worker)[13:15]))
    for entry in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            fields = stat(entry.name)
        except OSError:
            continue
        if fields[1] == str(worker):
            ended += sum(map(int, fields[11:15]))
    return ended


class Grid:
    def __init__(self, folder, cores, jvm=(), worker=(), both=(), scripts=False):
        """With `scripts` the start scripts choose Java's options."""
        self.folder = folder
        ports = folder / 'ports'
        self.log = open(folder / 'log.txt', 'w')
        self.verifier = Verifier([folder / 'results'], [folder / 'tasks'])
        self.master = subprocess.Popen(
            [*self.command('master', jvm, '-Xmx256m', scripts), '--host', '127.0.0.1', '--port', '0',
             '--discovery-ports', 'none', '--port-file', 'ports', *both],
            cwd=folder, stdout=self.log, stderr=subprocess.STDOUT)
        wait_for(ports.exists, 30, 0.005)
        ready = folder / 'worker-ready'
        self.worker = subprocess.Popen(
            [*self.command('worker', jvm, '-Xmx128m', scripts), '--master', '127.0.0.1:' + ports.read_text().split()[0],
             '--slots', str(cores), '--port-file', str(ready), *both, *worker],
            cwd=folder, stdout=self.log, stderr=subprocess.STDOUT)
        wait_for(ready.exists, 30, 0.005)

    @staticmethod
    def command(program, jvm, heap, scripts):
        return [str(HOME / 'bin' / f'mutirao-{program}')] if scripts else ['java', *jvm, heap, '-jar', jar(program)]

    def run(self, tasks, name):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as package:
            package.writestr('main.py', MAIN)
            package.writestr('input.csv', INPUT)
        results = self.folder / 'results'
        before = len(os.listdir(results))
        began = time.monotonic()
        for n in range(tasks):
            part = self.folder / 'part'
            part.write_bytes(buffer.getvalue())
            self.verifier.offered(f'{name}-{n}.zip', OUTPUT)
            part.rename(self.folder / 'tasks' / f'{name}-{n}.zip')
            self.verifier.promised(f'{name}-{n}.zip')
        wait_for(lambda: len(os.listdir(results)) >= before + tasks, 300)
        return tasks / (time.monotonic() - began)

    def cpu(self):
        """Seconds of the scripts and of both programs so far."""
        ticks = os.sysconf('SC_CLK_TCK')
        programs = [sum(map(int, stat(each.pid)[11:13])) / ticks for each in (self.worker, self.master)]
        return [scripts(self.worker.pid) / ticks, *programs]

    def close(self):
        for process in (self.worker, self.master):
            process.terminate()
            process.wait(20)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--tasks', type=int, default=300)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--python', default=sys.executable)
    parser.add_argument('--worker', default='')
    parser.add_argument('--jvm', default='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC')
    options = parser.parse_args()
    cores = os.cpu_count()
    base = pathlib.Path(tempfile.mkdtemp(prefix='mutirao-bench-'))
    (base / 'grid').mkdir()
    grid = Grid(base / 'grid', cores, options.jvm.split(), options.worker.split())
    ratios = []
    try:
        grid.run(options.tasks, 'warm-up')
        before = grid.cpu()
        for number in range(options.rounds):
            plain = xargs(base / f'xargs{number}', options.tasks, cores, options.python)
            ours = grid.run(options.tasks, f'round{number}')
            ratios.append(ours / plain)
            print(f'round {number + 1}: xargs {plain:6.1f}/s  mutirao {ours:6.1f}/s  ratio {ours / plain:.2f}', flush=True)
        took = [(after - begin) * 1000 / options.tasks / options.rounds for after, begin in zip(grid.cpu(), before)]
        report = grid.verifier.settle().report()
    finally:
        grid.close()
        shutil.rmtree(base)
    print(f'median ratio {statistics.median(ratios):.2f} of {len(ratios)} rounds '
          f'({min(ratios):.2f} to {max(ratios):.2f}), {cores} cores, {options.tasks} tasks, '
          f'xargs starts {options.python}, Java with {options.jvm or "no options"}')
    print('CPU of a task: scripts %.1f ms, worker %.1f ms, master %.1f ms' % tuple(took))
    print(report)
    if not report.clean():
        sys.exit(1)


if __name__ == '__main__':
    main()
