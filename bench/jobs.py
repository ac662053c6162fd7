"""Rows about jobs: one package of very many inputs, a large file that all tasks share, and `map` beside single packages."""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import zipfile

import machines
from machines import HOME, Grid, Missing
from rows import OURS, Row, Work

ROWS = 'a,b\n' + ''.join(f'{n},{n * n}\n' for n in range(5))
COUNT = 'print(sum(1 for line in open("input.csv")))\n'


class Caller:
    """A connection to a master, one message a line."""

    def __init__(self, port):
        self.lines = socket.create_connection(('127.0.0.1', port), machines.PATIENCE).makefile('rwb')

    def ask(self, **fields):
        self.lines.write(json.dumps(fields).encode() + b'\n')
        self.lines.flush()
        return json.loads(self.lines.readline())

    def queued(self):
        return self.ask(action='GET_STATUS')['grid_status']['queued']

    def close(self):
        self.lines.close()


def copied(source, target):
    """Read, hashed and written."""
    content = source.read_bytes()
    hashlib.sha256(content).digest()
    target.write_bytes(content)


def copy_of_files(files, folder):
    """Seconds to copy and hash each of many files, and to force all of them to disk."""
    folder.mkdir()
    began = time.monotonic()
    for each in files:
        copied(each, folder / each.name)
    os.sync()
    took = time.monotonic() - began
    shutil.rmtree(folder)
    return took


def copy_of_zip(packed, target):
    began = time.monotonic()
    copied(packed, target)
    with open(target, 'rb') as out:
        os.fsync(out.fileno())
    took = time.monotonic() - began
    target.unlink()
    return took


def heap(pid):
    """Bytes of all living objects, the least of some counts since a start goes on in the background; None where there is no jcmd."""
    jcmd = shutil.which('jcmd')
    if not jcmd:
        return None
    counts = []
    for _ in range(3):
        said = subprocess.run([jcmd, str(pid), 'GC.class_histogram'], capture_output=True, check=False).stdout.decode()
        counts += [int(living) for living in re.findall(r'^Total +\d+ +(\d+)', said, re.MULTILINE)]
    return min(counts, default=None)


