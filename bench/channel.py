#!/usr/bin/env python3
"""How long a message of the channel takes to everybody: users who all hear each other, at one master or at three.

Starts the masters on loopback and then `console bot`, some times, and prints each summary and the medians. The machine's cores are
shared by the masters and the bot, which plays all users. Start-up of the Java machines is left out by --warm-up.
"""

import argparse
import os
import re
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def start(folder, jvm, options):
    log = open(os.path.join(folder, "log"), "w")
    jar = os.path.join(ROOT, "master", "target", "master.jar")
    return subprocess.Popen(["java"] + jvm + ["-jar", jar, "--host", "127.0.0.1", "--discovery-ports", "none", "--http", "off"] + options,
                            cwd=folder, stdout=log, stderr=log)


def masters(count, folder, jvm):
    ports = free_ports(2 * count)
    peers = ",".join("%d@127.0.0.1:%d" % (each + 1, ports[each]) for each in range(count))
    running = []
    for each in range(count):
        place = os.path.join(folder, "m%d" % each)
        os.mkdir(place)
        group = ["--id", str(each + 1), "--peers", peers, "--raft-port", str(ports[count + each])] if count > 1 else []
        running.append(start(place, jvm, ["--port", str(ports[each])] + group))
    addresses = ",".join("127.0.0.1:%d" % port for port in ports[:count])
    for each in range(count):
        while "ready" not in open(os.path.join(folder, "m%d" % each, "log")).read():
            time.sleep(0.2)
    return running, addresses


def round_of(options):
    with tempfile.TemporaryDirectory() as folder:
        running, addresses = masters(options.masters, folder, options.jvm.split())
        try:
            bot = ["java", "-jar", os.path.join(ROOT, "console", "target", "console.jar"), "--lang", "en", "--master", addresses,
                   "bot",
                   "--users", str(options.users), "--rate", str(options.rate), "--for", "%ds" % options.seconds,
                   "--warm-up", str(options.warm_up)]
            summary = subprocess.run(bot, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
        finally:
            for each in running:
                each.terminate()
            for each in running:
                each.wait()
    print(summary, flush=True)
    return [int(number) for number in re.search(r"median (\d+) ms, p99 (\d+) ms", summary).groups()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--masters", type=int, default=1)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=35)
    parser.add_argument("--warm-up", type=int, default=15)
    parser.add_argument("--jvm", default="", help="options for the masters' Java machines")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found = [round_of(options) for _ in range(options.rounds)]
    print("of %d rounds: median %s ms, p99 %s ms (%s)" % (
        options.rounds,
        statistics.median(each[0] for each in found),
        statistics.median(each[1] for each in found),
        ", ".join(str(each[1]) for each in found)))


if __name__ == "__main__":
    main()
