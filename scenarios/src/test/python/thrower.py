"""Throws garbage at the masters' multicast address: noise, long datagrams, words with wrong fields, members that do not exist.

    thrower.py COUNT
"""

import base64
import json
import random
import socket
import sys

GROUP = ("224.1.1.1", 5001)
chance = random.Random(20261120)
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)


def hello(**changes):
    card = dict(version=1, group="default", id=chance.randrange(1, 9), node="%08x" % chance.randrange(1 << 32), priority=99999,
                election="highest-priority", size=3, host="", port=1, engine_port=1, grid=None, rank=0,
                applied=0, ready=True, missing=0)
    card.update(changes)
    return b"MUTIRAO " + base64.urlsafe_b64encode(json.dumps(card).encode()).rstrip(b"=")


KINDS = [
    lambda: chance.randbytes(chance.randrange(1, 1500)),
    lambda: b"JOIN:" + chance.randbytes(20),
    lambda: b"JOIN:%d:%d" % (chance.randrange(1 << 31), chance.randrange(1 << 31)),
    lambda: b"WELCOME:1:99999",
    lambda: b"LEAVE:%d" % chance.randrange(4),
    lambda: b"MESSAGE_TO:1:2",
    lambda: b"MESSAGE:1:" + "\x1b[2J\u202e".encode() * 20,
    lambda: b"x" * 60000,
    lambda: b"MUTIRAO " + chance.randbytes(200),
    lambda: b"MUTIRAO " + b"e30" * 10,
    hello,
    lambda: hello(version=0),
    lambda: hello(host="10.62.219.14", port=50020),
    lambda: hello(grid="99999999-8888-7777-6666-555555555555"),
    lambda: hello(id=-1),
    lambda: hello(host="../../etc"),
]
for number in range(int(sys.argv[1])):
    sock.sendto(KINDS[number % len(KINDS)](), GROUP)
print("thrown")
