#!/usr/bin/env python3
"""Mutir\u00e3o from Python, in one file. It needs nothing but Python 3.8 or newer; save it as mutirao.py beside your script.

    python mutirao.py map main.py data/*.csv --merge all.csv

    from mutirao import Grid
    for r in Grid().map("main.py", glob("data/*.csv")):      # one task for each file, as each ends
        print(r.input, r.stdout, r.files)
    for value in Grid().map(function, items, ordered=True):  # its source file travels; arguments and values as JSON
        print(value)
    with Grid().executor() as pool:                          # a concurrent.futures.Executor
        print(pool.submit(function, 3).result())

The grid is found by itself; or say Grid("host:port"), --master host:port, or set MUTIRAO_MASTER.
A room with a key: Grid(secret="room.secret"), --secret room.secret, or set MUTIRAO_SECRET to that file.
"""

import argparse
import atexit
import base64
import builtins
import collections
import concurrent.futures
import contextlib
import functools
import glob as globbing
import hashlib
import hmac
import inspect
import itertools
import json
import logging
import os
import pickle as pickling
import queue
import re
import select
import shutil
import site
import socket
import sys
import sysconfig
import tempfile
import threading
import time
import unicodedata
import uuid
import weakref
import zipfile
from pathlib import Path

__all__ = ["Grid", "Result", "MutiraoError", "Refused", "NotShippable", "TaskFailed", "JobFailed"]

_log = logging.getLogger("mutirao")
_BLOCK = 1 << 18
_MAX_ANSWER = 64 << 20
_MAX_TEXT = 64 << 20
_MAX_UNPACKED = 64 << 30
_WINDOWS = os.name == "nt"
# On Windows no key interrupts a wait for the network, so waits are short there.
_LONG_WAIT = 1.0 if _WINDOWS else 15.0
_PATIENCE = 600.0
_AT_ONCE = 1000


class MutiraoError(Exception):
    """Something did not work; the text says what, and what to do."""


class Refused(MutiraoError):
    """The master said no. `code` is its word for the reason, as NOT_FOUND."""

    def __init__(self, message, code=""):
        super().__init__(message)
        self.code = code


class NotShippable(MutiraoError):
    """A function or a value that can't travel to another machine."""


class TaskFailed(MutiraoError):
    """One task, or one call of a function, ended badly. `input` is what it was given, `reason` why."""

    def __init__(self, given, reason, details=""):
        super().__init__("%s: %s" % (given, reason))
        self.input = given
        self.reason = reason
        self.details = details


class JobFailed(MutiraoError):
    """Some tasks of a call failed. `failures` lists them; all others were yielded before."""

    SHOWN = 20

    def __init__(self, failures, total, advice=""):
        self.failures = list(failures)
        lines = ["  %s: %s" % (f.input, f.reason) for f in self.failures[: self.SHOWN]]
        if len(self.failures) > self.SHOWN:
            lines.append("  and %d more" % (len(self.failures) - self.SHOWN))
        super().__init__("%d of %d failed:\n%s%s" % (len(self.failures), total, "\n".join(lines), advice))


def _printable(text):
    """The same without what could move a cursor or turn a reader's eye around."""
    return "".join("?" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in str(text))


# The wire: JSON objects one after the other, a payload's bytes behind the object that says "raw".


class _Broken(Exception):
    """The connection, not the question, is at fault."""


class _Room:
    """A room with a key: its secret, and the proofs of PROTOCOL.md, "A room with a key"."""

    _CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"
    _WORD = re.compile("([%s])([%s])" % (_CONSONANTS, _VOWELS) * 2 + "([%s])" % _CONSONANTS)

    def __init__(self, file):
        import ssl

        try:
            # A file of Windows may begin with a mark, or have two bytes a letter.
            with open(file, "rb") as raw:
                text = bytes(byte for byte in raw.read(4096) if 0 < byte < 128).decode("ascii")
            words = re.findall("[a-z]+", text.lower())
        except OSError as e:
            raise MutiraoError("the file %s can't be read: %s" % (file, _reason(e))) from None
        if len(words) != 6 or not all(map(self._WORD.fullmatch, words)):
            raise MutiraoError("the file %s has no room's secret: that is six words such as lusab-babad-gutih" % file)
        self._secret = b"".join(map(self._bytes, words))
        # Any certificate will do, since the master's proof vouches for it.
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._tls.check_hostname = False
        self._tls.verify_mode = ssl.CERT_NONE
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_3

    @classmethod
    def _bytes(cls, word):
        value = 0
        for at, letter in enumerate(word):
            value = value << 4 | cls._CONSONANTS.index(letter) if at % 2 == 0 else value << 2 | cls._VOWELS.index(letter)
        return value.to_bytes(2, "big")

    def _key(self, purpose):
        return hmac.new(self._secret, b"mutirao room 1 " + purpose, hashlib.sha256).digest()

    def label(self):
        """By which the master knows which secret is meant."""
        return self._key(b"label")[:8].hex()

    def wrap(self, plain):
        import ssl

        try:
            return self._tls.wrap_socket(plain)
        except ssl.SSLError:
            raise Refused("there is no TLS: that master has no key, or is another program") from None

    def prove(self, connection, certificate, timeout):
        """Both sides show that they know the secret; the master first."""
        nonce = os.urandom(32)
        said = connection.ask(
            {"action": "PROVE", "nonce": base64.b64encode(nonce).decode(), "secret": self.label()}, timeout=timeout
        )
        seen = nonce + _decoded(said.get("nonce")) + hashlib.sha256(certificate).digest()
        key = self._key(b"proof")
        if not hmac.compare_digest(hmac.new(key, b"master\n" + seen, hashlib.sha256).digest(), _decoded(said.get("proof"))):
            raise Refused(_printable(said.get("message", "it does not know this secret: it is a master of another room, or a false one, or the secret was taken back")))
        own = hmac.new(key, b"peer\n" + seen, hashlib.sha256).digest()
        said = connection.ask({"action": "PROVE", "proof": base64.b64encode(own).decode()}, timeout=timeout)
        if said.get("status") != "PROVEN":
            raise Refused(_printable(said.get("message", "it does not let this program in")))

    def announces(self, nonce, said, host, port):
        """Whether one who knows the secret says in answer to this question where the master is."""
        own = hmac.new(self._key(b"discovery"), nonce + ("%s:%d" % (host, port)).encode(), hashlib.sha256).digest()
        return hmac.compare_digest(own, _decoded(said.get("proof")))


def _decoded(text):
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError):
        return b""


class _Connection:
    """One TCP connection to a master. One thread at a time."""

    _MARKS = re.compile(rb'["{}]')
    _QUOTED = re.compile(rb'(?:[^"\\]|\\.)*"', re.DOTALL)

    def __init__(self, address, timeout, room=None):
        self._socket = socket.create_connection(address, timeout)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            self._buffer = bytearray()
            if room is not None:
                self._socket = room.wrap(self._socket)
                room.prove(self, self._socket.getpeercert(True), timeout)
            answer = self.ask({"action": "AGREE", "features": ["raw"]}, timeout=timeout)
            if answer.get("status") != "OK" or "raw" not in answer.get("features", ()):
                raise _Broken("is no master of Mutir\u00e3o, or a very old one")
        except BaseException:
            self.close()
            raise

    def close(self):
        self._socket.close()

    def ask(self, question, payload=None, sink=None, timeout=30.0):
        """One question and its answer. `payload` is a path whose bytes follow; `sink` a file for bytes that come."""
        self._socket.settimeout(timeout)
        if payload is None:
            self._socket.sendall(_encoded(question) + b"\n")
        else:
            self._send(question, payload)
        answer = self._object()
        if "raw" in answer:
            self._receive(answer["raw"], sink)
        return answer

    def _send(self, question, payload):
        with open(payload, "rb") as file:
            left = os.fstat(file.fileno()).st_size
            self._socket.sendall(_encoded(dict(question, raw=left)))
            while left and not self._answered():
                block = file.read(min(left, _BLOCK))
                if not block:
                    raise MutiraoError("%s became shorter while it was sent" % payload)
                try:
                    self._socket.sendall(block)
                except OSError:
                    if self._answered():
                        return
                    raise
                left -= len(block)
            if not left:
                self._socket.sendall(b"\n")

    def _answered(self):
        """Whether the master says something before it has all: why it does not want it."""
        decrypted = getattr(self._socket, "pending", int)()
        return decrypted > 0 or bool(select.select([self._socket], [], [], 0)[0])

    def _more(self):
        block = self._socket.recv(_BLOCK)
        if not block:
            raise _Broken("closed the connection")
        self._buffer += block

    def _object(self):
        at, depth = 0, 0
        while True:
            mark = self._MARKS.search(self._buffer, at)
            if mark is None:
                at = len(self._buffer)
            elif mark.group() == b'"':
                quoted = self._QUOTED.match(self._buffer, mark.end())
                if quoted:
                    at = quoted.end()
                    continue
                at = mark.start()
            else:
                at = mark.end()
                depth += 1 if mark.group() == b"{" else -1
                if depth == 0:
                    break
                continue
            if len(self._buffer) > _MAX_ANSWER:
                raise _Broken("sent an answer without an end")
            self._more()
        text = bytes(self._buffer[:at])
        del self._buffer[:at]
        try:
            answer = json.loads(text.decode("utf-8"))
        except ValueError:
            raise _Broken("answered something that is no JSON") from None
        return answer

    def _receive(self, size, sink):
        if type(size) is not int or size < 0 or sink is None:
            raise _Broken("sent bytes that nobody asked for")
        left = size
        # The line feed behind the answer before may still lie in front.
        while left:
            if not self._buffer:
                self._more()
            block = self._buffer[:left]
            sink.write(block)
            del self._buffer[: len(block)]
            left -= len(block)


