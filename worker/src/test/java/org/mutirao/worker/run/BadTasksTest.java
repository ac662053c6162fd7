package org.mutirao.worker.run;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.worker.warm.Forks;
import org.mutirao.worker.warm.Warm;

/** Scripts that want more than they may have, and hide it. Each is bounded by itself, should nobody end it: 90 processes, 250 MiB, 30 seconds. */
@EnabledOnOs(OS.LINUX)
class BadTasksTest {
    private static final long MEMORY = 150L << 20;
    private static final String HOG = """
            import time
            print('before', flush=True)
            kept = []
            for _ in range(25):
                kept.append(b'x' * (10 << 20))
                time.sleep(0.05)
            time.sleep(30)
            """;

    private static Python python;

    @TempDir
    private Path folder;

    private final List<Interpreters> used = new ArrayList<>();

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty());
    }

    @AfterEach
    void end() {
        used.forEach(Interpreters::close);
    }

    /** What came of it, and what it printed. */
    private record Run(Ending ending, long memory, String printed) {
        Ending.Limit limit() {
            return ending instanceof Ending.Stopped stopped ? stopped.limit() : null;
        }
    }

    private Run run(boolean warm, String name, int processes, String script) throws Exception {
        Interpreters interpreters = warm
                ? Interpreters.warm(python, new Warm(3), folder.resolve("warm-" + name), ScriptEnvironment.usual())
                : Interpreters.warm(python, Warm.off(), folder.resolve("fresh-" + name), ScriptEnvironment.usual());
        synchronized (used) {
            used.add(interpreters);
        }
        Path files = Files.createDirectories(folder.resolve(name + "/files"));
        Forks forks = interpreters.warm().forks();
        PlainStart plain = new PlainStart(python, ScriptEnvironment.usual())
                .by(interpreters.forks().starter());
        forks.prepare(files);
        Files.writeString(files.resolve("hog.py"), HOG);
        Files.writeString(files.resolve("main.py"), script);
        Path stdout = folder.resolve(name + "/out");
        Path stderr = folder.resolve(name + "/err");
        try (Captured printed = Captured.create(stdout);
                Captured errors = Captured.create(stderr)) {
            Script.Ended ended = new Script(plain, forks, System::nanoTime)
                    .run(
                            new Script.Membership(files, stdout, printed, stderr, errors),
                            FolderUse.Size.NOTHING,
                            TaskSpec.defaults(),
                            new TaskLimits(
                                    Duration.ofMinutes(1),
                                    MEMORY,
                                    new TaskBounds(Duration.ZERO, 0, 0, processes, 100, 1 << 20)),
                            () -> false,
                            FreePermits.pauses(python));
            assertEquals("", new String(errors.tail(1000), StandardCharsets.UTF_8));
            return new Run(
                    ended.ending(),
                    ended.peak().used().memory(),
                    new String(printed.tail(100_000), StandardCharsets.UTF_8));
        }
    }

    /** Gone, or dead and not yet waited for by the system's first process. */
    private static boolean hasEnded(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.contains(") Z ") || stat.contains(") X ");
        } catch (IOException e) {
            return true;
        }
    }

    private static void allHaveEnded(String printed) {
        List<String> pids =
                printed.lines().filter(line -> line.matches("[0-9]+")).toList();
        assertTrue(!pids.isEmpty(), printed);
        await().until(() -> pids.stream().allMatch(BadTasksTest::hasEnded));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHogThatBecameADaemonTwiceIsEnded(boolean warm) throws Exception {
        Run run = run(warm, "daemon", 50, """
                import os, subprocess, sys, time
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        os.setsid()
                        print(subprocess.Popen([sys.executable, 'hog.py']).pid, flush=True)
                    os._exit(0)
                time.sleep(30)
                """);
        assertEquals(Ending.Limit.MEMORY, run.limit());
        assertTrue(run.printed().contains("before\n"), run.printed());
        allHaveEnded(run.printed());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHogWithoutTheMarkIsEndedAsAChild(boolean warm) throws Exception {
        Run run = run(warm, "unmarked", 50, """
                import subprocess, sys, time
                print(subprocess.Popen([sys.executable, 'hog.py'], env={}, start_new_session=True).pid, flush=True)
                time.sleep(30)
                """);
        assertEquals(Ending.Limit.MEMORY, run.limit());
        allHaveEnded(run.printed());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyProcessesInSessionsOfTheirOwnAreEnded(boolean warm) throws Exception {
        Run run = run(warm, "bomb", 40, """
                import os, time
                for _ in range(90):
                    pid = os.fork()
                    if pid == 0:
                        os.setsid()
                        time.sleep(30)
                        os._exit(0)
                    print(pid, flush=True)
                time.sleep(30)
                """);
        assertEquals(Ending.Limit.PROCESSES, run.limit());
        allHaveEnded(run.printed());
    }

    /** Each process starts others as fast as it can, until 150 tokens are used up. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aForkBombIsEndedAndItsNeighbourGoesOn(boolean warm) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Run> bomb = threads.submit(() -> run(warm, "bomb", 40, """
                    import os, time
                    tokens, writer = os.pipe()
                    os.write(writer, b'x' * 150)
                    os.set_blocking(tokens, False)
                    end = time.time() + 30
                    while time.time() < end:
                        try:
                            os.read(tokens, 1)
                            if os.fork() == 0:
                                print(os.getpid(), flush=True)
                        except BlockingIOError:
                            time.sleep(0.1)
                    """));
            Future<Run> neighbour = threads.submit(() -> run(warm, "neighbour", 50, "print(sum(range(1_000_000)))"));
            assertEquals(Ending.Limit.PROCESSES, bomb.get().limit());
            allHaveEnded(bomb.get().printed());
            assertEquals("499999500000\n", neighbour.get().printed());
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatForksShareCountsOnce(boolean warm) throws Exception {
        Run run = run(warm, "shared", 50, """
                import os, time
                shared = b'x' * (60 << 20)
                children = []
                for _ in range(4):
                    pid = os.fork()
                    if pid == 0:
                        time.sleep(1)
                        os._exit(0)
                    children.append(pid)
                for each in children:
                    os.waitpid(each, 0)
                print(len(shared))
                """);
        assertEquals(new Ending.Exited(0), run.ending());
        assertTrue(run.memory() < MEMORY, () -> "peak " + run.memory());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aScriptCanLowerItsLimitsAndNotRaiseThem(boolean warm) throws Exception {
        Run run = run(warm, "lower", 50, """
                import os, resource
                soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
                resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
                try:
                    if os.getuid() == 0:
                        raise ValueError('root may')
                    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
                except ValueError:
                    print('no', hard)
                """);
        assertEquals("no 100\n", run.printed());
        assertEquals(
                "no 100\n",
                run(warm, "after", 50, "import resource\nprint('no', resource.getrlimit(resource.RLIMIT_NOFILE)[1])")
                        .printed());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theNeighbourOfAHogGoesOn(boolean warm) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Run> hog = threads.submit(() -> run(warm, "hog", 50, HOG));
            Future<Run> neighbour = threads.submit(() -> run(warm, "neighbour", 50, """
                    import time
                    total = 0
                    for each in range(15):
                        total += each
                        time.sleep(0.1)
                    print(total)
                    """));
            assertEquals(Ending.Limit.MEMORY, hog.get().limit());
            assertEquals("before\n", hog.get().printed());
            assertEquals(new Ending.Exited(0), neighbour.get().ending());
            assertEquals("105\n", neighbour.get().printed());
        } finally {
            threads.shutdownNow();
        }
    }
}
