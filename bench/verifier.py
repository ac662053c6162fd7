#!/usr/bin/env python3
"""Looks from outside whether a grid kept its promises: all that was handed in came out, once, and right.

It reads the results folders, the drop folders with what was rejected there, a diary and a witness file, and asks the masters nothing. The one
exception: when a result is missing, it can run `console tasks --json` to tell a lost task from one that is stuck.

The diary is a file of JSON lines, written by whoever hands in and by whoever plays workers:

    {"event": "offered", "name": "a.zip", "sha256": "...", "stdout": "what the script must print"}
    {"event": "promised", "name": "a.zip"}                          a sender read OK, or the file stood in a drop folder
    {"event": "delivered", "name": "a.zip", "duplicate": false}     a worker read OK for its result

`sha256` (of the package) and `stdout` may be left out. What was offered and never promised may come out or not.

The witness file is written by the scripts themselves, a line a run: name, seconds since 1970 and process id, with tabs between.

As a module: `Verifier`. As a program: it watches, and for each line such as {"patience": 60, "ask": ["java", "-jar", "console.jar", "tasks", "--json"]}
on standard input it reads what is new in the diary, waits for what is missing, and prints the report and a line "verdict clean" or "verdict faults".
It ends with its input, with code 1 if there was anything to complain about.
"""

import argparse
import collections
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
import zipfile

KINDS = ("lost", "doubled", "wrong", "rejected", "stuck")
LISTED = 50
LOOK_EVERY = 0.25


class Seen:
    """A result as it was when it appeared."""

    def __init__(self, stamp, sha256, fault):
        self.stamp, self.sha256, self.fault = stamp, sha256, fault


class Report:
    def __init__(self):
        self.faults = {kind: [] for kind in KINDS}
        self.summary = ""

    def add(self, kind, name, why):
        self.faults[kind].append("%s: %s" % (name, why))

    def clean(self):
        return not any(self.faults.values())

    def counts(self):
        return ", ".join("%d %s" % (len(self.faults[kind]), kind) for kind in KINDS)

    def __str__(self):
        lines = ["%s: %s" % (self.summary, self.counts())]
        for kind in KINDS:
            lines += ["%s  %s" % (kind, fault) for fault in self.faults[kind][:LISTED]]
            if len(self.faults[kind]) > LISTED:
                lines.append("%s  and %d more" % (kind, len(self.faults[kind]) - LISTED))
        return "\n".join(lines)