def _encoded(question):
    return json.dumps(question, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _parse_address(text):
    text = text.strip()
    host, _, port = text.rpartition(":")
    if ":" not in text or text.endswith("]") or (text.count(":") > 1 and "[" not in text):
        host, port = text, "50020"
    if not re.fullmatch(r"[^\s/@]+", host) or not port.isdigit() or not 0 < int(port) < 65536:
        raise MutiraoError("'%s' is no address: write it like pc7:50020" % _printable(text))
    return host.strip("[]"), int(port)


class _Discovery:
    """Asks the LAN where a master is, in the three wordings that masters know."""

    PORTS = "50005,9999,8888,50001,55001"
    _QUAD = re.compile(r"\d{1,3}(\.\d{1,3}){3}")

    def __init__(self, room=None):
        self._room, self._nonce = room, os.urandom(32)
        text = os.environ.get("MUTIRAO_DISCOVERY_PORTS", self.PORTS)
        self.ports = [int(port) for port in re.findall(r"\d+", text)]

    def find(self, patience):
        """Addresses of masters as they answer, each once."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sock.bind(("", 0))
            me, port = "client-" + uuid.uuid4().hex[:12], sock.getsockname()[1]
            for target in self._targets():
                for number in self.ports:
                    # An interface without a route fails here; the others may still reach a master.
                    with contextlib.suppress(OSError):
                        sock.sendto(_encoded(self._question(number, me, port)), (target, number))
            end, seen = time.monotonic() + patience, set()
            while time.monotonic() < end:
                sock.settimeout(max(0.01, end - time.monotonic()))
                try:
                    text, source = sock.recvfrom(4096)
                except socket.timeout:
                    return
                except OSError:
                    continue  # Windows reports a closed port of another machine here.
                for address in self._announced(text, source[0]):
                    if address not in seen:
                        seen.add(address)
                        yield address

    def _question(self, number, me, port):
        proof = {} if self._room is None else {"nonce": base64.b64encode(self._nonce).decode()}
        if number == 50001:
            return dict(proof, action="DISCOVER_SUPER_PEER")
        if number == 55001:
            return dict(proof, type="DISCOVER_MASTER", data={"peer_id": me, "port": port})
        return dict(proof, action="DISCOVER_MASTER", peer_id=me, port_tcp=port)

    def _announced(self, text, source):
        try:
            whole = said = json.loads(text.decode("utf-8"))
            said = said.get("data") if said.get("type") == "MASTER_ANNOUNCE" else said
            host = str(said.get("master_ip", said.get("ip", "")))
            port = int(said.get("master_port", said.get("port", 0)))
        except (ValueError, TypeError, AttributeError):
            return []
        if not 0 < port < 65536:
            return []
        if self._room is not None:
            return [(host, port)] if self._QUAD.fullmatch(host) and self._room.announces(self._nonce, whole, host, port) else []
        # A name is never looked up: a stranger's datagram must not start a DNS query.
        local = host.startswith("127.") and not source.startswith("127.")
        found = [] if local or not self._QUAD.fullmatch(host) else [(host, port)]
        return found + [(source, port)]

    @staticmethod
    def _targets():
        """Everybody, this machine, and the broadcast addresses of its interfaces as far as Python can tell."""
        targets = ["255.255.255.255", "127.0.0.1"]
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import fcntl
            import struct

            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                for _, name in socket.if_nameindex():
                    with contextlib.suppress(OSError):
                        asked = struct.pack("256s", name.encode()[:15])
                        told = fcntl.ioctl(sock.fileno(), 0x8919, asked)  # SIOCGIFBRDADDR, on Linux
                        targets.append(socket.inet_ntoa(told[20:24]))
        with contextlib.suppress(OSError):
            for *_, address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
                targets.append(address[0].rpartition(".")[0] + ".255")
        return list(dict.fromkeys(targets))


class _Line:
    """The way to the master that leads, whichever that is. One thread at a time."""

    def __init__(self, grid):
        if os.environ.get("MUTIRAO_IMPORTS"):
            raise MutiraoError(
                "this file was imported by a task, and begins work of its own while it is imported; put that below"
                ' if __name__ == "__main__":'
            )
        self._grid = grid
        self._connection = None
        self._address = None

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, action, payload=None, sink=None, timeout=30.0, **fields):
        """Asks until there is an answer: through a master's death, a change of the leader, and while it has no time."""
        question = dict(fields, action=action)
        begun, pause, hops, told = time.monotonic(), 0.05, 0, False
        while True:
            if sink is not None:
                sink.seek(0)
                sink.truncate()
            try:
                if self._connection is None:
                    self._connect()
                answer = self._connection.ask(question, payload, sink, timeout)
            except (OSError, _Broken) as e:
                self.close()
                why = str(e) if self._address is None else "%s does not answer: %s" % (self.place(), _reason(e))
            except BaseException:
                # Ctrl-C, say: the answer is still to come, so the next question needs another connection.
                self.close()
                raise
            else:
                status, code = answer.get("status"), answer.get("code", "")
                if status == "OK":
                    return answer
                if payload is not None or status == "NOT_LEADER":
                    self.close()
                why = _printable(answer.get("message", "it answers '%s'" % status))
                if status == "NOT_LEADER":
                    self._grid._leader = None
                    leader = answer.get("leader")
                    if leader and hops < 16:
                        hops += 1
                        self._grid._leader = _parse_address(leader)
                        continue
                elif status == "UNKNOWN_ACTION":
                    raise Refused("%s is too old: it does not know %s" % (self.place(), action), "UNKNOWN_ACTION")
                elif code != "TRY_LATER":
                    raise Refused(why, code)
            waited = time.monotonic() - begun
            if waited > (self._grid.patience if self._grid._reached else min(self._grid.patience, 10.0)):
                raise MutiraoError(why)
            if not told and waited > 1.0 and self._grid._reached:
                told = True
                _log.warning("%s; trying again for up to %d minutes", why, max(1, self._grid.patience // 60))
            time.sleep(pause)
            pause, hops = min(pause * 1.6, 2.0), 0

    def place(self):
        return "the master" if self._address is None else "the master at %s:%d" % self._address

    def _connect(self):
        why = None
        for address in self._grid._candidates():
            self._address = address
            try:
                self._connection = _Connection(address, 5.0, self._grid._room)
            except (OSError, _Broken) as e:
                why = why or "%s:%d %s" % (address + (_reason(e),))
                continue
            self._grid._leader, self._grid._reached = address, True
            self._learn()
            return
        self._address, self._grid._leader = None, None
        raise _Broken(why or "no master answers on this network; start one, or give its address as host:port")

    def _learn(self):
        """Where else the grid can be asked, should this master die."""
        with contextlib.suppress(MutiraoError):
            told = self._connection.ask({"action": "FIND_LEADER"}, timeout=5.0)
            for text in told.get("masters") or ():
                address = _parse_address(text)
                if address not in self._grid._known and len(self._grid._known) < 16:
                    self._grid._known.append(address)


def _reason(error):
    if isinstance(error, socket.timeout):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there; is it running?"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


# Packages: one ZIP for a job, with main.py, what all tasks share, and inputs/ with one entry for each task.

_UNSAFE = re.compile(r'[<>:"|?*\\/\x00-\x1f\x7f\ud800-\udfff]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LITTER = {".ds_store", "thumbs.db", "desktop.ini", "__macosx"}
_PACKED = {".zip", ".gz", ".bz2", ".xz", ".7z", ".png", ".jpg", ".jpeg", ".mp3", ".mp4", ".parquet", ".npz", ".whl"}


def _sha256(source):
    digest = hashlib.sha256()
    if isinstance(source, bytes):
        digest.update(source)
    else:
        with open(source, "rb") as file:
            for block in iter(lambda: file.read(_BLOCK), b""):
                digest.update(block)
    return digest.hexdigest()


def _folded(name):
    """Two names that are one file somewhere are the same so."""
    return unicodedata.normalize("NFC", name).casefold()


def _cut(text, size):
    return text.encode("utf-8")[:size].decode("utf-8", "ignore")


def _plain_name(name):
    """A file name that means the same on every system, as near to the given one as that goes."""
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).rstrip(". ")
    if not name or name.startswith(".") or name.lower() in _LITTER or _DEVICE.fullmatch(name):
        name = "_" + name
    stem, extension = os.path.splitext(name)
    extension = _cut(extension, 20)
    return _cut(stem, 150)[:110].rstrip(". ") + extension if len(os.fsencode(name)) > 170 or len(name) > 130 else name


class _Unique:
    """Names that differ by more than case or the way accents are written."""

    def __init__(self):
        self._taken = set()

    def __call__(self, name):
        stem, extension = os.path.splitext(name)
        free, number = name, 1
        while _folded(free) in self._taken:
            number += 1
            free = "%s (%d)%s" % (stem, number, extension)
        self._taken.add(_folded(free))
        return free


class _Input(collections.namedtuple("_Input", "entry source given digest")):
    """What one task gets: its name in inputs/, a path or bytes, what the caller calls it, the SHA-256."""


class _Package:
    """What a call hands in."""

    def __init__(self, name):
        self.name = name
        self.shared = {}
        self.fields = {}
        self.inputs = []
        self._folded = {}

    def share(self, name, source):
        """A file that all tasks get, under the name by which the script knows it."""
        steps = name.split("/")
        if any(s in ("", ".", "..") or _plain_name(s) != unicodedata.normalize("NFC", s) for s in steps):
            raise MutiraoError("'%s' can't go along: not every system can store a file of that name. Rename it." % _printable(name))
        before = self._folded.setdefault(_folded(name), name)
        if before != name:
            raise MutiraoError("'%s' and '%s' differ only in case or accents; on Windows and macOS they are one file" % (before, name))
        if steps[0].lower() in ("inputs", "main.py") and name not in ("main.py",):
            raise MutiraoError("'%s' can't go along under that name: it would be taken for %s. Rename it." % (name, "an input" if steps[0].lower() == "inputs" else "the script"))
        if name in self.shared and self.shared[name] != source:
            raise MutiraoError("two files would go along as '%s'; rename one" % _printable(name))
        self.shared[name] = source

    def share_path(self, path, base, under=""):
        """A file or a folder beside the script, or from elsewhere by its last name."""
        path = Path(path)
        if not path.exists():
            raise MutiraoError("there is no file '%s'" % _printable(path))
        try:
            name = path.resolve().relative_to(Path(base).resolve()).as_posix()
        except ValueError:
            name = path.resolve().name
        if not path.is_dir():
            self.share(under + name, str(path))
            return
        for folder, folders, files in os.walk(str(path)):
            folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "__pycache__")
            for file in sorted(files):
                full = Path(folder, file)
                if not file.startswith(".") and full.is_file() and not full.is_symlink():
                    below = full.relative_to(path).as_posix()
                    self.share(under + (below if name == "." else name + "/" + below), str(full))

    @property
    def merges(self):
        return "merge.py" in self.shared

    def digest(self):
        """Of all that is not an input."""
        parts = {name: _sha256(source) for name, source in self.shared.items()}
        return hashlib.sha256(_canonical([self.name, self.fields, parts])).hexdigest()

    def key_of(self, one):
        return hashlib.sha256(_canonical([one.entry, one.digest])).hexdigest()[:32]

    def write(self, target, inputs):
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            self._add(archive, "task.json", _canonical(dict(self.fields, each="inputs/*")), None)
            for name, source in sorted(self.shared.items()):
                self._add(archive, name, source, None)
            for one in inputs:
                self._add(archive, "inputs/" + one.entry, one.source, one.digest)

    @staticmethod
    def _add(archive, name, source, digest):
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        packed = os.path.splitext(name)[1].lower() in _PACKED
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        if isinstance(source, bytes):
            archive.writestr(info, source)
            return
        found = hashlib.sha256()
        info.file_size = os.path.getsize(source)
        with open(source, "rb") as file, archive.open(info, "w") as entry:
            for block in iter(lambda: file.read(_BLOCK), b""):
                found.update(block)
                entry.write(block)
        if digest is not None and found.hexdigest() != digest:
            raise MutiraoError("'%s' changed while it was being read" % _printable(source))


def _canonical(value):
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def _script_package(script, files, include, name, task):
    script = Path(script)
    package_of_folder = script.is_dir()
    main = script / "main.py" if package_of_folder else script
    if not main.is_file():
        raise MutiraoError("there is no script '%s'" % _printable(main))
    base = main.resolve().parent
    stem = main.stem if main.stem.lower() != "main" else base.name or "main"
    package = _Package(_plain_name(name or stem))
    package.share("main.py", str(main))
    fields = {}
    extras = list(include) + ([script] if package_of_folder else [])
    inputs = {str(Path(file).resolve()) for file in files}
    for extra in extras:
        beside = Path(extra).resolve()
        if beside.name == "task.json":
            fields.update(_task_json(beside))
        elif beside != main.resolve():
            package.share_path(extra, base)
    if package_of_folder:
        for entry, source in list(package.shared.items()):
            if entry == "task.json":
                fields.update(_task_json(package.shared.pop(entry)))
            elif str(Path(source).resolve()) in inputs:
                del package.shared[entry]
    fields.update(task or {})
    for field in ("each", "split", "repeat"):
        if field in fields:
            raise MutiraoError("task.json has '%s', but the files that you give are the inputs already; leave it out" % field)
    package.fields = fields
    unique = _Unique()
    for file in files:
        if not os.path.isfile(file):
            raise MutiraoError("there is no file '%s'" % _printable(file))
        entry = unique(_plain_name(os.path.basename(os.fspath(file))))
        package.inputs.append(_Input(entry, os.fspath(file), os.fspath(file), _sha256(file)))
    return package


def _task_json(path):
    try:
        fields = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as e:
        raise MutiraoError("'%s' can't be read: %s" % (_printable(path), e)) from None
    if not isinstance(fields, dict):
        raise MutiraoError("'%s' is no JSON object" % _printable(path))
    return fields


# Functions: the rule of multiprocessing's spawn. The worker imports the file and calls the function by its name.

_RUNNER = r'''
import base64, builtins, hashlib, hmac, importlib, importlib.util, json, os, pickle, sys, traceback

HOME = os.path.dirname(os.path.abspath(__file__))
CODE = os.path.join(HOME, "code")


def load(call):
    os.environ["MUTIRAO_IMPORTS"] = "1"
    try:
        if call.get("main"):
            spec = importlib.util.spec_from_file_location("__mp_main__", os.path.join(CODE, call["main"]))
            module = importlib.util.module_from_spec(spec)
            sys.modules["__mp_main__"] = sys.modules["__main__"] = module
            spec.loader.exec_module(module)
        else:
            module = importlib.import_module(call["module"])
            if call.get("is_main"):
                sys.modules["__mp_main__"] = sys.modules["__main__"] = module
    finally:
        del os.environ["MUTIRAO_IMPORTS"]
    found = module
    for step in call["name"].split("."):
        found = getattr(found, step)
    return found


def signed(token, about, data):
    return hmac.new(token.encode("utf-8"), about + b"\0" + data, hashlib.sha256).hexdigest()


def token_of(call):
    token = os.environ.get("MUTIRAO_TOKEN", "")
    if not token:
        sys.exit("this worker was started without MUTIRAO_TOKEN and --pass-env MUTIRAO_TOKEN; pickled values are read only with both")
    return token


def failure(e):
    trace = "".join(traceback.format_exception(type(e), e, e.__traceback__.tb_next if e.__traceback__ else None))
    sys.stderr.write(trace)
    sys.stderr.flush()
    try:
        args = json.loads(json.dumps(list(getattr(e, "args", ())), allow_nan=False))
    except (TypeError, ValueError):
        args = [str(e)]
    name = type(e).__name__
    plain = type(e).__module__ == "builtins" and isinstance(e, Exception)
    return {"error": name, "builtin": plain, "args": args, "text": str(e), "trace": trace[-20000:]}


def json_value(value, where):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [json_value(each, where) for each in value]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError("%s has a key %r; JSON knows only text" % (where, key))
        return {key: json_value(each, where) for key, each in value.items()}
    raise TypeError("%s has a %s, which JSON does not know" % (where, type(value).__name__))


def run(function, call, given):
    if call.get("pickle"):
        token, data = token_of(call), base64.b64decode(given["data"])
        if not hmac.compare_digest(signed(token, b"call", data), given["mac"]):
            sys.exit("the arguments were signed with another MUTIRAO_TOKEN than this worker's")
        args, kwargs = pickle.loads(data)
        value = pickle.dumps(function(*args, **kwargs), 4)
        about = b"value" + hashlib.sha256(data).digest()
        return {"data": base64.b64encode(value).decode("ascii"), "mac": signed(token, about, value)}
    value = function(*given["args"], **given["kwargs"])
    return {"value": json_value(value, "the value of " + call["name"])}


def main():
    with open(os.path.join(HOME, "call.json"), encoding="utf-8") as file:
        call = json.load(file)
    with open(os.path.join(HOME, "input.json"), encoding="utf-8") as file:
        batch = json.load(file)
    if os.path.isdir(CODE):
        os.chdir(CODE)
    sys.path[:] = [CODE] + [each for each in sys.path if os.path.abspath(each or HOME) != HOME]
    values, failed = [], False
    try:
        function = load(call)
    except BaseException as e:
        values, failed = [failure(e)] * len(batch), True
        batch = []
    for given in batch:
        try:
            values.append(run(function, call, given))
        except KeyboardInterrupt:
            raise
        except BaseException as e:
            values.append(failure(e))
            failed = True
    with open(os.path.join(HOME, "value.json"), "w", encoding="utf-8") as file:
        json.dump(values, file)
    sys.stdout.flush()
    sys.exit(1 if failed else 0)


main()
'''


def _json_value(value, where):
    """The value, if it arrives as it is. A tuple arrives as a list."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_json_value(each, where) for each in value]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise NotShippable("%s has a key %r; values travel as JSON, whose keys are text" % (where, key))
        return {key: _json_value(each, where) for key, each in value.items()}
    raise NotShippable("%s has a %s; values travel as JSON, which does not know that. See pickle=True." % (where, type(value).__name__))


class _Function:
    """A function that can travel: by which name of which file a worker finds it again."""

    def __init__(self, function, include=(), pickle=False, token=None):
        self.label = getattr(function, "__name__", type(function).__name__)
        self.pickle = bool(pickle)
        self.token = token or os.environ.get("MUTIRAO_TOKEN", "")
        if self.pickle and len(self.token) < 16:
            raise NotShippable(
                "pickle=True needs a token: reading a pickle runs what somebody wrote. Set MUTIRAO_TOKEN to the same 16 or more"
                " characters here and where the workers are started, or give token=."
            )
        if self.pickle:
            # Classes of the main program are known by this name at a worker.
            sys.modules.setdefault("__mp_main__", sys.modules["__main__"])
        self._shared = {}
        self._base = None
        call = self._find(function)
        call["pickle"] = self.pickle
        self._add_source_of_this_client()
        self._shared["call.json"] = _canonical(call)
        self._shared["main.py"] = _RUNNER.encode("utf-8")
        self._include = [include] if isinstance(include, (str, os.PathLike)) else list(include)

    def _find(self, function):
        name = getattr(function, "__qualname__", None)
        if not callable(function) or name is None or isinstance(function, functools.partial):
            raise NotShippable("%s is no function with a name; write one at the top level of a file" % _printable(repr(function)[:80]))
        if "<lambda>" in name:
            raise NotShippable("a lambda can't travel to another machine; write it as a function with a name, at the top level of a file")
        if "<locals>" in name:
            raise NotShippable("%s is defined inside another function, so it can't travel; move it to the top level of its file" % self.label)
        if inspect.ismethod(function) and not inspect.isclass(function.__self__):
            raise NotShippable("%s belongs to an object, which would stay here; write it as a function at the top level of a file" % name)
        module = sys.modules.get(getattr(function, "__module__", None) or "builtins")
        found = module
        for step in name.split("."):
            found = getattr(found, step, None)
        file = getattr(module, "__file__", None)
        if module is None or (getattr(module, "__name__", "") in ("__main__", "__mp_main__") and not (file and os.path.isfile(file))):
            raise NotShippable("%s was typed at a prompt or in a notebook, so no file has it; save it in a .py file and import it" % self.label)
        if found is not function and not inspect.ismethod(function):
            raise NotShippable("%s is not what its file has under that name now, as after a decorator; pass the function that the file has" % name)
        return self._located(module, file, name)

    def _located(self, module, file, name):
        dotted = module.__name__
        if dotted in ("__main__", "__mp_main__"):
            spec = getattr(module, "__spec__", None)
            if spec is None or not spec.name or spec.name in ("__main__", "__mp_main__"):
                path = Path(file).resolve()
                self._base = path.parent
                entry = _plain_name(path.name)
                self._shared["code/" + entry] = path.read_bytes()
                return {"main": entry, "module": "", "name": name}
            dotted = spec.name
        if file is None or _is_installed(file):
            return {"main": "", "module": dotted, "name": name}
        if not file.endswith(".py"):
            raise NotShippable("%s is in %s, which is no Python source; only .py files travel" % (name, _printable(file)))
        path = Path(file).resolve()
        steps = dotted.split(".")
        folder = path.parent.parent if path.name == "__init__.py" else path.parent
        relative = "/".join(steps) + ("/__init__.py" if path.name == "__init__.py" else ".py")
        for up in range(len(steps) - 1, 0, -1):
            init = folder / "__init__.py"
            if init.is_file():
                self._shared["code/" + "/".join(steps[:up]) + "/__init__.py"] = init.read_bytes()
            folder = folder.parent
        self._base = folder
        self._shared["code/" + relative] = path.read_bytes()
        return {"main": "", "module": dotted, "name": name, "is_main": dotted != module.__name__}

    def _add_source_of_this_client(self):
        """A file that imports this module must find it at the worker too."""
        me = __name__.rpartition(".")[2]
        if __name__ != "__main__" and any(me.encode() in text for text in self._shared.values()):
            self._shared.setdefault("code/" + __name__.replace(".", "/") + ".py", Path(__file__).read_bytes())

    def encoded(self, args, kwargs):
        """One call as JSON."""
        if self.pickle:
            data = pickling.dumps((args, kwargs), 4)
            return {"data": base64.b64encode(data).decode("ascii"), "mac": _signed(self.token, b"call", data)}
        where = "an argument of " + self.label
        return {"args": _json_value(args, where), "kwargs": _json_value(kwargs, where)}

    def package(self, name, task):
        package = _Package(_plain_name(name or self.label))
        package.fields = dict(task or {}, outputs=["value.json"], merge=False)
        package.shared = dict(self._shared)
        for extra in self._include:
            package.share_path(extra, self._base or os.getcwd(), "code/")
        return package

    def value_of(self, told, given):
        """What a call returned; raises what it raised."""
        if "value" in told:
            return told["value"]
        if "data" in told and self.pickle:
            value, data = base64.b64decode(told["data"]), base64.b64decode(given["data"])
            if hmac.compare_digest(_signed(self.token, b"value" + hashlib.sha256(data).digest(), value), str(told.get("mac"))):
                return pickling.loads(value)
            raise MutiraoError("a value was not signed with our token, so it was not read")
        raise _remote_error(self.label, given, told)


def _signed(token, about, data):
    return hmac.new(token.encode("utf-8"), about + b"\0" + data, hashlib.sha256).hexdigest()


class _RemoteTrace(Exception):
    def __init__(self, trace):
        self.trace = trace

    def __str__(self):
        return '\n"""\n%s"""' % self.trace


def _remote_error(label, given, told):
    """What a function raised: a built-in exception as itself, any other as TaskFailed. The cause has the worker's trace."""
    name, text = str(told.get("error", "an error")), str(told.get("text", ""))
    kind = getattr(builtins, name, None) if told.get("builtin") else None
    error = None
    if isinstance(kind, type) and issubclass(kind, Exception):
        with contextlib.suppress(Exception):
            error = kind(*told.get("args", ()))
    if error is None:
        error = TaskFailed(_call_text(label, given), ("%s: %s" % (name, text)) if text else name, str(told.get("trace", "")))
    error.__cause__ = _RemoteTrace(str(told.get("trace", "")))
    return error


def _call_text(label, given):
    if "args" not in given:
        return label
    args = [repr(a) for a in given["args"]] + ["%s=%r" % item for item in given["kwargs"].items()]
    text = ", ".join(args)
    return "%s(%s)" % (label, text if len(text) <= 60 else text[:57] + "...")


@functools.lru_cache(maxsize=None)
def _installed_roots():
    roots = set(sysconfig.get_paths().values())
    with contextlib.suppress(AttributeError):
        roots.update(site.getsitepackages())
    with contextlib.suppress(AttributeError):
        roots.add(site.getusersitepackages())
    roots = {sysconfig.get_paths().get(k) for k in ("stdlib", "platstdlib", "purelib", "platlib")} | {
        r for r in roots if r and "packages" in os.path.basename(r)
    }
    return [os.path.join(os.path.realpath(r), "") for r in roots if r]


def _is_installed(file):
    """Whether it belongs to Python or to an installed package, which workers have or lack by themselves."""
    path = os.path.realpath(file)
    return any(path.startswith(root) for root in _installed_roots())


# Jobs: handing them in, and what came of them.

# What masters of before say.
_OLDER = {"leased": "running", "failed": "lost"}


def _status(row):
    """A task's state in one word: queued, running, succeeded, failed, lost or cancelled."""
    state = row.get("state")
    if state == "done":
        return row.get("status") or ("succeeded" if row.get("success") else "failed")
    return row.get("status") or _OLDER.get(state, state)


def _has_ended(row):
    return _status(row) not in ("queued", "running")


def _without_success(job):
    counts = job.get("counts") or {
        "failed": job["unsuccessful"],
        "lost": job["failed"],
        "cancelled": job["cancelled"],
    }
    return counts["failed"] + counts["lost"] + counts["cancelled"]


class _Known:
    """Which inputs were handed in before, in a file of this user's cache. Losing it costs no result."""

    LARGEST = 64 << 20

    def __init__(self, grid_id, digest):
        folder = os.environ.get("MUTIRAO_CACHE") or os.path.join(
            os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache"), "mutirao"
        )
        self._file = os.path.join(folder, hashlib.sha256(("%s %s" % (grid_id, digest)).encode()).hexdigest()[:40] + ".jsonl")

    def read(self):
        """Key of an input -> (job, its name there)."""
        known = {}
        try:
            with open(self._file, encoding="utf-8") as file:
                for line in file:
                    # The last line may be half, if a program died while writing it.
                    with contextlib.suppress(ValueError, TypeError, KeyError):
                        row = json.loads(line)
                        known[row["key"]] = (int(row["job"]), str(row["input"]))
        except (OSError, UnicodeDecodeError):
            pass
        return known

    def add(self, job, entries):
        lines = b"".join(_canonical({"key": key, "job": job, "input": entry}) + b"\n" for key, entry in entries)
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(self._file), exist_ok=True)
            mode = "ab" if not os.path.exists(self._file) or os.path.getsize(self._file) < self.LARGEST else "wb"
            with open(self._file, mode) as file:
                file.write(b"\n" + lines if file.tell() else lines)


class _Watch:
    """A job of which somebody waits for tasks; `left` leads from an input's name to whoever waits for it."""

    def __init__(self, number, left):
        self.number = number
        self.seen = 0
        self.row = {}
        self.left = {_folded(entry): who for entry, who in left.items()}

    def ask(self, line, wait, limit=200):
        """Those who wait for what ended since, each with the row of its task. Empty when the time is over."""
        answer = line.ask(
            "WAIT_JOB", timeout=wait + 30.0, job="j%d" % self.number, seen=self.seen, wait_ms=int(wait * 1000), limit=limit
        )
        self.row, before, self.seen = answer["job"], self.seen, answer["seen"]
        found = [pair for pair in map(self._take, answer["ended"]) if pair]
        if self.left and not answer["ended"] and before == self.seen and self.row.get("ended_at"):
            found = self._rest(line)
        return found

    def _take(self, row):
        if not _has_ended(row):
            return None
        name = row.get("input")
        if name is None and len(self.left) == 1 and not row.get("index"):
            name = next(iter(self.left))
        who = self.left.pop(_folded(str(name)), None)
        return None if who is None else (who, row)

    def _rest(self, line):
        """The job has ended, and of some tasks nobody said that they did."""
        found, after, more = [], 0, True
        while more and self.left:
            page = line.ask("LIST_TASKS", job="j%d" % self.number, after=after, limit=1000)
            found += [pair for pair in map(self._take, page["tasks"]) if pair]
            after = page["tasks"][-1]["id"] if page["tasks"] else after
            more = page["more"] and page["tasks"]
        for who in self.left.values():
            found.append((who, {"state": "failed", "explanation": "the master no longer knows how it ended"}))
        self.left = {}
        return found


def _submit(line, package, inputs, key):
    """Hands in once, however often it is tried. Returns the job's number, and whether it is a new one."""
    folder = tempfile.mkdtemp(prefix="mutirao-")
    try:
        path = os.path.join(folder, "package.zip")
        package.write(path, inputs)
        timeout = 60.0 + os.path.getsize(path) / 1e6
        answer = line.ask("SUBMIT_TASK", payload=path, timeout=timeout, name=package.name + ".zip", key=key)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    row = answer.get("job")
    if row is None and len(inputs) > 1:
        with contextlib.suppress(Refused):
            row = line.ask("SHOW_JOB", job="j%d" % answer["task"]["id"])["job"]
    number = row["job"] if row else answer["task"]["id"]
    if (row["tasks"] if row else 1) < len(inputs):
        line.ask("CANCEL_TASK", task=str(answer["task"]["id"]))
        raise MutiraoError("%s does not make jobs of many inputs; it is too old" % line.place())
    if not answer.get("changed", True) and (row or {}).get("cancelled", answer["task"].get("state") == "cancelled"):
        line.ask("RETRY_JOBS", what="j%d" % number, only_failed=False)
    return number, bool(answer.get("changed", True))


def _hand_in(line, package, again=False, retry=False):
    """Finds what was handed in before, hands in the rest. Returns watches whose waiters are positions in `package.inputs`."""
    digest = package.digest()
    grid_id = line.ask("GET_STATUS")["grid_status"]["grid"]
    keys = [package.key_of(one) for one in package.inputs]
    known = _Known(grid_id, digest)
    found = {}
    if not again and not package.merges:
        before = known.read()
        for position, key in enumerate(keys):
            if key in before:
                job, entry = before[key]
                found.setdefault(job, {})[entry] = position
    watches = []
    for job in list(found):
        try:
            row = line.ask("SHOW_JOB", job="j%d" % job)["job"]
        except Refused as e:
            if e.code != "NOT_FOUND":
                raise
            del found[job]
            continue
        if retry or row.get("cancelled"):
            line.ask("RETRY_JOBS", what="j%d" % job, only_failed=False)
        watches.append(_Watch(job, found[job]))
    there = {position for entries in found.values() for position in entries.values()}
    missing = [position for position in range(len(keys)) if position not in there]
    if missing:
        salt = uuid.uuid4().hex if again else ""
        key = hashlib.sha256(_canonical([digest, [keys[p] for p in missing], salt])).hexdigest()
        inputs = [package.inputs[p] for p in missing]
        job, new = _submit(line, package, inputs, "client-" + key)
        if retry and not new:
            line.ask("RETRY_JOBS", what="j%d" % job, only_failed=False)
        left = {package.inputs[p].entry: p for p in missing}
        known.add(job, [(keys[p], package.inputs[p].entry) for p in missing])
        if package.merges and len(inputs) > 1:
            left["merge.py"] = Results.MERGE
        watches.append(_Watch(job, left))
    return watches, len(missing)


class Result:
    """What came of one task. The result stays a ZIP on disk; texts and files are read when they are asked for."""

    def __init__(self, given, row, path):
        self.input = given
        self.task = row.get("id")
        self.path = path
        self.ok = _status(row) == "succeeded"
        self._explanation = _printable(row.get("explanation") or _status(row) or "")
        self._files = None
        self._folder = None

    def __repr__(self):
        return "<Result of %s: %s>" % (self.input, "ok" if self.ok else self.reason)

    @property
    def stdout(self):
        """What the script printed."""
        return self._text("stdout.txt")

    @property
    def stderr(self):
        return self._text("stderr.txt")

    @property
    def reason(self):
        """Why it failed: the last line of stderr, or what the master says. Empty if it did not."""
        if self.ok:
            return ""
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        return _printable(lines[-1].strip())[:500] if lines else self._explanation

    @property
    def files(self):
        """The files that the script left: name -> path. They are unpacked at the first look."""
        if self._files is None:
            self._files = self._unpacked() if self.path else {}
        return self._files

    def _text(self, name):
        if not self.path:
            return ""
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(name) as file:
                return file.read(_MAX_TEXT).decode("utf-8", "replace")
        except KeyError:
            return ""

    def _names(self):
        """Name of a file -> its entry. What could lead out of the folder is no name."""
        names = {}
        with zipfile.ZipFile(self.path) as archive:
            for info in archive.infolist():
                name = info.filename[len("files/") :]
                steps = name.split("/")
                if info.filename.startswith("files/") and not info.is_dir() and _is_safe(steps):
                    names[name] = info
        return names

    def _unpacked(self):
        files, left = {}, _MAX_UNPACKED
        names = self._names()
        target = os.path.splitext(self.path)[0] if names else None
        with zipfile.ZipFile(self.path) as archive:
            for name, info in names.items():
                path = Path(target, *name.split("/"))
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as source, open(str(path), "wb") as file:
                    for block in iter(lambda: source.read(_BLOCK), b""):
                        left -= len(block)
                        if left < 0:
                            raise MutiraoError("the result of %s unpacks to more than %d GB" % (self.input, _MAX_UNPACKED >> 30))
                        file.write(block)
                files[name] = path
        return files


def _is_safe(steps):
    return all(s and s not in (".", "..") and "\\" not in s and "\0" not in s and not (_WINDOWS and (_UNSAFE.search(s) or _DEVICE.fullmatch(s))) for s in steps)


def _fetch(line, row, file):
    """Writes the result's ZIP; false if there is none."""
    if _status(row) not in ("succeeded", "failed"):
        return False
    try:
        answer = line.ask("GET_RESULT", sink=file, timeout=60.0, task=str(row["id"]))
    except Refused as e:
        if e.code in ("NOT_FOUND", "CONFLICT"):
            row["explanation"] = "its result is gone: %s" % e
            return False
        raise
    if "raw" not in answer and "result_data" in answer:
        file.write(base64.b64decode(answer["result_data"]))
    return True


def _removed(path):
    with contextlib.suppress(OSError):
        os.remove(path)
    shutil.rmtree(os.path.splitext(path)[0], ignore_errors=True)


class Results:
    """The results of a call, as they come; in the order of the inputs if asked. Iterate over it once."""

    MERGE = "merge"

    def __init__(self, grid, package, options):
        self._line = _Line(grid)
        self._package = package
        self._options = options
        self._ordered = options["ordered"]
        self._out = options.get("out")
        self._merge_to = options.get("merge")
        self._fetches = options.get("fetch", "all")
        self._ready = collections.deque()
        self._early = {}
        self._next = 0
        self._parts = {}
        self._merge_row = None
        self._turn = 0
        self._over = False
        self._left = False
        self.failures = []
        self.total = len(package.inputs)
        self.ended = 0
        if self._out:
            os.makedirs(self._out, exist_ok=True)
            self._folder = self._out
        else:
            self._folder = tempfile.mkdtemp(prefix="mutirao-")
            # Results that are still used hold it too.
            self._keeper = _Keeper(self._folder)
        stems = _Unique()
        self._stems = [stems(os.path.splitext(one.entry)[0]) for one in package.inputs]
        try:
            self._watches, self.new = _hand_in(self._line, package, options["again"], options["retry"])
        except KeyboardInterrupt:
            print("mutirao: not handed in, or perhaps it was; the same call again finds out", file=sys.stderr)
            raise

    @property
    def jobs(self):
        """The numbers of the jobs that have its tasks: one, or more where an earlier call handed in a part."""
        return [watch.number for watch in self._watches]

    def cancel(self):
        """Cancels what has not ended."""
        for number in self.jobs:
            self._line.ask("CANCEL_JOBS", what="j%d" % number)

    def close(self):
        self._over = True
        self._line.close()

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return self._advance()
        except KeyboardInterrupt:
            self.leave()
            raise

    def _advance(self):
        while True:
            if self._over:
                raise StopIteration
            item = self._pop()
            if item is None:
                if not any(watch.left for watch in self._watches):
                    self._finish()
                    continue
                self._wait()
                continue
            result = self._result(*item)
            self.ended += 1
            if result.ok:
                return result
            if self._options["errors"] == "return":
                return result
            self.failures.append(TaskFailed(result.input, result.reason))

    def _pop(self):
        if not self._ordered:
            return self._ready.popleft() if self._ready else None
        row = self._early.pop(self._next, None)
        if row is None:
            return None
        self._next += 1
        return self._next - 1, row

    def leave(self):
        """What Ctrl-C does: the job goes on, or is cancelled where that was asked for. Says so, once."""
        if self._left:
            return
        self._left = True
        names = " ".join("j%d" % job for job in self.jobs)
        if self._options.get("cancel"):
            self.cancel()
            print("\nmutirao: job %s is cancelled" % names, file=sys.stderr)
        else:
            print(
                "\nmutirao: job %s goes on without you. Come back: the same call again, or 'mutirao.py wait %s'."
                " Stop it: 'mutirao.py cancel %s'." % (names, names, names),
                file=sys.stderr,
            )
        self.close()

    def _wait(self):
        open_ones = [watch for watch in self._watches if watch.left]
        self._turn += 1
        watch = open_ones[self._turn % len(open_ones)]
        for who, row in watch.ask(self._line, _LONG_WAIT if len(open_ones) == 1 else 0.2):
            if who == self.MERGE:
                self._merge_row = row
            elif self._ordered:
                self._early[who] = {k: row.get(k) for k in ("id", "state", "success", "status", "explanation")}
            else:
                self._ready.append((who, row))

    def _result(self, position, row):
        given = self._package.inputs[position].given
        good = _status(row) == "succeeded"
        path = None
        if self._fetches == "all" or not good:
            path = self._fetched(row, self._stems[position])
        result = Result(given, row, path)
        if path and not self._out:
            result._folder = self._keeper
            if self._merge_to is None:
                weakref.finalize(result, _removed, path)
        elif path:
            _put_csv(result, os.path.join(self._out, self._stems[position] + ".csv"))
        if good and path and self._merge_to is not None:
            self._parts[position] = path
        return result

    def _fetched(self, row, stem):
        path = os.path.join(self._folder, stem + ".zip")
        part = path + ".part"
        with open(part, "wb") as file:
            there = _fetch(self._line, row, file)
        if not there:
            os.remove(part)
            return None
        os.replace(part, path)
        return path

    def _finish(self):
        self._over = True
        try:
            row = self._merge_row
            if row is not None and _status(row) != "succeeded":
                result = Result("merge.py", row, self._fetched(row, "merge.py"))
                self.failures.append(TaskFailed("merge.py", result.reason))
            elif self._merge_to is not None:
                self._merge()
        finally:
            self._line.close()
        if self.failures and self._options["errors"] == "raise":
            advice = "\nretry=True (--retry) runs those again." if not self._options["retry"] else ""
            raise JobFailed(self.failures, self.total, advice)

    def _merge(self):
        target = os.fspath(self._merge_to)
        if self._merge_row is not None:
            _take_merged(Result("merge.py", self._merge_row, self._fetched(self._merge_row, "merge.py")), target)
            return
        parts = [(self._package.inputs[p].given, self._parts[p]) for p in sorted(self._parts)]
        if parts:
            _merge_tables(parts, target)


class _Keeper:
    """A temporary folder that goes with the last result that lies in it."""

    def __init__(self, folder):
        self._end = weakref.finalize(self, shutil.rmtree, folder, True)


def _put_csv(result, target):
    """Beside the ZIP, if the task left exactly one CSV."""
    tables = [info for name, info in result._names().items() if name.lower().endswith(".csv")]
    if len(tables) == 1:
        with zipfile.ZipFile(result.path) as archive, archive.open(tables[0]) as source:
            _write_whole(target, iter(lambda: source.read(_BLOCK), b""))


def _write_whole(target, blocks):
    """The file appears whole or not at all."""
    part = target + ".part"
    with open(part, "wb") as file:
        for block in blocks:
            file.write(block)
    os.replace(part, target)


def _take_merged(result, target):
    names = result._names()
    wanted = os.path.basename(target)
    if wanted not in names and len(names) != 1:
        raise MutiraoError(
            "merge.py left %s; --merge takes the one of the same name as FILE" % (", ".join(map(_printable, sorted(names))) or "no file")
        )
    info = names[wanted if wanted in names else next(iter(names))]
    with zipfile.ZipFile(result.path) as archive, archive.open(info) as source:
        _write_whole(target, iter(lambda: source.read(_BLOCK), b""))


def _merge_tables(parts, target):
    """The header once, then the rows of all parts in the order of the inputs. Nothing is guessed: headers must be the same."""
    text = target.lower().endswith(".txt")
    chosen = []
    for given, path in parts:
        names = Result(given, {"status": "succeeded"}, path)._names()
        tables = sorted(name for name in names if name.lower().endswith(".csv"))
        chosen.append((given, path, ["stdout.txt"] if text else tables))
    if not text and all(len(tables) == 1 for _, _, tables in chosen):
        picked = [(given, path, "files/" + tables[0]) for given, path, tables in chosen]
    elif text:
        picked = [(given, path, "stdout.txt") for given, path, _ in chosen]
    else:
        common = set(chosen[0][2]).intersection(*[set(tables) for _, _, tables in chosen])
        wanted = os.path.basename(target)
        if wanted not in common and len(common) != 1:
            bad = next(((given, tables) for given, _, tables in chosen if len(tables) != 1), chosen[0][::2])
            raise MutiraoError(
                "not merged: the task of %s left %s. Each must leave one CSV, or one of the same name; --merge FILE.txt merges what"
                " they printed" % (bad[0], ", ".join(map(_printable, bad[1])) or "no CSV")
            )
        name = wanted if wanted in common else next(iter(common))
        picked = [(given, path, "files/" + name) for given, path, _ in chosen]
    _write_whole(target, _joined(picked, with_header=not text))


def _joined(picked, with_header):
    first, line_end, whole = None, b"\n", True
    for given, path, name in picked:
        with zipfile.ZipFile(path) as archive, archive.open(name) as source:
            rest = b""
            if with_header:
                header, rest = _header(given, source)
                if first is None:
                    first = (given, header)
                    line_end = b"\r\n" if header.endswith(b"\r\n") else b"\n"
                    whole = header.endswith((b"\n", b"\r"))
                    yield header
                elif _bare(header) != _bare(first[1]):
                    raise MutiraoError("not merged: the header of %s differs from that of %s" % (given, first[0]))
            begins = True
            for block in itertools.chain([rest], iter(lambda: source.read(_BLOCK), b"")):
                if block:
                    if begins and not whole:
                        yield line_end
                    begins = False
                    yield block
                    whole = block.endswith((b"\n", b"\r"))


def _bare(header):
    header = header[3:] if header.startswith(b"\xef\xbb\xbf") else header
    return header.rstrip(b"\r\n")


def _header(given, source):
    """The first record with its line end, and what was read beyond it. A quoted line end is part of the record."""
    text, at, quoted = b"", 0, False
    while True:
        block = source.read(_BLOCK)
        text += block
        if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise MutiraoError("not merged: the CSV of %s is UTF-16; write it as UTF-8" % given)
        while at < len(text):
            byte = text[at : at + 1]
            if byte == b'"':
                quoted = not quoted
            elif byte in (b"\n", b"\r") and not quoted:
                if byte == b"\r" and at + 1 == len(text) and block:
                    break
                end = at + 2 if text[at : at + 2] == b"\r\n" else at + 1
                return text[:end], text[end:]
            at += 1
        if not block:
            return text, b""
        if len(text) > _MAX_TEXT:
            raise MutiraoError("not merged: the CSV of %s has no end of its first line" % given)


class _Values:
    """The values of a function over many calls, from the results of tasks that hold one or more of them each."""

    def __init__(self, function, results, batches, errors):
        self._function = function
        self._results = results
        self._batches = batches
        self._errors = errors
        self._values = collections.deque()
        self.failures = []
        self.total = sum(len(batch) for batch in batches.values())

    @property
    def jobs(self):
        """The numbers of the jobs that have its tasks."""
        return self._results.jobs

    def cancel(self):
        self._results.cancel()

    def close(self):
        self._results.close()

    def __iter__(self):
        return self

    def __next__(self):
        while True:
            while self._values:
                good, value = self._values.popleft()
                if good or self._errors == "return":
                    return value
                self.failures.append(value)
            try:
                result = next(self._results)
            except StopIteration:
                if self.failures:
                    failures, self.failures = self.failures, []
                    raise JobFailed(failures, self.total, "\nretry=True runs those again.") from None
                raise
            self._values.extend(self._of(result))

    def _of(self, result):
        batch = self._batches[result.input]
        told = _told(result)
        for number, given in enumerate(batch):
            label = _call_text(self._function.label, given)
            if told is None or number >= len(told):
                yield False, TaskFailed(label, result.reason or "it returned nothing")
                continue
            try:
                yield True, self._function.value_of(told[number], given)
            except Exception as e:  # whatever the function raised
                yield False, e if self._errors == "return" else _as_failure(label, e)


def _as_failure(label, error):
    if isinstance(error, TaskFailed):
        return error
    failed = TaskFailed(label, "%s: %s" % (type(error).__name__, _printable(error)), str(error.__cause__ or ""))
    failed.__cause__ = error
    return failed


def _told(result):
    """What the runner wrote: a list with an object for each call. None if it did not come so far."""
    if not result.path:
        return None
    try:
        with zipfile.ZipFile(result.path) as archive:
            told = json.loads(archive.read("files/value.json").decode("utf-8"))
    except (KeyError, ValueError, zipfile.BadZipFile):
        return None
    return told if isinstance(told, list) and all(isinstance(each, dict) for each in told) else None


class _Future(concurrent.futures.Future):
    """Can be cancelled until its value is here; the grid is told then."""

    def __init__(self, executor):
        super().__init__()
        self._gate = threading.RLock()
        self._executor = executor
        self._settled = False
        self._place = None

    def cancel(self):
        with self._gate:
            if not self._settled and super().cancel():
                self._settled = True
                self.set_running_or_notify_cancel()
                self._executor._give_up(self)
            return self.cancelled()

    def _settle(self, value=None, error=None):
        with self._gate:
            if self._settled:
                return
            self._settled = True
            self.set_running_or_notify_cancel()
        if error is not None:
            self.set_exception(error)
        else:
            self.set_result(value)


class GridExecutor(concurrent.futures.Executor):
    """Runs calls of functions on a grid. What is submitted within some milliseconds is handed in together.

    What is submitted is always run, also if the same was before. It does not outlive this program: see Grid.map for that.
    """

    _WAITERS = 4

    def __init__(self, grid, include=(), pickle=False, token=None, name=None, task=None, gather=0.02):
        self._grid = grid
        self._form = (include, pickle, token)
        self._name = name
        self._task = task
        self._gather = gather
        self._session = uuid.uuid4().hex
        self._lock = threading.Condition()
        self._functions = {}
        self._waiting = []
        self._given_up = []
        self._futures = set()
        self._jobs = {}
        self._watches = queue.Queue()
        self._threads = []
        self._batches = 0
        self._shutdown = False
        _executors.add(self)

    def submit(self, fn, /, *args, **kwargs):
        """Calls the function somewhere; returns the future of its value."""
        function = self._functions.get(fn) if _hashable(fn) else None
        if function is None:
            include, pickle, token = self._form
            function = _Function(fn, include, pickle, token)
            self._functions[fn] = function
        given = function.encoded(args, kwargs)
        with self._lock:
            if self._shutdown:
                raise RuntimeError("cannot schedule new futures after shutdown")
            future = _Future(self)
            self._futures.add(future)
            self._waiting.append((function, given, future))
            if not self._threads:
                # All of them now: a program that is about to end can't start any.
                self._start(self._hand_in, "gatherer")
                for number in range(self._WAITERS):
                    self._start(self._wait, "waiter-%d" % number)
            self._lock.notify_all()
        future.add_done_callback(self._ended)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Takes nothing more; waits for what there is, unless told otherwise."""
        with self._lock:
            self._shutdown = True
            futures = list(self._futures) if cancel_futures else []
            self._lock.notify_all()
        for future in futures:
            future.cancel()
        if wait:
            with self._lock:
                # Short waits: on Windows no key would interrupt a long one.
                while self._threads and (self._futures or self._given_up):
                    self._lock.wait(0.5)

    def __exit__(self, kind, error, trace):
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            self.shutdown(wait=False, cancel_futures=True)
            with self._lock:
                self._lock.wait_for(lambda: not self._given_up, timeout=10)
            return False
        return super().__exit__(kind, error, trace)

    def _start(self, work, name):
        thread = threading.Thread(target=work, name="mutirao-" + name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _ended(self, future):
        with self._lock:
            self._futures.discard(future)
            self._lock.notify_all()

    def _give_up(self, future):
        with self._lock:
            self._given_up.append(future)
            self._lock.notify_all()

    def _hand_in(self):
        line = _Line(self._grid)
        while True:
            with self._lock:
                while not self._waiting and not self._given_up and not (self._shutdown and not self._futures):
                    self._lock.wait(0.5)
                if not self._waiting and not self._given_up:
                    break
                end = time.monotonic() + self._gather
                while not self._shutdown and len(self._waiting) < _AT_ONCE and time.monotonic() < end:
                    self._lock.wait(max(0.001, end - time.monotonic()))
                batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                given_up = list(self._given_up)
            groups = {}
            for function, given, future in batch:
                if not future.done():
                    groups.setdefault(id(function), (function, []))[1].append((given, future))
            for function, calls in groups.values():
                self._hand_in_calls(line, function, calls)
            self._cancel(line, given_up)
        line.close()
        for _ in range(self._WAITERS):
            self._watches.put(None)
        with self._lock:
            self._threads = []
            self._lock.notify_all()

    def _hand_in_calls(self, line, function, calls):
        try:
            package = function.package(self._name, self._task)
            left = {}
            for number, (given, future) in enumerate(calls, 1):
                entry = "%d.json" % number
                package.inputs.append(_Input(entry, _canonical([given]), None, None))
                left[entry] = (future, function, given)
            self._batches += 1
            job, _ = _submit(line, package, package.inputs, "client-%s-%d" % (self._session, self._batches))
            for number, (_, future) in enumerate(calls):
                future._place = job + number
            with self._lock:
                self._jobs[job] = len(calls)
            self._watches.put(_Watch(job, left))
        except Exception as e:  # whatever it is, somebody waits for it
            for _, future in calls:
                future._settle(error=e)

    def _cancel(self, line, futures):
        for future in futures:
            if future._place is not None:
                # It may have ended meanwhile, which is as good.
                with contextlib.suppress(MutiraoError):
                    line.ask("CANCEL_TASK", task=str(future._place))
        with self._lock:
            self._given_up = [future for future in self._given_up if future not in futures]
            self._lock.notify_all()

    def _wait(self):
        line = _Line(self._grid)
        while True:
            watch = self._watches.get()
            if watch is None:
                break
            try:
                with self._lock:
                    crowded = len(self._jobs) > self._WAITERS
                ended = watch.ask(line, 0.1 if crowded else _LONG_WAIT)
                for (future, function, given), row in ended:
                    self._settle(line, future, function, given, row)
            except Exception as e:  # whatever it is, somebody waits for it
                for future, _, _ in list(watch.left.values()):
                    future._settle(error=e)
                watch.left = {}
            if watch.left:
                self._watches.put(watch)
            else:
                with self._lock:
                    self._jobs.pop(watch.number, None)
        line.close()

    def _settle(self, line, future, function, given, row):
        if future.done():
            return
        folder = tempfile.mkdtemp(prefix="mutirao-")
        try:
            path = os.path.join(folder, "result.zip")
            with open(path, "w+b") as file:
                there = _fetch(line, row, file)
            result = Result(_call_text(function.label, given), row, path if there else None)
            told = _told(result)
            if told:
                future._settle(function.value_of(told[0], given))
            elif _status(row) == "cancelled":
                future.cancel()
            else:
                future._settle(error=TaskFailed(result.input, result.reason or "it returned nothing"))
        except Exception as e:  # what the function raised, or what went wrong
            future._settle(error=e)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


_executors = weakref.WeakSet()


@atexit.register
def _wait_for_executors():
    """As those of the standard library do at the end of a program."""
    for executor in list(_executors):
        executor.shutdown(wait=True)


def _hashable(function):
    try:
        hash(function)
    except TypeError:
        return False
    return True


class Grid:
    """A grid: its masters, wherever they are. `master` is "host:port", or several with commas; without it the LAN is asked.

    `secret` is the file with the secret of a room with a key.
    """

    def __init__(self, master=None, patience=_PATIENCE, secret=None):
        file = secret or os.environ.get("MUTIRAO_SECRET")
        self._room = _Room(file) if file else None
        text = master or os.environ.get("MUTIRAO_MASTER") or ""
        self._given = [_parse_address(each) for each in text.split(",") if each.strip()]
        self.patience = patience
        self._known = []
        self._leader = None
        self._reached = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def _candidates(self):
        first = [self._leader] if self._leader else []
        tried = set()
        for address in first + self._given + list(self._known):
            if address not in tried:
                tried.add(address)
                yield address
        if not self._given:
            for address in _Discovery(self._room).find(2.0):
                if address not in tried:
                    tried.add(address)
                    yield address

    def ask(self, action, **fields):
        """One question of PROTOCOL.md to the master that leads; its answer as a dict."""
        line = _Line(self)
        try:
            return line.ask(action, **fields)
        finally:
            line.close()

    def map(self, work, *iterables, ordered=False, errors="raise", include=(), name=None, task=None, again=False, retry=False, **more):
        """Runs a script over files, or a function over items; yields what comes of them as each ends.

        work      the script's file, or a function
        iterables the inputs: files for a script, one or more iterables of arguments for a function
        ordered   in the order of the inputs
        errors    "raise": one JobFailed at the end, after all that went well. "return": failures are yielded too
        include   files and folders that go along: tables, modules
        name      of the job
        task      fields of task.json, as {"timeout": "10m"}
        again     run everything, though the same call was made before
        retry     run again what failed when the same call was made before
        out       for a script: a folder for the results; without it they lie in a temporary one
        merge     for a script: a file for the rows of all tasks' CSVs
        chunksize for a function: so many calls are one task
        pickle, token  for a function: arguments and values as pickles, signed with a token
        """
        if errors not in ("raise", "return"):
            raise ValueError('errors is "raise" or "return"')
        include = [include] if isinstance(include, (str, os.PathLike)) else list(include)
        options = dict(ordered=ordered, errors=errors, again=again, retry=retry)
        if isinstance(work, (str, os.PathLike)):
            return self._map_files(work, iterables, include, name, task, options, **more)
        return self._map_function(work, iterables, include, name, task, options, **more)

    def _map_files(self, script, iterables, include, name, task, options, out=None, merge=None, _fetch="all", _cancel=False):
        if len(iterables) != 1:
            raise TypeError("a script takes one list of files")
        files = iterables[0]
        files = [files] if isinstance(files, (str, os.PathLike)) else list(files)
        if not files:
            raise MutiraoError("there are no input files")
        package = _script_package(script, files, include, name, task)
        return Results(self, package, dict(options, out=out, merge=merge, fetch=_fetch, cancel=_cancel))

    def _map_function(self, work, iterables, include, name, task, options, chunksize=1, pickle=False, token=None):
        if not iterables:
            raise TypeError("map() needs something to map over")
        function = _Function(work, include, pickle, token)
        package = function.package(name, task)
        calls = [function.encoded(args, {}) for args in zip(*iterables)]
        batches, unique = {}, _Unique()
        for at in range(0, len(calls), max(1, chunksize)):
            batch = calls[at : at + max(1, chunksize)]
            source = _canonical(batch)
            digest = hashlib.sha256(source).hexdigest()
            # The name tells nothing of the place in the list, so that a longer list finds the same tasks again.
            entry = unique(digest[:24] + ".json")
            batches[entry] = batch
            package.inputs.append(_Input(entry, source, entry, digest))
        if not calls:
            return iter(())
        results = Results(self, package, dict(options, errors="return"))
        return _Values(function, results, batches, options["errors"])

    def executor(self, include=(), pickle=False, token=None, name=None, task=None, gather=0.02):
        """A concurrent.futures.Executor whose calls run on the grid."""
        return GridExecutor(self, include, pickle, token, name, task, gather)


# The command line.


def _expanded(patterns):
    """Windows' shells leave patterns to the program."""
    files = []
    for pattern in patterns:
        found = [pattern]
        if not os.path.exists(pattern) and any(c in pattern for c in "*?["):
            found = sorted(globbing.glob(pattern, recursive=True)) or [pattern]
        files += found
    return files


def _files_of(folder):
    """In natural order: 2 before 10."""
    names = [n for n in os.listdir(folder) if not n.startswith(".") and os.path.isfile(os.path.join(folder, n))]
    names.sort(key=lambda name: [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"(\d+)", name)])
    return [os.path.join(folder, name) for name in names]


