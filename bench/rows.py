"""The rows of the table: what each measures, against whom, and what it is to reach."""

import dataclasses
import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
import zipfile

import machines
import noop
import peers
import queues
from machines import HOME, Grid, Missing

SUM = 'import sys\nprint(sum(int(line) for line in open(sys.argv[1]) if line.strip().isdigit()))\n'
NUMBERS = 'number\n' + ''.join(f'{n}\n' for n in range(50))
SLEEP = 'import time\ntime.sleep(0.05)\nprint("slept")\n'
PANDAS = 'import sys, pandas\nprint(int(pandas.read_csv(sys.argv[1]).number.sum()))\n'
OURS = 'Mutirão'


@dataclasses.dataclass
class Work:
    """So many runs of one script, so many at a time; each must print what is expected."""
    main: str
    data: str
    expected: str
    tasks: int
    slots: int
    python: str


class Row:
    """One line of the table. `measure(folder, rounds)` fills `figures`: contestant -> one figure for each round."""
    higher_is_better = True
    unit = ''
    peer = None

    def __init__(self, options):
        self.options = options
        self.figures = {}
        self.missing = []

    def ours(self):
        return statistics.median(self.figures[OURS])

    def ratios(self, to):
        """Ours to theirs, round by round, since the speed of a machine drifts; above 1 ours is better."""
        pairs = zip(self.figures[OURS], self.figures[to])
        return [ours / theirs if self.higher_is_better else theirs / ours for ours, theirs in pairs]

    def ratio(self, to):
        return statistics.median(self.ratios(to))

    def best_peer(self):
        """The best of the others, but for the bare run that all are compared with."""
        others = [name for name in self.figures if name not in (OURS, self.peer)]
        best = max if self.higher_is_better else min
        return best(others, key=lambda name: statistics.median(self.figures[name])) if others else None


class Scripts(Row):
    """Tasks a second through whole programs, against `xargs -P` on the unpacked script."""
    unit = 'tasks/s'
    peer = 'xargs'
    worker_options = ()

    def work(self):
        raise NotImplementedError

    def measure(self, folder, rounds):
        work = self.work()
        running = {}
        try:
            for contestant in (Grid(OURS, *self.worker_options), *(peer() for peer in peers.ALL if peer.name in self.options.peers)):
                place = folder / contestant.name.replace(' ', '-')
                place.mkdir(parents=True)
                try:
                    contestant.start(place, work)
                    running[contestant.name] = contestant
                except Missing as missing:
                    self.missing.append(str(missing))
            for contestant in running.values():
                contestant.run()  # not counted: everybody may warm up
            for _ in range(rounds):
                for name, contestant in running.items():
                    self.figures.setdefault(name, []).append(work.tasks / contestant.run())
        finally:
            for contestant in running.values():
                contestant.stop()

    def reached(self):
        return self.ratio('xargs') >= self.least

    def goal(self):
        return f'{self.least} of xargs'


class Fresh(Scripts):
    key, title, least = 'fresh', 'small tasks, fresh interpreters', 0.85
    worker_options = ('--warm', 'off')

    def work(self):
        return Work(SUM, NUMBERS, '1225\n', self.options.tasks, os.cpu_count(), self.options.python)


class Warm(Fresh):
    key, title, least = 'warm', 'small tasks, warm interpreters', 1.8
    worker_options = ()


