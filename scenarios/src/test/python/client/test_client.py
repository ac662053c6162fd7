"""client.py against a master: the fake one, or that of MUTIRAO_TEST_MASTER (whose workers run tasks within seconds)."""

import asyncio
import concurrent.futures
import contextlib
import functools
import importlib.util
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unicodedata
import unittest
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENT = os.environ.get("MUTIRAO_CLIENT") or os.path.join(
    HERE, "../../../../..", "protocol/src/main/resources/org/mutirao/protocol/client/client.py"
)
REAL = os.environ.get("MUTIRAO_TEST_MASTER")

TEMP = tempfile.mkdtemp(prefix="mutirao-test-")
shutil.copy(CLIENT, os.path.join(TEMP, "mutirao.py"))
sys.path[:0] = [TEMP, HERE]
os.environ["MUTIRAO_CACHE"] = os.path.join(TEMP, "cache")
os.environ.pop("MUTIRAO_MASTER", None)

import mutirao  # noqa: E402
import work  # noqa: E402
from fake import FakeMaster  # noqa: E402
from mutirao import Grid, JobFailed, MutiraoError, NotShippable, TaskFailed  # noqa: E402

INCLUDE = [os.path.join(HERE, "helper_of_work.py")]
TOTAL = """\
import csv, os
rows = list(csv.reader(open("input.csv", encoding="utf-8")))[1:]
total = sum(int(row[1]) for row in rows)
print("total of", os.environ["MUTIRAO_INPUT"], "is", total)
with open("total.csv", "w", encoding="utf-8", newline="") as file:
    csv.writer(file).writerows([["rows", "total"], [len(rows), total]])
"""


def tearDownModule():
    shutil.rmtree(TEMP, ignore_errors=True)


class Case(unittest.TestCase):
    """A folder, and a grid."""

    fake_only = False

    def setUp(self):
        if REAL and self.fake_only:
            self.skipTest("plays accidents of a master")
        self.folder = tempfile.mkdtemp(dir=TEMP)
        self.fake = None if REAL else FakeMaster(env=self.worker_env())
        self.address = REAL or self.fake.address
        self.grid = Grid(self.address, patience=60)
        if self.fake:
            self.addCleanup(self.fake.close)

    def worker_env(self):
        return {}

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def tables(self, count, folder="data"):
        return [self.write("%s/t%d.csv" % (folder, i), "name,pieces\na,%d\nb,%d\n" % (i, self.salt())) for i in range(1, count + 1)]

    def salt(self):
        """Against a grid that remembers the last run, every test's inputs are others."""
        return abs(hash((self.folder, self.id()))) % 1000

    def submitted(self):
        return [asked for asked in self.fake.questions if asked["action"] == "SUBMIT_TASK"]


