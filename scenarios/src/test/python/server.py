"""Our own play of the server group with an election by priority: UDP multicast, text, one datagram a message.

    server.py ID PRIORITY        then on standard input: join, leave, list, send TEXT, sendto ID TEXT, exit

Reads 1024 bytes a datagram, splits at every colon, needs an integer in the second field, has no sign of life, and takes the member with the
highest priority for the master.
"""

import socket
import struct
import sys
import threading

GROUP, PORT = "224.1.1.1", 5001
me, priority = int(sys.argv[1]), int(sys.argv[2])
members = {}
sock = None


def say(text):
    print(text, flush=True)


def show():
    if members:
        master = max(members, key=lambda member: (members[member]))
        say("members: %s master: %d" % (" ".join("%d=%d" % each for each in sorted(members.items())), master))


def listen(mine):
    while mine is sock:
        data, _ = mine.recvfrom(1024)
        fields = data.decode("utf-8", "replace").strip().split(":")
        if len(fields) < 2:
            continue
        try:
            other = int(fields[1])
            if fields[0] == "JOIN" and other != me:
                members[other] = int(fields[2])
                send("WELCOME:%d:%d" % (me, priority))
            elif fields[0] == "WELCOME":
                members[other] = int(fields[2])
            elif fields[0] == "LEAVE":
                members.pop(other, None)
            elif fields[0] == "MESSAGE":
                say("message from %d: %s" % (other, fields[2]))
            elif fields[0] == "MESSAGE_TO" and int(fields[2]) == me:
                say("private message from %d: %s" % (other, fields[3]))
        except (ValueError, IndexError) as broken:
            say("error: %s" % broken)
            continue
        show()


def send(text):
    sock.sendto(text.encode(), (GROUP, PORT))


def join():
    global sock
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", PORT))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("4sl", socket.inet_aton(GROUP), socket.INADDR_ANY))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    members[me] = priority
    threading.Thread(target=listen, args=(sock,), daemon=True).start()
    send("JOIN:%d:%d" % (me, priority))


say("ready server")
for line in sys.stdin:
    words = line.strip().split(" ", 2)
    if words[0] == "join":
        join()
    elif words[0] == "leave":
        send("LEAVE:%d" % me)
        members.clear()
    elif words[0] == "list":
        show()
    elif words[0] == "send":
        send("MESSAGE:%d:%s" % (me, line.strip()[len("send "):]))
    elif words[0] == "sendto" and int(words[1]) in members:
        send("MESSAGE_TO:%d:%s:%s" % (me, words[1], words[2]))
    elif words[0] == "exit":
        break
