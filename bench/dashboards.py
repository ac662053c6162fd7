#!/usr/bin/env python3
"""How much watching costs: 100 000 tasks in the ledger, 20 dashboards, against none.

Plays one worker of ours by hand (no script runs) that takes tasks and delivers results as fast as it can over a few connections, with and
without the dashboards in turn, and asks the API meanwhile. Prints the ratio of the rates, the API's 99th percentile, and when the first rows are on
the screen in Chromium, if that is here: of one that was never there before, and of one that was.
"""

import argparse
import base64
import http.client
import io
import json
import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import uuid
import zipfile

import browser

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(name, content)
    return base64.b64encode(buffer.getvalue()).decode()


PACKAGE = zipped("main.py", "print(1)")
RESULT = zipped("stdout.txt", "1\n")
FIRST_SCREEN = "/api/jobs?limit=100"


class Line:
    """One kept connection; an answer is read until it is whole."""

    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, **message):
        self.sock.sendall(json.dumps(message, separators=(",", ":")).encode())
        data = b""
        while True:
            data += self.sock.recv(1 << 16)
            try:
                return json.loads(data)
            except ValueError:
                continue


def submit(port, count, first):
    line = Line(port)
    for number in range(first, first + count):
        line.ask(action="SUBMIT_TASK", name="t%d.zip" % number, key="bench%d" % number, task_data=PACKAGE)


def work(port, peer, until, done):
    line = Line(port)
    while time.time() < until():
        task = line.ask(action="REQUEST_TASK", peer_id=peer, wait_ms=1000)
        if "task_id" in task:
            line.ask(action="SUBMIT_RESULT", peer_id=peer, result_name=task["task_name"], grid_id=task["grid_id"],
                     task_id=task["task_id"], attempt=task["attempt"], run_ms=1, exit_code=0, result_data=RESULT)
            done.append(1)


def get(port, path, timings=None):
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    if timings is not None:
        timings.append(time.perf_counter() - began)
    return body


def watch(port, stop, timings):
    """A dashboard: the stream, and once a second the visible page."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(b"GET /api/events/stream HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
    sock.settimeout(0.2)
    due = time.time()
    while not stop.is_set():
        try:
            if not sock.recv(1 << 16):
                return
        except socket.timeout:
            pass
        if time.time() >= due:
            due = time.time() + 1
            get(port, FIRST_SCREEN, timings)
    sock.close()


def measure(port, seconds, peer, lanes):
    done, threads, end = [], [], time.time() + seconds
    for _ in range(lanes):
        threads.append(threading.Thread(target=work, args=(port, peer, lambda: end, done)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done) / seconds


def first_screen(web, rounds=9):
    if not browser.found():
        print("first screen: there is no Chromium here")
        return
    with browser.Browser() as tab:
        new, again = [], []
        for _ in range(rounds):
            tab.forget()
            new.append(tab.shown("http://localhost:%d/" % web, "tbody tr"))
            again.append(tab.shown("http://localhost:%d/" % web, "tbody tr"))
    for who, times in (("first visit", new), ("later visits", again)):
        print("first rows on the screen, %s: median %.0f ms (%.0f to %.0f)" % (who, statistics.median(times), min(times), max(times)), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--dashboards", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        master = subprocess.Popen(
            ["java", "-jar", os.path.join(ROOT, "master", "target", "master.jar"), "--host", "127.0.0.1", "--port", "0",
             "--discovery-ports", "none", "--multicast", "224.1.1.9:5999", "--http", "127.0.0.1:0", "--port-file", "ports"], cwd=folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            ports = os.path.join(folder, "ports")
            while not os.path.exists(ports):
                time.sleep(0.1)
            time.sleep(0.3)
            lines = open(ports).read().split()
            tcp, web = int(lines[0]), int([l for l in lines if l.startswith("http=")][0][5:])
            began = time.time()
            lanes = 16
            threads = [threading.Thread(target=submit, args=(tcp, options.tasks // lanes, i * options.tasks)) for i in range(lanes)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            print("%d tasks handed in, %.0f a second" % (options.tasks, options.tasks / (time.time() - began)), flush=True)
            peer = str(uuid.uuid4())
            Line(tcp).ask(action="REGISTER", peer_id=peer, addr=["127.0.0.1", 0], features=["lease", "wait", "slots"], slots=64,
                          heartbeat_ms=60000)
            first_screen(web)
            measure(tcp, options.seconds / 2, peer, 8)
            ratios, timings = [], []
            for number in range(options.rounds):
                alone = measure(tcp, options.seconds, peer, 8)
                stop = threading.Event()
                watchers = [threading.Thread(target=watch, args=(web, stop, timings)) for _ in range(options.dashboards)]
                for watcher in watchers:
                    watcher.start()
                watched = measure(tcp, options.seconds, peer, 8)
                stop.set()
                for watcher in watchers:
                    watcher.join()
                ratios.append(watched / alone)
                print("round %d: %.0f tasks/s alone, %.0f watched, ratio %.2f" % (number + 1, alone, watched, ratios[-1]), flush=True)
            timings.sort()
            print("ratio: median %.2f (%.2f to %.2f)" % (statistics.median(ratios), min(ratios), max(ratios)))
            print("API while watched: median %.0f ms, 99th percentile %.0f ms of %d" % (
                statistics.median(timings) * 1000, timings[int(len(timings) * 0.99)] * 1000, len(timings)))
        finally:
            master.terminate()
            master.wait()


if __name__ == "__main__":
    main()