class MapFilesTest(Case):
    def setUp(self):
        super().setUp()
        self.script = self.write("total.py", TOTAL)

    def test_one_task_for_each_file_with_its_output_and_files(self):
        files = self.tables(3)
        results = {r.input: r for r in self.grid.map(self.script, files)}
        self.assertEqual(sorted(files), sorted(results))
        for i, file in enumerate(files, 1):
            result = results[file]
            self.assertTrue(result.ok)
            self.assertEqual("", result.reason)
            self.assertEqual("total of t%d.csv is %d\n" % (i, i + self.salt()), result.stdout)
            self.assertEqual(["total.csv"], list(result.files))
            self.assertEqual("rows,total\r\n2,%d\r\n" % (i + self.salt()), result.files["total.csv"].read_bytes().decode())

    def test_ordered_is_the_order_of_the_call(self):
        files = [self.tables(12)[i] for i in (7, 0, 11, 3, 2, 10, 1)]
        self.assertEqual(files, [r.input for r in self.grid.map(self.script, files, ordered=True)])

    def test_one_file_is_one_task(self):
        (result,) = self.grid.map(self.script, self.tables(1)[0])
        self.assertIn("t1.csv", result.input)
        self.assertTrue(result.ok, result.reason)

    def test_results_go_when_nobody_holds_them(self):
        results = self.grid.map(self.script, self.tables(2), ordered=True)
        one = next(results)
        path, files = one.path, one.files
        self.assertTrue(os.path.exists(path) and files["total.csv"].exists())
        del one
        two = next(results)
        self.assertFalse(os.path.exists(path) or files["total.csv"].exists())
        self.assertTrue(os.path.exists(two.path))
        folder = os.path.dirname(two.path)
        self.assertEqual([], list(results))
        del two, results
        self.assertFalse(os.path.exists(folder))

    def test_failures_stop_nothing_and_are_listed_at_the_end(self):
        files = self.tables(4)
        bad = self.write("data/bad.csv", "name,pieces\na,many\n")
        came = []
        with self.assertRaises(JobFailed) as raised:
            for result in self.grid.map(self.script, [bad] + files):
                came.append(result.input)
        self.assertEqual(sorted(files), sorted(came))
        (failure,) = raised.exception.failures
        self.assertEqual(bad, failure.input)
        self.assertEqual("ValueError: invalid literal for int() with base 10: 'many'", failure.reason)
        self.assertIn("1 of 5 failed", str(raised.exception))
        self.assertIn(failure.reason, str(raised.exception))

    def test_failures_are_returned_if_asked(self):
        bad = self.write("data/bad.csv", "name,pieces\na,many\n")
        results = {r.input: r for r in self.grid.map(self.script, self.tables(2) + [bad], errors="return")}
        self.assertEqual(3, len(results))
        self.assertFalse(results[bad].ok)
        self.assertIn("Traceback", results[bad].stderr)

    def test_the_same_call_again_hands_in_only_what_is_new(self):
        files = self.tables(5)
        first = self.grid.map(self.script, files[:3], ordered=True)
        texts = [r.stdout for r in first]
        again = Grid(self.address).map(self.script, files[:3], ordered=True)
        self.assertEqual((first.jobs, 0), (again.jobs, again.new))
        self.assertEqual(texts, [r.stdout for r in again])
        more = Grid(self.address).map(self.script, files, ordered=True)
        self.assertEqual(2, more.new)
        self.assertEqual(first.jobs[0], more.jobs[0])
        self.assertEqual(files, [r.input for r in more])
        fewer = self.grid.map(self.script, files[1:4], ordered=True)
        self.assertEqual(0, fewer.new)
        self.assertEqual(files[1:4], [r.input for r in fewer])

    def test_without_its_notes_the_same_call_finds_its_job_by_the_key(self):
        files = self.tables(3)
        first = self.grid.map(self.script, files)
        self.assertEqual(3, len(list(first)))
        shutil.rmtree(os.environ["MUTIRAO_CACHE"])
        again = self.grid.map(self.script, files)
        self.assertEqual(first.jobs, again.jobs)
        self.assertEqual(3, len(list(again)))

    def test_another_script_name_or_input_is_another_job(self):
        files = self.tables(2)
        first = self.grid.map(self.script, files)
        named = self.grid.map(self.script, files, name="other")
        self.write("total.py", TOTAL + "\n# changed\n")
        changed = self.grid.map(self.script, files)
        forced = self.grid.map(self.script, files, again=True)
        jobs = [each.jobs[0] for each in (first, named, changed, forced)]
        self.assertEqual(4, len(set(jobs)), jobs)
        for each in (first, named, changed, forced):
            self.assertEqual(2, len(list(each)))

    def test_retry_runs_again_what_failed(self):
        mark = os.path.join(self.folder, "fixed")
        script = self.write("flaky.py", "import os, sys\nsys.exit(0 if os.path.exists(%r) else 'not yet')\n" % mark)
        files = self.tables(2)
        with self.assertRaises(JobFailed) as raised:
            list(self.grid.map(script, files))
        self.assertIn("retry=True", str(raised.exception))
        open(mark, "w").close()
        with self.assertRaises(JobFailed):
            list(self.grid.map(script, files))
        self.assertEqual(2, len(list(self.grid.map(script, files, retry=True))))

    def test_shared_files_go_along(self):
        script = self.write("main.py", "import util\nprint(util.NAME, open('tables/rates.txt').read())\n")
        self.write("util.py", "NAME = 'util'\n")
        self.write("tables/rates.txt", "rates")
        self.write("tables/.hidden", "no")
        include = [os.path.join(self.folder, "util.py"), os.path.join(self.folder, "tables")]
        for result in self.grid.map(script, self.tables(2), include=include):
            self.assertEqual("util rates\n", result.stdout)

    def test_a_folder_with_main_py_is_a_script_with_all_that_lies_there(self):
        self.write("job/main.py", "import util\nprint(util.NAME)\n")
        self.write("job/util.py", "NAME = 'beside'\n")
        folder = os.path.join(self.folder, "job")
        self.assertEqual(["beside\n"] * 2, [r.stdout for r in self.grid.map(folder, self.tables(2, "job"))])

    def test_names_that_differ_in_case_spaces_accents_and_emoji_all_work(self):
        names = ["a.csv", "b/A.csv", "with space.csv", "ação.csv", "b/" + unicodedata.normalize("NFD", "ação.csv"), "🎉.csv",
                 "n" * 251 + ".csv", "é" * 125 + ".csv", "b/a.csv", ".hidden.csv", "x.tar.csv", "BIG.CSV"]
        if os.name != "nt":
            names += ["what?.csv", "con.csv", "back\\slash.csv", "line\nend.csv"]
        script = self.write("echo.py", "print(open('input' + %r, encoding='utf-8').read(), end='')\n" % ".csv")
        files = [self.write("names/%d/%s" % (i, name), "%d" % (i + self.salt())) for i, name in enumerate(names)]
        results = list(self.grid.map(script, files, ordered=True, out=os.path.join(self.folder, "out")))
        self.assertEqual(files, [r.input for r in results])
        expected = ["%d" % (i + self.salt()) for i, name in enumerate(names)]
        self.assertEqual(expected, [r.stdout for r in results])
        self.assertEqual(len(files), len([n for n in os.listdir(os.path.join(self.folder, "out")) if n.endswith(".zip")]))

    def test_the_usual_port_need_not_be_written(self):
        for text, address in [
            ("pc7", ("pc7", 50020)),
            ("pc7:9", ("pc7", 9)),
            ("[fe80::1]", ("fe80::1", 50020)),
            ("fe80::1", ("fe80::1", 50020)),
            ("[fe80::1]:9", ("fe80::1", 9)),
        ]:
            self.assertEqual(address, mutirao._parse_address(text))

    def test_what_cant_be_is_one_sentence(self):
        files = self.tables(1)
        cases = [
            (lambda: self.grid.map("nowhere.py", files), "there is no script 'nowhere.py'"),
            (lambda: self.grid.map(self.script, ["nowhere.csv"]), "there is no file 'nowhere.csv'"),
            (lambda: self.grid.map(self.script, []), "there are no input files"),
            (lambda: self.grid.map(self.script, files, include="nowhere.py"), "there is no file 'nowhere.py'"),
            (lambda: self.grid.map(self.script, files, task={"split": 5}), "task.json has 'split'"),
            (lambda: Grid("no address"), "is no address"),
            (lambda: Grid("http://pc7:50020/"), "is no address"),
        ]
        for call, expected in cases:
            with self.assertRaises(MutiraoError) as raised:
                call()
            self.assertIn(expected, str(raised.exception))
            self.assertNotIn("\n", str(raised.exception))

    def test_cancel_ends_what_has_not_ended(self):
        script = self.write("slow.py", "import time\ntime.sleep(600)\n")
        results = self.grid.map(script, self.tables(3), errors="return")
        results.cancel()
        self.assertEqual([False] * 3, [r.ok for r in results])

    def test_what_was_cancelled_goes_on_when_it_is_called_for_again(self):
        mark = os.path.join(self.folder, "go")
        script = self.write("slow.py", "import os, time\nwhile not os.path.exists(%r): time.sleep(0.05)\n" % mark)
        files = self.tables(2)
        results = self.grid.map(script, files, errors="return")
        results.cancel()
        self.assertEqual([False] * 2, [r.ok for r in results])
        open(mark, "w").close()
        again = self.grid.map(script, files)
        self.assertEqual(results.jobs, again.jobs)
        self.assertEqual(2, len(list(again)))


