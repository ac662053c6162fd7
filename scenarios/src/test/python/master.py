#!/usr/bin/env python3
"""Masters as other groups' are, each with its habits: master.py GROUP [options].

Written from a description of how those programs behave on the wire, to play them in tests. Hands out what lies in tasks/ and
stores what comes in results/. Each message is read with one recv, and what has not arrived then is missing.
"""

import argparse
import base64
import json
import os
import socket
import threading


def log(*words):
    print(*words, flush=True)


class Master:
    """What most of them share: the flat words, any number of messages on a connection."""

    udp_port = 0
    tcp_port = 0
    udp_buffer = 4096
    buffer = 8192
    reuse = False
    one_message = False

    def __init__(self, options):
        self.tasks = options.tasks
        self.results = options.results
        self.host = options.host
        self.peers = set()
        for folder in (self.tasks, self.results):
            os.makedirs(folder, exist_ok=True)
        self.listener = socket.socket()
        if self.reuse:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((self.host, self.tcp_port if options.port is None else options.port))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((self.host, self.udp_port if options.udp_port is None else options.udp_port))

    # -- being found

    def ip(self):
        return socket.gethostbyname(socket.gethostname())

    def announcement(self, message, sender):
        if message.get("action") == "DISCOVER_MASTER":
            return {"action": "MASTER_ANNOUNCE", "master_ip": self.ip(), "master_port": self.port}
        return None

    def discovery(self):
        while True:
            data, sender = self.udp.recvfrom(self.udp_buffer)
            try:
                answer = self.announcement(json.loads(data.decode()), sender)
            except Exception as e:
                log("bad datagram:", e)
                continue
            if answer:
                self.udp.sendto(json.dumps(answer).encode(), sender)

    # -- tasks

    def waiting(self):
        return sorted(os.listdir(self.tasks))

    def take(self):
        """The next task's name and text; what is handed out is gone."""
        for name in self.waiting():
            path = os.path.join(self.tasks, name)
            with open(path, "rb") as file:
                data = base64.b64encode(file.read()).decode()
            self.handed_out(path)
            return name, data
        return None

    def handed_out(self, path):
        os.remove(path)

    def store(self, name, data):
        with open(os.path.join(self.results, os.path.basename(name)), "wb") as file:
            file.write(base64.b64decode(data))
        log("stored", name)

    # -- messages

    def no_task(self):
        return {"action": "NO_TASK"}

    def unknown(self, action):
        return None

    def answer(self, message):
        """What to say; None for nothing."""
        action = message["action"]
        if action == "REGISTER":
            self.peers.add(message["peer_id"])
            log("registered", message)
            return {"status": "REGISTERED"}
        if action == "HEARTBEAT":
            return {"status": "ALIVE"}
        if action == "REQUEST_TASK":
            task = self.take()
            if not task:
                return self.no_task()
            log("handed out", task[0])
            return {"action": "TASK_PACKAGE", "task_name": task[0], "task_data": task[1]}
        if action == "SUBMIT_RESULT":
            self.store(message["result_name"], message["result_data"])
            return {"status": "OK"}
        return self.unknown(action)

    def serve(self, sock):
        with sock:
            while True:
                data = sock.recv(self.buffer)
                if not data:
                    return
                answer = self.answer(json.loads(data.decode()))
                if answer is not None:
                    sock.sendall(json.dumps(answer).encode())
                if self.one_message:
                    return

    def guarded(self, sock):
        try:
            self.serve(sock)
        except Exception as e:
            log("closed:", type(e).__name__, e)

    def start(self):
        threading.Thread(target=self.discovery, daemon=True).start()
        log("ready udp=%d tcp=%d" % (self.udp.getsockname()[1], self.port))
        while True:
            sock, _ = self.listener.accept()
            threading.Thread(target=self.guarded, args=(sock,), daemon=True).start()


class A(Master):
    """Says nothing at all when there is no work."""

    udp_port = 9999
    tcp_port = 10000

    def no_task(self):
        return None


class B(Master):
    """Closes after each message; a datagram that is no JSON object ends its discovery for good."""

    udp_port = 8888
    tcp_port = 9000
    buffer = 65536
    one_message = True

    def discovery(self):
        while True:
            data, sender = self.udp.recvfrom(self.udp_buffer)
            answer = self.announcement(json.loads(data.decode()), sender)
            if answer:
                self.udp.sendto(json.dumps(answer).encode(), sender)

    def unknown(self, action):
        return {"status": "UNKNOWN_ACTION"}


class C(Master):
    """Has one package, read at the start, and gives it without end."""

    udp_port = 50005
    tcp_port = 50020
    udp_buffer = 1024
    buffer = 65536

    def __init__(self, options):
        super().__init__(options)
        path = os.path.join(self.tasks, "example.zip")
        self.example = None
        if os.path.exists(path):
            with open(path, "rb") as file:
                self.example = base64.b64encode(file.read()).decode()

    def take(self):
        if self.example is None:
            raise ValueError("no example.zip")
        return "example.zip", self.example


