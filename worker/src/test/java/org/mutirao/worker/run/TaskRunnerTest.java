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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Zips;

/** Real scripts in the real Python of this machine. */
class TaskRunnerTest {
    private static final Turns FREE = new Turns() {
        @Override
        public void begin() {}

        @Override
        public void end() {}
    };

    private static Python python;

    @TempDir
    private Path folder;

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty());
    }

    private TaskRunner runner(Duration timeout, ByteSize output) {
        return new TaskRunner(
                folder.resolve("run"),
                python,
                PackageLimits.defaults(),
                output,
                timeout,
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
        return runner(Duration.ofMinutes(5), ByteSize.mebi(10))
                .run(task(namesAndContents), FREE, () -> false, OutputWatcher.NOBODY);
    }

    private void nothingIsLeftBut(TaskRunner.Outcome outcome) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("run"))) {
            assertEquals(List.of(outcome.result()), files.toList());
        }
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
        Map<String, String> result = Zips.read(outcome.result());
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
        assertEquals("['main.py']\n", Zips.read(outcome.result()).get("stdout.txt"));
    }

    @Test
    void aFailedScriptIsAResultWithItsStderr() throws Exception {
        TaskRunner.Outcome outcome = run("main.py", "raise SystemExit('no such column')");
        assertEquals(new Ending.Exited(1), outcome.ending());
        assertEquals("no such column\n", Zips.read(outcome.result()).get("stderr.txt"));
    }

    @Test
    void taskJsonSetsArgumentsVariablesAndOutputs() throws Exception {
        TaskRunner.Outcome outcome = run(
                "main.py",
                "import os, sys\nprint(sys.argv[1:], os.environ['MODE'])\nopen('a.csv','w').write('1')\nopen('b.txt','w').write('2')",
                "task.json",
                "{\"args\":[\"--fast\"],\"env\":{\"MODE\":\"quick\"},\"outputs\":[\"*.csv\"]}");
        Map<String, String> result = Zips.read(outcome.result());
        assertEquals("['--fast'] quick\n", result.get("stdout.txt"));
        assertTrue(result.containsKey("files/a.csv"));
        assertFalse(result.containsKey("files/b.txt"));
    }

    /** Or Ctrl-C in the worker's terminal would end the scripts that it lets finish. */
    @Test
    void aScriptHasASessionOfItsOwnWhereThatIsPossible() throws Exception {
        TaskRunner.Outcome outcome =
                run("main.py", "import os\nprint(hasattr(os, 'getsid') and os.getsid(0) == os.getpid())");
        Map<String, String> result = Zips.read(outcome.result());
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
                        OutputWatcher.NOBODY);
        assertEquals(new Ending.Stopped(Ending.Limit.TIME), outcome.ending());
        Map<String, String> result = Zips.read(outcome.result());
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
                        OutputWatcher.NOBODY);
        assertEquals(new Ending.Stopped(Ending.Limit.OUTPUT), outcome.ending());
        String stdout = Zips.read(outcome.result()).get("stdout.txt");
        assertTrue(stdout.length() < 10_200 && stdout.contains("mutirao stopped the script"), stdout.length() + "");
    }

    @Test
    void aRecalledTaskEndsWithoutAResult() throws Exception {
        AtomicBoolean recalled = new AtomicBoolean();
        TaskPackage task = task("main.py", "import time\nopen('started', 'w').close()\ntime.sleep(600)");
        Thread recall = new Thread(() -> {
            await().until(() -> Files.exists(folder.resolve("run/run-1/files/started")));
            recalled.set(true);
        });
        recall.start();
        assertThrows(TaskRunner.Recalled.class, () -> runner(Duration.ofMinutes(5), ByteSize.mebi(1))
                .run(task, FREE, recalled::get, OutputWatcher.NOBODY));
        recall.join();
        try (Stream<Path> files = Files.list(folder.resolve("run"))) {
            assertEquals(List.of(), files.toList());
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

    @Test
    void linksThatTheScriptLeavesAreNotFollowed() throws Exception {
        TaskRunner.Outcome outcome = run(
                "main.py", "import os\ntry:\n    os.symlink('/etc', 'link')\nexcept OSError:\n    pass\nprint('done')");
        assertEquals(
                Set.of("stdout.txt", "stderr.txt", "result.json"),
                Zips.read(outcome.result()).keySet());
    }
}
