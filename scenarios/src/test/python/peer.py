#!/usr/bin/env python3
"""Peers as other groups' are, each with its habits: peer.py GROUP [options].

Written from a description of how those programs behave on the wire, to play them in tests. The habits that look wrong
(one recv for a whole message, two threads on one socket, a path that leads nowhere) are the point.
"""

import argparse
import base64
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import uuid
import zipfile

PYTHON = os.environ.get("STRANGERS_PYTHON", sys.executable)


def log(*words):
    print(*words, flush=True)


def own_ip():
    try:
        return socket.gethostbyname(socket.gethostname())
    except OSError:
        return "127.0.0.1"


def pack(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for name, content in entries:
            target.writestr(name, content)
    return buffer.getvalue()


class Peer:
    """What most of them share: the flat words, one connection a message, one recv an answer."""

    udp_port = 0
    own_port = 0
    udp_buffer = 4096
    buffer = 65536
    timeout = None
    broadcast = "255.255.255.255"
    beat = 10
    rest = 5
    after_result = 0

    def __init__(self, options):
        self.id = str(uuid.uuid4())
        self.pace = options.pace
        self.work = options.work
        self.master = None
        if options.master:
            host, port = options.master.rsplit(":", 1)
            self.master = (host, int(port))
        log("peer", type(self).__name__, self.id)

    def pause(self, seconds):
        time.sleep(seconds * self.pace)

    # -- finding the master

    def question(self):
        return {"action": "DISCOVER_MASTER", "peer_id": self.id, "port_tcp": self.own_port}

    def announced(self, message):
        if message.get("action") == "MASTER_ANNOUNCE":
            return message["master_ip"], message["master_port"]
        return None

    def udp(self):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        return sock

    def discover(self):
        """Once, for five seconds; whatever comes first must be the announcement."""
        with self.udp() as sock:
            sock.settimeout(5)
            sock.sendto(json.dumps(self.question()).encode(), (self.broadcast, self.udp_port))
            try:
                data, _ = sock.recvfrom(self.udp_buffer)
            except socket.timeout:
                log("no master")
                sys.exit(1)
        found = self.announced(json.loads(data.decode()))
        if not found:
            log("not an announcement")
            sys.exit(1)
        return found

    # -- messages

    def connect(self):
        return socket.create_connection(self.master, timeout=self.timeout)

    def receive(self, sock):
        return json.loads(sock.recv(self.buffer).decode())

    def send(self, message):
        with self.connect() as sock:
            sock.sendall(json.dumps(message).encode())
            return self.receive(sock)

    def registration(self):
        return {"action": "REGISTER", "peer_id": self.id, "addr": [own_ip(), self.own_port]}

    def heartbeat(self):
        return {"action": "HEARTBEAT", "peer_id": self.id}

    def request(self):
        return {"action": "REQUEST_TASK", "peer_id": self.id}

    def submission(self, name, data):
        return {"action": "SUBMIT_RESULT", "peer_id": self.id, "result_name": name, "result_data": data}

    def package(self, answer):
        """The task's name and bytes, or nothing."""
        if answer.get("action") == "TASK_PACKAGE":
            return answer["task_name"], base64.b64decode(answer["task_data"])
        return None

    # -- running

    def folder(self, task):
        return os.path.join(self.work, task[:-4])

    def command(self, folder):
        return [PYTHON, "main.py"]

    def result_name(self, task):
        return task

    limit = None

    def unpack(self, task, data):
        folder = self.folder(task)
        os.makedirs(folder, exist_ok=True)
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            source.extractall(folder)
        return folder

    def run(self, task, data):
        """The result's bytes, or None when this program submits nothing."""
        folder = self.unpack(task, data)
        try:
            done = subprocess.run(self.command(folder), cwd=folder, capture_output=True, timeout=self.limit)
        except subprocess.TimeoutExpired:
            log("took too long:", task)
            return None
        return self.collect(folder, done)

    def collect(self, folder, done):
        return pack([("stdout.txt", done.stdout), ("stderr.txt", done.stderr)])

    def deliver(self, task, result):
        answer = self.send(self.submission(self.result_name(task), base64.b64encode(result).decode()))
        log("submitted", task, answer)

    # -- the day

    def beats(self):
        while True:
            try:
                log("heartbeat", self.send(self.heartbeat()))
            except OSError as e:
                log("heartbeat failed:", e)
            self.pause(self.beat)

    def start_beats(self):
        threading.Thread(target=self.beats, daemon=True).start()

    def start(self):
        if not self.master:
            self.master = self.discover()
        log("master", *self.master)
        log("registered", self.send(self.registration()))
        self.start_beats()
        while True:
            self.round()

    def round(self):
        found = self.package(self.send(self.request()))
        if not found:
            self.pause(self.rest)
            return
        task, data = found
        log("got", task, len(data))
        result = self.run(task, data)
        if result is not None:
            self.deliver(task, result)
        self.pause(self.after_result)


class A(Peer):
    """Ends at the first thing that goes wrong. Keeps the connection open while the task runs."""

    udp_port = 9999
    own_port = 11000
    buffer = 8192
    timeout = 10
    limit = 20

    def folder(self, task):
        return os.path.join(self.work, task + "_dir")

    def result_name(self, task):
        return "result_" + task

    def round(self):
        with self.connect() as sock:
            sock.sendall(json.dumps(self.request()).encode())
            found = self.package(self.receive(sock))
            if found:
                log("got", found[0], len(found[1]))
                result = self.run(*found)
        if not found:
            self.pause(self.rest)
        elif result is not None:
            self.deliver(found[0], result)

    def start(self):
        try:
            super().start()
        except (OSError, ValueError) as e:
            log("Erro geral:", e)
            sys.exit(0)


class B(Peer):
    udp_port = 8888
    rest = 15
    after_result = 15

    def beats(self):
        # No guard: what goes wrong ends the thread, and the work goes on.
        while True:
            log("heartbeat", self.send(self.heartbeat()))
            self.pause(self.beat)


class C(Peer):
    """A menu: 1 looks for the master, 2 asks for a task. One socket for everything, two threads on it, no lock."""

    udp_port = 50005
    own_port = 50010
    udp_buffer = 1024
    buffer = 1024
    beat = 5
    broadcast = "10.62.219.255"

    def __init__(self, options):
        super().__init__(options)
        self.sock = None
        self.just_beat = threading.Semaphore(0)

    def send(self, message):
        self.sock.sendall(json.dumps(message).encode())
        return self.receive(self.sock)

    def command(self, folder):
        return ["py", "main.py"]

    def folder(self, task):
        return os.path.join(self.work, task)

    def result_name(self, task):
        return task + "_result.zip"

    def join(self, address):
        self.master = address
        self.sock = socket.create_connection(address)
        log("registered", self.send(self.registration()))
        self.start_beats()

    def beats(self):
        try:
            while True:
                log("heartbeat", self.send(self.heartbeat()))
                self.just_beat.release()
                self.pause(self.beat)
        except (OSError, ValueError) as e:
            log("heartbeat stopped:", e)

    def listen(self):
        """Every announcement is one more connection, one more registration and one more heartbeat thread."""
        while True:
            data, _ = self.udp_sock.recvfrom(self.udp_buffer)
            try:
                found = self.announced(json.loads(data.decode()))
            except ValueError:
                continue
            if found:
                self.join((found[0], int(found[1])))

    def start(self):
        if self.master:
            self.join(self.master)
        else:
            self.udp_sock = self.udp()
            self.udp_sock.bind(("", self.own_port))
            threading.Thread(target=self.listen, daemon=True).start()
        for line in sys.stdin:
            choice = line.strip()
            if choice == "1":
                question = json.dumps(self.question()).encode()
                self.udp_sock.sendto(question, (self.broadcast, self.udp_port))
            elif choice == "2":
                # A user types when a heartbeat has just scrolled by. In the same moment with one, whose answer is whose
                # would be left to chance.
                while self.just_beat.acquire(blocking=False):
                    pass
                self.just_beat.acquire(timeout=2 * self.beat * self.pace)
                try:
                    self.round()
                except (OSError, ValueError, zipfile.BadZipFile) as e:
                    log("error:", e)


class D(Peer):
    """Takes packages without a pause and can never run one: the path is seen from inside the folder it leads to."""

    udp_port = 9999
    own_port = 7777
    udp_buffer = 1024
    buffer = 65536

    def folder(self, task):
        return os.path.join(self.work, str(uuid.uuid4()))

    def run(self, task, data):
        folder = os.path.relpath(self.unpack(task, data))
        command = [PYTHON, os.path.join(folder, "main.py"), os.path.join(folder, "input.csv")]
        done = subprocess.run(command, cwd=folder, capture_output=True)
        if done.returncode != 0:
            log("failed:", done.stderr.decode(errors="replace").strip())
            return None
        texts = [name for name in os.listdir(folder) if name.endswith(".txt")]
        return pack([(name, open(os.path.join(folder, name), "rb").read()) for name in texts])

    def result_name(self, task):
        return "result_" + str(uuid.uuid4()) + ".zip"

    def round(self):
        try:
            super().round()
        except (OSError, ValueError) as e:
            log("error:", e)
            self.pause(5)


class E(Peer):
    """Its master is a super-peer. The same wrong path as D's, but it submits what came of it."""

    udp_port = 50001
    udp_buffer = 1024
    buffer = 1 << 20
    beat = 30
    rest = 15

    def question(self):
        return {"action": "DISCOVER_SUPER_PEER"}

    def announced(self, message):
        if message.get("action") == "SUPER_PEER_ANNOUNCEMENT":
            return message["ip"], message["port"]
        return None

    def registration(self):
        return {"action": "REGISTER", "peer_id": self.id, "p2p_port": 0}

    def package(self, answer):
        if answer.get("task_name"):
            return answer["task_name"], base64.b64decode(answer["task_data"])
        return None

    def command(self, folder):
        return [PYTHON, os.path.join(os.path.relpath(folder), "main.py")]

    def collect(self, folder, done):
        shutil.rmtree(folder, ignore_errors=True)
        return super().collect(folder, done)

    def beats(self):
        self.pause(self.beat)
        super().beats()

    def round(self):
        try:
            super().round()
        except (OSError, ValueError) as e:
            log("error:", e)
            self.pause(15)


class F(Peer):
    """Envelopes; the only one that reads on until the JSON is whole."""

    udp_port = 55001
    own_port = 55002
    rest = 20
    after_result = 20

    def envelope(self, kind, **data):
        return {"type": kind, "data": dict(data, peer_id=self.id)}

    def question(self):
        return self.envelope("DISCOVER_MASTER", port=self.own_port)

    def announced(self, message):
        if message.get("type") == "MASTER_ANNOUNCE":
            return message["data"]["master_ip"], message["data"]["master_port"]
        return None

    def discover(self):
        while True:
            with self.udp() as sock:
                sock.settimeout(5)
                sock.sendto(json.dumps(self.question()).encode(), (self.broadcast, self.udp_port))
                try:
                    data, _ = sock.recvfrom(self.udp_buffer)
                    found = self.announced(json.loads(data.decode()))
                    if found:
                        return found
                except (OSError, ValueError) as e:
                    log("no master yet:", e)

    def receive(self, sock):
        data = b""
        while True:
            part = sock.recv(4096)
            if not part:
                raise ValueError("closed in the middle")
            data += part
            try:
                return json.loads(data.decode())
            except ValueError:
                continue

    def registration(self):
        return self.envelope("REGISTER", host=own_ip(), port=self.own_port)

    def heartbeat(self):
        return self.envelope("HEARTBEAT")

    def request(self):
        return self.envelope("REQUEST_TASK")

    def submission(self, name, data):
        return self.envelope("SUBMIT_RESULT", result_name=name, result_data=data)

    def package(self, answer):
        if answer.get("type") == "TASK_PACKAGE":
            return answer["data"]["task_name"], base64.b64decode(answer["data"]["task_data"])
        return None

    def command(self, folder):
        return [PYTHON, os.path.abspath(os.path.join(folder, "main.py"))]

    def result_name(self, task):
        return "results_" + task

    def run(self, task, data):
        folder = self.unpack(task, data)
        if not os.path.exists(os.path.join(folder, "main.py")):
            log("no main.py in", task)
            return None
        done = subprocess.run(self.command(folder), cwd=folder, capture_output=True)
        return self.collect(folder, done)

    def round(self):
        try:
            super().round()
        except (OSError, ValueError) as e:
            log("error:", e)
            self.pause(20)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("group", choices="ABCDEF")
    parser.add_argument("--master", help="HOST:PORT, instead of looking for one")
    parser.add_argument("--work", default="work")
    parser.add_argument("--pace", type=float, default=1, help="what all pauses are multiplied by")
    options = parser.parse_args()
    globals()[options.group](options).start()


if __name__ == "__main__":
    main()