def large_job(folder, inputs):
    """A job of many small CSVs is dropped while a worker waits for a task; then the master starts again. One figure for each row."""
    files = folder / 'files'
    files.mkdir()
    for number in range(inputs):
        (files / f'measurement-of-station-{number}.csv').write_text(ROWS)
    paths = [files / name for name in os.listdir(files)]
    packed = folder / 'job.zip'
    with zipfile.ZipFile(packed, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('main.py', COUNT)
        for each in paths:
            archive.write(each, 'inputs/' + each.name)
    figures = {'files': copy_of_files(paths, folder / 'copied'), 'zip': copy_of_zip(packed, folder / 'copied.zip')}
    master = machines.Master(folder / 'grid')
    try:
        worker, watcher = Caller(master.port), Caller(master.port)
        worker.ask(action='REGISTER', peer_id='bench', features=['lease', 'wait', 'slots'], slots=1, held=[])
        first = []

        def wait():
            answer = worker.ask(action='REQUEST_TASK', peer_id='bench', wait_ms=20000)
            while answer.get('action') != 'TASK_PACKAGE':
                answer = worker.ask(action='REQUEST_TASK', peer_id='bench', wait_ms=20000)
            first.append(time.monotonic())

        waiting = threading.Thread(target=wait)
        waiting.start()
        part = folder / 'grid' / 'part'
        os.link(packed, part)
        began = time.monotonic()
        part.rename(folder / 'grid' / 'tasks' / 'job.zip')
        machines.wait_for(lambda: watcher.queued() >= inputs - 1, 'the job')
        accepted = time.monotonic()
        waiting.join()
        figures['accepted'] = accepted - began
        figures['first'] = max(0.0, first[0] - accepted)
        for each in worker, watcher:
            each.close()
    finally:
        master.close()
    (folder / 'grid' / 'ports').unlink()
    began = time.monotonic()
    master = machines.Master(folder / 'grid')
    figures['restart'] = time.monotonic() - began
    try:
        full = heap(master.pid)
    finally:
        master.close()
    empty = machines.Master(folder / 'empty')
    try:
        bare = heap(empty.pid)
    finally:
        empty.close()
    figures['heap'] = (full - bare) / inputs if full and bare else None
    return figures


class LargeJob(Row):
    """What large_job says; it runs once for all its rows."""
    higher_is_better = False

    def measure(self, folder, rounds):
        if not hasattr(self.options, 'large_job'):
            self.options.large_job = large_job(folder, self.options.queue)
        self.title += f' of {self.options.queue} inputs'
        if self.options.large_job[self.field] is None:
            raise Missing('the heap can be asked only with a JDK, by its jcmd')
        self.figures[OURS] = [self.options.large_job[self.field]]

    def goal(self):
        return f'under {self.most} {self.unit}'

    def reached(self):
        return self.ours() < self.most


class JobAccepted(LargeJob):
    """Its ZIP is dropped into tasks/; it is accepted once the master counts its tasks."""
    key, title, unit, field = 'job-accepted', 'accepting a job', 's', 'accepted'
    peer = 'a copy of its files'

    def measure(self, folder, rounds):
        super().measure(folder, rounds)
        self.figures[self.peer] = [self.options.large_job['files']]
        self.figures['a copy of its ZIP'] = [self.options.large_job['zip']]

    def goal(self):
        return 'at most 3 times as long as copying its files one by one with SHA-256, and a sync'

    def reached(self):
        return self.ratio(self.peer) >= 1 / 3


class JobFirst(LargeJob):
    key, title, unit, field, most = 'job-first', 'from then until a worker has the first task, a job', 's', 'first', 1


class JobRestart(LargeJob):
    key, title, unit, field, most = 'job-restart', 'a restart with a job', 's', 'restart', 5


class JobHeap(LargeJob):
    key, title, unit, field, most = 'job-heap', 'heap of a waiting task after that, a job', 'bytes', 'heap', 120


class Counter:
    """Passes on what one worker and its master say, and counts the bytes that go to the worker."""

    def __init__(self, port):
        self.target = port
        self.count = 0
        self.lock = threading.Lock()
        self.server = socket.create_server(('127.0.0.1', 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                caller = self.server.accept()[0]
                master = socket.create_connection(('127.0.0.1', self.target))
            except OSError:
                return
            threading.Thread(target=self.pass_on, args=(caller, master, False), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(master, caller, True), daemon=True).start()

    def pass_on(self, source, target, counts):
        try:
            while True:
                piece = source.recv(1 << 18)
                if not piece:
                    break
                if counts:
                    with self.lock:
                        self.count += len(piece)
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            for each in source, target:
                each.close()

    def close(self):
        self.server.close()


class JobShared(Row):
    """A worker behind a proxy that counts; figures are how often the shared file crossed it."""
    key, title, unit, higher_is_better = 'job-shared', 'bytes to one worker', 'times the shared file', False

    def goal(self):
        return 'under 1.1: once, and the small inputs'

    def reached(self):
        return self.ours() < 1.1

    def measure(self, folder, rounds):
        size = 1 << 20 if self.options.smallest else 20 << 20
        tasks = 8 if self.options.smallest else 1000
        self.title = f'{tasks} tasks that share {size >> 20} MiB, ' + self.title
        packed = folder / 'shared.zip'
        with zipfile.ZipFile(packed, 'w', zipfile.ZIP_STORED) as archive:
            archive.writestr('main.py', COUNT)
            archive.writestr('model.bin', os.urandom(size))
            for number in range(tasks):
                archive.writestr(f'inputs/{number}.csv', ROWS)
        master = machines.Master(folder / 'grid')
        counter = Counter(master.port)
        try:
            with open(folder / 'worker.log', 'w') as log:
                worker = subprocess.Popen(
                    [HOME / 'bin' / 'mutirao-worker', '--master', f'127.0.0.1:{counter.port}', '--slots', '2', '--python', self.options.python],
                    cwd=folder, stdout=log, stderr=subprocess.STDOUT)
            try:
                packed.rename(folder / 'grid' / 'tasks' / 'shared.zip')
                machines.wait_for((folder / 'grid' / 'results' / 'shared' / 'shared.zip').exists, 'the whole answer', 3 * machines.PATIENCE)
            finally:
                machines.end(worker)
        finally:
            counter.close()
            master.close()
        self.figures[OURS] = [counter.count / size]


class JobMap(Row):
    """`map --merge` of many small files beside a package dropped for each of them; both until the last result is there."""
    key, title, unit = 'job-map', 'small tasks by map --merge', 'tasks/s'
    peer = 'the same as single packages'

    def goal(self):
        return '0.9 of the same as single packages'

    def reached(self):
        return self.ratio(self.peer) >= 0.9

    def measure(self, folder, rounds):
        tasks = 4 if self.options.smallest else 1000
        self.title = f'{tasks} ' + self.title
        script = 'import shutil\nshutil.copy("input.csv", "copy.csv")\n' + COUNT
        work = Work(script, ROWS, '6\n', tasks, os.cpu_count(), self.options.python)
        data = folder / 'parts'
        data.mkdir()
        for number in range(tasks):
            (data / f'part{number}.csv').write_text(ROWS)
        (folder / 'copy.py').write_text(script)
        grid = Grid(OURS)
        grid.start(folder, work)
        try:
            for number in range(rounds + 1):
                mapped, single = tasks / self.map(grid, number, tasks), tasks / grid.run()
                if number:  # the first warms up
                    self.figures.setdefault(OURS, []).append(mapped)
                    self.figures.setdefault(self.peer, []).append(single)
        finally:
            grid.stop()

    @staticmethod
    def map(grid, number, tasks):
        merged = grid.folder / f'all{number}.csv'
        began = time.monotonic()
        said = subprocess.run(
            [HOME / 'bin' / 'mutirao', 'map', 'copy.py', 'parts', '--merge', merged, '--name', f'map{number}', '--master', f'127.0.0.1:{grid.master.port}'],
            cwd=grid.folder, capture_output=True, text=True, check=False)
        took = time.monotonic() - began
        lines = ROWS.count('\n') - 1
        if said.returncode or len(merged.read_text().splitlines()) != 1 + tasks * lines:
            raise SystemExit(f'map ended with {said.returncode}: {said.stdout[-500:]} {said.stderr[-500:]}')
        return took


ALL = (JobAccepted, JobFirst, JobRestart, JobHeap, JobShared, JobMap)
