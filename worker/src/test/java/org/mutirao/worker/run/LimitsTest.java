package org.mutirao.worker.run;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.WorkerLimits;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.warm.Used;

/** Scripts that take too much; each is bounded by itself too. */
@EnabledOnOs(OS.LINUX)
class LimitsTest {
    @TempDir
    private Path folder;

    private TaskRunner.Outcome run(boolean warm, String... namesAndContents) throws Exception {
        return OneRun.of(folder, warm, namesAndContents);
    }

    private static TaskLimits held(long memory, int processes) {
        return new TaskLimits(
                Duration.ofMinutes(1), memory, new TaskBounds(Duration.ZERO, 0, 0, processes, 100, 1 << 20));
    }

    private static Ending told(Script.Ended ended, TaskLimits held, boolean chosen, byte[] errors) {
        return new BrokenLimit(held, chosen, chosen).of(ended, errors);
    }

    private static Ending.Limit limit(Ending ending) {
        return assertInstanceOf(Ending.Stopped.class, ending).limit();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHogIsEndedAndWhatItPrintedIsKept(boolean warm) throws Exception {
        TaskRunner.Outcome outcome =
                run(warm, "main.py", "import time\nprint('begun')\nheld = bytearray(300 << 20)\ntime.sleep(60)");
        assertEquals(Ending.Limit.MEMORY, limit(outcome.ending()));
        assertTrue(
                outcome.ending().note().contains("of the 150MiB that it may have"),
                outcome.ending().note());
        Map<String, String> result = Results.read(outcome);
        assertEquals("begun\n", result.get("stdout.txt"));
        assertTrue(result.get("result.json").contains("\"limit_hit\" : \"memory\""), result.get("result.json"));
        assertTrue(result.get("result.json").contains("\"peak_memory\" : "), result.get("result.json"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsAskedForAtOnceIsRefusedByTheSystem(boolean warm) throws Exception {
        TaskRunner.Outcome outcome = run(warm, "main.py", "print('begun')\nheld = bytearray(64 << 30)");
        assertEquals(Ending.Limit.MEMORY, limit(outcome.ending()));
        assertTrue(Results.read(outcome).get("stderr.txt").contains("line 2"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGrandchildThatLeftItsSessionCountsToo(boolean warm) throws Exception {
        TaskRunner.Outcome outcome = run(
                warm,
                "main.py",
                "import os, sys, subprocess, time\nhog = 'import time; held = bytearray(300 << 20); time.sleep(60)'\n"
                        + "subprocess.Popen([sys.executable, '-c', hog], start_new_session=True)\ntime.sleep(60)");
        assertEquals(Ending.Limit.MEMORY, limit(outcome.ending()));
    }

    /** The system then tells nothing of the first one's memory, which was all of it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHogWhoseFirstThreadHasEndedCountsToo(boolean warm) throws Exception {
        TaskRunner.Outcome outcome = run(
                warm,
                "main.py",
                "import ctypes, platform, threading, time\n"
                        + "def hog():\n    held = bytearray(300 << 20)\n    time.sleep(60)\n"
                        + "threading.Thread(target=hog).start()\n"
                        + "ctypes.CDLL(None).syscall({'x86_64': 60, 'aarch64': 93}[platform.machine()], 0)");
        assertEquals(Ending.Limit.MEMORY, limit(outcome.ending()));
    }

    /** Its code is the one that the system gives to those that it stops for the time that they took. */
    @Test
    void oneThatEndsByItselfWithTheCodeOfALimitBrokeNone() throws Exception {
        TaskRunner.Outcome outcome =
                run(false, "main.py", "import sys\nsys.exit(152)", "task.json", "{\"cpu_time\": \"90s\"}");
        assertEquals(
                152, assertInstanceOf(Ending.Exited.class, outcome.ending()).code());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPackageThatSaysWhatItNeedsMayTakeThat(boolean warm) throws Exception {
        TaskRunner.Outcome outcome = run(
                warm,
                "main.py",
                "import time\nheld = bytearray(200 << 20)\ntime.sleep(3)\nprint(len(held))",
                "task.json",
                "{\"memory\": \"400MiB\"}");
        assertEquals(new Ending.Exited(0), outcome.ending());
        String facts = Results.read(outcome).get("result.json");
        assertTrue(facts.contains("\"peak_memory\" : 2") && facts.contains("\"cpu_ms\" : "), facts);
        assertTrue(facts.contains("\"io_read\" : ") && facts.contains("\"io_written\" : "), facts);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void openFilesAreBounded(boolean warm) throws Exception {
        TaskRunner.Outcome outcome = run(
                warm,
                "main.py",
                "import resource\nprint(resource.getrlimit(resource.RLIMIT_NOFILE))\n"
                        + "files = [open('/dev/null') for n in range(100_000)]");
        assertEquals(1, assertInstanceOf(Ending.Exited.class, outcome.ending()).code());
        assertEquals("(4096, 4096)\n", Results.read(outcome).get("stdout.txt"));
        assertTrue(
                outcome.ending().note().contains("Too many open files"),
                outcome.ending().note());
    }

    @Test
    void tooManyProcessesAreEndedAllAtOnce() throws Exception {
        Python python = Python.find(Optional.empty());
        Path files = Files.createDirectories(folder.resolve("task/files"));
        Files.writeString(
                files.resolve("main.py"),
                "import os, time\nfor n in range(60):\n    child = os.fork()\n    if not child:\n        time.sleep(600)\n"
                        + "        os._exit(0)\n    print(child, flush=True)\ntime.sleep(600)");
        TaskLimits held = held(0, 20);
        Path stdout = folder.resolve("out");
        Path stderr = folder.resolve("err");
        try (Captured printed = Captured.create(stdout);
                Captured errors = Captured.create(stderr)) {
            Script.Ended ended = new Script(
                            new PlainStart(python, ScriptEnvironment.usual()),
                            Interpreters.plain(python).warm().forks(),
                            System::nanoTime)
                    .run(
                            new Script.Membership(files, stdout, printed, stderr, errors),
                            FolderUse.Size.NOTHING,
                            TaskSpec.defaults(),
                            held,
                            () -> false,
                            FreePermits.pauses(python));
            assertEquals(new Ending.Stopped(Ending.Limit.PROCESSES), ended.ending());
            String note = told(ended, held, false, new byte[0]).note();
            assertTrue(note.contains(" processes at a time, of the 20 that it may have; start fewer"), note);
        }
        List<Long> children =
                Files.readAllLines(stdout).stream().map(Long::parseLong).toList();
        assertTrue(children.size() > 20, children::toString);
        await().untilAsserted(() -> assertEquals(
                List.of(), children.stream().filter(LimitsTest::isRunning).toList()));
    }

    /** One that has ended and is only still listed has no words. */
    private static boolean isRunning(long pid) {
        try {
            return Files.readAllBytes(Path.of("/proc", String.valueOf(pid), "cmdline")).length > 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void memoryThatProcessesShareCountsOnce() throws Exception {
        for (String pid : List.of("1", "2")) {
            Path own = Files.createDirectories(folder.resolve(pid));
            Files.writeString(
                    own.resolve("status"),
                    "Name:\tpython\nRssAnon:\t 1000 kB\nRssFile:\t 9000 kB\nRssShmem:\t 24 kB\nVmSwap:\t 0 kB\n");
            Files.writeString(
                    own.resolve("smaps_rollup"),
                    "0-1 [rollup]\nPss_Anon: 500 kB\nPss_File: 9 kB\nPss_Shmem: 12 kB\nSwapPss: 0 kB\n");
            Files.writeString(
                    own.resolve("io"),
                    "rchar: 1\nwchar: 2\nread_bytes: 4096\nwrite_bytes: 6144\ncancelled_write_bytes: 9\n");
            Files.writeString(own.resolve("stat"), "1 (a) b) S 1 1 1 0 -1 0 0 0 0 0 100 20 3 4 20 0 1 0 0 0 0\n");
        }
        Consumption consumption = new Consumption(folder);
        consumption.look(List.of(1L));
        assertEquals(1024 << 10, consumption.memory());
        consumption.look(List.of(1L, 2L, 3L));
        assertEquals(1024 << 10, consumption.memory());
        Optional<Used.Io> both = Optional.of(new Used.Io(8192, 12288));
        assertEquals(new Used(1024 << 10, Duration.ofMillis(2540), both), consumption.used(Used.unknown()));
        assertEquals(
                new Used(5 << 20, Duration.ofSeconds(9), Optional.of(new Used.Io(9000, 12288))),
                consumption.used(new Used(5 << 20, Duration.ofSeconds(9), Optional.of(new Used.Io(9000, 1)))));
    }

    @Test
    void aLowerLimitOfTheWorkerIsFound() throws Exception {
        Path limits = Files.writeString(
                folder.resolve("limits"),
                "Limit                     Soft Limit           Hard Limit           Units     \n"
                        + "Max data size             unlimited            unlimited            bytes     \n"
                        + "Max open files            1024                 20000                files     \n");
        assertEquals(Map.of("Max open files", 20_000L), OwnLimits.read(limits));
        assertEquals(Map.of(), OwnLimits.read(folder.resolve("none")));
    }

    @Test
    void memoryThatASystemOtherThanThisHoldsIsNotLacking() {
        assertEquals(List.of(WorkerLimits.MEMORY), Enforcement.lacking(false), "this one has all the rest");
        assertEquals(List.of(), Enforcement.lacking(true), "a Job Object of Windows");
    }

    @Test
    void aSlotHasAFairShare() {
        long gibi = 1L << 30;
        assertEquals(new MemoryShare(15 * gibi / 4, 16 * gibi), MemoryShare.fair(16 * gibi, 4));
        assertEquals(ByteSize.mebi(624).bytes(), MemoryShare.fair(gibi, 1).usual(), "the worker has room beside it");
        assertEquals(
                ByteSize.mebi(256).bytes(),
                MemoryShare.fair(ByteSize.mebi(500).bytes(), 1).usual());
        assertEquals(4 * gibi, MemoryShare.fair(16 * gibi, 8).of(4 * gibi));
        assertEquals(2 * gibi, MemoryShare.of(ByteSize.gibi(2)).of(4 * gibi));
        assertEquals(gibi, MemoryShare.of(ByteSize.gibi(2)).of(gibi));
        assertEquals(0, MemoryShare.unlimited().of(0));
        assertEquals(false, MemoryShare.fair(16 * gibi, 4).isChosen(0));
        assertEquals(true, MemoryShare.fair(16 * gibi, 4).isChosen(1));
        assertEquals(true, MemoryShare.of(ByteSize.gibi(2)).isChosen(0));
    }

    @Test
    void onlyAScriptThatFailedLackedMemory() {
        TaskLimits held = held(ByteSize.mebi(100).bytes(), 20);
        byte[] errors = "Traceback\nMemoryError\n".getBytes(StandardCharsets.UTF_8);
        Script.Ended failed = new Script.Ended(new Ending.Exited(1), RunWatch.Peak.unknown());
        assertEquals(Ending.Limit.MEMORY, limit(told(failed, held, true, errors)));
        assertEquals(failed.ending(), told(failed, held(0, 20), true, errors));
        assertEquals(failed.ending(), told(failed, held, false, errors), "a wrapper may have refused it");
        Script.Ended fine = new Script.Ended(new Ending.Exited(0), RunWatch.Peak.unknown());
        assertEquals(fine.ending(), told(fine, held, true, errors));
    }
}
