"""A master that plays the jobs' messages of PROTOCOL.md, and runs the tasks itself, for tests of client.py without Java."""

import io
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile


def natural(name):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


class Task:
    def __init__(self, number, index, name):
        self.id, self.index, self.input = number, index, name
        self.state, self.success, self.explanation, self.result, self.attempt, self.process = "queued", False, None, None, 0, None

    def end(self, state, success=False, explanation=None, result=None):
        self.state, self.success, self.explanation, self.result = state, success, explanation, result


class Job:
    def __init__(self, number, name, package):
        self.number, self.name = number, name
        self.archive = zipfile.ZipFile(io.BytesIO(package))
        names = self.archive.namelist()
        self.inputs = sorted((n for n in names if n.startswith("inputs/")), key=natural)
        self.shared = [n for n in names if not n.startswith("inputs/")]
        self.fields = json.loads(self.archive.read("task.json").decode())
        assert self.fields["each"] == "inputs/*", self.fields
        assert not any("/." in n for n in names), names  # hidden files are no inputs
        merges = "merge.py" in self.shared and len(self.inputs) > 1
        self.tasks = [Task(number + i, i + 1, os.path.basename(n)) for i, n in enumerate(self.inputs)]
        if merges:
            self.tasks.append(Task(number + len(self.inputs), len(self.inputs) + 1, "merge.py"))
        self.ended = []

    def row(self):
        def count(test):
            return sum(1 for task in self.tasks if test(task))

        row = {
            "job": self.number, "name": self.name, "tasks": len(self.tasks), "priority": 0, "submitted_at": 1, "since": 2,
            "queued": count(lambda t: t.state == "queued"),
            "running": count(lambda t: t.state == "leased"),
            "succeeded": count(lambda t: t.state == "done" and t.success),
            "unsuccessful": count(lambda t: t.state == "done" and not t.success),
            "failed": count(lambda t: t.state == "failed"),
            "cancelled": count(lambda t: t.state == "cancelled"),
        }
        open_ones = row["queued"] + row["running"]
        bad = row["unsuccessful"] + row["failed"]
        row["state"] = "running" if open_ones else "failed" if bad else "cancelled" if row["cancelled"] else "succeeded"
        if not open_ones:
            row["ended_at"] = 3
        return row

    def task_row(self, task):
        row = {
            "id": task.id, "name": self.name, "state": task.state, "success": task.success, "attempts": 1, "priority": 0,
            "bytes": 0, "submitted_at": 1, "since": 2, "worker": None, "explanation": task.explanation, "result": None,
        }
        if len(self.tasks) > 1:
            row.update(job=self.number, index=task.index, input=task.input)
        return row