class D(Master):
    """Reads 1024 bytes, and answers each piece of what is longer with an error. Never forgets a task."""

    udp_port = 9999
    tcp_port = 8888
    udp_buffer = 1024
    buffer = 1024
    reuse = True

    def announcement(self, message, sender):
        message["peer_id"], message["port_tcp"]  # silent without
        return super().announcement(message, sender)

    def waiting(self):
        return [name for name in sorted(os.listdir(self.tasks)) if name.endswith(".zip")]

    def handed_out(self, path):
        pass

    def no_task(self):
        return {"status": "NO_TASKS"}

    def serve(self, sock):
        with sock:
            while True:
                data = sock.recv(self.buffer)
                if not data:
                    return
                try:
                    answer = self.answer(json.loads(data.decode()))
                except Exception as e:
                    log("error:", e)
                    answer = {"status": "ERROR", "message": str(e)}
                if answer is not None:
                    sock.sendall(json.dumps(answer).encode())


class E(Master):
    """A super-peer. What is handed out waits in processing/ until a result of that very name comes."""

    udp_port = 50001
    tcp_port = 50000
    udp_buffer = 1024
    buffer = 1 << 20
    one_message = True

    def __init__(self, options):
        super().__init__(options)
        self.processing = os.path.join(os.path.dirname(os.path.abspath(self.tasks)), "processing")
        os.makedirs(self.processing, exist_ok=True)
        self.lock = threading.Lock()

    def announcement(self, message, sender):
        if message["action"] == "DISCOVER_SUPER_PEER":
            return {"action": "SUPER_PEER_ANNOUNCEMENT", "ip": self.ip(), "port": self.port}
        return None

    def waiting(self):
        return [name for name in sorted(os.listdir(self.tasks)) if name.endswith(".zip")]

    def take(self):
        with self.lock:
            return super().take()

    def handed_out(self, path):
        os.rename(path, os.path.join(self.processing, os.path.basename(path)))

    def no_task(self):
        return {"action": "TASK_PACKAGE", "task_name": None, "task_data": None}

    def store(self, name, data):
        super().store("result_" + name, data)
        path = os.path.join(self.processing, os.path.basename(name))
        if os.path.exists(path):
            os.remove(path)

    def answer(self, message):
        if message["action"] == "REGISTER":
            message["p2p_port"]  # asked for
        if message["action"] == "LIST_PEERS":
            return {"peers": [peer for peer in self.peers if peer != message["peer_id"]]}
        if message["action"] == "GET_PEER_INFO":
            return {"status": "error", "message": "Peer n\u00e3o encontrado"}
        return super().answer(message)


class F(Master):
    """Envelopes; wants host and port; reads 4096 bytes."""

    udp_port = 55001
    tcp_port = 55000
    buffer = 4096
    reuse = True
    one_message = True

    def announcement(self, message, sender):
        if message["type"] == "DISCOVER_MASTER" and isinstance(message["data"], dict):
            return {"type": "MASTER_ANNOUNCE", "data": {"master_ip": self.ip(), "master_port": self.port}}
        return None

    def answer(self, message):
        kind, data = message.get("type"), message.get("data")
        if kind == "REGISTER":
            if not data.get("host") or not data.get("port"):
                return self.error("Missing host or port")
            self.peers.add(data["peer_id"])
            log("registered", message)
            return {"type": "REGISTERED", "data": {}}
        if kind == "HEARTBEAT":
            return {"type": "ALIVE", "data": {}} if data["peer_id"] in self.peers else self.error("Peer not registered")
        if kind == "REQUEST_TASK":
            task = self.take()
            if not task:
                return {"type": "NO_TASKS", "data": {}}
            log("handed out", task[0])
            return {"type": "TASK_PACKAGE", "data": {"task_name": task[0], "task_data": task[1]}}
        if kind == "SUBMIT_RESULT":
            self.store(data["result_name"], data["result_data"])
            return {"type": "OK", "data": {}}
        return None

    def error(self, text):
        return {"type": "ERROR", "data": {"error": text}}

    def serve(self, sock):
        with sock:
            data = sock.recv(self.buffer)
            try:
                answer = self.answer(json.loads(data.decode()))
            except Exception as e:
                log("error:", e)
                answer = self.error(str(e))
            if answer is not None:
                sock.sendall(json.dumps(answer).encode())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("group", choices="ABCDEF")
    parser.add_argument("--host", default="", help="address to bind, every one without")
    parser.add_argument("--port", type=int, help="instead of the group's own; 0 for a free one")
    parser.add_argument("--udp-port", type=int, help="instead of the group's own; 0 for a free one")
    parser.add_argument("--tasks", default="tasks")
    parser.add_argument("--results", default="results")
    options = parser.parse_args()
    globals()[options.group](options).start()


if __name__ == "__main__":
    main()