def _inputs_and_others(files, forced):
    """What ends like the first file is an input, all else goes along. The files of a folder that comes first are inputs.

    The console has the same rule, and the same words for it, which come last.
    """
    if os.path.isdir(files[0]):
        inputs, others = _files_of(files[0]), files[1:] + list(forced)
        each = "file of " + _last_step(files[0])
    else:
        kind = os.path.splitext(files[0])[1].lower()
        inputs = [f for f in files if not os.path.isdir(f) and os.path.splitext(f)[1].lower() == kind]
        others = [f for f in files if f not in inputs] + list(forced)
        each = (kind + " file").strip()
    return inputs, others, _in_words(inputs, others, each)


def _last_step(path):
    return _printable(os.path.basename(os.path.abspath(path)))


def _in_words(inputs, others, each):
    along = [_last_step(o) for o in others]
    merges = len(inputs) > 1 and "merge.py" in along
    names = [name for name in along if name != "merge.py"]
    shown = names[:5] + (["and %d more" % (len(names) - 5)] if len(names) > 5 else [])
    return "".join((
        "one for each " + _printable(each) if len(inputs) != 1 else "for " + _last_step(inputs[0]),
        ", and then merge.py over all results" if merges else "",
        "; %s %s along" % (", ".join(shown), "goes" if len(names) == 1 else "go") if names else "",
    ))


