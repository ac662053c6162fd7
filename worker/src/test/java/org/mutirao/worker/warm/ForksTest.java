package org.mutirao.worker.warm;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.worker.run.Python;

/** What scripts do to the interpreter that they are forked from, and what comes of it. */
@EnabledOnOs(OS.LINUX)
class ForksTest {
    private static final String MARK = "00000000-0000-4000-8000-000000000000";
    private static final int LONG = 60_000;

    @TempDir
    private Path folder;

    private Path files;
    private WarmPython python;
    private Forks forks;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(
                Python.find(Optional.empty()).version().matches("3\\.1[0-2]\\..*"), "others are not forked");
        files = Files.createDirectories(folder.resolve("run/task/files"));
        warm(List.of("python3"), 100);
    }

    private void warm(List<String> command, int tasks) {
        python = new WarmPython(
                () -> command,
                new Warm(tasks),
                folder.resolve("warm"),
                (variables, where) -> variables.put("MUTIRAO_RUN", MARK));
        forks = python.forks();
    }

    @AfterEach
    void end() {
        if (python != null) {
            python.close();
        }
    }

    private ForkRequest request(String... args) {
        return request(Map.of(), args);
    }

    private ForkRequest request(Map<String, String> env, String... args) {
        return new ForkRequest(MARK, files, folder.resolve("out"), folder.resolve("err"), List.of(args), env);
    }

    private Optional<RunningScript> start(String script) throws Exception {
        return start(script, Map.of());
    }

    private Optional<RunningScript> start(String script, Map<String, String> env) throws Exception {
        Files.deleteIfExists(files.resolve("main.py"));
        forks.prepare(files);
        Files.writeString(files.resolve("main.py"), script);
        return forks.start(request(env, "main.py"));
    }

    private String run(String script) throws Exception {
        return run(script, Map.of());
    }

    /** The exit code of a script that was forked, and what it printed. */
    private String run(String script, Map<String, String> env) throws Exception {
        RunningScript running = start(script, env).orElseThrow();
        assertTrue(running.waitFor(LONG));
        return running.exitValue() + " " + Files.readString(folder.resolve("out"));
    }

    private void isWarmAndWell() throws Exception {
        assertEquals("0 well\n", run("print('well')"));
    }

    @Test
    void aServerServesManyScriptsAndThenAnotherTakesItsPlace() throws Exception {
        warm(List.of("python3"), 2);
        String parent = "import os; print(os.getppid())";
        String first = run(parent);
        assertEquals(first, run(parent));
        assertNotEquals(first, run(parent));
    }

    @Test
    void aScriptThatKillsItsParentFailsAsOneThatWasKilledAndTheNextIsWarm() throws Exception {
        RunningScript running = start("import os, time; os.kill(os.getppid(), 9); time.sleep(600)")
                .orElseThrow();
        assertTrue(running.waitFor(LONG));
        assertEquals(137, running.exitValue());
        assertTrue(running.isAlive(), "it can still be ended with all it started");
        running.process().orElseThrow().destroyForcibly();
        isWarmAndWell();
    }

    @Test
    void aParentThatDiedInTheMeantimeLeavesTheScriptToThePlainWay() throws Exception {
        String parent = run("import os; print(os.getppid())");
        Files.delete(files.resolve("main.py"));
        forks.prepare(files);
        ProcessHandle.of(Long.parseLong(parent.split("\\s", -1)[1]))
                .orElseThrow()
                .destroyForcibly();
        Files.writeString(files.resolve("main.py"), "print('not by us')");
        assertEquals(Optional.empty(), forks.start(request("main.py")));
        isWarmAndWell();
    }

    @Test
    void whatAScriptDoesToItselfIsGoneWithIt() throws Exception {
        for (String harm : List.of(
                "import os; os.closerange(0, 4096)",
                "import os; os.chdir('/'); os.umask(0o777)",
                "import threading, time; threading.Thread(target=time.sleep, args=(600,), daemon=True).start()",
                "import signal; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 3, 10, 12, 13, 14, 15, 17)]",
                "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))",
                "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))",
                "import builtins, os, sys; builtins.print = builtins.open = os.fork = os._exit = os.read = sys.exit = None",
                "import fcntl, os; [fcntl.fcntl(n, fcntl.F_SETFL, os.O_NONBLOCK) for n in (0, 1, 2)]",
                "import os; os.environ.clear(); os.nice(5)",
                "import sys, gc; sys.setrecursionlimit(50); gc.disable(); sys.modules.clear()")) {
            start(harm).orElseThrow().waitFor(LONG);
            isWarmAndWell();
        }
    }

    @Test
    void aScriptThatForksAndGoesOnInItsChildrenHoldsNobodyUp() throws Exception {
        assertEquals(
                "0 ",
                run(
                        "import os, time\nfor i in range(20):\n    if not os.fork():\n        time.sleep(5)\n        os._exit(0)"));
        isWarmAndWell();
    }

    @Test
    void theFolderOfAScriptMayBeMadeAnewBetweenRuns() throws Exception {
        assertEquals("0 ", run("import os, shutil; shutil.rmtree(os.path.abspath('../..'))"));
        Files.createDirectories(files);
        isWarmAndWell();
        assertTrue(Files.isSameFile(
                files, Path.of(run("import os; print(os.getcwd())").split("\\s", -1)[1])));
    }

    @Test
    void aScriptWhoseFolderIsGoneHasNotStarted() throws Exception {
        start("").orElseThrow().waitFor(LONG);
        Files.delete(files.resolve("main.py"));
        Files.delete(files);
        assertEquals(Optional.empty(), forks.start(request("main.py")));
        Files.createDirectories(files);
        isWarmAndWell();
    }

    @Test
    void anInterpreterThatDoesNotGoOurWayRunsNoScript() throws Exception {
        for (List<String> command : List.of(
                List.of("python3", "-I"),
                List.of("python3", "-E"),
                List.of("python3", "-S"),
                List.of("sh", "-c", "python3 \"$@\"; true", "sh"),
                List.of("sh", "-c", "exit 3"),
                List.of("sh", "-c", "echo ready 1"),
                List.of("no-such-program"))) {
            python.close();
            warm(command, 100);
            forks.prepare(files);
            assertFalse(forks.isWarm(), command.toString());
            assertEquals(Optional.empty(), forks.start(request("main.py")), command.toString());
        }
    }

    @Test
    void variablesThatAnInterpreterReadsAtItsStartTakeThePlainWay() {
        for (String name :
                List.of("PYTHONHASHSEED", "PYTHONPATH", "LD_PRELOAD", "LC_ALL", "LANG", "TZ", "HOME", "PATH")) {
            assertFalse(
                    new ForkRequest(MARK, files, files, files, List.of("main.py"), Map.of(name, "1")).canBeForked(),
                    name);
        }
        assertTrue(new ForkRequest(MARK, files, files, files, List.of("main.py"), Map.of("MODE", "1", "PATHS", "2"))
                .canBeForked());
        assertFalse(request("main.py", "a\0b").canBeForked());
        assertFalse(request("main.py", "x".repeat(5 << 20)).canBeForked());
    }

    @Test
    void eachScriptHasRandomNumbersOfItsOwn() throws Exception {
        String script = "import random, uuid, os, tempfile; print(random.random(), uuid.uuid4(), os.urandom(8))";
        assertNotEquals(run(script), run(script));
    }

    @Test
    void allEndWithTheWorker() throws Exception {
        String parent = run("import os; print(os.getppid())");
        python.close();
        await().until(() -> ProcessHandle.of(Long.parseLong(parent.split("\\s", -1)[1]))
                .map(each -> !each.isAlive())
                .orElse(true));
        forks.prepare(files);
        assertFalse(forks.isWarm());
    }

    /** Which parent a script was forked from: the bare one, or one that has loaded something; and how many modules there are. */
    private List<String> seenBy(String script) throws Exception {
        return seenBy(script, Map.of());
    }

    private List<String> seenBy(String script, Map<String, String> env) throws Exception {
        String told = run(
                script + "\nimport os, sys\nprint(os.getppid(), len(sys.modules), sorted(os.listdir('/proc/self/fd')))",
                env);
        assertTrue(told.startsWith("0 "), told);
        return List.of(told.strip().split(" ", 4));
    }

    @Test
    void whatManyScriptsBeginWithIsLoadedOnce() throws Exception {
        String script = "import json, decimal\nfrom collections import (\n    OrderedDict,\n)  # all\n";
        List<String> first = seenBy(script);
        List<String> later = first;
        for (int tries = 0; tries < 1000 && later.get(1).equals(first.get(1)); tries++) {
            later = seenBy(script);
        }
        assertNotEquals(first.get(1), later.get(1), "never loaded");
        assertEquals(first.subList(2, 4), later.subList(2, 4));
        assertEquals(later, seenBy(script));
        Map<String, String> ofAJob = Map.of("MUTIRAO_INPUT", "a.csv", "MUTIRAO_INDEX", "1", "MUTIRAO_COUNT", "2");
        assertEquals(later, seenBy(script, ofAJob), "a task of a job is like any other");
        assertEquals(first.get(1), seenBy(script, Map.of("MODE", "1")).get(1), "a variable could change an import");
        assertEquals(first.get(1), seenBy("print('', end='')").get(1), "others are forked from the bare one");
        Files.writeString(files.resolve("decimal.py"), "");
        assertEquals(first.get(1), seenBy(script).get(1), "a file of its own comes before a library");
        Files.delete(files.resolve("decimal.py"));
        Files.writeString(files.resolve("_json.py"), "");
        assertEquals(first.get(1), seenBy(script).get(1), "nor is one that a library would import");
    }

    /** As numexpr of Debian does, which pandas imports: without this no script with pandas is ever forked from one that has it. */
    @Test
    void aLibraryThatHoldsThreadsReadyIsLoadedWithoutThemAndEachScriptHasThemAgain() throws Exception {
        Path library = Files.createDirectories(folder.resolve("library"));
        Files.writeString(library.resolve("numexpr.py"), """
                import ctypes
                c = ctypes.CDLL(None)
                held = []
                def set_num_threads(count):
                    before = len(held) or 1
                    while held:
                        thread = held.pop()
                        c.pthread_cancel(thread)
                        c.pthread_join(thread, None)
                    for number in range(count if count > 1 else 0):
                        thread = ctypes.c_ulong()
                        c.pthread_create(ctypes.byref(thread), None, c.pause, None)
                        held.append(thread)
                    return before
                set_num_threads(3)
                """);
        python = new WarmPython(
                () -> List.of("python3"), new Warm(10_000), folder.resolve("warm"), (variables, where) -> {
                    variables.put("MUTIRAO_RUN", MARK);
                    variables.put("PYTHONPATH", library.toString());
                });
        forks = python.forks();
        String script = "import numexpr\nprint(len(__import__('os').listdir('/proc/self/task')), end=' ')";
        List<String> first = seenBy(script);
        List<String> later = first;
        for (int tries = 0; tries < 1000 && later.get(2).equals(first.get(2)); tries++) {
            later = seenBy(script);
        }
        assertNotEquals(first.get(2), later.get(2), "never loaded");
        assertEquals("4", first.get(1), "one of its own, and three");
        assertEquals("4", later.get(1));
    }

    @Test
    void whatCantBeLoadedIsSaidAndTheRestIsLoaded() throws Exception {
        Path library = Files.createDirectories(folder.resolve("library"));
        Files.writeString(library.resolve("printing.py"), "print('hello')");
        Files.writeString(
                library.resolve("threading_.py"),
                "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()");
        Files.writeString(library.resolve("dying.py"), "import os; os.kill(os.getpid(), 9)");
        Files.writeString(library.resolve("opening.py"), "f = open(__file__)");
        Files.writeString(library.resolve("hanging.py"), "import time; time.sleep(600)");
        List<String> modules = List.of("no_such", "printing", "threading_", "dying", "opening", "hanging", "json");
        // The same program, with less patience.
        try (InputStream program = WarmPython.class.getResourceAsStream("forkserver.py")) {
            String patient = new String(program.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(
                    Files.createDirectories(folder.resolve("warm")).resolve("sitecustomize.py"),
                    patient.replace("LOADING_SECONDS = 60", "LOADING_SECONDS = 2"));
        }
        python = new WarmPython(
                () -> List.of("python3"),
                new Warm(10_000).preloading(modules),
                folder.resolve("warm"),
                (variables, where) -> {
                    variables.put("MUTIRAO_RUN", MARK);
                    variables.put("PYTHONPATH", library.toString());
                });
        forks = python.forks();
        List<String> first = seenBy("x = 1");
        List<String> later = first;
        for (int tries = 0; tries < 5000 && later.get(1).equals(first.get(1)); tries++) {
            later = seenBy("x = 1");
        }
        assertNotEquals(first.get(1), later.get(1), "never loaded");
        List<String> told = python.notes().stream()
                .map(note -> note.substring(0, note.indexOf(':')))
                .sorted()
                .toList();
        assertEquals(
                List.of(
                        "import dying",
                        "import hanging",
                        "import no_such",
                        "import opening",
                        "import printing",
                        "import threading_"),
                told);
    }

    @Test
    void aScriptThatKillsTheLoadedOneIsNotRunTwice() throws Exception {
        String script = "import json, decimal\n";
        String bare = seenBy(script).get(1);
        for (int tries = 0; tries < 1000 && seenBy(script).get(1).equals(bare); tries++) {
            // until it is loaded
        }
        RunningScript running = start(script + "import os, time; os.kill(os.getppid(), 9); time.sleep(600)")
                .orElseThrow();
        assertTrue(running.waitFor(LONG));
        assertEquals(137, running.exitValue());
        running.process().orElseThrow().destroyForcibly();
        isWarmAndWell();
    }

    @Test
    void namesOfModulesAreChecked() {
        assertEquals(
                List.of("a.b", "_c"),
                Warm.auto().preloading(List.of("a.b", "_c")).preload());
        for (String bad : List.of("a;b", "", "a b", "1", ".a", "a\nb")) {
            assertThrows(IllegalArgumentException.class, () -> Warm.auto().preloading(List.of(bad)), bad);
        }
    }

    @Test
    void whatAPersonWritesIsRead() {
        assertEquals(Warm.off(), Warm.parse("off"));
        assertEquals(Warm.auto(), Warm.parse("AUTO"));
        assertEquals(new Warm(7), Warm.parse("7"));
        assertEquals(Warm.parse("7"), Warm.parse(Warm.parse("7").toString()));
        assertEquals(Warm.off(), Warm.parse(Warm.off().toString()));
        for (String bad : List.of("0", "-1", "often", "1000001", "")) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Warm.parse(bad));
            assertTrue(refused.getMessage().contains("expected auto, off, or 1 to"), refused.getMessage());
        }
    }
}
