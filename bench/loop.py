"""What a no-op costs the master's loop, the one thread that owns its state, once Java's compilers have done their work.

    mvn -q -DskipTests package && python3 bench/loop.py [--tasks 9600] [--rounds 9] [--connections 64]

One program hands in over so many connections, another one asks and delivers over as many, so that the caches of a small machine are the
master's and not those of a hundred interpreters, as with `noop.py --producers 64 --consumers 64`. A master runs through all rounds.
`--home` names another built copy of the project; given twice or more, the copies are measured in turns. Needs Linux, for the
time of each thread.
"""

import argparse
import base64
import collections
import hashlib
import json
import multiprocessing
import pathlib
import selectors
import time

import noop


class Crowd:
    """Many connections of one program; one question at a time on each."""

    def __init__(self, port, connections):
        self.wires = [noop.Wire(port) for _ in range(connections)]
        self.texts = [''] * connections
        self.selector = selectors.DefaultSelector()
        for number, wire in enumerate(self.wires):
            self.selector.register(wire.socket, selectors.EVENT_READ, number)

    def say(self, number, **message):
        self.wires[number].socket.sendall(json.dumps(message).encode())

    def answers(self):
        """Those that are there by now, each with its connection's number."""
        for key, _ in self.selector.select():
            number = key.data
            block = key.fileobj.recv(65536)
            if not block:
                raise SystemExit('the master closed a connection')
            self.texts[number] += block.decode()
            if self.texts[number].rstrip().endswith('}'):
                try:
                    answer = json.loads(self.texts[number])
                except ValueError:
                    continue  # the rest is still on its way
                self.texts[number] = ''
                yield number, answer


def produce(port, mark, connections, each, begin, done):
    crowd = Crowd(port, connections)
    waiting = [[(name, base64.b64encode(noop.package(name)).decode())
                for name in (f'n{mark}{number}-{task}' for task in reversed(range(each)))] for number in range(connections)]

    def hand_in(number):
        name, data = waiting[number].pop()
        crowd.say(number, action='SUBMIT_TASK', name=name + '.zip', key=name, task_data=data)

    begin.wait()
    for number in range(connections):
        hand_in(number)
    accepted = 0
    while accepted < connections * each:
        for number, answer in crowd.answers():
            if answer.get('status') != 'OK':
                raise SystemExit(f'not accepted: {answer}')
            accepted += 1
            if waiting[number]:
                hand_in(number)
    done.put(time.monotonic())


def consume(port, mark, connections, total, begin, done):
    crowd = Crowd(port, connections)
    mine = []
    for number, wire in enumerate(crowd.wires):
        peer = f'bench-consumer-{mark}{number}'
        told = wire.ask(action='REGISTER', peer_id=peer, addr=['127.0.0.1', 1], p2p_port=1, features=['lease', 'wait', 'slots'],
                        slots=1, heartbeat_ms=60000, name=peer)
        mine.append({'peer_id': peer, **{key: told[key] for key in ('session',) if key in told}})

    def ask(number):
        crowd.say(number, action='REQUEST_TASK', wait_ms=300, **mine[number])

    def deliver(number, task):
        result = noop.result(task['task_name'])
        lease = {key: task[key] for key in ('task_id', 'attempt', 'grid_id') if key in task}
        crowd.say(number, action='SUBMIT_RESULT', result_name=task['task_name'], sha256=hashlib.sha256(result).hexdigest(),
                  exit_code=0, run_ms=1, result_data=base64.b64encode(result).decode(), **mine[number], **lease)

    begin.wait()
    for number in range(connections):
        ask(number)
    delivering = set()
    delivered = 0
    while delivered < total:
        for number, answer in crowd.answers():
            if answer.get('task_data'):
                delivering.add(number)
                deliver(number, answer)
                continue
            if number in delivering:
                delivering.remove(number)
                if answer.get('status') != 'OK':
                    raise SystemExit(f'not taken: {answer}')
                delivered += 1
            ask(number)
    done.put(time.monotonic())


def run(master, mark, connections, tasks):
    """What a no-op takes in microseconds: of the loop, of all the master; and how many there were in a second."""
    context = multiprocessing.get_context('fork')
    begin, done = context.Event(), context.Queue()
    each = tasks // connections
    total = each * connections
    crew = [context.Process(target=produce, args=(master.port, mark, connections, each, begin, done)),
            context.Process(target=consume, args=(master.port, mark, connections, total, begin, done))]
    for one in crew:
        one.start()
    time.sleep(1)
    loop, cpu, began = master.threads()['master-loop'], master.cpu(), time.monotonic()
    begin.set()
    ends = noop.said_by(crew, done)
    loop, all_of_it = master.threads()['master-loop'] - loop, master.cpu() - cpu
    master.check(mark, each, connections)
    return 1e6 * loop / total, 1e6 * all_of_it / total, total / (max(ends) - began)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--tasks', type=int, default=9600)
    parser.add_argument('--rounds', type=int, default=9)
    parser.add_argument('--connections', type=int, default=64)
    parser.add_argument('--jvm', default='-XX:+UseSerialGC -Xmx256m', help="Java's options; an empty text leaves them to the start script")
    parser.add_argument('--home', type=pathlib.Path, action='append')
    options = parser.parse_args()
    masters = {home: noop.Master(home, options.jvm.split() or None) for home in options.home or [noop.HOME]}
    loops = collections.defaultdict(list)
    try:
        for number in range(1, options.rounds + 1):
            for home, master in masters.items():
                loop, whole, rate = run(master, f'r{number}x', options.connections, options.tasks)
                loops[home].append(loop)
                print(f'round {number} {home}: the loop {loop:.0f} us a no-op, the master {whole:.0f} us, {rate:.0f}/s', flush=True)
    finally:
        for master in masters.values():
            master.close()
    for home, all_loops in loops.items():
        later = sorted(all_loops[len(all_loops) // 2:])
        print(f'{home}: the loop took {later[0]:.0f} to {later[-1]:.0f} us a no-op in the later half of its rounds')


if __name__ == '__main__':
    main()
