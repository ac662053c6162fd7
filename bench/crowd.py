#!/usr/bin/env python3
"""What a master takes when very many workers are connected and very many tasks wait.

Starts a master of its own in a temporary folder, hands in packages, plays the workers, and measures
  * how fast dropped ZIPs are accepted,
  * how long an answer to REQUEST_TASK takes while all workers are connected and beat, and the queue is long,
  * how long a start with that queue takes, and what a queued task takes of the heap.
The workers run nothing: each asks, is given a package, and delivers a small result.

    bench/crowd.py --workers 10000 --tasks 100000 --drop 10000
    bench/crowd.py --workers 50 --tasks 200 --drop 50 --requests 100 --json     (a tiny one)
"""
import argparse
import asyncio
import base64
import hashlib
import io
import itertools
import json
import os
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TICKS = os.sysconf('SC_CLK_TCK')
PATIENCE = 600
# Seconds between two beats of a worker.
BEAT = 5
# Workers that ask for the tasks which are measured; the others only beat.
ASKING = 500
IN_ONE_PROCESS = 5000
# Three of four collections of Java's serial collector leave dead objects where they are, up to a twentieth of the old generation.
COLLECTIONS = 4


def zip_of(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace('_', '.'), text)
    return out.getvalue()


PACKAGE = zip_of(main_py='print(1)\n', input_csv='a,b\n')


def package(name):
    """Each has other bytes, as those of different tasks have: its name as the ZIP's comment."""
    comment = name.encode()
    return PACKAGE[:-2] + struct.pack('<H', len(comment)) + comment


RESULT = zip_of(stdout_txt='1\n', stderr_txt='')


class Master:
    """A master in a folder of its own."""

    def __init__(self, jar, java, folder):
        self.jar, self.java, self.folder = jar, java, folder
        self.process = None

    def start(self):
        """Returns how many seconds it took until it served."""
        ports = os.path.join(self.folder, 'ports')
        if os.path.exists(ports):
            os.remove(ports)
        begun = time.monotonic()
        with open(os.path.join(self.folder, 'log'), 'ab') as log:
            self.process = subprocess.Popen(
                (self.java + ['-jar', self.jar] if self.java else [os.path.join(HERE, '..', 'bin', 'mutirao-master')]) + ['--port=0', '--http=off', '--discovery-ports=none',
                             '--port-file=' + ports]
                + ['--%s=%s' % (name, os.path.join(self.folder, name)) for name in ('tasks', 'results', 'data')],
                stdout=log, stderr=log)
        while not os.path.exists(ports):
            if self.process.poll() is not None or time.monotonic() - begun > PATIENCE:
                sys.exit('the master did not start; see ' + os.path.join(self.folder, 'log'))
            time.sleep(0.01)
        took = time.monotonic() - begun
        with open(ports) as text:
            self.port = int(re.search(r'tcp\D*(\d+)', text.read()).group(1))
        return took

    def cpu(self):
        with open('/proc/%d/stat' % self.process.pid) as stat:
            fields = stat.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def heap(self):
        """Bytes of the heap that live objects take; None where there is no jcmd."""
        jcmd = shutil.which('jcmd')
        if not jcmd:
            return None
        least = None
        for _ in range(COLLECTIONS):
            subprocess.run([jcmd, str(self.process.pid), 'GC.run'], capture_output=True, check=False)
            text = subprocess.run([jcmd, str(self.process.pid), 'GC.heap_info'], capture_output=True, check=False).stdout.decode()
            used = sum(1024 * int(kib) for kib in re.findall(r'(?:total|capacity) \d+K, used (\d+)K', text.split('Metaspace')[0]))
            least = min(used, least or used) or None
        return least

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)