class _Progress:
    """A line that tells how far it is: always the same on a terminal, now and then a new one elsewhere."""

    def __init__(self, quiet=False):
        self._terminal = sys.stderr.isatty()
        self._quiet = quiet
        self._last = 0.0
        self._shown = 0

    def show(self, text, always=False):
        now = time.monotonic()
        if self._quiet or not (always or now - self._last >= (0.1 if self._terminal else 10.0)):
            return
        self._last = now
        if self._terminal:
            print("\r" + text.ljust(self._shown), end="", file=sys.stderr, flush=True)
            self._shown = len(text)
        else:
            print(text, file=sys.stderr, flush=True)

    def end(self):
        if self._shown:
            print("\r" + " " * self._shown + "\r", end="", file=sys.stderr, flush=True)


def _job(text):
    return "j" + text if text.isdigit() else text


def _run_map(args):
    files = _expanded(args.files)
    inputs, others, words = _inputs_and_others(files, args.include)
    script = args.script
    results = Grid(args.master, secret=args.secret).map(
        script, inputs, errors="return", include=others, name=args.name, again=args.again, retry=args.retry,
        out=args.out, merge=args.merge, _fetch="all" if args.out or args.merge else "failed", _cancel=args.cancel,
    )
    try:
        return _follow(args, results, inputs, words)
    except KeyboardInterrupt:
        results.leave()
        raise


