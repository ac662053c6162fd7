#!/usr/bin/env python3
"""How long a group of three masters hands out nothing when its leader goes, under load; and that nothing is lost meanwhile.

Starts three masters on loopback, hands in tasks and plays workers by hand (no script runs) at all the speed the masters give, and lets the
leader go again and again: killed, frozen, stopped in good order. After each it comes back and leads again. Prints, for each way, the median of the
longest pause between two hand-outs, and at the end compares what was accepted with what lies in each results folder.
"""

import argparse
import base64
import io
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(name, content)
    return base64.b64encode(buffer.getvalue()).decode()


PACKAGE = zipped("main.py", "print(1)")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Master:
    def __init__(self, number, peers, folder, jvm):
        self.number, self.peers, self.folder, self.jvm = number, peers, folder, jvm
        self.port = int(peers.split(",")[number - 1].split(":")[1])
        os.makedirs(folder)
        self.process = None

    def start(self):
        out = open(os.path.join(self.folder, "out.log"), "ab")
        self.process = subprocess.Popen(
            ["java", *self.jvm, "-jar", os.path.join(ROOT, "master", "target", "master.jar"), "--host", "127.0.0.1",
             "--peers", self.peers, "--id", str(self.number), "--priority", str(self.number * 10), "--discovery-ports",
             "none", "--http", "off", "--lease", "5s", "--worker-timeout", "6s"], cwd=self.folder, stdout=out, stderr=out)

    def ask(self, patience=0.4, **message):
        with socket.create_connection(("127.0.0.1", self.port), timeout=patience) as sock:
            sock.sendall(json.dumps(message).encode())
            return read(sock)

    def leads(self):
        try:
            return self.ask(action="FIND_LEADER").get("self", False)
        except (OSError, ValueError):
            return False


def read(sock):
    data = b""
    while True:
        part = sock.recv(1 << 16)
        if not part:
            raise ConnectionError("closed")
        data += part
        try:
            return json.loads(data)
        except ValueError:
            continue


class Team:
    """Hands in and works through whichever master leads."""

    def __init__(self, masters, rate=0, lanes=1):
        self.masters, self.rate, self.lanes = masters, rate, lanes
        self.accepted, self.handouts, self.stop = [], [], threading.Event()
        self.peer = str(uuid.uuid4())
        self.leader = masters[-1]

    def look(self):
        for master in self.masters:
            if master.leads():
                self.leader = master
                return
        time.sleep(0.05)

    def lane(self, step, todo=None):
        sock, there = None, None
        while not self.stop.is_set() or (todo and self.leader):
            try:
                if sock is None or there is not self.leader:
                    there = self.leader
                    sock = socket.create_connection(("127.0.0.1", there.port), timeout=1)
                    sock.settimeout(0.6)
                    sock.sendall(json.dumps(dict(action="REGISTER", peer_id=self.peer, addr=["127.0.0.1", 0], slots=64,
                                                 features=["lease", "slots"], heartbeat_ms=60000)).encode())
                    if read(sock).get("status") != "REGISTERED":
                        raise ConnectionError("not the leader")
                step(lambda **message: (sock.sendall(json.dumps(message).encode()), read(sock))[1])
            except (OSError, ValueError):
                if sock is not None:
                    sock.close()
                sock = None
                self.look()

    def submit(self):
        state = {"due": 0, "number": 0, "lane": uuid.uuid4().hex[:6]}

        def step(ask):
            name = "%s-%d.zip" % (state["lane"], state["number"])
            ahead = len(self.accepted) - len(self.handouts)
            if ahead > 50:
                time.sleep(0.02)  # as much as can be worked off, no more
                return
            if self.rate:
                state["due"] = max(state["due"], time.monotonic() - 1) + self.lanes / self.rate
                time.sleep(max(0, state["due"] - time.monotonic()))
            reply = ask(action="SUBMIT_TASK", name=name, key=name, task_data=PACKAGE)
            if reply.get("status") == "OK":
                self.accepted.append(name)
                state["number"] += 1
            elif reply.get("status") == "NOT_LEADER":
                raise ConnectionError("moved")
        self.lane(step)

    def work(self):
        todo = {}

        def step(ask):
            if not todo:
                if self.stop.is_set():
                    return
                task = ask(action="REQUEST_TASK", peer_id=self.peer, wait_ms=0)
                if task.get("status") == "NOT_LEADER":
                    raise ConnectionError("moved")
                if "task_id" not in task:
                    time.sleep(0.01)
                    return
                self.handouts.append(time.monotonic())
                todo.update(task)
            reply = ask(action="SUBMIT_RESULT", peer_id=self.peer, result_name=todo["task_name"], grid_id=todo["grid_id"],
                        task_id=todo["task_id"], attempt=todo["attempt"], run_ms=1, exit_code=0,
                        result_data=zipped("stdout.txt", todo["task_name"]))
            if reply.get("status") == "OK":
                todo.clear()
            else:
                raise ConnectionError("not taken")
        self.lane(step, todo)


