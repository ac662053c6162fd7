"""Durable queues that a user would build on: beanstalkd that forces each job, Redis that forces each write. A producer waits for each answer; a
consumer takes a job, puts its result into a second queue, and takes the job off, as our master keeps both."""

import multiprocessing
import socket
import subprocess
import time

from machines import end, free_port, listens, wait_for
from peers import need

SIZE = 1024
RESULT = b'r' * 400


class Talk:
    """Lines and blocks over one connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile('rb')

    def send(self, data):
        self.socket.sendall(data)

    def line(self, *expected):
        line = self.stream.readline()
        if not line.startswith(expected):
            raise SystemExit(f'unexpected answer: {line!r}')
        return line


class Beanstalkd:
    name = 'beanstalkd -f0'

    def start(self, folder):
        need('beanstalkd')
        self.port = free_port()
        self.process = subprocess.Popen(['beanstalkd', '-l', '127.0.0.1', '-p', str(self.port), '-b', str(folder), '-f0'])
        wait_for(lambda: listens(self.port), 'beanstalkd')

    def stop(self):
        end(self.process)

    @staticmethod
    def producer(talk):
        def put(job):
            talk.send(b'put 0 0 600 %d\r\n%s\r\n' % (len(job), job))
            talk.line(b'INSERTED')
        return put

    @staticmethod
    def consumer(talk):
        talk.send(b'use done\r\n')
        talk.line(b'USING')

        def take():
            talk.send(b'reserve-with-timeout 1\r\n')
            line = talk.line(b'RESERVED', b'TIMED_OUT')
            if line.startswith(b'TIMED_OUT'):
                return False
            _, number, size = line.split()
            talk.stream.read(int(size) + 2)
            talk.send(b'put 0 0 600 %d\r\n%s\r\ndelete %s\r\n' % (len(RESULT), RESULT, number))
            talk.line(b'INSERTED')
            talk.line(b'DELETED')
            return True
        return take


class Redis:
    name = 'Redis, always synced'

    def start(self, folder):
        need('redis-server')
        self.port = free_port()
        self.process = subprocess.Popen(
            ['redis-server', '--port', str(self.port), '--bind', '127.0.0.1', '--dir', str(folder), '--save', '', '--appendonly', 'yes',
             '--appendfsync', 'always'], stdout=subprocess.DEVNULL)
        wait_for(lambda: listens(self.port), 'redis-server')

    def stop(self):
        end(self.process)

    @staticmethod
    def command(*words):
        return b'*%d\r\n' % len(words) + b''.join(b'$%d\r\n%s\r\n' % (len(word), word) for word in words)

    @classmethod
    def producer(cls, talk):
        def put(job):
            talk.send(cls.command(b'LPUSH', b'tasks', job))
            talk.line(b':')
        return put

    @classmethod
    def consumer(cls, talk):
        def take():
            talk.send(cls.command(b'BRPOPLPUSH', b'tasks', b'running', b'1'))
            line = talk.line(b'$', b'*-1')
            if line in (b'$-1\r\n', b'*-1\r\n'):
                return False
            job = talk.stream.read(int(line[1:]) + 2)[:-2]
            talk.send(cls.command(b'MULTI') + cls.command(b'LPUSH', b'done', RESULT) + cls.command(b'LREM', b'running', b'1', job)
                      + cls.command(b'EXEC'))
            for expected in (b'+OK', b'+QUEUED', b'+QUEUED', b'*2', b':', b':1'):
                talk.line(expected)
            return True
        return take


ALL = (Beanstalkd, Redis)


def produce(queue, number, jobs, begin):
    put = queue.producer(Talk(queue.port))
    begin.wait()
    for n in range(jobs):
        put(f'{number}-{n} '.encode().ljust(SIZE, b'x'))


def consume(queue, begin, total, taken, last):
    take = queue.consumer(Talk(queue.port))
    begin.wait()
    while taken.value < total:
        if take():
            with taken.get_lock():
                taken.value += 1
                last.value = time.monotonic()


def rate(queue, tasks, producers, consumers):
    """No-ops a second, from the first put to the last that was taken off."""
    context = multiprocessing.get_context('fork')
    begin, taken, last = context.Event(), context.Value('i', 0), context.Value('d', 0)
    each = tasks // producers
    crew = [context.Process(target=produce, args=(queue, number, each, begin)) for number in range(producers)]
    crew += [context.Process(target=consume, args=(queue, begin, each * producers, taken, last)) for _ in range(consumers)]
    for one in crew:
        one.start()
    time.sleep(0.5)
    began = time.monotonic()
    begin.set()
    for one in crew:
        one.join()
        if one.exitcode:
            raise SystemExit(f'{queue.name}: a producer or consumer failed')
    return each * producers / (last.value - began)
