"""No-ops: packages of about 1 KB are handed in, handed out and delivered over the wire, by programs that do nothing else.

    mvn -q -DskipTests package && python3 bench/noop.py [--tasks 8000] [--rounds 3] [--json]

Shows what a durable task costs the master: no interpreter runs. Eight producers wait for each answer, eight consumers ask, deliver at
once and wait for OK. Each accepted task must have its result in `results/` in the end, with the bytes that were sent.

Prints for each round the rate from the first hand-in to the last OK, and for each no-op the master's CPU, the writes that its threads
asked for (`/proc/PID/io`) and, with `--strace`, the calls that force something to disk, which are counted in a round of their own since
counting them slows everything. `--home` names another built copy of the project; given twice or more, the copies are measured in turns.
"""

import argparse
import base64
import collections
import hashlib
import io
import json
import multiprocessing
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

HOME = pathlib.Path(__file__).resolve().parents[1]
TICK = os.sysconf('SC_CLK_TCK')
FORCING = ('fsync', 'fdatasync', 'msync', 'sync_file_range')


def wait_for(condition, seconds, pause=0.02):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit('gave up waiting')
        time.sleep(pause)


def zipped(**files):
    """The same bytes at any time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name.replace('_', '.')), text)
    return buffer.getvalue()


def package(name, size=1024):
    """A ZIP of about so many bytes that no other task has."""
    return zipped(main_py='#' * max(0, size - 230 - len(name)) + '\n', input_csv=name + '\n')


def result(name):
    return zipped(stdout_txt=name + '\n', stderr_txt='')


class Wire:
    """One connection; a question at a time."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = ''
        self.decoder = json.JSONDecoder()

    def ask(self, **message):
        self.socket.sendall(json.dumps(message).encode())
        while True:
            text = self.rest.lstrip()
            if text.endswith('}'):
                try:
                    answer, end = self.decoder.raw_decode(text)
                    self.rest = text[end:]
                    return answer
                except ValueError:
                    pass
            block = self.socket.recv(65536)
            if not block:
                raise SystemExit('the master closed a connection')
            self.rest += block.decode()


def produce(port, number, tasks, begin, done):
    wire = Wire(port)
    names = [f'n{number}-{task}' for task in range(tasks)]
    packages = [base64.b64encode(package(name)).decode() for name in names]
    begin.wait()
    for name, data in zip(names, packages):
        answer = wire.ask(action='SUBMIT_TASK', name=name + '.zip', key=name, task_data=data)
        if answer.get('status') != 'OK':
            raise SystemExit(f'not accepted: {answer}')
    done.put(('accepted', number, tasks, time.monotonic()))


def consume(port, number, begin, done, total, delivered):
    wire = Wire(port)
    peer = f'bench-consumer-{number}'
    told = wire.ask(action='REGISTER', peer_id=peer, addr=['127.0.0.1', 1], p2p_port=1, features=['lease', 'wait', 'slots'],
                    slots=1, heartbeat_ms=60000, name=peer)
    mine = {'peer_id': peer}
    if 'session' in told:
        mine['session'] = told['session']
    begin.wait()
    count = 0
    while delivered.value < total:
        answer = wire.ask(action='REQUEST_TASK', wait_ms=300, **mine)
        if not answer.get('task_data'):
            continue
        name = answer['task_name']
        bytes_ = result(name)
        lease = {key: answer[key] for key in ('task_id', 'attempt', 'grid_id') if key in answer}
        said = wire.ask(action='SUBMIT_RESULT', result_name=name, sha256=hashlib.sha256(bytes_).hexdigest(), exit_code=0,
                        run_ms=1, result_data=base64.b64encode(bytes_).decode(), **mine, **lease)
        if said.get('status') != 'OK':
            raise SystemExit(f'not taken: {said}')
        count += 1
        with delivered.get_lock():
            delivered.value += 1
        last = time.monotonic()
    done.put(('delivered', number, count, last if count else 0))


def said_by(crew, done):
    """What each program of the crew puts there at its end."""
    said = []
    while len(said) < len(crew):
        try:
            said.append(done.get(timeout=5))
        except queue.Empty:
            if any(one.exitcode for one in crew):
                raise SystemExit('a producer or consumer failed')
    for one in crew:
        one.join()
    return said


