package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.testkit.CountingFiles;
import org.mutirao.worker.warm.Used;

/** Scripts that take more than their task.json says; each is bounded by itself too. */
@EnabledOnOs(OS.LINUX)
class BoundsTest {
    @TempDir
    private Path folder;

    private Map<String, String> stopped(
            boolean warm, Ending.Limit expected, String pattern, String taskJson, String script) throws Exception {
        TaskRunner.Outcome outcome =
                OneRun.of(folder, warm, "main.py", "print('begun', flush=True)\n" + script, "task.json", taskJson);
        assertEquals(
                expected,
                assertInstanceOf(
                                Ending.Stopped.class,
                                outcome.ending(),
                                outcome.ending().inWords())
                        .limit());
        String note = outcome.ending().note();
        assertTrue(Pattern.compile(pattern).matcher(note).find(), note);
        Map<String, String> result = Results.read(outcome);
        assertTrue(result.get("stdout.txt").startsWith("begun\n"), result.get("stdout.txt"));
        String name = expected.name().toLowerCase(Locale.ROOT);
        assertTrue(result.get("result.json").contains("\"limit_hit\" : \"" + name + "\""), result.get("result.json"));
        return result;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void timeOfTheProcessor(boolean warm) throws Exception {
        String facts = stopped(
                        warm,
                        Ending.Limit.CPU,
                        "of the processor's time, of the 1s that it may have",
                        "{\"cpu_time\": \"1s\"}",
                        "import time\nend = time.time() + 60\nwhile time.time() < end:\n    pass")
                .get("result.json");
        assertTrue(facts.matches("(?s).*\"cpu_ms\" : [1-9]\\d{3}.*"), facts);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void timeOfChildrenThatHaveEnded(boolean warm) throws Exception {
        stopped(warm, Ending.Limit.CPU, "of the processor's time", "{\"cpu_time\": \"1s\"}", """
                import os, time
                for _ in range(100):
                    child = os.fork()
                    if not child:
                        end = time.process_time() + 0.2
                        while time.process_time() < end:
                            pass
                        os._exit(0)
                    os.waitpid(child, 0)
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file = open(os.environ['TMPDIR'] + '/x', 'wb')",
                "file = open(os.environ['HOME'] + '/x', 'wb')",
                "file = open('x', 'wb')",
                "file = tempfile.TemporaryFile()",
            })
    void roomOnTheDisk(String open) throws Exception {
        String facts = stopped(
                        true,
                        Ending.Limit.DISK,
                        "it wrote 3MiB into its folders, of the 1MiB that it may",
                        "{\"disk\": \"1MiB\"}",
                        "import os, tempfile, time\n" + open + "\nfile.truncate(3 << 20)\ntime.sleep(60)")
                .get("result.json");
        assertTrue(facts.contains("\"peak_disk\" : 3145728"), facts);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileThatIsFarTooLargeIsRefusedByTheSystem(boolean warm) throws Exception {
        stopped(
                warm,
                Ending.Limit.DISK,
                "it wanted a file larger than the 1MiB that it may write",
                "{\"disk\": \"1MiB\"}",
                "open('x', 'wb').truncate(1 << 40)");
    }

    @Test
    void whatThePackageBroughtDoesNotCount() throws Exception {
        TaskRunner.Outcome outcome = OneRun.of(
                folder,
                true,
                "main.py",
                "import time\ntime.sleep(2)",
                "input.csv",
                "x".repeat(3 << 20),
                "a/b/c.txt",
                "",
                "task.json",
                "{\"disk\": \"1MiB\", \"files\": 1}");
        assertEquals(new Ending.Exited(0), outcome.ending());
        String facts = Results.read(outcome).get("result.json");
        assertTrue(facts.contains("\"peak_disk\" : 0") && facts.contains("\"peak_files\" : 0"), facts);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void files(boolean warm) throws Exception {
        stopped(
                warm,
                Ending.Limit.FILES,
                "it made (5[1-9]|60) files and folders, of the 50 that it may",
                "{\"files\": 50}",
                "import os, time\nfor n in range(30):\n    os.mkdir(str(n))\n    open(str(n) + '/x', 'w')\n"
                        + "time.sleep(60)");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void processes(boolean warm) throws Exception {
        String facts = stopped(
                        warm,
                        Ending.Limit.PROCESSES,
                        "it had [456] processes at a time, of the 3 that it may have",
                        "{\"processes\": 3}",
                        "import subprocess, time\nall = [subprocess.Popen(['sleep', '60']) for n in range(5)]\n"
                                + "time.sleep(60)")
                .get("result.json");
        assertTrue(facts.matches("(?s).*\"peak_processes\" : [456]\\b.*"), facts);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void output(boolean warm) throws Exception {
        stopped(
                warm,
                Ending.Limit.OUTPUT,
                "",
                "{\"output\": \"10KiB\"}",
                "import time\nprint('x' * 20_000, flush=True)\ntime.sleep(60)");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void openFiles(boolean warm) throws Exception {
        TaskRunner.Outcome outcome = OneRun.of(
                folder,
                warm,
                "main.py",
                "import resource\nprint(resource.getrlimit(resource.RLIMIT_NOFILE))\n"
                        + "files = [open('/dev/null') for n in range(100_000)]",
                "task.json",
                "{\"open_files\": 64}");
        assertEquals(1, assertInstanceOf(Ending.Exited.class, outcome.ending()).code());
        assertEquals("(64, 64)\n", Results.read(outcome).get("stdout.txt"));
    }

    @Test
    void theSystemStopsOneWhoseWorkerHangs() {
        TaskLimits held = OneRun.LIMITS.of(OneRun.spec(Duration.ofSeconds(90)));
        assertTrue(held.inWords().contains("CPU=95:100"), held.inWords());
        assertTrue(held.around(List.of("x")).contains("--cpu=95:100"), () -> held.around(List.of("x"))
                .toString());
        Ending killed = new Ending.Exited(128 + 24);
        RunWatch.Peak peak =
                new RunWatch.Peak(new Used(1, Duration.ofSeconds(95), Optional.empty()), 1, FolderUse.Size.NOTHING);
        Ending told = new BrokenLimit(held, false, false).of(new Script.Ended(killed, peak), new byte[0]);
        assertEquals(
                Ending.Limit.CPU, assertInstanceOf(Ending.Stopped.class, told).limit());
        assertTrue(told.note().startsWith("it used 95s of the processor's time, of the 90s"), told.note());
    }

    /** A tree of folders that is looked at while a clock goes on by itself. */
    @Test
    void aLargeFolderIsLookedAtInSteps() throws Exception {
        Path root = Files.createDirectories(folder.resolve("root"));
        for (int i = 0; i < 10; i++) {
            Path each = Files.createDirectories(root.resolve("d" + i));
            for (int j = 0; j < 20; j++) {
                Files.writeString(each.resolve("f" + j), "x");
            }
        }
        AtomicLong clock = new AtomicLong();
        // Each look at the clock takes 10 ms.
        try (FolderUse use = new FolderUse(root, folder, FolderUse.Size.NOTHING, () -> clock.addAndGet(10_000_000))) {
            use.look(List.of());
            long first = use.now().entries();
            assertTrue(first > 0 && first < 210, "" + first);
            int steps = 1;
            while (use.now().entries() < 210) {
                use.look(List.of());
                steps++;
            }
            use.look(List.of());
            assertTrue(steps > 3, "" + steps);
            assertEquals(new FolderUse.Size(200, 210), use.now());
            Files.writeString(root.resolve("new"), "12345");
            use.look(List.of());
            assertEquals(new FolderUse.Size(200, 210), use.now(), "it is not looked at all the time");
            clock.addAndGet(60_000_000_000L);
            for (int i = 0; i < 50; i++) {
                use.look(List.of());
            }
            assertEquals(new FolderUse.Size(205, 211), use.now());
        }
    }

    /** Root may read every folder, others may not. */
    @Test
    void whatAScriptHidesInAFolderThatItLockedCounts() throws Exception {
        Path root = Files.createDirectories(folder.resolve("root"));
        Path locked = Files.createDirectories(root.resolve("locked"));
        Path unreadable = Files.createDirectories(root.resolve("unreadable"));
        Files.writeString(locked.resolve("a"), "12345");
        Files.writeString(unreadable.resolve("b"), "1234567");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(unreadable, PosixFilePermissions.fromString("r--------"));
        CountingFiles files = new CountingFiles(root);
        files.holdToModes();
        try (FolderUse use = new FolderUse(files.see(root), folder, FolderUse.Size.NOTHING, System::nanoTime)) {
            use.look(List.of());
            assertEquals(new FolderUse.Size(12, 4), use.now());
        }
    }

    @Test
    void deletedFilesOfOneNameAreManyFiles() throws Exception {
        Path file = folder.resolve("x");
        try (FileChannel first = written(file, 1000);
                FileChannel second = written(file, 500);
                FolderUse use = new FolderUse(folder, Path.of("/proc"), FolderUse.Size.NOTHING, System::nanoTime)) {
            long own = ProcessHandle.current().pid();
            use.look(List.of(own, own));
            assertEquals(new FolderUse.Size(first.size() + second.size(), 0), use.now());
        }
    }

    private static FileChannel written(Path file, int bytes) throws Exception {
        FileChannel open = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        open.write(ByteBuffer.allocate(bytes));
        Files.delete(file);
        return open;
    }

    @Test
    void theSystemHoldsAUserToNoFewerProcessesThanThereAre() throws Exception {
        int uid = (Integer) Files.getAttribute(folder, "unix:uid");
        Files.createDirectories(folder.resolve("self"));
        for (String thread : List.of("7", "8", "9")) {
            Files.createDirectories(folder.resolve("7/task/" + thread));
        }
        AtomicLong clock = new AtomicLong();
        UserProcesses processes = new UserProcesses(folder, Optional.empty(), 4, clock::get);
        long limit = processes.limit(10);
        assertTrue(uid == 0 ? limit == 0 : limit >= 1000 + 10 * 6, "" + limit);
        assertEquals(0, new UserProcesses(folder.resolve("none"), Optional.empty(), 4, clock::get).limit(10));
        long another = new UserProcesses(folder, Optional.of(65_534), 4, clock::get).limit(10);
        assertTrue(
                another >= 1000 + 10 * 6 && another < 1000 + 10 * 6 + 3, "of an account with no process: " + another);
        TaskLimits held = OneRun.LIMITS.of(OneRun.spec(Duration.ofSeconds(90))).withUser(777);
        assertTrue(held.inWords().contains("NPROC=777"), held.inWords());
        assertTrue(held.around(List.of("x")).contains("--nproc=777:777"), "" + held.around(List.of("x")));
        assertFalse(OneRun.LIMITS.of(TaskSpec.defaults()).inWords().contains("NPROC"));
    }

    private void process(String pid, int own, int children) throws Exception {
        Files.writeString(
                Files.createDirectories(folder.resolve(pid)).resolve("stat"),
                "1 (a) S 1 1 1 0 -1 0 0 0 0 0 " + own + " 0 " + children + " 0 20 0 1 0 0 0 0\n");
    }

    @Test
    void timeOfOrphansThatHaveEndedCountsToo() throws Exception {
        Consumption consumption = new Consumption(folder);
        process("1", 10, 0);
        process("2", 100, 0);
        consumption.look(List.of(1L, 2L));
        assertEquals(Duration.ofMillis(1100), consumption.cpu());
        process("3", 50, 0);
        consumption.look(List.of(1L, 3L));
        assertEquals(Duration.ofMillis(1600), consumption.cpu(), "nobody waited for 2");
        process("1", 10, 300);
        consumption.look(List.of(1L));
        assertEquals(Duration.ofMillis(3100), consumption.cpu(), "what a parent tells is not counted twice");
    }
}