class Sleepers(Scripts):
    key, title, least = 'sleepers', 'sleepers of 50 ms, 16 slots', 0.85

    def work(self):
        return Work(SLEEP, 'a\n', 'slept\n', max(16, self.options.tasks * 2 // 3), 16, self.options.python)


class Imports(Scripts):
    key, title, least = 'imports', 'import-heavy tasks (pandas), warm', 9

    def work(self):
        if subprocess.run([self.options.python, '-c', 'import pandas'], stderr=subprocess.DEVNULL, check=False).returncode:
            raise Missing(f'{self.options.python} has no pandas')
        return Work(PANDAS, NUMBERS, '1225\n', max(4, self.options.tasks // 8), os.cpu_count(), self.options.python)


class NoOps(Row):
    """1 KB handed in, handed out, its result delivered: nothing is run, everything is on disk before it is answered."""
    key, title, unit = 'no-ops', '1 KB no-ops, durable, 8 producers and 8 consumers', 'a second'

    def goal(self):
        return 'ahead of beanstalkd -f0'

    def reached(self):
        return queues.Beanstalkd.name not in self.figures or self.ratio(queues.Beanstalkd.name) > 1

    def measure(self, folder, rounds):
        tasks = 16 if self.options.smallest else 4000
        running = []
        for queue in (each() for each in queues.ALL if not self.options.smallest):
            place = folder / type(queue).__name__
            place.mkdir()
            try:
                queue.start(place)
                running.append(queue)
            except Missing as missing:
                self.missing.append(str(missing))
        master = noop.Master(HOME)
        try:
            for number in range(rounds + 1):
                took = {OURS: master.run(tasks, 8, 8, f'r{number}-')['per_second']}
                for queue in running:
                    took[queue.name] = queues.rate(queue, tasks, 8, 8)
                if number:  # the first warms up
                    for name, figure in took.items():
                        self.figures.setdefault(name, []).append(figure)
        finally:
            master.close()
            for queue in running:
                queue.stop()


COPY = 'import shutil\nshutil.copy("input.csv", "copy.bin")\n'


class Big(Row):
    key, title, unit, higher_is_better = 'big', 'a big package in and out', 's', False
    peer = 'plain copy'

    def goal(self):
        return '0.7 of a plain copy with SHA-256 and fsync; ahead of Work Queue'

    def reached(self):
        return self.ratio(self.peer) >= 0.7 and all(self.ratio(name) > 1 for name in self.figures if name not in (OURS, self.peer))

    def measure(self, folder, rounds):
        size = self.options.megabytes << 20
        payload = folder / 'payload.bin'
        payload.write_bytes(os.urandom(size))
        work = Work('', '', '', 1, 1, self.options.python)
        grid = Grid(OURS)
        (folder / 'grid').mkdir()
        grid.start(folder / 'grid', work)
        packed = folder / 'packed.zip'
        with zipfile.ZipFile(packed, 'w', zipfile.ZIP_STORED) as archive:
            archive.writestr('main.py', COPY)
            archive.writestr('task.json', '{"outputs": ["copy.bin"]}')
            archive.write(payload, 'input.csv')
        try:
            for number in range(rounds + 1):
                took = self.through(grid, packed, number)
                copied = self.copy(packed, folder)
                if number:  # the first warms up
                    self.figures.setdefault(OURS, []).append(took)
                    self.figures.setdefault(self.peer, []).append(copied)
            if peers.WorkQueue.name in self.options.peers:
                self.work_queue(folder / 'work-queue', payload, rounds)
        finally:
            grid.stop()

    @staticmethod
    def through(grid, packed, number):
        part = grid.folder / 'part'
        os.link(packed, part)
        result = grid.folder / 'results' / f'big{number}.zip'
        began = time.monotonic()
        part.rename(grid.folder / 'tasks' / f'big{number}.zip')
        machines.wait_for(result.exists, 'the big result')
        took = time.monotonic() - began
        if result.stat().st_size < packed.stat().st_size * 0.9:
            raise SystemExit(f'{result} is too small to hold the copy')
        result.unlink()
        return took

    @staticmethod
    def copy(packed, folder):
        """In and out: twice read, hashed, written, forced."""
        began = time.monotonic()
        for name in ('in', 'out'):
            digest = hashlib.sha256()
            with open(packed, 'rb') as source, open(folder / name, 'wb') as target:
                while True:
                    piece = source.read(1 << 20)
                    if not piece:
                        break
                    digest.update(piece)
                    target.write(piece)
                target.flush()
                os.fsync(target.fileno())
        took = time.monotonic() - began
        (folder / 'in').unlink()
        (folder / 'out').unlink()
        return took

    def work_queue(self, folder, payload, rounds):
        class One(peers.WorkQueue):
            def open(self):
                super().open()
                os.link(payload, self.folder / 't0' / 'big.bin')
                (self.folder / 'Makeflow').write_text(
                    'CORES=1\nMEMORY=50\nDISK=2000\n\nt0/copy.bin: t0/big.bin\n\tcp t0/big.bin t0/copy.bin\n')

            def run(self):
                (self.folder / 't0' / 'copy.bin').unlink(missing_ok=True)
                began = time.monotonic()
                self.go()
                return time.monotonic() - began

        folder.mkdir()
        one = One()
        try:
            one.start(folder, Work('', '', '', 1, 1, self.options.python))
        except Missing as missing:
            self.missing.append(str(missing))
            return
        try:
            one.run()
            for _ in range(rounds):
                self.figures.setdefault(one.name, []).append(one.run())
        finally:
            one.stop()


class FailOver(Row):
    """failover.py kills the leader of three under load, and verifier.py looks at every result."""
    key, title, unit, higher_is_better = 'fail-over', 'kill -9 of the leader under load, until the next one serves', 's', False

    def goal(self):
        return 'within 3 s; nothing lost, nothing twice'

    def reached(self):
        return max(self.figures[OURS]) <= 3

    def measure(self, folder, rounds):
        said = subprocess.run(
            [sys.executable, str(HOME / 'bench' / 'failover.py'), '--json', '--ways', 'kill', '--rounds', str(rounds),
             '--warm', '2' if self.options.smallest else '20', '--keep', str(folder)], stdout=subprocess.PIPE, text=True, check=False)
        if said.returncode:
            raise SystemExit('failover.py ended with an error: ' + said.stdout)
        self.figures[OURS] = json.loads(said.stdout.splitlines()[0])['seconds']


class Crowd(Row):
    """What crowd.py says; it runs once for all its rows, since filling a long queue takes minutes."""
    higher_is_better = False

    def measure(self, folder, rounds):
        if not hasattr(self.options, 'crowd'):
            workers, tasks = self.options.workers, self.options.queue
            said = subprocess.run(
                [sys.executable, str(HOME / 'bench' / 'crowd.py'), '--json', '--workers', str(workers), '--tasks', str(tasks), '--drop',
                 str(max(10, tasks // 10)), '--requests', '50' if self.options.smallest else '4000'], stdout=subprocess.PIPE, text=True, check=False)
            if said.returncode:
                raise SystemExit('crowd.py ended with an error: ' + said.stdout)
            self.options.crowd = json.loads(said.stdout)
        self.title += f', {self.options.workers} workers, {self.options.queue} tasks'
        if self.options.crowd[self.field] is None:
            raise Missing('the heap can be asked only with a JDK, by its jcmd')
        self.figures[OURS] = [self.options.crowd[self.field]]

    def goal(self):
        return f'under {self.most} {self.unit}'

    def reached(self):
        return self.ours() < self.most


class CrowdRequest(Crowd):
    key, title, unit, field, most = 'crowd-request', 'crowd: p99 of REQUEST_TASK', 'ms', 'request_p99_ms', 50


class CrowdRestart(Crowd):
    key, title, unit, field, most = 'crowd-restart', 'crowd: a restart', 's', 'restart_s', 5


class CrowdHeap(Crowd):
    key, title, unit, field, most = 'crowd-heap', 'crowd: heap of a queued task', 'bytes', 'heap_bytes_a_task', 400


class CrowdDrop(Crowd):
    key, title, unit, field, higher_is_better = 'crowd-drop', 'crowd: dropped ZIPs accepted', 'a second', 'dropped_a_second', True

    def goal(self):
        return 'at least 2000 a second'

    def reached(self):
        return self.ours() >= 2000


class Start(Row):
    """Seconds until a program is ready, with the class archive that the first start made."""
    unit, higher_is_better = 's', False

    def goal(self):
        return f'under {self.most} s'

    def reached(self):
        return self.ours() < self.most

    def measure(self, folder, rounds):
        for number in range(rounds + 1):
            place = folder / str(number)
            place.mkdir(parents=True)
            took = self.once(place)
            if number:
                self.figures.setdefault(OURS, []).append(took)


class StartMaster(Start):
    key, title, most = 'start-master', 'start: master until "ready"', 1.0

    def once(self, folder):
        return machines.seconds_until(
            [HOME / 'bin' / 'mutirao-master', '--host', '127.0.0.1', '--port', '0', '--discovery-ports', 'none', '--http', 'off'],
            folder, b'ready ')


class StartWorker(Start):
    key, title, most = 'start-worker', 'start: worker until "ready"', 0.4

    def measure(self, folder, rounds):
        self.master = machines.Master(folder / 'master')
        try:
            super().measure(folder, rounds)
        finally:
            self.master.close()

    def once(self, folder):
        return machines.seconds_until(
            [HOME / 'bin' / 'mutirao-worker', '--master', f'127.0.0.1:{self.master.port}', '--python', self.options.python], folder, b'ready ')


class StartConsole(StartWorker):
    key, title, most = 'start-console', 'start: a call of the console', 0.4

    def once(self, folder):
        began = time.monotonic()
        subprocess.run([HOME / 'bin' / 'mutirao', 'tasks', '--master', f'127.0.0.1:{self.master.port}'], check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began


class Size(Row):
    unit, higher_is_better = 'MB', False

    def goal(self):
        return 'under 12 MB'

    def reached(self):
        return self.ours() < 12

    def measure(self, folder, rounds):
        self.figures[OURS] = [(HOME / self.jar / 'target' / f'{self.jar}.jar').stat().st_size / 1e6]


class SizeWorker(Size):
    key, title, jar = 'size-worker', 'size: worker.jar', 'worker'


class SizeConsole(Size):
    key, title, jar = 'size-console', 'size: console.jar', 'console'


ALL = (Fresh, Warm, Sleepers, Imports, NoOps, Big, CrowdRequest, CrowdDrop, CrowdRestart, CrowdHeap, FailOver, StartMaster, StartWorker, StartConsole, SizeWorker, SizeConsole)
