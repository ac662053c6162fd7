package org.mutirao.worker.warm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.worker.sandbox.Sandbox;

@EnabledOnOs(OS.LINUX)
class StarterTest {
    private static final Map<String, String> USUAL = Map.of("PATH", System.getenv("PATH"), "ONLY_ONCE", "yes");

    @TempDir
    private Path folder;

    private Starters starters;
    private Starter starter;

    @BeforeEach
    void make() {
        starters = Starters.of(List.of("python3"), folder.resolve("home"), Sandbox.none());
        starter = starters.starter();
    }

    @AfterEach
    void end() {
        starters.close();
    }

    private StartRequest request(String limits, Map<String, String> env, List<String> command) {
        return new StartRequest(
                folder, folder.resolve("out"), folder.resolve("err"), limits, command, env, variables -> {
                    variables.clear();
                    variables.putAll(USUAL);
                });
    }

    private RunningScript started(String limits, String... command) throws Exception {
        return starter.start(request(limits, USUAL, List.of(command))).orElseThrow();
    }

    private String printed(RunningScript script) throws Exception {
        assertTrue(script.waitFor(60_000));
        return Files.readString(folder.resolve("out")) + Files.readString(folder.resolve("err"));
    }

    @Test
    void itTellsHowAScriptEndedAndWhatItTook() throws Exception {
        RunningScript exits = started("", "python3", "-c", "import os; print(os.getcwd()); exit(7)");
        assertEquals(folder.toRealPath() + "\n", printed(exits));
        assertEquals(7, exits.exitValue());
        assertTrue(exits.used().memory() > 1 << 20, exits.used().toString());
        RunningScript dies = started("", "/bin/sh", "-c", "kill -9 $$");
        assertEquals("", printed(dies));
        assertEquals(128 + 9, dies.exitValue());
    }

    @Test
    void aScriptHasItsLimitsAndItsOwnSessionAndNothingOfTheStarter() throws Exception {
        String script = "import os, resource, sys, signal; sys.stdin.read();"
                + "print(resource.getrlimit(resource.RLIMIT_NOFILE), resource.getrlimit(resource.RLIMIT_CPU), os.getsid(0) == os.getpid(),"
                + " sorted(os.listdir('/proc/self/fd'))[:3], len(os.listdir('/proc/self/fd')))";
        assertEquals(
                "(100, 100) (10, 20) True ['0', '1', '2'] 4\n",
                printed(started("NOFILE=100 CPU=10:20", "python3", "-c", script)));
        String[] signals = {"grep", "-E", "SigBlk|SigIgn", "/proc/self/status"};
        Process byJava = new ProcessBuilder(signals).start();
        assertEquals(
                new String(byJava.getInputStream().readAllBytes(), StandardCharsets.US_ASCII),
                printed(started("", signals)));
    }

    @Test
    void itKnowsWhetherAScriptLeftSomething() throws Exception {
        RunningScript leaves = started("", "/bin/sh", "-c", "(setsid sleep 600 > /dev/null & echo $!)");
        long left = Long.parseLong(printed(leaves).strip());
        assertFalse(leaves.hasLeftNothing());
        ProcessHandle process = ProcessHandle.of(left).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        RunningScript last = started("", "true");
        printed(last);
        assertTrue(last.hasLeftNothing());
    }

    @Test
    void variablesAreThoseOfTheRequest() throws Exception {
        Map<String, String> env = new HashMap<>(USUAL);
        env.remove("ONLY_ONCE");
        env.put("LD_PRELOAD", "/nowhere.so");
        List<String> command = List.of("/bin/sh", "-c", "echo $ONLY_ONCE $LD_PRELOAD");
        assertTrue(
                printed(starter.start(request("", env, command)).orElseThrow()).startsWith("/nowhere.so\n"));
        assertEquals("yes\n", printed(starter.start(request("", USUAL, command)).orElseThrow()));
    }

    @Test
    void aProgramThatIsNotThereIsLeftToJava() throws Exception {
        assertEquals(Optional.empty(), starter.start(request("", USUAL, List.of("/nowhere/python3", "main.py"))));
        assertEquals(Optional.empty(), starter.start(request("", USUAL, List.of("no-such-program"))));
        assertEquals("here\n", printed(started("", "echo", "here")));
    }

    @Test
    void anotherTakesThePlaceOfOneThatWasKilled() throws Exception {
        String parent = printed(started("", "/bin/sh", "-c", "echo $PPID"));
        RunningScript kills = started("", "/bin/sh", "-c", "kill -9 $PPID; exec sleep 600");
        assertTrue(kills.waitFor(60_000));
        assertEquals(137, kills.exitValue());
        assertTrue(kills.isAlive());
        kills.process().ifPresent(ProcessHandle::destroyForcibly);
        assertNotEquals(parent, printed(started("", "/bin/sh", "-c", "echo $PPID")));
    }

    @Test
    void whereNoneCanBeHadJavaStartsAll() throws Exception {
        Starter none = Starters.of(List.of("false"), folder.resolve("home"), Sandbox.none())
                .starter();
        for (int i = 0; i < 5; i++) {
            assertFalse(none.start(request("", USUAL, List.of("true"))).isPresent());
        }
        assertFalse(Starter.none().start(request("", USUAL, List.of("true"))).isPresent());
    }
}