def longest_pause(moments, since, until):
    inside = [since] + [moment for moment in moments if since <= moment <= until] + [until]
    return max(after - before for before, after in zip(inside, inside[1:]))


def await_leader(master, patience=40):
    began = time.monotonic()
    while not master.leads():
        if time.monotonic() - began > patience:
            sys.exit("master %d does not lead again" % master.number)
        time.sleep(0.02)
    return time.monotonic()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--ways", default="kill,freeze,leave")
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--rate", type=float, default=0, help="tasks a second that are handed in; 0 for as many as there can be")
    parser.add_argument("--warm", type=float, default=30, help="seconds before the first round")
    parser.add_argument("--keep", help="a folder to leave the masters' logs in")
    parser.add_argument("--jvm", default="-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        peers = ",".join("%d@127.0.0.1:%d" % (number, free_port()) for number in (1, 2, 3))
        masters = [Master(n, peers, os.path.join(folder, str(n)), options.jvm.split()) for n in (1, 2, 3)]
        try:
            run(masters, options)
        finally:
            for master in masters:
                if master.process:
                    master.process.send_signal(signal.SIGCONT)
                    master.process.kill()
                    master.process.wait()


def run(masters, options):
    for master in masters:
        master.start()
    best = masters[-1]
    await_leader(best)
    team = Team(masters, options.rate, options.lanes)
    threads = [threading.Thread(target=what, daemon=True) for _ in range(options.lanes) for what in (team.submit, team.work)]
    for thread in threads:
        thread.start()
    time.sleep(options.warm)
    for way in options.ways.split(","):
        gone, back, led, rates = [], [], [], []
        for _ in range(options.rounds):
            began, before = time.monotonic(), len(team.handouts)
            time.sleep(2)
            rates.append((len(team.handouts) - before) / (time.monotonic() - began))
            moment = time.monotonic()
            if way == "kill":
                best.process.kill()
                best.process.wait()
            elif way == "freeze":
                best.process.send_signal(signal.SIGSTOP)
            else:
                best.process.terminate()
                best.process.wait()
            time.sleep(4)  # as long as anybody may have to wait, and a bit
            gone.append(longest_pause(team.handouts, moment, time.monotonic()))
            moment = time.monotonic()
            if way == "freeze":
                best.process.send_signal(signal.SIGCONT)
            else:
                best.start()
            led.append(await_leader(best) - moment)
            time.sleep(2)
            back.append(longest_pause(team.handouts, moment, time.monotonic()))
        print("%-6s %4.0f tasks/s; without a hand-out: median %.0f ms (%.0f to %.0f); it leads again after %.1f s (%.1f to %.1f),"
              " without a hand-out then %.0f ms (%.0f to %.0f)" % (
                  way, statistics.median(rates), 1000 * statistics.median(gone), 1000 * min(gone), 1000 * max(gone),
                  statistics.median(led), min(led), max(led), 1000 * statistics.median(back), 1000 * min(back),
                  1000 * max(back)), flush=True)
    team.stop.set()
    for thread in threads:
        thread.join()
    verify(masters, set(team.accepted))


def verify(masters, accepted):
    """Works off what is left, then looks at the folders."""
    team = Team(masters)
    workers = [threading.Thread(target=team.work) for _ in range(8)]
    for worker in workers:
        worker.start()
    ends = time.monotonic() + 240
    for master in masters:
        results = os.path.join(master.folder, "results")
        while time.monotonic() < ends and len(os.listdir(results)) < len(accepted):
            time.sleep(0.2)
    team.stop.set()
    for worker in workers:
        worker.join()
    team.look()
    for name in sorted(accepted - set(os.listdir(os.path.join(team.leader.folder, "results"))))[:5]:
        print("missing:", team.leader.ask(action="SHOW_TASK", task=name))
    for master in masters:
        results = os.path.join(master.folder, "results")
        names = set(os.listdir(results))
        wrong = [n for n in names & accepted if zipfile.ZipFile(os.path.join(results, n)).read("stdout.txt").decode() != n]
        print("master %d: %d accepted, %d results, %d lost, %d that nobody handed in, %d wrong" % (
            master.number, len(accepted), len(names), len(accepted - names), len(names - accepted), len(wrong)))
    print("A name that nobody handed in is one whose confirmation was lost; it was not handed in again before the end.")


if __name__ == "__main__":
    main()