def _follow(args, results, inputs, words):
    names = ", ".join("j%d" % job for job in results.jobs)
    before = len(inputs) - results.new
    print(
        "job %s: %d task%s, %s%s"
        % (names, len(inputs), "" if len(inputs) == 1 else "s", words, "; %d were handed in before" % before if before else ""),
        file=sys.stderr,
    )
    progress, failed = _Progress(args.quiet), []
    for result in results:
        if not result.ok:
            failed.append((result.input, result.reason))
        progress.show("job %s: %d of %d ended%s" % (names, results.ended, len(inputs), ", %d failed" % len(failed) if failed else ""))
    progress.end()
    failed += [(f.input, f.reason) for f in results.failures]
    _print_failed(failed)
    print("job %s: %d of %d succeeded" % (names, len(inputs) - len(failed), len(inputs)) + _where(args))
    if failed:
        print("mutirao: the same command with --retry runs those again", file=sys.stderr)
    return 1 if failed else 0


def _where(args):
    places = [p for p in (args.merge, args.out) if p]
    return "; the results are in " + " and ".join(places) if places else ""


def _print_failed(failed):
    for given, reason in failed[: JobFailed.SHOWN]:
        print("  %s: %s" % (_printable(given), _printable(reason)), file=sys.stderr)
    if len(failed) > JobFailed.SHOWN:
        print("  and %d more" % (len(failed) - JobFailed.SHOWN), file=sys.stderr)