class Master:
    def __init__(self, home, jvm=None, strace=None):
        """Without `jvm` the start script chooses Java's options."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='mutirao-noop-'))
        self.log = open(self.folder / 'log.txt', 'w')
        ports = self.folder / 'ports'
        watch = ['strace', '-f', '-c', '-o', str(strace), '-e', 'trace=' + ','.join(FORCING)] if strace else []
        program = ['java', *jvm, '-jar', str(home / 'master' / 'target' / 'master.jar')] if jvm else [str(home / 'bin' / 'mutirao-master')]
        self.process = subprocess.Popen(
            [*watch, *program, '--host', '127.0.0.1', '--port', '0',
             '--discovery-ports', 'none', '--http', 'off', '--port-file', 'ports'],
            cwd=self.folder, stdout=self.log, stderr=subprocess.STDOUT)
        wait_for(lambda: ports.exists() and ports.read_text().strip(), 60)
        self.port = int(ports.read_text().split()[0])
        self.pid = self.process.pid
        if strace:
            self.pid = int(pathlib.Path(f'/proc/{self.pid}/task/{self.pid}/children').read_text().split()[0])

    def cpu(self):
        fields = pathlib.Path(f'/proc/{self.pid}/stat').read_text().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def writes(self):
        try:
            return int(re.search(r'syscw: (\d+)', pathlib.Path(f'/proc/{self.pid}/io').read_text()).group(1))
        except (OSError, AttributeError):
            return 0

    def threads(self):
        """CPU by the threads' names, in seconds."""
        by_name = collections.Counter()
        for task in pathlib.Path(f'/proc/{self.pid}/task').iterdir():
            try:
                text = (task / 'stat').read_text()
            except OSError:
                continue
            name = re.sub(r'[\d#-]+$', '', text[text.index('(') + 1:text.rindex(')')])
            fields = text.rsplit(')', 1)[1].split()
            by_name[name] += (int(fields[11]) + int(fields[12])) / TICK
        return by_name

    def run(self, tasks, producers, consumers, mark):
        context = multiprocessing.get_context('fork')
        begin = context.Event()
        done = context.Queue()
        delivered = context.Value('i', 0)
        each = tasks // producers
        total = each * producers
        crew = [context.Process(target=produce, args=(self.port, f'{mark}{number}', each, begin, done))
                for number in range(producers)]
        crew += [context.Process(target=consume, args=(self.port, f'{mark}{number}', begin, done, total, delivered))
                 for number in range(consumers)]
        for one in crew:
            one.start()
        time.sleep(0.5)
        cpu, writes, threads = self.cpu(), self.writes(), self.threads()
        began = time.monotonic()
        begin.set()
        told = said_by(crew, done)
        seconds = max(when for _, _, _, when in told) - began
        figures = {
            'tasks': total,
            'per_second': total / seconds,
            'master_cpu_ms': 1000 * (self.cpu() - cpu) / total,
            'writes': (self.writes() - writes) / total,
        }
        now = self.threads()
        figures['threads_us'] = {name: round(1e6 * (now[name] - threads[name]) / total) for name in now
                                 if now[name] - threads[name] > 0.02 * (self.cpu() - cpu)}
        self.check(mark, each, producers)
        return figures

    def check(self, mark, each, producers):
        """Every accepted task has its result, whole."""
        expected = {f'n{mark}{number}-{task}.zip' for number in range(producers) for task in range(each)}
        results = self.folder / 'results'
        wait_for(lambda: expected <= set(os.listdir(results)), 60, 0.2)
        for name in expected:
            if (results / name).read_bytes() != result(name):
                raise SystemExit(f'{name} is not what was delivered')

    def close(self):
        try:
            os.kill(self.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.process.wait(60)
        shutil.rmtree(self.folder)


def forced(home, jvm, tasks, producers, consumers):
    with tempfile.NamedTemporaryFile('r', prefix='mutirao-strace-') as report:
        master = Master(home, jvm, strace=report.name)
        try:
            master.run(tasks // 4, producers, consumers, 'w')
            warm = tasks // 4 // producers * producers
            master.run(tasks, producers, consumers, 's')
        finally:
            master.close()
        calls = 0
        for line in report.read().splitlines():
            words = line.split()
            if words and words[-1] in FORCING:
                calls += int(words[3])
        return calls / (warm + tasks // producers * producers)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--tasks', type=int, default=8000)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--producers', type=int, default=8)
    parser.add_argument('--consumers', type=int, default=8)
    parser.add_argument('--jvm', default='-XX:+UseSerialGC -Xmx256m')
    parser.add_argument('--home', type=pathlib.Path, action='append')
    parser.add_argument('--strace', action='store_true')
    parser.add_argument('--json', action='store_true')
    options = parser.parse_args()
    homes = options.home or [HOME]
    jvm = options.jvm.split()
    rounds = {home: [] for home in homes}
    for number in range(options.rounds):
        for home in homes:
            master = Master(home, jvm)
            try:
                master.run(options.tasks, options.producers, options.consumers, 'w')
                figures = master.run(options.tasks, options.producers, options.consumers, 'm')
            finally:
                master.close()
            rounds[home].append(figures)
            if not options.json:
                print(f'round {number + 1} {home}: {figures["per_second"]:7.0f}/s, {figures["master_cpu_ms"]:.3f} ms of CPU, '
                      f'{figures["writes"]:.1f} writes; us by thread {figures["threads_us"]}', flush=True)
    summary = []
    for home in homes:
        one = {
            'home': str(home),
            'tasks': rounds[home][0]['tasks'],
            'producers': options.producers,
            'consumers': options.consumers,
            'per_second': [round(each['per_second']) for each in rounds[home]],
            'median_per_second': round(statistics.median(each['per_second'] for each in rounds[home])),
            'master_cpu_ms': round(statistics.median(each['master_cpu_ms'] for each in rounds[home]), 3),
            'writes': round(statistics.median(each['writes'] for each in rounds[home]), 2),
        }
        if options.strace and shutil.which('strace'):
            one['forced'] = round(forced(home, jvm, options.tasks, options.producers, options.consumers), 2)
        summary.append(one)
    if options.json:
        print(json.dumps(summary[0] if len(summary) == 1 else summary))
        return
    for one in summary:
        print(f'{one["home"]}: median {one["median_per_second"]}/s, {one["master_cpu_ms"]} ms of the master\'s CPU and '
              f'{one["writes"]} writes a no-op' + (f', {one["forced"]} calls that force' if 'forced' in one else ''))


if __name__ == '__main__':
    main()