class Talk:
    """One connection."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.rest = b''

    @classmethod
    async def to(cls, port):
        return cls(*await asyncio.open_connection('127.0.0.1', port, limit=1 << 20))

    def say(self, **fields):
        self.writer.write(json.dumps(fields).encode() + b'\n')

    async def hear(self):
        return json.loads(await asyncio.wait_for(self.reader.readline(), PATIENCE))

    async def ask(self, **fields):
        self.say(**fields)
        return await self.hear()


async def hand_in(port, first, count, connections=8, ahead=8):
    """By SUBMIT_TASK, several at a time. An answer TRY_LATER is waited for."""
    numbers = iter(range(first, first + count))
    paced = 0

    async def some():
        nonlocal paced
        talk = await Talk.to(port)
        while True:
            mine = list(itertools.islice(numbers, ahead))
            if not mine:
                return
            while mine:
                for number in mine:
                    name = 't%d.zip' % number
                    data = base64.b64encode(package(name)).decode()
                    talk.say(action='SUBMIT_TASK', name=name, key='crowd-%d' % number, task_data=data)
                later = []
                for number in mine:
                    answer = await talk.hear()
                    if answer.get('code') == 'TRY_LATER':
                        paced += 1
                        later.append(number)
                    elif answer.get('status') != 'OK':
                        sys.exit('a task was refused: %s' % answer)
                mine = later
                if mine:
                    await asyncio.sleep(0.2)
    await asyncio.gather(*(some() for _ in range(connections)))
    return paced


async def open_tasks(talk):
    status = (await talk.ask(action='GET_STATUS'))['grid_status']
    return sum(status['counts'][state] for state in ('queued', 'running', 'succeeded', 'failed'))


async def drop(master, count):
    """As files, each with one rename; returns how many were accepted a second."""
    talk = await Talk.to(master.port)
    before = await open_tasks(talk)
    staged = os.path.join(master.folder, 'staged')
    os.mkdir(staged)
    for number in range(count):
        name = 'd%d.zip' % number
        with open(os.path.join(staged, name), 'wb') as out:
            out.write(package(name))
    begun = time.monotonic()
    for name in os.listdir(staged):
        os.rename(os.path.join(staged, name), os.path.join(master.folder, 'tasks', name))
    while await open_tasks(talk) < before + count:
        if time.monotonic() - begun > PATIENCE:
            sys.exit('the dropped packages were not accepted')
        await asyncio.sleep(0.02)
    return count / (time.monotonic() - begun)


class Worker:
    """Connected all the time, and heard every few seconds."""

    def __init__(self, number, port):
        self.id, self.port = 'crowd-%d' % number, port
        self.held = []

    async def join(self):
        self.talk = await Talk.to(self.port)
        terms = await self.talk.ask(action='REGISTER', peer_id=self.id, features=['lease', 'wait', 'slots'], slots=1, held=[])
        if terms.get('status') != 'REGISTERED':
            sys.exit('a worker was refused: %s' % terms)
        self.grid = terms['grid_id']

    async def request(self):
        """Asks for a task; returns the seconds until its package was here."""
        begun = time.perf_counter()
        task = await self.talk.ask(action='REQUEST_TASK', peer_id=self.id, wait_ms=20000)
        took = time.perf_counter() - begun
        if task.get('action') != 'TASK_PACKAGE':
            sys.exit('no task though many wait: %s' % task)
        self.task = task
        return took

    async def deliver(self):
        answer = await self.talk.ask(
            action='SUBMIT_RESULT', peer_id=self.id, result_name='r.zip', grid_id=self.grid, task_id=self.task['task_id'],
            attempt=self.task['attempt'], sha256=hashlib.sha256(RESULT).hexdigest(), run_ms=1, exit_code=0,
            result_data=base64.b64encode(RESULT).decode())
        if answer.get('code') == 'TRY_LATER':
            await asyncio.sleep(0.5)
            await self.deliver()
        elif answer.get('status') != 'OK':
            sys.exit('a result was refused: %s' % answer)

    async def beat(self, task=None):
        held = [{'task_id': task['task_id'], 'attempt': task['attempt']}] if task else []
        await self.talk.ask(action='HEARTBEAT', peer_id=self.id, held=held)


async def join(crowd):
    for at in range(0, len(crowd), 200):
        await asyncio.gather(*(worker.join() for worker in crowd[at:at + 200]))


async def beat(port, first, last):
    """Connects those workers, says so on stdout, and lets each beat every few seconds until the process is stopped."""
    crowd = [Worker(number, port) for number in range(first, last)]
    await join(crowd)
    print('connected', flush=True)
    while True:
        begun = time.monotonic()
        for at, worker in enumerate(crowd):
            await worker.beat()
            # Spread over the time, as those of real workers are.
            await asyncio.sleep(max(0.0, begun + BEAT * (at + 1) / len(crowd) - time.monotonic()))


def others(port, first, last):
    """Processes that play them. What they do must not delay the process that measures, nor need more open files than one may have."""
    started = []
    for begin in range(first, last, IN_ONE_PROCESS):
        end = min(last, begin + IN_ONE_PROCESS)
        started.append(subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), '--beat', '%d,%d,%d' % (port, begin, end)], stdout=subprocess.PIPE))
    for process in started:
        if not process.stdout.readline():
            sys.exit('some workers could not connect')
    return started


def end(process):
    process.kill()
    process.wait()


async def play(port, workers, requests, rate):
    """So many workers; at a steady rate one after the other asks, then delivers. All beat meanwhile."""
    crowd = [Worker(number, port) for number in range(workers)]
    await join(crowd)
    times = []
    busy = set()

    async def turn(worker):
        times.append(await worker.request())
        await worker.deliver()
        busy.discard(worker)

    async def beats():
        while True:
            begun = time.monotonic()
            for worker in crowd:
                if worker not in busy:
                    busy.add(worker)
                    await worker.beat()
                    busy.discard(worker)
            await asyncio.sleep(max(0.0, BEAT - (time.monotonic() - begun)))

    beating = asyncio.ensure_future(beats())
    turns = []
    begun = time.monotonic()
    for number in range(requests):
        worker = crowd[number * 7919 % workers]
        while worker in busy:
            worker = crowd[(crowd.index(worker) + 1) % workers]
            await asyncio.sleep(0)
        busy.add(worker)
        turns.append(asyncio.ensure_future(turn(worker)))
        await asyncio.sleep(max(0.0, begun + (number + 1) / rate - time.monotonic()))
    await asyncio.gather(*turns)
    beating.cancel()
    return sorted(times), requests / (time.monotonic() - begun)


def part(times, share):
    return round(1000 * times[min(len(times) - 1, int(share * len(times)))], 2)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('--workers', type=int, default=1000, help='connected at a time (%(default)s)')
    arguments.add_argument('--tasks', type=int, default=10000, help='in the queue (%(default)s)')
    arguments.add_argument('--drop', type=int, default=1000, help='ZIPs dropped as files (%(default)s)')
    arguments.add_argument('--requests', type=int, default=2000, help='REQUEST_TASK that are measured (%(default)s)')
    arguments.add_argument('--rate', type=float, default=200, help='of them a second (%(default)s)')
    arguments.add_argument('--jar', default=os.path.join(HERE, '..', 'master', 'target', 'master.jar'))
    arguments.add_argument('--java', default='', help='with its options; without it the start script chooses them')
    arguments.add_argument('--beat', help=argparse.SUPPRESS)
    arguments.add_argument('--json', action='store_true', help='print one object, for programs')
    chosen = arguments.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if chosen.beat:
        asyncio.run(beat(*map(int, chosen.beat.split(','))))
    if hard < chosen.workers + 200:
        sys.exit('this system allows %d open files; %d workers need more (ulimit -n)' % (hard, chosen.workers))
    folder = tempfile.mkdtemp(prefix='mutirao-crowd-')
    for name in ('tasks', 'results', 'data'):
        os.mkdir(os.path.join(folder, name))
    master = Master(chosen.jar, chosen.java.split(), folder)
    beating = []
    figures = {'workers': chosen.workers, 'tasks': chosen.tasks, 'dropped': chosen.drop, 'requests': chosen.requests}
    try:
        figures['first_start_s'] = round(master.start(), 2)
        figures['dropped_a_second'] = round(asyncio.run(drop(master, chosen.drop)))
        heap = master.heap()
        cpu, begun = master.cpu(), time.monotonic()
        figures['paced'] = asyncio.run(hand_in(master.port, 0, chosen.tasks))
        figures['handed_in_a_second'] = round(chosen.tasks / (time.monotonic() - begun))
        figures['hand_in_cpu_ms'] = round(1000 * (master.cpu() - cpu) / chosen.tasks, 3)
        after = master.heap()
        figures['heap_bytes_a_task'] = round((after - heap) / chosen.tasks) if heap and after else None
        master.stop()
        figures['restart_s'] = round(master.start(), 2)
        cpu = master.cpu()
        begun = time.monotonic()
        asking = min(chosen.workers, ASKING)
        beating = others(master.port, asking, chosen.workers)
        figures['connected_s'] = round(time.monotonic() - begun, 2)
        figures['connected_cpu_ms'] = round(1000 * (master.cpu() - cpu) / chosen.workers, 3)
        cpu = master.cpu()
        times, rate = asyncio.run(play(master.port, asking, chosen.requests, chosen.rate))
        figures['request_p50_ms'], figures['request_p99_ms'] = part(times, 0.5), part(times, 0.99)
        figures['request_max_ms'] = part(times, 1)
        figures['requests_a_second'] = round(rate, 1)
        figures['cpu_s_for_all_requests'] = round(master.cpu() - cpu, 2)
        while beating:
            end(beating.pop())
        master.stop()
    finally:
        for process in beating:
            end(process)
        if master.process and master.process.poll() is None:
            master.process.kill()
            master.process.wait()
        shutil.rmtree(folder, ignore_errors=True)
    if chosen.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print('%-24s %s' % (name, value))


if __name__ == '__main__':
    main()