class MergeTest(Case):
    def merged(self, script_text, contents, target="all.csv", include=(), errors="raise"):
        script = self.write("s.py", script_text)
        files = [self.write("in/p%d.csv" % i, text) for i, text in enumerate(contents, 1)]
        target = os.path.join(self.folder, target)
        list(self.grid.map(script, files, merge=target, include=include, errors=errors, again=bool(REAL)))
        with open(target, "rb") as file:
            return file.read()

    COPY = "open('out.csv', 'wb').write(open('input.csv', 'rb').read())\n"

    def test_the_header_stands_once_and_all_else_is_as_it_was(self):
        self.assertEqual(b"a,b\n1,2\n3,4\n5,6\n", self.merged(self.COPY, ["a,b\n1,2\n", "a,b\n3,4", "a,b\n", "a,b\n5,6\n"]))

    def test_quoted_line_ends_crlf_and_a_mark_in_front(self):
        parts = ['"a\nx",b\r\n1,"2\r\n2"\r\n', '\ufeff"a\nx",b\r\n3,4']
        self.assertEqual(b'"a\nx",b\r\n1,"2\r\n2"\r\n3,4', self.merged(self.COPY, parts))

    def test_parts_come_in_the_order_of_the_inputs_and_failures_are_left_out(self):
        script = self.COPY + "import sys\nsys.exit('bad' in open('input.csv').read())\n"
        contents = ["n\n%d\n" % i for i in range(12)]
        contents[5] = "n\nbad\n"
        expected = "n\n" + "".join("%d\n" % i for i in range(12) if i != 5)
        self.assertEqual(expected.encode(), self.merged(script, contents, errors="return"))

    def test_what_was_printed(self):
        self.assertEqual(b"a\nb\n", self.merged("print(open('input.csv').read(), end='')", ["a\n", "b\n"], "all.txt"))

    def test_merge_py_has_the_last_word(self):
        merge = self.write(
            "merge.py",
            "import glob\nparts = sorted(glob.glob('parts/*/stdout.txt'))\n"
            "open('all.csv', 'w').write('+'.join(open(p).read().strip() for p in parts))\n",
        )
        self.assertEqual(b"1+2+3", self.merged("print(open('input.csv').read())", ["1", "2", "3"], include=[merge]))

    def test_nothing_is_guessed(self):
        cases = [
            (self.COPY, ["a,b\n1,2\n", "b,a\n3,4\n"], "the header of"),
            ("print(1)", ["a\n", "b\n"], "no CSV"),
            ("for n in 'xy': open(n + '.csv', 'w').write('a\\n')", ["a\n", "b\n"], "x.csv, y.csv"),
            ("open('out.csv', 'w', encoding='utf-16').write('a\\n')", ["a\n", "b\n"], "UTF-16"),
        ]
        for script, contents, expected in cases:
            with self.assertRaises(MutiraoError) as raised:
                self.merged(script, contents)
            self.assertIn(expected, str(raised.exception))
            self.assertFalse(os.path.exists(os.path.join(self.folder, "all.csv")))

    def test_a_failing_merge_py_is_a_failure_of_the_call(self):
        merge = self.write("merge.py", "raise SystemExit('can not merge')\n")
        with self.assertRaises(JobFailed) as raised:
            self.merged("print(1)", ["1", "2"], include=[merge])
        self.assertIn("merge.py: can not merge", str(raised.exception))


