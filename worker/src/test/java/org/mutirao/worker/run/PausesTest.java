package org.mutirao.worker.run;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
import org.mutirao.worker.warm.Warm;

/** Real scripts that stand still and go on, with a child in a session of its own. */
class PausesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static Python python;

    @TempDir
    private Path folder;

    private final AtomicLong later = new AtomicLong();
    private volatile boolean suspended;
    private volatile boolean recalled;
    private Liveness liveness;
    private Activity activity;

    private final RunPermits permits = new RunPermits() {
        @Override
        public boolean begin() {
            return true;
        }

        @Override
        public void end() {}

        @Override
        public boolean suspends() {
            return suspended;
        }
    };

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty());
    }

    @BeforeEach
    void onLinux() {
        assumeTrue(
                Files.isDirectory(Path.of("/proc/self")),
                "SKIPPED: only Linux tells here whether a process stands still");
        liveness = new Liveness(this::nanos);
        activity = liveness.activity("slot", Duration.ofMinutes(1));
    }

    private long nanos() {
        return System.nanoTime() + later.get();
    }

    private FutureTask<TaskRunner.Outcome> started(Warm warm) throws Exception {
        byte[] zip = Zips.of(
                "main.py",
                "import os, subprocess, sys, time\n"
                        + "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
                        + "open('pids.part', 'w').write('%d %d' % (os.getpid(), child.pid))\n"
                        + "os.rename('pids.part', r'" + folder.resolve("pids") + "')\n"
                        + "while not os.path.exists(r'" + folder.resolve("go") + "'): time.sleep(0.01)\n"
                        + "print('done')\n",
                "task.json",
                "{\"timeout\": \"10m\"}");
        Interpreters interpreters = Interpreters.warm(
                python,
                warm,
                folder.resolve("warm"),
                ScriptEnvironment.of(List.of(), python.version(), folder.resolve("plots")));
        TaskRunner runner = new TaskRunner(
                Files.createDirectories(folder.resolve("run")),
                interpreters,
                RunLimits.of(PackageLimits.defaults(), ByteSize.mebi(1), Duration.ofHours(1)),
                "pc1",
                InstantSource.system(),
                InstantSource.system(),
                this::nanos);
        TaskPackage task =
                new TaskPackage("t.zip", Payload.inMemory(zip, new Blob(Sha256.of(zip), zip.length)), Optional.empty());
        FutureTask<TaskRunner.Outcome> run = new FutureTask<>(() -> {
            try (runner) {
                return runner.run(task, permits, () -> recalled, OutputWatcher.NOBODY, activity);
            }
        });
        new Thread(run, "runs").start();
        await().atMost(TIMEOUT).until(() -> Files.exists(folder.resolve("pids")));
        return run;
    }

    private List<Long> pids() throws Exception {
        return List.of(Files.readString(folder.resolve("pids")).split(" ")).stream()
                .map(Long::parseLong)
                .toList();
    }

    /** As the system has it: T for one that stands still. */
    private static char state(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    private void awaitStanding(boolean still) throws Exception {
        for (long pid : pids()) {
            await().atMost(TIMEOUT).until(() -> (state(pid) == 'T') == still);
        }
    }

    @Test
    void whileItStandsStillItsTimeDoesNotGoBy() throws Exception {
        FutureTask<TaskRunner.Outcome> run = started(Warm.off());
        suspended = true;
        awaitStanding(true);
        later.addAndGet(Duration.ofHours(5).toNanos());
        Files.createFile(folder.resolve("go"));
        await().atMost(TIMEOUT).until(() -> activity.now().orElse("").contains("stands still"));
        assertEquals('T', state(pids().get(0)), "also after the longest time that it may run");
        suspended = false;
        TaskRunner.Outcome outcome = run.get();
        assertEquals(new Ending.Exited(0), outcome.ending());
        assertTrue(outcome.runTime().compareTo(Duration.ofMinutes(10)) < 0, "it has not run meanwhile");
    }

    @Test
    void aForkedOneStandsStillTooAndIsEndedWhenNobodyWantsItAnyMore() throws Exception {
        FutureTask<TaskRunner.Outcome> run = started(new Warm(50, List.of()));
        List<Long> pids = pids();
        suspended = true;
        awaitStanding(true);
        suspended = false;
        awaitStanding(false);
        suspended = true;
        awaitStanding(true);
        recalled = true;
        await().atMost(TIMEOUT).until(run::isDone);
        for (long pid : pids) {
            await().atMost(TIMEOUT)
                    .until(() ->
                            ProcessHandle.of(pid).map(each -> !each.isAlive()).orElse(true));
        }
    }
}