def _run_jobs(args):
    answer = Grid(args.master, secret=args.secret).ask("LIST_JOBS", limit=args.limit)
    print("%8s  %-10s %8s %9s %8s  %s" % ("JOB", "STATE", "TASKS", "SUCCEEDED", "FAILED", "NAME"))
    for row in answer["jobs"]:
        bad = _without_success(row)
        print("%8s  %-10s %8d %9d %8d  %s" % ("j%d" % row["job"], _printable(row["state"]), row["tasks"], row["succeeded"], bad, _printable(row["name"])))
    return 0


def _run_wait(args):
    line, progress = _Line(Grid(args.master, secret=args.secret)), _Progress(args.quiet)
    worst = 0
    for text in args.job:
        shown = line.ask("SHOW_JOB", job=_job(text))
        number, seen = shown["job"]["job"], 0
        try:
            while True:
                answer = line.ask("WAIT_JOB", timeout=60.0, job="j%d" % number, seen=seen, wait_ms=int(_LONG_WAIT * 1000), limit=1000)
                row, seen = answer["job"], answer["seen"]
                bad = _without_success(row)
                ended = row["succeeded"] + bad
                if ended >= row["tasks"] or row["state"] in ("succeeded", "failed", "cancelled"):
                    break
                progress.show("job j%d: %d of %d ended%s" % (number, ended, row["tasks"], ", %d failed" % bad if bad else ""))
        except KeyboardInterrupt:
            print("\nmutirao: job j%d goes on without you; 'mutirao.py wait j%d' comes back" % (number, number), file=sys.stderr)
            raise
        progress.end()
        if bad:
            for failure in line.ask("SHOW_JOB", job="j%d" % number)["failures"]:
                given = failure.get("input") or "task %s" % failure["example"]
                times = " (and %d more)" % (failure["tasks"] - 1) if failure["tasks"] > 1 else ""
                print("  %s%s: %s" % (_printable(given), times, _printable(failure["reason"])), file=sys.stderr)
            worst = 1
        print("job j%d: %d of %d succeeded" % (number, row["succeeded"], row["tasks"]))
    return worst


