package org.mutirao.worker.run;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Zips;

/** Real scripts in the real Python of this machine. */
class TaskRunnerTest {
    private static final RunPermits FREE = new FreePermits();

    private static final Activity UNWATCHED = Liveness.unwatched().activity("test", Duration.ofHours(1));

    private static Python python;

    @TempDir
    Path folder;

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty());
    }

    /** What starts the scripts. */
    Interpreters interpreters(Python python) {
        return Interpreters.plain(python);
    }

    private TaskRunner runner(Duration timeout, ByteSize output) {
        return new TaskRunner(
                folder.resolve("run"),
                interpreters(python),
                RunLimits.of(PackageLimits.defaults(), output, timeout),
                "pc",
                InstantSource.system(),
                InstantSource.system(),
                System::nanoTime);
    }

    private TaskPackage task(String... namesAndContents) throws IOException {
        Files.createDirectories(folder.resolve("run"));
        byte[] bytes = Zips.of(namesAndContents);
        Path file = Files.write(folder.resolve("task.zip"), bytes);
        return new TaskPackage(
                "task.zip", new Payload(file, new Blob(Sha256.of(bytes), bytes.length)), Optional.empty());
    }

    private TaskRunner.Outcome run(String... namesAndContents) throws Exception {
        try (TaskRunner runner = runner(Duration.ofMinutes(5), ByteSize.mebi(10))) {
            return runner.run(task(namesAndContents), FREE, () -> false, OutputWatcher.NOBODY, UNWATCHED);
        }
    }

    private void nothingIsLeftBut(TaskRunner.Outcome outcome) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("run"))) {
            assertEquals(
                    outcome.packed().filter(result -> result.bytes().isEmpty()).stream()
                            .map(Payload::file)
                            .toList(),
                    files.toList());
        }
    }

    @Test
    void aPackageThatWasDamagedHereIsNotCalledBad() throws Exception {
        TaskPackage good = task("main.py", "print(1)");
        Files.writeString(good.taskPackage().file(), "not those bytes");
        TaskRunner.NotRun damaged =
                assertThrows(TaskRunner.NotRun.class, () -> runner(Duration.ofMinutes(5), ByteSize.mebi(10))
                        .run(good, FREE, () -> false, OutputWatcher.NOBODY, UNWATCHED));
        assertTrue(damaged.getMessage().contains("no longer those that were sent"), damaged.getMessage());
        TaskRunner.NotRun bad = assertThrows(TaskRunner.NotRun.class, () -> run("other.py", "print(1)"));
        assertTrue(bad.getMessage().startsWith("the package is bad: "), bad.getMessage());
    }

    @Test
    void aMissingInputIsExplainedByWhatThereIs() throws Exception {
        TaskRunner.Outcome outcome = run("main.py", "print(open('input.csv').read())", "dados.csv", "1\n");
        assertTrue(
                outcome.ending().note().contains("there is dados.csv; it must be called input.csv"),
                outcome.ending().note());
    }

    @Test
    void runsTheScriptOnItsInputAndPacksWhatItLeaves() throws Exception {
        TaskRunner.Outcome outcome = run(
                "main.py",
                "import sys, os\nprint('olá', sys.argv[1:], open(sys.argv[1]).read().strip(), os.path.basename(__file__))\n"
                        + "print('oops', file=sys.stderr)\nos.makedirs('out/deep')\n"
                        + "open('out/deep/r.csv', 'w').write('x')\nopen('data.txt', 'a').write('!')\nprint(sys.stdin.read())",
                "input.csv",
                "1,2\n",
                "data.txt",
                "old",
                "untouched.txt",
                "same");
        assertEquals(new Ending.Exited(0), outcome.ending());
        Map<String, String> result = Results.read(outcome);
        assertEquals("olá ['input.csv'] 1,2 main.py\n\n", result.get("stdout.txt"));
        assertEquals("oops\n", result.get("stderr.txt"));
        assertEquals("x", result.get("files/out/deep/r.csv"));
        assertEquals("old!", result.get("files/data.txt"));
        assertEquals(
                Set.of("stdout.txt", "stderr.txt", "result.json", "files/out/deep/r.csv", "files/data.txt"),
                result.keySet());
        assertTrue(result.get("result.json").contains("\"exit_code\" : 0"), result.get("result.json"));
        nothingIsLeftBut(outcome);
    }

    @Test
    void withoutInputThereIsNoArgument() throws Exception {
        TaskRunner.Outcome outcome = run("top/main.py", "import sys\nprint(sys.argv)");
        assertEquals("['main.py']\n", Results.read(outcome).get("stdout.txt"));
    }

    @Test
    void aFailedScriptIsAResultWithItsStderr() throws Exception {
        TaskRunner.Outcome outcome = run("main.py", "raise SystemExit('no such column')");
        assertEquals(new Ending.Exited(1, "no such column"), outcome.ending());
        assertEquals("no such column\n", Results.read(outcome).get("stderr.txt"));
    }

    @Test
    void taskJsonSetsArgumentsVariablesAndOutputs() throws Exception {
        TaskRunner.Outcome outcome = run(
                "main.py",
                "import os, sys\nprint(sys.argv[1:], os.environ['MODE'])\nopen('a.csv','w').write('1')\nopen('b.txt','w').write('2')",
                "task.json",
                "{\"args\":[\"--fast\"],\"env\":{\"MODE\":\"quick\"},\"outputs\":[\"*.csv\"]}");
        Map<String, String> result = Results.read(outcome);
        assertEquals("['--fast'] quick\n", result.get("stdout.txt"));
        assertTrue(result.containsKey("files/a.csv"));
        assertFalse(result.containsKey("files/b.txt"));
    }

    /** Or Ctrl-C in the worker's terminal would end the scripts that it lets finish. */
    @Test
    void aScriptHasASessionOfItsOwnWhereThatIsPossible() throws Exception {
        TaskRunner.Outcome outcome =
                run("main.py", "import os\nprint(hasattr(os, 'getsid') and os.getsid(0) == os.getpid())");
        Map<String, String> result = Results.read(outcome);
        boolean possible = Files.isExecutable(Path.of("/usr/bin/setsid"));
        assertEquals(possible ? "True\n" : "False\n", result.get("stdout.txt"));
    }

    @Test
    void theTimeLimitEndsTheWholeFamily() throws Exception {
        TaskRunner.Outcome outcome = runner(Duration.ofSeconds(3), ByteSize.mebi(1))
                .run(
                        task(
                                "main.py",
                                "import subprocess, sys, time, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                                        + "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
                                        + "print(child.pid, flush=True)\ntime.sleep(600)"),
                        FREE,
                        () -> false,
                        OutputWatcher.NOBODY,
                        UNWATCHED);
        assertEquals(new Ending.Stopped(Ending.Limit.TIME), outcome.ending());
        Map<String, String> result = Results.read(outcome);
        long child = Long.parseLong(result.get("stdout.txt").strip());
        await().until(() ->
                ProcessHandle.of(child).map(handle -> !handle.isAlive()).orElse(true));
        assertTrue(result.get("result.json").contains("\"limit_hit\" : \"time\""));
    }

    @Test
    void theOutputLimitEndsTheScriptAndSaysSo() throws Exception {
        TaskRunner.Outcome outcome = runner(Duration.ofMinutes(5), new ByteSize(10_000))
                .run(
                        task("main.py", "import sys\nwhile True: sys.stdout.write('x' * 100)"),
                        FREE,
                        () -> false,
                        OutputWatcher.NOBODY,
                        UNWATCHED);
        assertEquals(new Ending.Stopped(Ending.Limit.OUTPUT), outcome.ending());
        String stdout = Results.read(outcome).get("stdout.txt");
        assertTrue(stdout.length() < 10_200 && stdout.contains("mutirao stopped the script"), stdout.length() + "");
    }

    @Test
    void aRecalledTaskEndsWithoutAResult() throws Exception {
        AtomicBoolean recalled = new AtomicBoolean();
        TaskPackage task = task("main.py", "import time\nopen('started', 'w').close()\ntime.sleep(600)");
        Thread recall = new Thread(() -> {
            await().until(() -> Files.exists(folder.resolve("run/run-1/task/files/started")));
            recalled.set(true);
        });
        recall.start();
        assertThrows(TaskRunner.Recalled.class, () -> runner(Duration.ofMinutes(5), ByteSize.mebi(1))
                .run(task, FREE, recalled::get, OutputWatcher.NOBODY, UNWATCHED));
        recall.join();
        try (Stream<Path> left = Files.walk(folder.resolve("run"), 2)) {
            assertEquals(
                    List.of(folder.resolve("run"), folder.resolve("run/run-1")), left.toList(), "an empty folder only");
        }
    }

    @Test
    void aBadPackageIsToldInWords() throws Exception {
        TaskRunner.NotRun notRun = assertThrows(TaskRunner.NotRun.class, () -> run("main.py", "", "../evil.txt", "x"));
        assertTrue(notRun.getMessage().contains("leads out of its folder"), notRun.getMessage());
    }

    @Test
    void aMissingPythonIsToldInWords() {
        IOException missing =
                assertThrows(IOException.class, () -> Python.find(Optional.of(List.of("no-such-python"))));
        assertTrue(missing.getMessage().contains("--python"), missing.getMessage());
        assertTrue(python.version().startsWith("3."));
    }

    private static Map<String, String> resultOf(TaskRunner.Outcome outcome) throws IOException {
        return Results.read(outcome);
    }

    private static void assumeLinux() {
        Assumptions.assumeTrue(Leftovers.areFoundHere(), "needs /proc");
    }

    @Test
    void whatIsNoFileIsNeitherOpenedNorDroppedSilently() throws Exception {
        assumeLinux();
        TaskRunner.Outcome outcome = run(
                "main.py",
                "import os\nos.symlink('/etc/passwd', 'secrets.txt')\nos.symlink('/etc', 'folder')\nos.mkfifo('pipe')\n"
                        + "os.makedirs('empty/inner')\nopen('real.csv', 'w').write('1')");
        Map<String, String> result = resultOf(outcome);
        assertEquals(
                Set.of("stdout.txt", "stderr.txt", "result.json", "files/real.csv", "files/empty/inner/"),
                result.keySet());
        String told = result.get("result.json");
        assertTrue(told.contains("\"packed_partly\" : true"), told);
        assertTrue(told.contains("a link to /etc/passwd") && told.contains("a link to /etc,"), told);
        assertTrue(told.contains("a pipe, a socket or a device"), told);
        assertTrue(
                outcome.ending().inWords().contains("not packed: "),
                outcome.ending().inWords());
        assertTrue(outcome.ending().succeeded());
    }

    @Test
    void aPipeWhereItsOutputIsWrittenHangsNobody() throws Exception {
        assumeLinux();
        TaskRunner.Outcome outcome = run(
                "main.py",
                "import os\nprint('before')\nfor up in ('..', '../..'):\n  for name in os.listdir(up) + ['stdout.txt']:\n"
                        + "    path = os.path.join(up, name)\n    if os.path.isfile(path): os.remove(path)\n"
                        + "    if not os.path.exists(path): os.mkfifo(path)\nprint('after')");
        assertEquals("before\nafter\n", resultOf(outcome).get("stdout.txt"));
        assertEquals(new Ending.Exited(0), outcome.ending());
        nothingIsLeftBut(outcome);
    }

    @Test
    void aScriptThatClearsAwayTheFoldersAboveItHasItsOutputAllTheSame() throws Exception {
        assumeLinux();
        for (String up : List.of("..", "../..", "../../..")) {
            TaskRunner.Outcome outcome = run(
                    "main.py",
                    "import os, shutil\nprint('clearing', flush=True)\n" + "shutil.rmtree(os.path.abspath('" + up
                            + "'), ignore_errors=True)\nprint('end')");
            Map<String, String> result = resultOf(outcome);
            assertEquals("clearing\nend\n", result.get("stdout.txt"), up);
            assertTrue(result.get("result.json").contains("removed its own folder"), result.get("result.json"));
            outcome.packed().orElseThrow().delete();
        }
    }

    @Test
    void namesThatDifferInBytesOnlyAreTwoFiles() throws Exception {
        assumeLinux();
        TaskRunner.Outcome outcome =
                run("main.py", "for b in [b'm\\xe3e.csv', b'm\\xf3e.csv']:\n    open(b, 'w').write(repr(b))");
        Map<String, String> result = resultOf(outcome);
        assertEquals("b'm\\xe3e.csv'", result.get("files/m%E3e.csv"), result.toString());
        assertEquals("b'm\\xf3e.csv'", result.get("files/m%F3e.csv"), result.toString());
    }

    @Test
    void childrenOfAScriptThatEndsAtOnceAreEndedToo() throws Exception {
        assumeLinux();
        TaskRunner.Outcome outcome = run(
                "main.py",
                "import subprocess, sys\nsleep = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
                        + "print(subprocess.Popen(sleep).pid)\n"
                        + "print(subprocess.Popen(sleep, start_new_session=True).pid)");
        for (String pid : resultOf(outcome).get("stdout.txt").strip().split("\n", -1)) {
            await().until(() -> ProcessHandle.of(Long.parseLong(pid))
                    .map(handle -> !handle.isAlive())
                    .orElse(true));
        }
    }

    @Test
    void whyItFailedIsTold() throws Exception {
        assertEquals(
                "exit code 1: ModuleNotFoundError: No module named 'no_such_thing' (it is not installed for the worker's Python; write no_such_thing into a requirements.txt beside main.py)",
                run("main.py", "import no_such_thing").ending().inWords());
        assertEquals(
                "exit code 1: KeyError: 'x'", run("main.py", "{}['x']").ending().inWords());
    }

    @Test
    void scriptsSeeNoDisplayAndPrintAtOnce() throws Exception {
        TaskRunner.Outcome outcome = runner(Duration.ofSeconds(2), ByteSize.mebi(1))
                .run(
                        task(
                                "main.py",
                                "import os, time\nprint(os.environ.get('DISPLAY'), os.environ['MPLBACKEND'])\ntime.sleep(600)"),
                        FREE,
                        () -> false,
                        OutputWatcher.NOBODY,
                        UNWATCHED);
        assertEquals(new Ending.Stopped(Ending.Limit.TIME), outcome.ending());
        assertEquals("None Agg\n", resultOf(outcome).get("stdout.txt"));
    }

    @Test
    void aFullDiskLeavesTheEndOfTheOutputInMemory() throws Exception {
        // A folder where the packed file should be stands for a disk that takes nothing.
        Files.createDirectories(folder.resolve("run/run-1.zip/in-the-way"));
        Path kept = Files.createDirectories(folder.resolve("run/run-1.zip/in-the-way/deeper"));
        TaskRunner.Outcome outcome = runner(Duration.ofMinutes(5), ByteSize.mebi(1))
                .run(
                        task("main.py", "import os\nprint(os.urandom(40000).hex())\nprint('worked for days')"),
                        FREE,
                        () -> false,
                        OutputWatcher.NOBODY,
                        UNWATCHED);
        assertTrue(!Files.exists(kept), "the first try clears its place");
        Map<String, String> spare = Zips.read(outcome.spare().zip("no room on the disk"));
        assertTrue(spare.get("stdout.txt").endsWith("\nworked for days\n"), spare.get("stdout.txt"));
        assertTrue(spare.get("result.json").contains("no room on the disk"), spare.get("result.json"));
    }

    @Test
    void linksThatTheScriptLeavesAreNotFollowed() throws Exception {
        TaskRunner.Outcome outcome = run(
                "main.py", "import os\ntry:\n    os.symlink('/etc', 'link')\nexcept OSError:\n    pass\nprint('done')");
        assertEquals(
                Set.of("stdout.txt", "stderr.txt", "result.json"),
                Results.read(outcome).keySet());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aScriptHasAHomeAndATemporaryFolderOfItsOwn() throws Exception {
        TaskRunner.Outcome outcome = run("main.py", """
                import os, tempfile
                home = os.path.expanduser("~")
                print(os.listdir(home), os.listdir(tempfile.gettempdir()))
                print(os.path.dirname(home) == os.path.dirname(os.getcwd()) == os.path.dirname(tempfile.gettempdir()))
                open(home + "/.rc", "w").close()
                open(tempfile.gettempdir() + "/left", "w").close()
                """);
        Map<String, String> result = Results.read(outcome);
        assertEquals("", result.get("stderr.txt"));
        assertTrue(result.get("stdout.txt").startsWith("[] []\n"), result.get("stdout.txt"));
        assertEquals(
                List.of(),
                result.keySet().stream()
                        .filter(name -> name.startsWith("files/"))
                        .toList());
        nothingIsLeftBut(outcome);
    }
}
