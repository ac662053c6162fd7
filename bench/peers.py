"""What a user would pick instead. Each runs the same scripts, unpacked before, and is left out with its reason where it is not installed."""

import gc
import importlib.util
import os
import shutil
import socket
import struct
import subprocess
import sys
import time

from machines import Missing, end, free_port, listens, wait_for


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise Missing(f'{program} is not installed')


def installed(*modules):
    return all(module in sys.modules or importlib.util.find_spec(module) for module in modules)


class Unpacked:
    """A contestant whose scripts lie in folders t0, t1, …"""

    def start(self, folder, work):
        self.folder, self.work = folder, work
        for n in range(work.tasks):
            own = folder / f't{n}'
            own.mkdir(parents=True)
            (own / 'main.py').write_text(work.main)
            (own / 'input.csv').write_text(work.data)
        self.names = [f't{n}' for n in range(work.tasks)]
        self.line = f'exec {work.python} main.py input.csv >stdout.txt'
        self.open()

    def open(self):
        """Starts what stays between the rounds."""

    def run(self):
        for name in self.names:
            (self.folder / name / 'stdout.txt').unlink(missing_ok=True)
        began = time.monotonic()
        self.go()
        took = time.monotonic() - began
        for name in self.names:
            said = (self.folder / name / 'stdout.txt').read_text()
            if said != self.work.expected:
                raise SystemExit(f'{self.name}: {name} printed {said[:80]!r}')
        return took

    def stop(self):
        """Ends what was opened."""


class Xargs(Unpacked):
    name = 'xargs'

    def go(self):
        subprocess.run(['xargs', '-P', str(self.work.slots), '-I{}', 'sh', '-c', 'cd {} && ' + self.line],
                       cwd=self.folder, input='\n'.join(self.names), text=True, check=True)


class Parallel(Unpacked):
    name = 'GNU parallel'

    def open(self):
        need('parallel')

    def go(self):
        subprocess.run(['parallel', '--will-cite', '-j', str(self.work.slots), 'cd {} && ' + self.line],
                       cwd=self.folder, input='\n'.join(self.names), text=True, check=True, stderr=subprocess.DEVNULL)


class Gearman(Unpacked):
    """gearmand, its own command as worker, and a client that hands in everything over one connection."""
    name = 'Gearman'
    SUBMIT, COMPLETE, FAIL = 7, 13, 14

    def open(self):
        need('gearmand', 'gearman')
        port = free_port()
        self.processes = [subprocess.Popen(['gearmand', '-p', str(port), '-L', '127.0.0.1', '-l', str(self.folder / 'gearmand.log')])]
        wait_for(lambda: listens(port), 'gearmand')
        for _ in range(self.work.slots):
            self.processes.append(subprocess.Popen(
                ['gearman', '-h', '127.0.0.1', '-p', str(port), '-w', '-f', 'run', '--', 'sh', '-c', 'read name; cd $name && ' + self.line],
                cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.stream = self.socket.makefile('rb')

    def go(self):
        for name in self.names:
            data = b'run\0' + name.encode() + b'\0' + name.encode() + b'\n'
            self.socket.sendall(b'\0REQ' + struct.pack('>II', self.SUBMIT, len(data)) + data)
        ended = 0
        while ended < len(self.names):
            head = self.stream.read(12)
            kind, size = struct.unpack('>II', head[4:])
            self.stream.read(size)
            ended += kind in (self.COMPLETE, self.FAIL)

    def stop(self):
        self.socket.close()
        for process in reversed(self.processes):
            end(process)


def run_unpacked(folder, python):
    with open(os.path.join(folder, 'stdout.txt'), 'wb') as out:
        return subprocess.run([python, 'main.py', 'input.csv'], cwd=folder, stdout=out, check=False).returncode


class Dask(Unpacked):
    name = 'Dask'

    def open(self):
        if not installed('distributed'):
            raise Missing(f'{sys.executable} has no module distributed')
        import distributed
        self.cluster = distributed.LocalCluster(n_workers=self.work.slots, threads_per_worker=1, dashboard_address=None, silence_logs=50)
        self.client = distributed.Client(self.cluster)

    def go(self):
        folders = [str(self.folder / name) for name in self.names]
        self.client.gather(self.client.map(run_unpacked, folders, python=self.work.python, pure=False))

    def stop(self):
        self.client.close()
        self.cluster.close()


class Celery(Unpacked):
    """A pool of forked processes behind Redis."""
    name = 'Celery'

    def open(self):
        need('redis-server')
        if not installed('celery', 'redis'):
            raise Missing(f'{sys.executable} has no modules celery and redis')
        import celery
        port = free_port()
        self.processes = [subprocess.Popen(['redis-server', '--port', str(port), '--bind', '127.0.0.1', '--dir', str(self.folder), '--save', ''],
                                           stdout=subprocess.DEVNULL)]
        wait_for(lambda: listens(port), 'redis-server')
        url = f'redis://127.0.0.1:{port}/0'
        (self.folder / 'celery_app.py').write_text(
            'import sys\n'
            f'sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r})\n'
            'import celery, peers\n'
            f'app = celery.Celery("bench", broker={url!r}, backend={url!r})\n'
            'app.task(name="run")(peers.run_unpacked)\n')
        self.processes.append(subprocess.Popen(
            [sys.executable, '-m', 'celery', '-A', 'celery_app', 'worker', '-c', str(self.work.slots), '-l', 'ERROR'],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.app = celery.Celery('bench', broker=url, backend=url)

    def go(self):
        sent = [self.app.send_task('run', (str(self.folder / name), self.work.python)) for name in self.names]
        for each in sent:
            each.get(timeout=600, interval=0.02)
            each.forget()

    def stop(self):
        gc.collect()  # what is left of the answers asks Redis once more
        self.app.close()
        for process in reversed(self.processes):
            end(process)


class WorkQueue(Unpacked):
    """Makeflow over Work Queue, whose worker fetches the files and brings them back."""
    name = 'Work Queue'

    def open(self):
        need('makeflow', 'work_queue_worker', 'orted')
        lines = []
        for name in self.names:
            lines += [f'{name}/stdout.txt: {name}/main.py {name}/input.csv',
                      f'\t{self.work.python} {name}/main.py {name}/input.csv > {name}/stdout.txt', '']
        (self.folder / 'Makeflow').write_text('\n'.join(['CORES=1', 'MEMORY=50', 'DISK=50', ''] + lines))

    def go(self):
        for old in self.folder.glob('Makeflow.*'):
            old.unlink() if old.is_file() else shutil.rmtree(old)
        port = free_port()
        may_be_root = {'OMPI_ALLOW_RUN_AS_ROOT': '1', 'OMPI_ALLOW_RUN_AS_ROOT_CONFIRM': '1'}
        flow = subprocess.Popen(['makeflow', '-T', 'wq', '-p', str(port), 'Makeflow'], cwd=self.folder, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, env={**os.environ, **may_be_root})
        # A worker that is there before would rest before it asks again.
        wait_for(lambda: listens(port) or flow.poll() is not None, 'makeflow')
        worker = subprocess.Popen(
            ['work_queue_worker', '127.0.0.1', str(port), '--cores', str(self.work.slots), '--memory', '4000', '--disk', '8000',
             '--workdir', str(self.folder), '-t', '600'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if flow.wait():
                raise SystemExit(f'makeflow ended with {flow.returncode}; with Debian it needs openmpi-bin too')
        finally:
            end(worker)


ALL = (Xargs, Parallel, Gearman, Dask, Celery, WorkQueue)