def _run_get(args):
    line = _Line(Grid(args.master, secret=args.secret))
    os.makedirs(args.out, exist_ok=True)
    for text in args.job:
        part = os.path.join(args.out, ".mutirao-%s.part" % uuid.uuid4().hex)
        try:
            with open(part, "wb") as file:
                answer = line.ask("GET_RESULT", sink=file, timeout=300.0, task=_job(text))
            target = os.path.join(args.out, _plain_name(str(answer["name"])))
            os.replace(part, target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.remove(part)
        print(target)
    return 0


def _run_cancel(args):
    line = _Line(Grid(args.master, secret=args.secret))
    for text in args.job:
        answer = line.ask("CANCEL_JOBS", what=_job(text))
        print(_printable(answer.get("text") or "%d tasks are cancelled" % answer["count"]))
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="mutirao.py", description="Runs Python scripts on the PCs of a grid.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--master", metavar="HOST:PORT", help="the master, or several with commas; without it the LAN is asked")
    common.add_argument("--secret", metavar="FILE", help="the file with the secret of a room with a key")
    common.add_argument("--quiet", action="store_true", help="no progress")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.required = True
    one = commands.add_parser("map", parents=[common], help="run a script over files, one task each")
    one.add_argument("script", help="the script, or a folder with main.py")
    one.add_argument("files", nargs="+", metavar="FILE", help="those that end like the first are the inputs, others go along")
    one.add_argument("--include", "--shared", metavar="FILE", dest="include", action="append", default=[], help="goes along, whatever it ends with")
    one.add_argument("--merge", metavar="FILE", help="the rows of all tasks' CSVs, or for FILE.txt what they printed")
    one.add_argument("--out", metavar="DIR", help="where each task's result goes")
    one.add_argument("--name", help="of the job")
    one.add_argument("--cancel", action="store_true", help="Ctrl-C cancels the job; without this the job goes on")
    one.add_argument("--again", action="store_true", help="run everything, though it was handed in before")
    one.add_argument("--retry", action="store_true", help="run again what failed before")
    one.set_defaults(run=_run_map)
    two = commands.add_parser("jobs", parents=[common], help="list the newest jobs")
    two.add_argument("--limit", type=int, default=20, metavar="N")
    two.set_defaults(run=_run_jobs)
    for name, run, text in (
        ("wait", _run_wait, "wait until jobs have ended"),
        ("get", _run_get, "fetch all that came of a job, as one ZIP"),
        ("cancel", _run_cancel, "cancel jobs"),
    ):
        other = commands.add_parser(name, parents=[common], help=text)
        other.add_argument("job", nargs="+", metavar="JOB", help="as j5, or its name")
        other.set_defaults(run=run)
        if name == "get":
            other.add_argument("--out", default=".", metavar="DIR", help="where to put it (here)")
    return parser


def main(words=None):
    """The command line; returns the exit code: 0 only if all tasks succeeded."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")
    logging.basicConfig(format="mutirao: %(message)s", level=logging.WARNING)
    args = _parser().parse_args(words)
    try:
        return args.run(args)
    except MutiraoError as e:
        print("mutirao: " + "\n".join(map(_printable, str(e).split("\n"))), file=sys.stderr)
    except OSError as e:
        print("mutirao: %s%s" % (_printable(e.filename) + ": " if e.filename else "", e.strerror or e), file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
