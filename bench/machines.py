"""Our own programs, started as the README starts them, and what the rows of the table have in common."""

import contextlib
import io
import os
import pathlib
import signal
import socket
import subprocess
import time
import zipfile

HOME = pathlib.Path(__file__).resolve().parents[1]
PATIENCE = 600


class Missing(Exception):
    """A peer that is not installed here; its text says what is missing."""


def wait_for(condition, what, seconds=PATIENCE, pause=0.005):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f'gave up after {seconds} s: {what}')
        time.sleep(pause)


def free_port():
    with socket.create_server(('127.0.0.1', 0)) as each:
        return each.getsockname()[1]


def listens(port):
    try:
        socket.create_connection(('127.0.0.1', port), 1).close()
        return True
    except OSError:
        return False


def end(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def ending(stop):
    """What was started so far is ended if the rest of its start fails."""
    try:
        yield
    except BaseException:
        stop()
        raise


def package(main, data):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('main.py', main)
        archive.writestr('input.csv', data)
    return buffer.getvalue()


class Master:
    """bin/mutirao-master on loopback, in a folder of its own."""

    def __init__(self, folder, *options):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.log = open(folder / 'master.log', 'w')
        ports = folder / 'ports'
        self.process = subprocess.Popen(
            [HOME / 'bin' / 'mutirao-master', '--host', '127.0.0.1', '--port', '0', '--discovery-ports', 'none', '--http', 'off',
             '--port-file', ports, *options], cwd=folder, stdout=self.log, stderr=subprocess.STDOUT)
        with ending(self.close):
            wait_for(lambda: ports.exists() or self.process.poll() is not None, 'the start of the master')
        if not ports.exists():
            raise SystemExit(f'the master did not start; see {folder / "master.log"}')
        self.port = int(ports.read_text().split()[0])
        self.pid = self.process.pid

    def close(self):
        end(self.process)
        self.log.close()


class Grid:
    """A master and one worker, as a contestant that runs packages."""

    def __init__(self, name, *worker_options):
        self.name = name
        self.worker_options = worker_options

    def start(self, folder, work):
        self.work = work
        self.master = Master(folder)
        self.log = open(folder / 'worker.log', 'w')
        ready = folder / 'worker-ready'
        self.worker = subprocess.Popen(
            [HOME / 'bin' / 'mutirao-worker', '--master', f'127.0.0.1:{self.master.port}', '--slots', str(work.slots), '--python', work.python,
             '--port-file', ready, *self.worker_options], cwd=folder, stdout=self.log, stderr=subprocess.STDOUT)
        with ending(self.stop):
            wait_for(lambda: ready.exists() or self.worker.poll() is not None, 'the start of the worker')
        if not ready.exists():
            self.stop()
            raise SystemExit(f'the worker did not start; see {folder / "worker.log"}')
        self.folder = folder
        self.runs = 0

    def run(self):
        """Seconds from the first package dropped to the last result."""
        self.runs += 1
        tasks, results = self.folder / 'tasks', self.folder / 'results'
        before = len(os.listdir(results))
        content = package(self.work.main, self.work.data)
        part = self.folder / 'part'
        began = time.monotonic()
        for n in range(self.work.tasks):
            part.write_bytes(content)
            part.rename(tasks / f'{self.runs}-{n}.zip')
        wait_for(lambda: len(os.listdir(results)) >= before + self.work.tasks, 'the results')
        took = time.monotonic() - began
        self.check(results)
        return took

    def check(self, results):
        for n in range(self.work.tasks):
            with zipfile.ZipFile(results / f'{self.runs}-{n}.zip') as result:
                said = result.read('stdout.txt').decode()
                if said != self.work.expected:
                    raise SystemExit(f'{self.runs}-{n}.zip printed {said[:80]!r} instead of {self.work.expected!r}')

    def stop(self):
        end(self.worker)
        self.master.close()
        self.log.close()


def in_turns(grids, begin, rounds):
    """Seconds of each started grid's run, round by round, without those of the rounds in which Java and the forks begin."""
    for number in range(begin + rounds):
        seconds = [grid.run() for grid in grids]
        if number >= begin:
            yield seconds


def seconds_until(command, folder, sign, environment=None):
    """Starts it, waits until its output has that sign, ends it; the seconds between."""
    log = folder / 'start.log'
    with open(log, 'wb') as out:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=environment)
        try:
            wait_for(lambda: sign in log.read_bytes() or process.poll() is not None, f'{sign} of {command[0]}', pause=0.002)
            took = time.monotonic() - began
            if sign not in log.read_bytes():
                raise SystemExit(f'{command[0]} ended: {log.read_text()[-500:]}')
            return took
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