class Verifier:
    """Holds what was promised and watches what appears. The diary's methods may be called from any thread."""

    def __init__(self, results, tasks=(), witness=None):
        self.results, self.tasks, self.witness = list(map(str, results)), list(map(str, tasks)), witness
        self.expected, self.promises, self.deliveries = {}, set(), collections.Counter()
        self.seen = {folder: {} for folder in self.results}
        self.changes, self.refused = [], {}
        self.lock, self.stop = threading.Lock(), threading.Event()
        self.watcher = None

    # The diary.

    def offered(self, name, stdout=None, sha256=None):
        self.expected[name] = (stdout, sha256)

    def promised(self, name):
        self.promises.add(name)

    def delivered(self, name, duplicate=False):
        if not duplicate:
            self.deliveries[name] += 1

    def read(self, lines):
        """Takes over the lines of a diary, from where the file stands to its end."""
        for line in lines:
            entry = json.loads(line)
            if entry["event"] == "offered":
                self.offered(entry["name"], entry.get("stdout"), entry.get("sha256"))
            elif entry["event"] == "promised":
                self.promised(entry["name"])
            elif entry["event"] == "delivered":
                self.delivered(entry["name"], entry.get("duplicate", False))
            else:
                raise ValueError("no event of a diary: " + line)

    # Watching.

    def watch(self):
        """Looks now, and from now on several times a second, so that what changes or vanishes later is noticed."""
        self.look()
        self.watcher = threading.Thread(target=self._watch, daemon=True)
        self.watcher.start()
        return self

    def _watch(self):
        while not self.stop.wait(LOOK_EVERY):
            self.look()

    def look(self):
        with self.lock:
            for folder in self.results:
                self._look_at(folder, self.seen[folder])
            for folder in self.tasks:
                self._look_at_rejected(os.path.join(folder, "rejected"))

    def _look_at(self, folder, seen):
        there = set()
        for entry in listing(folder):
            if entry.name.startswith("."):
                continue
            try:
                status = entry.stat()
                stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
                there.add(entry.name)
                before = seen.get(entry.name)
                if before is not None and before.stamp == stamp:
                    continue
                now = Seen(stamp, hash_of(entry.path), fault_of(entry.path))
            except FileNotFoundError:
                there.discard(entry.name)
                continue
            if before is not None and before.sha256 != now.sha256:
                self.changes.append(("doubled", entry.name, "the result in %s changed after it had appeared" % folder))
            seen[entry.name] = now
            if now.fault:
                self.changes.append(("wrong", entry.name, "%s when it appeared in %s" % (now.fault, folder)))
        for name in set(seen) - there:
            self.changes.append(("lost", name, "the result was in %s and is there no more" % folder))
            del seen[name]

    def _look_at_rejected(self, folder):
        for entry in listing(folder):
            if not entry.name.endswith(".txt") and entry.name not in self.refused:
                self.refused[entry.name] = folder

    # The end.

    def settle(self, patience=60):
        """Waits for what is missing, until nothing has come for so many seconds."""
        last, since = None, time.monotonic()
        while True:
            self.look()
            missing = sum(len(self.missing(folder)) for folder in self.results) + len(self.waiting())
            if missing == 0 or time.monotonic() - since > patience:
                return self
            if missing != last:
                last, since = missing, time.monotonic()
            time.sleep(LOOK_EVERY)

    def missing(self, folder):
        return self.promises - set(self.seen[folder]) - set(self.refused)

    def waiting(self):
        """What still stands in a drop folder."""
        names = {entry.name: folder for folder in self.tasks for entry in listing(folder) if entry.is_file()}
        return {name: folder for name, folder in names.items() if name in self.expected}

    def report(self, ask=None):
        """Tells what is wrong up to now; `ask` is the command that lists the tasks as JSON."""
        self.look()
        with self.lock:
            return self._report(ask)

    def close(self):
        """Stops watching."""
        self.stop.set()
        if self.watcher:
            self.watcher.join()

    def _report(self, ask):
        report = Report()
        for kind, name, why in self.changes:
            report.add(kind, name, why)
        runs = self._runs()
        for name in sorted(set(self.refused) & set(self.expected)):
            report.add("rejected", name, self._reason(name))
        self._missing(report, ask)
        for folder in self.results:
            self._compare(report, folder, runs)
        for name, times in sorted(self.deliveries.items()):
            if times > 1:
                report.add("doubled", name, "%d results were accepted, each as the first" % times)
        again = sum(1 for times in runs.values() if times > 1)
        report.summary = "%d offered, %d promised, %s results, %d results acknowledged, %s" % (
            len(self.expected), len(self.promises), " + ".join(str(len(self.seen[folder])) for folder in self.results) or "no",
            len(self.deliveries),
            "%d runs (%d tasks ran more than once)" % (sum(runs.values()), again) if self.witness else "no witness")
        return report

    def _runs(self):
        runs = collections.Counter()
        if self.witness and os.path.exists(self.witness):
            with open(self.witness, encoding="utf-8") as lines:
                for line in lines:
                    runs[line.rstrip("\n").split("\t")[0]] += 1
        return runs

    def _reason(self, name):
        path = os.path.join(self.refused[name], name)
        for text in (path + ".txt", os.path.splitext(path)[0] + ".txt"):
            if os.path.exists(text):
                with open(text, encoding="utf-8") as lines:
                    return "in %s: %s" % (self.refused[name], " ".join(lines.read().split()))
        return "in %s, without a reason" % self.refused[name]

    def _missing(self, report, ask):
        waiting = self.waiting()
        for name, folder in sorted(waiting.items()):
            report.add("stuck", name, "still in %s" % folder)
        missing = {name: [] for folder in self.results for name in self.missing(folder) if name not in waiting}
        for folder in self.results:
            for name in self.missing(folder) & set(missing):
                missing[name].append(folder)
        states = self._ask(ask) if missing and ask else None
        for name, folders in sorted(missing.items()):
            delivered = "; its result was acknowledged" if name in self.deliveries else ""
            where = "no result in " + ", ".join(folders) + delivered
            if states is None:
                report.add("lost", name, where)
            elif name not in states:
                report.add("lost", name, where + "; the master knows no such task")
            else:
                kind = "stuck" if states[name]["status"] in ("queued", "running") else "lost"
                report.add(kind, name, "%s; the master says: %s, attempts %s, %s" % (
                    where, states[name]["status"], states[name].get("attempts"), states[name].get("explanation") or "no explanation"))

    @staticmethod
    def _ask(command):
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120, check=False).stdout
        try:
            return {row["name"]: row for row in json.loads(answer)}
        except ValueError:
            return None

    def _compare(self, report, folder, runs):
        for name, result in sorted(self.seen[folder].items()):
            if name not in self.expected:
                first = re.sub(r"-\d+(-[0-9a-f]{8})?\.zip$", ".zip", name)
                if first in self.expected:
                    report.add("doubled", first, "a second result, %s in %s" % (name, folder))
                else:
                    report.add("wrong", name, "a result in %s of what nobody handed in" % folder)
                continue
            stdout = self.expected[name][0]
            if stdout is not None and not result.fault:
                self._read(report, folder, name, stdout)
            if self.witness and runs[name] == 0:
                report.add("wrong", name, "a result in %s, but it never ran" % folder)

    @staticmethod
    def _read(report, folder, name, stdout):
        try:
            with zipfile.ZipFile(os.path.join(folder, name)) as whole:
                printed = whole.read("stdout.txt").decode("utf-8", "replace").replace("\r\n", "\n")
        except (OSError, KeyError, zipfile.BadZipFile) as e:
            report.add("wrong", name, "in %s: %s" % (folder, e))
            return
        if printed != stdout:
            report.add("wrong", name, "in %s: expected %r, it printed %r" % (folder, stdout[:200], printed[:200]))


def listing(folder):
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def hash_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()


def fault_of(path):
    """What keeps a file from being a whole ZIP; None for a whole one."""
    if os.path.getsize(path) == 0:
        return "0 bytes"
    try:
        with zipfile.ZipFile(path) as whole:
            broken = whole.testzip()
            return "a ZIP whose %s is damaged" % broken if broken else None
    except zipfile.BadZipFile:
        return "not a whole ZIP"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--diary", required=True)
    parser.add_argument("--results", action="append", default=[], help="once for each master's folder")
    parser.add_argument("--tasks", action="append", default=[], help="drop folders, whose rejected/ is looked at")
    parser.add_argument("--witness")
    options = parser.parse_args()
    verifier = Verifier(options.results, options.tasks, options.witness).watch()
    print("watching", flush=True)
    clean = True
    with open(options.diary, encoding="utf-8") as diary:
        for line in sys.stdin:
            order = json.loads(line)
            verifier.read(diary)
            report = verifier.settle(order.get("patience", 60)).report(order.get("ask"))
            print(report, flush=True)
            print("verdict", "clean" if report.clean() else "faults", flush=True)
            clean = clean and report.clean()
    verifier.close()
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()
