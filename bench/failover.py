#!/usr/bin/env python3
"""How long a group of three masters hands out nothing when its leader goes, under load; and that nothing is lost meanwhile.

Starts three masters on loopback, hands in tasks and plays workers by hand (no script runs) at all the speed the masters give, and lets the
leader go again and again: killed, frozen, stopped in good order. After each it comes back and leads again. Prints, for each way, the median of the
longest pause between two hand-outs; at the end verifier.py tells whether each task that was accepted has its result in each results folder.

The ways "cut" (the leader's cable is pulled) and "mute" (what it sends gets nowhere, what others send arrives) need root on Linux: the masters
are then on machines made of network namespaces.
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

from verifier import Verifier

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
JAR = os.path.join(ROOT, "master", "target", "master.jar")


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(name, content)
    return base64.b64encode(buffer.getvalue()).decode()


LAN_WAYS = {"cut", "mute"}
PACKAGE = zipped("main.py", "print(1)")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Loopback:
    """One machine for all."""

    def __init__(self):
        self.ports = [free_port() for _ in range(3)]

    def address(self, number):
        return "127.0.0.1", self.ports[number - 1]

    def on(self, number):
        return []

    def close(self):
        pass


class Lan:
    """Three machines and a switch, made of network namespaces; this process sits at the switch."""

    def __init__(self):
        self.names = ["failover%d-%d" % (os.getpid(), number) for number in (1, 2, 3)]
        self.ip("link", "set", "lo", "up")
        self.ip("link", "add", "br0", "type", "bridge")
        self.ip("addr", "add", "10.62.220.1/24", "dev", "br0")
        self.ip("link", "set", "br0", "up")
        for number, name in enumerate(self.names, 1):
            self.ip("netns", "add", name)
            self.ip("link", "add", "p%d" % number, "type", "veth", "peer", "name", "eth0", "netns", name)
            self.ip("link", "set", "p%d" % number, "master", "br0", "up")
            self.ip("-n", name, "link", "set", "lo", "up")
            self.ip("-n", name, "addr", "add", "%s/24" % self.address(number)[0], "dev", "eth0")
            self.ip("-n", name, "link", "set", "eth0", "up")

    @staticmethod
    def enter():
        """Begins this program again at a switch of its own."""
        if not os.environ.get("FAILOVER_LAN"):
            os.environ["FAILOVER_LAN"] = "1"
            os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])

    @staticmethod
    def ip(*arguments):
        subprocess.run(["ip", *arguments], check=True)

    def address(self, number):
        return "10.62.220.%d" % (10 + number), 50020

    def on(self, number):
        return ["ip", "netns", "exec", self.names[number - 1]]

    def cut(self, number):
        self.ip("link", "set", "p%d" % number, "down")

    def mute(self, number):
        subprocess.run([*self.on(number), "tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "8bit", "burst", "1",
                        "latency", "1ms"], check=True)

    def mend(self, number, way):
        if way == "cut":
            self.ip("link", "set", "p%d" % number, "up")
        else:
            subprocess.run([*self.on(number), "tc", "qdisc", "del", "dev", "eth0", "root"], check=True)

    def close(self):
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], check=False)


class Master:
    def __init__(self, number, net, folder, jvm):
        self.number, self.net, self.folder, self.jvm = number, net, folder, jvm
        self.peers = ",".join("%d@%s:%d" % (n, *net.address(n)) for n in (1, 2, 3))
        self.address = net.address(number)
        os.makedirs(folder)
        self.process = None

    def start(self):
        out = open(os.path.join(self.folder, "out.log"), "ab")
        self.process = subprocess.Popen(
            [*self.net.on(self.number), "java", *self.jvm, "-jar", JAR, "--host", self.address[0], "--peers", self.peers, "--id", str(self.number), "--priority", str(self.number * 10), "--discovery-ports",
             "none", "--http", "off", "--lease", "5s", "--worker-timeout", "6s"], cwd=self.folder, stdout=out, stderr=out)

    def ask(self, patience=0.4, **message):
        with socket.create_connection(self.address, timeout=patience) as sock:
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

    def __init__(self, masters, verifier, rate=0, lanes=1):
        self.masters, self.verifier, self.rate, self.lanes = masters, verifier, rate, lanes
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
                    sock = socket.create_connection(there.address, timeout=0.6)
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
            self.verifier.offered(name, name)
            reply = ask(action="SUBMIT_TASK", name=name, key=name, task_data=PACKAGE)
            if reply.get("status") == "OK":
                self.verifier.promised(name)
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
                self.verifier.delivered(todo["task_name"], reply.get("duplicate", False))
                todo.clear()
            else:
                raise ConnectionError("not taken")
        self.lane(step, todo)


def longest_pause(moments, since, until):
    inside = [since] + [moment for moment in moments if since <= moment <= until] + [until]
    return max(after - before for before, after in zip(inside, inside[1:]))


def await_leader(master, patience=300):
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
    parser.add_argument("--json", action="store_true", help="print one object with the seconds without a hand-out of each round, and the counts")
    parser.add_argument("--archive", action="store_true", help="start the masters on an archive of their classes, as the start scripts do")
    options = parser.parse_args()
    if LAN_WAYS & set(options.ways.split(",")):
        Lan.enter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        jvm = options.jvm.split()
        if options.archive:
            jvm.append("-XX:SharedArchiveFile=" + archive(jvm, temporary))
        net = Lan() if LAN_WAYS & set(options.ways.split(",")) else Loopback()
        masters = [Master(n, net, os.path.join(folder, str(n)), jvm) for n in (1, 2, 3)]
        try:
            run(masters, options)
        finally:
            for master in masters:
                if master.process:
                    master.process.send_signal(signal.SIGCONT)
                    master.process.kill()
                    master.process.wait()
            net.close()


def archive(jvm, folder):
    """Keeps the classes of a master that ran for a moment in the form that the next ones load quickest."""
    file, place = os.path.join(folder, "master.jsa"), os.path.join(folder, "once")
    os.makedirs(place)
    once = subprocess.Popen(["java", *jvm, "-XX:ArchiveClassesAtExit=" + file, "-jar", JAR, "--port", "0", "--discovery-ports", "none",
                             "--http", "off"], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    for line in once.stdout:
        if line.startswith(b"ready"):
            break
    once.terminate()
    once.wait()
    return file


def run(masters, options):
    for master in masters:
        master.start()
    best = masters[-1]
    await_leader(best)
    verifier = Verifier([os.path.join(master.folder, "results") for master in masters],
                        [os.path.join(master.folder, "tasks") for master in masters])
    team = Team(masters, verifier, options.rate, options.lanes)
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
            elif way == "cut":
                best.net.cut(best.number)
            elif way == "mute":
                best.net.mute(best.number)
            else:
                best.process.terminate()
                best.process.wait()
            time.sleep(4)  # as long as anybody may have to wait, and a bit
            gone.append(longest_pause(team.handouts, moment, time.monotonic()))
            moment = time.monotonic()
            if way == "freeze":
                best.process.send_signal(signal.SIGCONT)
            elif way in LAN_WAYS:
                best.net.mend(best.number, way)
            else:
                best.start()
            led.append(await_leader(best) - moment)
            time.sleep(2)
            back.append(longest_pause(team.handouts, moment, time.monotonic()))
        if options.json:
            print(json.dumps({"way": way, "seconds": gone}), flush=True)
            continue
        print("%-6s %4.0f tasks/s; without a hand-out: median %.0f ms (%.0f to %.0f); it leads again after %.1f s (%.1f to %.1f),"
              " without a hand-out then %.0f ms (%.0f to %.0f)" % (
                  way, statistics.median(rates), 1000 * statistics.median(gone), 1000 * min(gone), 1000 * max(gone),
                  statistics.median(led), min(led), max(led), 1000 * statistics.median(back), 1000 * min(back),
                  1000 * max(back)), flush=True)
    team.stop.set()
    for thread in threads:
        thread.join()
    verify(masters, verifier)


def verify(masters, verifier):
    """Works off what is left, then lets the verifier look at the folders."""
    team = Team(masters, verifier)
    workers = [threading.Thread(target=team.work) for _ in range(8)]
    for worker in workers:
        worker.start()
    verifier.settle(60)
    team.stop.set()
    for worker in workers:
        worker.join()
    report = verifier.report()
    print(report)
    if not report.clean():
        sys.exit(1)


if __name__ == "__main__":
    main()