class MapFunctionTest(Case):
    def test_values_come_back(self):
        self.assertEqual([0, 1, 4, 9], sorted(self.grid.map(work.square, range(4), include=INCLUDE)))
        self.assertEqual([9, 4, 1, 0], list(self.grid.map(work.square, [3, 2, 1, 0], ordered=True, include=INCLUDE)))
        self.assertEqual([[1, 6], ["x", "yy"]], list(self.grid.map(work.pair, [1, "x"], [3, "y"], ordered=True, include=INCLUDE)))
        self.assertEqual([], list(self.grid.map(work.square, [])))

    def test_several_calls_are_one_task(self):
        values = self.grid.map(work.square, range(10), chunksize=4, ordered=True, include=INCLUDE)
        self.assertEqual([i * i for i in range(10)], list(values))
        if self.fake:
            self.assertEqual(3, len(self.fake.jobs[values.jobs[0]].tasks))

    def test_a_longer_list_finds_the_same_tasks(self):
        first = self.grid.map(work.add, [1, 2, 2], ordered=True, include=INCLUDE)
        self.assertEqual([1, 2, 2], list(first))
        more = self.grid.map(work.add, [0, 1, 2, 3], ordered=True, include=INCLUDE)
        self.assertEqual([0, 1, 2, 3], list(more))
        self.assertEqual(2, more._results.new)

    def test_functions_of_the_standard_library_need_no_file(self):
        import statistics

        self.assertEqual([2, 5], list(self.grid.map(statistics.mean, [[1, 2, 3], [4, 5, 6]], ordered=True)))
        self.assertEqual([8, 9], list(self.grid.map(pow, [2, 3], [3, 2], ordered=True)))

    def test_failures_are_listed_with_their_calls(self):
        with self.assertRaises(JobFailed) as raised:
            came = []
            for value in self.grid.map(work.oddly, range(4), include=INCLUDE):
                came.append(value)
        self.assertEqual([0, 2], sorted(came))
        self.assertEqual({"oddly(1)", "oddly(3)"}, {f.input for f in raised.exception.failures})
        self.assertIn("oddly(1): Odd: 1 is odd", str(raised.exception))
        values = list(self.grid.map(work.oddly, range(3), ordered=True, errors="return", include=INCLUDE))
        self.assertEqual([0, 2], [values[0], values[2]])
        self.assertIsInstance(values[1], TaskFailed)
        self.assertIn("work.py", str(values[1].__cause__))

    def test_a_lost_module_is_told_by_name(self):
        with self.assertRaises(JobFailed) as raised:
            list(self.grid.map(work.square, [1]))
        self.assertIn("ModuleNotFoundError: No module named 'helper_of_work'", str(raised.exception))

    def test_what_cant_travel_is_one_sentence(self):
        typed = {"__name__": "__main__"}
        exec("def typed_in(): pass", typed)
        cases = [
            (lambda: self.grid.map(lambda x: x, [1]), "a lambda can't travel"),
            (lambda: self.grid.map(work.outer(), [1]), "inner is defined inside another function"),
            (lambda: self.grid.map(work.Thing().method, [1]), "belongs to an object"),
            (lambda: self.grid.map(functools.partial(work.add, 1), [1]), "is no function with a name"),
            (lambda: self.grid.map(work.square, [{1}]), "an argument of square has a set"),
            (lambda: self.grid.map(work.square, [{1: 2}]), "has a key 1"),
            (lambda: self.grid.map(work.square, [1], pickle=True), "needs a token"),
        ]
        for call, expected in cases:
            with self.assertRaises(NotShippable) as raised:
                call()
            self.assertIn(expected, str(raised.exception))
            self.assertNotIn("\n", str(raised.exception))

    def test_a_function_typed_at_a_prompt_is_refused(self):
        code = "import mutirao\ndef typed(): pass\ntry:\n    mutirao.Grid('127.0.0.1:1').map(typed, [1])\nexcept mutirao.NotShippable as e:\n    print(e)\n"
        ran = subprocess.run([sys.executable, "-"], input=code.encode(), stdout=subprocess.PIPE, cwd=TEMP)
        self.assertIn(b"typed was typed at a prompt or in a notebook", ran.stdout)

    def test_values_that_json_does_not_know_are_refused_there(self):
        with self.assertRaises(JobFailed) as raised:
            list(self.grid.map(work.gives_a_set, [1], include=INCLUDE))
        self.assertIn("the value of gives_a_set has a set, which JSON does not know", str(raised.exception))

    def test_a_main_program_travels_with_this_client_and_a_package_with_its_folders(self):
        self.write("pack/__init__.py", "")
        self.write("pack/deep/__init__.py", "BASE = 100\n")
        self.write("pack/deep/mod.py", "from . import BASE\ndef plus(n):\n    return BASE + n\n")
        program = self.write(
            "program.py",
            "import sys\nsys.path.insert(0, %r)\nfrom mutirao import Grid\nfrom pack.deep.mod import plus\n"
            "def minus(n):\n    return -n\n"
            "def imports_pack():\n    pass\n"
            "if __name__ == '__main__':\n"
            "    grid = Grid(%r)\n"
            "    print(list(grid.map(plus, [1, 2], ordered=True)))\n"
            "    print(list(grid.map(minus, [1, 2], ordered=True, include=['pack'])))\n" % (TEMP, self.address),
        )
        ran = subprocess.run([sys.executable, program], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual("[101, 102]\n[-1, -2]\n", ran.stdout.decode().replace("\r\n", "\n"))

    def test_a_program_without_a_main_guard_is_told_so(self):
        program = self.write(
            "program.py",
            "import sys\nsys.path.insert(0, %r)\nfrom mutirao import Grid\ngrid = Grid(%r)\ndef minus(n):\n    return -n\n"
            "print(list(grid.map(minus, [1])))\n" % (TEMP, self.address),
        )
        ran = subprocess.run([sys.executable, program], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertIn('if __name__ == "__main__":', ran.stdout.decode())


@unittest.skipIf(REAL, "its workers would need the token")
class PickleTest(Case):
    TOKEN = "a token of 20 letters"

    def worker_env(self):
        return {"MUTIRAO_TOKEN": self.TOKEN}

    def test_pickles_travel_with_a_token(self):
        values = self.grid.map(work.gives_a_set, [1, 2], pickle=True, token=self.TOKEN, ordered=True, include=INCLUDE)
        self.assertEqual([{1}, {2}], list(values))

    def test_classes_of_the_main_program_travel_too(self):
        program = self.write(
            "program.py",
            "import sys\nsys.path.insert(0, %r)\nfrom mutirao import Grid\n"
            "class Point:\n    def __init__(self, x):\n        self.x = x\n"
            "def moved(point):\n    return Point(point.x + 1)\n"
            "if __name__ == '__main__':\n"
            "    (point,) = Grid(%r).map(moved, [Point(1)], pickle=True, token=%r)\n"
            "    print(type(point).__name__, point.x)\n" % (TEMP, self.address, self.TOKEN),
        )
        for words in ([program], ["-m", "program"]):
            ran = subprocess.run([sys.executable] + words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.assertEqual("Point 2", ran.stdout.decode().strip())

    def test_another_token_reads_nothing(self):
        with self.assertRaises(JobFailed) as raised:
            list(self.grid.map(work.square, [1], pickle=True, token="another token of 20", include=INCLUDE))
        self.assertIn("signed with another MUTIRAO_TOKEN", str(raised.exception))

    def test_a_value_that_was_changed_on_the_way_is_not_read(self):
        function = mutirao._Function(work.square, INCLUDE, True, self.TOKEN)
        given = function.encoded((1,), {})
        import pickle

        data = pickle.dumps(2)
        forged = {"data": mutirao.base64.b64encode(data).decode(), "mac": mutirao._signed(self.TOKEN, b"call", data)}
        with self.assertRaises(MutiraoError):
            function.value_of(forged, given)


class ExecutorTest(Case):
    def executor(self, **more):
        return self.grid.executor(include=INCLUDE, **more)

    def test_it_is_an_executor(self):
        with self.executor() as pool:
            self.assertIsInstance(pool, concurrent.futures.Executor)
            self.assertEqual(9, pool.submit(work.square, 3).result())
            self.assertEqual(5, pool.submit(work.add, 2, other=3).result())
            self.assertEqual([0, 1, 4], list(pool.map(work.square, range(3))))

    def test_as_completed_and_wait(self):
        with self.executor() as pool:
            futures = {pool.submit(work.square, i): i for i in range(8)}
            done = {futures[f]: f.result() for f in concurrent.futures.as_completed(futures)}
            self.assertEqual({i: i * i for i in range(8)}, done)
            finished, waiting = concurrent.futures.wait([pool.submit(work.square, 5)])
            self.assertEqual((1, 0), (len(finished), len(waiting)))

    def test_asyncio_waits_for_it(self):
        async def both(pool):
            one = asyncio.wrap_future(pool.submit(work.square, 4))
            other = asyncio.get_running_loop().run_in_executor(pool, work.add, 1, 2)
            return await asyncio.gather(one, other)

        with self.executor() as pool:
            self.assertEqual([16, 3], asyncio.run(both(pool)))

    def test_exceptions_come_back_as_what_they_were(self):
        with self.executor() as pool:
            error = pool.submit(work.fail, "no such thing").exception()
            self.assertIsInstance(error, ValueError)
            self.assertEqual(("no such thing",), error.args)
            self.assertIn("raise ValueError(text)", str(error.__cause__))
            odd = pool.submit(work.oddly, 3).exception()
            self.assertIsInstance(odd, TaskFailed)
            self.assertIn("Odd: 3 is odd", str(odd))
            gone = pool.submit(work.leaves, 7).exception()
            self.assertIsInstance(gone, TaskFailed)
            self.assertIn("exit code 7", str(gone))

    def test_what_cant_travel_is_refused_at_once(self):
        with self.executor() as pool:
            self.assertRaises(NotShippable, pool.submit, lambda: 1)
            self.assertRaises(NotShippable, pool.submit, work.square, {1})

    def test_what_is_submitted_together_is_one_job(self):
        with self.executor(gather=0.5) as pool:
            futures = [pool.submit(work.square, i) for i in range(20)]
            self.assertEqual([i * i for i in range(20)], [f.result() for f in futures])
        if self.fake:
            self.assertEqual(1, len(self.submitted()))

    def test_the_same_call_runs_again(self):
        with self.executor(gather=0.0) as pool:
            pool.submit(work.square, 3).result()
            pool.submit(work.square, 3).result()
        if self.fake:
            self.assertEqual(2, len({asked["key"] for asked in self.submitted()}))

    def test_after_shutdown_nothing_is_taken(self):
        pool = self.executor()
        future = pool.submit(work.square, 3)
        pool.shutdown()
        self.assertTrue(future.done())
        self.assertRaises(RuntimeError, pool.submit, work.square, 3)

    def test_a_program_that_ends_waits_for_its_futures(self):
        program = self.write(
            "program.py",
            "import sys\nsys.path[:0] = [%r]\nfrom mutirao import Grid\ndef f(n):\n    return n + 1\n"
            "if __name__ == '__main__':\n"
            "    Grid(%r).executor().submit(f, 41).add_done_callback(lambda done: print(done.result()))\n" % (TEMP, self.address),
        )
        ran = subprocess.run([sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual("42", ran.stdout.decode().strip())


class CancelledFuturesTest(Case):
    fake_only = True

    def setUp(self):
        super().setUp()
        self.fake.held.clear()

    def await_question(self, action):
        with self.fake.lock:
            self.assertTrue(self.fake.lock.wait_for(lambda: any(q["action"] == action for q in self.fake.questions), 20))

    def test_a_waiting_future_is_cancelled_here_and_there(self):
        with self.grid.executor(include=INCLUDE) as pool:
            futures = [pool.submit(work.square, i) for i in range(3)]
            self.await_question("WAIT_JOB")
            self.assertTrue(futures[1].cancel())
            self.assertTrue(futures[1].cancel())
            self.assertIn(futures[1], concurrent.futures.wait(futures, 10, concurrent.futures.FIRST_COMPLETED).done)
            self.await_question("CANCEL_TASK")
            self.fake.held.set()
            self.assertEqual([0, 4], [futures[0].result(), futures[2].result()])
            self.assertRaises(concurrent.futures.CancelledError, futures[1].result)
            self.assertFalse(futures[0].cancel())
        states = [task.state for task in self.fake.jobs[1].tasks]
        self.assertEqual(["done", "cancelled", "done"], states)

    def test_shutdown_cancels_if_asked(self):
        pool = self.grid.executor(include=INCLUDE)
        futures = [pool.submit(work.square, i) for i in range(3)]
        self.await_question("WAIT_JOB")
        pool.shutdown(cancel_futures=True)
        self.assertEqual([True] * 3, [f.cancelled() for f in futures])
        self.assertEqual({"cancelled"}, {task.state for task in self.fake.jobs[1].tasks})

    def test_a_future_that_was_not_handed_in_yet_is_never_handed_in(self):
        pool = self.grid.executor(include=INCLUDE, gather=30)
        future = pool.submit(work.square, 1)
        self.assertTrue(future.cancel())
        pool.shutdown()
        self.assertEqual([], self.submitted())

    def test_cancelling_by_asyncio(self):
        async def one(pool):
            future = asyncio.wrap_future(pool.submit(work.square, 1))
            future.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await future
            return future.cancelled()

        with self.grid.executor(include=INCLUDE) as pool:
            self.assertTrue(asyncio.run(one(pool)))


class AccidentsTest(Case):
    fake_only = True

    def setUp(self):
        super().setUp()
        self.script = self.write("total.py", TOTAL)

    def test_a_busy_master_is_asked_again(self):
        self.fake.busy = 5
        self.assertEqual(2, len(list(self.grid.map(self.script, self.tables(2)))))

    def test_a_master_that_does_not_lead_says_who_does(self):
        follower = FakeMaster()
        self.addCleanup(follower.close)
        follower.elsewhere = self.fake.address
        self.assertEqual(2, len(list(Grid(follower.address).map(self.script, self.tables(2)))))
        self.assertEqual({}, follower.jobs)

    def test_a_dead_master_is_passed_over(self):
        dead = FakeMaster()
        dead.close()
        grid = Grid("%s,%s" % (dead.address, self.fake.address))
        self.assertEqual(2, len(list(grid.map(self.script, self.tables(2)))))

    def test_a_master_that_dies_and_comes_back_costs_nothing(self):
        self.fake.held.clear()
        results = self.grid.map(self.script, self.tables(6))
        with self.fake.lock:
            self.fake.die()
        self.fake.held.set()
        back = threading.Timer(0.5, self.fake.start)
        back.start()
        self.assertEqual(6, len(list(results)))
        back.join()
        self.assertEqual(1, len(self.fake.jobs))

    def test_a_result_that_breaks_off_is_fetched_again(self):
        self.fake.cut = 3
        texts = [r.stdout for r in self.grid.map(self.script, self.tables(3), ordered=True)]
        self.assertEqual(["total of t%d.csv is %d\n" % (i, i + self.salt()) for i in (1, 2, 3)], texts)

    def test_a_submit_whose_answer_is_lost_makes_one_job(self):
        submit, lost = self.fake.submit_task, []

        def lose(asked, payload):
            answer = submit(asked, payload)
            if not lost:
                lost.append(True)
                raise OSError("cut")
            return answer

        self.fake.submit_task = lose
        self.assertEqual(2, len(list(self.grid.map(self.script, self.tables(2)))))
        self.assertEqual((1, 2), (len(self.fake.jobs), len(self.submitted())))

    def test_nobody_there_is_one_sentence(self):
        self.fake.die()
        with self.assertRaises(MutiraoError) as raised:
            self.grid.patience = 0.5
            self.grid.map(self.script, self.tables(1))
        self.fake.start()
        self.assertIn("nothing listens there", str(raised.exception))
        self.assertNotIn("\n", str(raised.exception))

    def test_a_job_that_is_forgotten_is_handed_in_again(self):
        files = self.tables(2)
        self.assertEqual(2, len(list(self.grid.map(self.script, files))))
        self.fake.jobs.clear()
        self.fake.keys.clear()
        again = self.grid.map(self.script, files)
        self.assertEqual((2, 2), (again.new, len(list(again))))

    def test_results_may_hold_names_that_lead_away(self):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for name in ("files/../../evil.txt", "files//etc/evil", "files/a\\..\\evil", "files/good.txt"):
                archive.writestr(name, "x")
        self.fake.run = lambda job, task: (data.getvalue(), 0)
        (result,) = self.grid.map(self.script, self.tables(1))
        self.assertIn("good.txt", result.files)
        root = os.path.dirname(result.path)
        for path in result.files.values():
            self.assertTrue(os.path.realpath(str(path)).startswith(os.path.realpath(root) + os.sep), path)

    def test_the_lan_is_asked_where_no_address_is_given(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            asked = []

            def answer():
                text, source = sock.recvfrom(4096)
                asked.append(json.loads(text.decode()))
                sock.sendto(json.dumps({"action": "MASTER_ANNOUNCE", "master_ip": "127.0.0.1", "master_port": self.fake.port}).encode(), source)

            thread = threading.Thread(target=answer, daemon=True)
            thread.start()
            os.environ["MUTIRAO_DISCOVERY_PORTS"] = str(sock.getsockname()[1])
            self.addCleanup(os.environ.pop, "MUTIRAO_DISCOVERY_PORTS", None)
            self.assertEqual(2, len(list(Grid().map(self.script, self.tables(2)))))
            thread.join(5)
        self.assertEqual("DISCOVER_MASTER", asked[0]["action"])


class CommandTest(Case):
    def setUp(self):
        super().setUp()
        self.script = self.write("total.py", TOTAL)

    def run_it(self, *words, **more):
        env = dict(os.environ, MUTIRAO_MASTER=self.address)
        return subprocess.run([sys.executable, os.path.join(TEMP, "mutirao.py")] + list(words), cwd=self.folder, env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, **more)

    def test_map_merges_and_ends_with_0(self):
        files = self.tables(3)
        self.write("rates.txt", "")
        ran = self.run_it("map", "total.py", *files, "rates.txt", "--merge", "all.csv", "--out", "out", "--name", "sales")
        self.assertEqual(0, ran.returncode, ran.stderr)
        self.assertIn("3 of 3 succeeded", ran.stdout)
        self.assertIn("3 tasks, one for each .csv file; rates.txt goes along", ran.stderr)
        expected = "rows,total\n" + "".join("2,%d\n" % (i + self.salt()) for i in (1, 2, 3))
        with open(os.path.join(self.folder, "all.csv"), encoding="utf-8") as file:
            self.assertEqual(expected, file.read())
        self.assertEqual(sorted(["t%d.%s" % (i, e) for i in (1, 2, 3) for e in ("csv", "zip")]), sorted(os.listdir(os.path.join(self.folder, "out"))))
        again = self.run_it("map", "total.py", *files, "rates.txt", "--name", "sales")
        self.assertIn("3 were handed in before", again.stderr)
        job = ran.stdout.split()[1].rstrip(":")
        self.assertIn("3 of 3 succeeded", self.run_it("wait", job).stdout)
        self.assertIn("sales.zip", self.run_it("jobs").stdout)
        got = self.run_it("get", job, "--out", "all")
        self.assertEqual(0, got.returncode, got.stderr)
        self.assertTrue(zipfile.is_zipfile(os.path.join(self.folder, got.stdout.strip())), got.stdout)

    def test_a_folder_in_front_means_its_files(self):
        for i in (10, 2, 1):
            self.write("in/t%d.csv" % i, "name,pieces\na,%d\n" % (self.salt() + i))
        self.write("util.csv", "")
        ran = self.run_it("map", "total.py", "in", "util.csv", "--merge", "all.csv")
        self.assertEqual(0, ran.returncode, ran.stderr)
        self.assertIn("3 tasks, one for each file of in; util.csv goes along", ran.stderr)
        with open(os.path.join(self.folder, "all.csv"), encoding="utf-8") as file:
            self.assertEqual("rows,total\n" + "".join("1,%d\n" % (self.salt() + i) for i in (1, 2, 10)), file.read())

    def test_what_ends_like_the_first_file_is_an_input(self):
        """The same as in JobCommandsTest, since the console has the same rule and words."""
        first, second = self.write("data/may.csv", ""), self.write("data/JUNE.CSV", "")
        module, merge, tables = self.write("lib/util.py", ""), self.write("merge.py", ""), os.path.dirname(self.write("tables/k.txt", ""))
        understood = mutirao._inputs_and_others
        inputs, others, words = understood([first, module, second, merge, tables], [])
        self.assertEqual(([first, second], [module, merge, tables]), (inputs, others))
        self.assertEqual("one for each .csv file, and then merge.py over all results; util.py, tables go along", words)
        inputs, others, words = understood([os.path.dirname(first), module], [])
        self.assertEqual((["JUNE.CSV", "may.csv"], [module]), ([os.path.basename(f) for f in inputs], others))
        self.assertEqual("one for each file of data; util.py goes along", words)
        self.assertEqual("for util.py; may.csv goes along", understood([module, first], [])[2])

    def test_a_failed_task_makes_it_end_with_1(self):
        bad = self.write("data/bad.csv", "name,pieces\na,many\n")
        ran = self.run_it("map", "total.py", bad, *self.tables(2))
        self.assertEqual(1, ran.returncode)
        self.assertIn("2 of 3 succeeded", ran.stdout)
        self.assertIn("bad.csv: ValueError: invalid literal", ran.stderr)
        waited = self.run_it("wait", ran.stdout.split()[1].rstrip(":"))
        self.assertEqual(1, waited.returncode)
        self.assertIn("bad.csv", waited.stderr)

    def test_errors_are_a_sentence_and_no_stack_trace(self):
        for words, code, text in [
            (["map", "nowhere.py", "a.csv"], 1, "there is no script"),
            (["wait", "123456789"], 1, "mutirao: "),
            (["map", "total.py", "data/*.csv"], 1, "there is no file 'data/*.csv'"),
            ([], 2, "usage"),
        ]:
            ran = self.run_it(*words)
            self.assertEqual(code, ran.returncode, ran.stderr)
            self.assertIn(text, ran.stderr)
            self.assertNotIn("Traceback", ran.stderr)

    def start_slow(self, *words):
        mark = os.path.join(self.folder, "go")
        self.write("slow.py", "import os, time\nwhile not os.path.exists(%r): time.sleep(0.02)\nprint('done')\n" % mark)
        env = dict(os.environ, MUTIRAO_MASTER=self.address, PYTHONUNBUFFERED="1")
        command = [sys.executable, os.path.join(TEMP, "mutirao.py"), "map", "slow.py"] + self.tables(2) + list(words)
        program = subprocess.Popen(command, cwd=self.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        self.addCleanup(program.kill)
        line = program.stderr.readline()
        self.assertIn("2 tasks", line)
        return program, mark, line.split()[1].rstrip(":")

    @unittest.skipIf(os.name == "nt", "Windows sends no such signal to one program")
    def test_ctrl_c_detaches_and_says_how_to_come_back(self):
        program, mark, job = self.start_slow()
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=60)
        self.assertEqual(130, program.returncode, err)
        self.assertIn("wait %s" % job, err)
        open(mark, "w").close()
        waited = self.run_it("wait", job)
        self.assertEqual((0, "job %s: 2 of 2 succeeded\n" % job), (waited.returncode, waited.stdout))

    @unittest.skipIf(os.name == "nt", "Windows sends no such signal to one program")
    def test_ctrl_c_cancels_if_asked(self):
        program, _, job = self.start_slow("--cancel")
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=60)
        self.assertEqual(130, program.returncode, err)
        self.assertIn("is cancelled", err)
        self.assertEqual(1, self.run_it("wait", job).returncode)

    def test_cancel_cancels(self):
        program, _, job = self.start_slow()
        self.assertEqual(0, self.run_it("cancel", job).returncode)
        program.communicate(timeout=60)
        self.assertEqual(1, program.returncode)

    def test_a_killed_client_finds_its_tasks_again(self):
        program, mark, job = self.start_slow()
        program.kill()
        program.communicate(timeout=60)
        open(mark, "w").close()
        again = self.run_it("map", "slow.py", *self.tables(2))
        self.assertEqual(0, again.returncode, again.stderr)
        self.assertIn("job %s: 2 of 2 succeeded" % job, again.stdout)


if __name__ == "__main__":
    unittest.main()