class FakeMaster:
    """Its attributes are the accidents: `busy` answers to refuse, `elsewhere` a leader to name, `cut` results to break off."""

    def __init__(self, slots=4, port=0, env=None):
        self.jobs, self.keys, self.next = {}, {}, 1
        self.lock = threading.Condition()
        self.questions, self.busy, self.elsewhere, self.cut = [], 0, None, 0
        self.running = set()
        self.held = threading.Event()
        self.held.set()
        self.env = dict(os.environ, PYTHONUTF8="1", PYTHONDONTWRITEBYTECODE="1", **(env or {}))
        self.port, self.server, self.connections = port, None, set()
        self.alive = True
        self.workers = [threading.Thread(target=self.work, daemon=True) for _ in range(slots)]
        for worker in self.workers:
            worker.start()
        self.start()

    @property
    def address(self):
        return "127.0.0.1:%d" % self.port

    def start(self):
        self.server = socket.socket()
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.server.bind(("127.0.0.1", self.port))
        self.port = self.server.getsockname()[1]
        self.server.listen(64)
        threading.Thread(target=self.accept, args=(self.server,), daemon=True).start()

    def die(self):
        """As a killed process: what it accepted stays, every connection breaks."""
        server, self.server = self.server, None
        # Closing alone does not end a thread's accept.
        try:
            server.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        server.close()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.alive = False
        self.held.set()
        self.die()
        with self.lock:
            self.lock.notify_all()
            for ran in self.running:
                ran.kill()
        for worker in self.workers:
            worker.join(10)
        for job in self.jobs.values():
            job.archive.close()

    # The wire.

    def accept(self, server):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self.connections.add(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        buffer = bytearray()

        def more():
            block = connection.recv(1 << 16)
            if not block:
                raise OSError("gone")
            buffer.extend(block)

        def question():
            while True:
                for end in [m.end() for m in re.finditer(b"}", bytes(buffer))]:
                    try:
                        asked = json.loads(bytes(buffer[:end]).decode())
                    except ValueError:
                        continue
                    del buffer[:end]
                    return asked
                more()

        try:
            while True:
                asked = question()
                while len(buffer) < asked.get("raw", 0):
                    more()
                payload = bytes(buffer[: asked.get("raw", 0)])
                del buffer[: len(payload)]
                answer, data = self.answer(asked, payload)
                if data is not None:
                    answer["raw"] = len(data)
                text = json.dumps(answer, separators=(",", ":")).encode()
                if data and self.cut:
                    self.cut -= 1
                    connection.sendall(text + data[: len(data) // 2])
                    raise OSError("cut")
                connection.sendall(text + (data or b"") + b"\n")
        except OSError:
            pass
        finally:
            self.connections.discard(connection)
            connection.close()

    def answer(self, asked, payload):
        action = asked["action"]
        if action == "AGREE":
            return {"status": "OK", "features": ["raw"]}, None
        if action == "FIND_LEADER":
            return {"status": "OK", "term": 1, "self": True, "leader": self.address, "masters": []}, None
        with self.lock:
            self.questions.append(asked)
            self.lock.notify_all()
            if self.elsewhere:
                return {"status": "NOT_LEADER", "leader": self.elsewhere, "message": "the leader is elsewhere"}, None
            if self.busy:
                self.busy -= 1
                return {"status": "ERROR", "code": "TRY_LATER", "message": "the log is busy"}, None
            handler = getattr(self, action.lower(), None)
            if handler is None:
                return {"status": "UNKNOWN_ACTION", "action": action}, None
            told = handler(asked, payload)
            if told is None:
                return {"status": "ERROR", "code": "NOT_FOUND", "message": "there is no such job or task"}, None
            answer, data = told if isinstance(told, tuple) else (told, None)
            return dict(answer, status=answer.get("status", "OK")), data

    # The messages.

    def job(self, selector):
        selector = str(selector)
        if re.fullmatch(r"j?\d+", selector):
            return self.jobs.get(int(selector.lstrip("j")))
        named = [job for job in self.jobs.values() if job.name in (selector, selector + ".zip")]
        return named[-1] if named else None

    def task(self, number):
        for job in self.jobs.values():
            if job.number <= int(number) < job.number + len(job.tasks):
                return job, job.tasks[int(number) - job.number]
        return None, None

    def get_status(self, asked, payload):
        return {"grid_status": {"grid": "11111111-2222-3333-4444-555555555555"}}

    def submit_task(self, asked, payload):
        assert len(payload) == asked["raw"]
        changed = asked["key"] not in self.keys
        if changed:
            job = Job(self.next, asked["name"], payload)
            self.next += len(job.tasks)
            self.jobs[job.number] = self.keys[asked["key"]] = job
            self.lock.notify_all()
        job = self.keys[asked["key"]]
        answer = {"task": job.task_row(job.tasks[0]), "changed": changed}
        if len(job.tasks) > 1:
            answer.update(job=job.row(), text="%d tasks" % len(job.tasks))
        return answer

    def list_jobs(self, asked, payload):
        rows = [job.row() for job in sorted(self.jobs.values(), key=lambda j: -j.number)]
        return {"jobs": rows[: asked["limit"]], "more": False}

    def show_job(self, asked, payload):
        job = self.job(asked["job"])
        bad = [t for t in job.tasks if t.state in ("done", "failed") and not t.success] if job else []
        failures = [{"reason": t.explanation, "tasks": 1, "example": t.id, "input": t.input} for t in bad]
        return job and {"job": job.row(), "failures": failures}

    def wait_job(self, asked, payload):
        job = self.job(asked["job"])
        if job is None:
            return None
        end, seen = time.monotonic() + asked["wait_ms"] / 1000, asked["seen"]
        while len(job.ended) <= seen and "ended_at" not in job.row() and time.monotonic() < end and self.alive:
            self.lock.wait(max(0.001, end - time.monotonic()))
        told = job.ended[seen : seen + asked["limit"]]
        return {"job": job.row(), "ended": [job.task_row(t) for t in told], "seen": seen + len(told)}

    def list_tasks(self, asked, payload):
        job = self.job(asked["job"])
        return {"tasks": [job.task_row(t) for t in job.tasks if t.id > asked["after"]], "more": False}

    def cancel_jobs(self, asked, payload):
        job = self.job(asked["what"])
        return job and {"count": sum(self.cancel(job, t) for t in job.tasks), "text": "cancelled"}

    def cancel_task(self, asked, payload):
        job, task = self.task(asked["task"])
        return job and {"task": job.task_row(task), "changed": self.cancel(job, task)}

    def cancel(self, job, task):
        open_one = task.state in ("queued", "leased")
        if open_one:
            if task.process in self.running:
                task.process.kill()
            self.finish(job, task, "cancelled", explanation="cancelled by an operator")
        return open_one

    def retry_jobs(self, asked, payload):
        job = self.job(asked["what"])
        if job is None:
            return None
        again = [t for t in job.tasks if t.state in ("done", "failed", "cancelled") and not t.success]
        for task in again:
            task.end("queued")
            job.ended.remove(task)
        self.lock.notify_all()
        return {"count": len(again), "text": "run again"}

    def get_result(self, asked, payload):
        job, task = self.task(asked["task"]) if asked["task"].isdigit() else (self.job(asked["task"]), None)
        if job is None:
            return None
        if task is None:
            data = io.BytesIO()
            with zipfile.ZipFile(data, "w") as archive:
                for one in job.tasks:
                    archive.writestr("%s.zip" % one.index, one.result or b"")
            return {"name": job.name}, data.getvalue()
        if task.result is None:
            return {"status": "ERROR", "code": "CONFLICT", "message": "it has no result"}
        return {"name": job.name}, task.result

    # The workers.

    def finish(self, job, task, state, **how):
        task.end(state, **how)
        job.ended.append(task)
        self.lock.notify_all()

    def take(self):
        for job in self.jobs.values():
            for task in job.tasks:
                last = task.input == "merge.py"
                others = all(t.state not in ("queued", "leased") for t in job.tasks if t is not task)
                if task.state == "queued" and (others or not last):
                    task.state = "leased"
                    task.attempt += 1
                    return job, task, task.attempt
        return None

    def work(self):
        while self.alive:
            self.held.wait()
            with self.lock:
                taken = self.take()
                if taken is None:
                    self.lock.wait(0.5)
                    continue
            job, task, attempt = taken
            result, code = self.run(job, task)
            with self.lock:
                if task.state == "leased" and task.attempt == attempt:
                    self.finish(job, task, "done", success=code == 0, explanation="exit code %d" % code, result=result)

    def run(self, job, task):
        with tempfile.TemporaryDirectory() as folder:
            for name in job.shared:
                if name not in ("task.json", "merge.py"):
                    self.put(folder, name, job.archive.read(name))
            if task.input == "merge.py":
                self.put(folder, "main.py", job.archive.read("merge.py"))
                for one in job.tasks[:-1]:
                    with zipfile.ZipFile(io.BytesIO(one.result)) as archive:
                        for name in archive.namelist():
                            self.put(folder, "parts/%s/%s" % (os.path.splitext(one.input)[0], name), archive.read(name))
            else:
                extension = os.path.splitext(task.input)[1].lower()
                self.put(folder, "input" + extension, job.archive.read("inputs/" + task.input))
            before = set(self.files(folder))
            env = dict(self.env, MUTIRAO_INPUT=task.input, MUTIRAO_INDEX=str(task.index), MUTIRAO_COUNT=str(len(job.tasks)))
            command = [sys.executable, "-S", os.path.join(folder, "main.py")]
            with subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
                with self.lock:
                    self.running.add(ran)
                    task.process = ran
                    if not self.alive or task.state != "leased":
                        ran.kill()
                out, err = ran.communicate()
                with self.lock:
                    self.running.discard(ran)
            data = io.BytesIO()
            with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("stdout.txt", out)
                archive.writestr("stderr.txt", err)
                for name in sorted(set(self.files(folder)) - before):
                    archive.write(os.path.join(folder, name), "files/" + name.replace(os.sep, "/"))
            return data.getvalue(), ran.returncode

    @staticmethod
    def put(folder, name, data):
        path = os.path.join(folder, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

    @staticmethod
    def files(folder):
        for path, _, names in os.walk(folder):
            for name in names:
                yield os.path.relpath(os.path.join(path, name), folder)
