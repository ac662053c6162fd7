package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.sandbox.Room;
import org.mutirao.worker.sandbox.Sandbox;
import org.mutirao.worker.sandbox.SandboxChoice;
import org.mutirao.worker.sandbox.SandboxPlaces;
import org.mutirao.worker.sandbox.SandboxSettings;
import org.mutirao.worker.sandbox.Sandboxes;
import org.mutirao.worker.warm.Warm;
import org.mutirao.worker.warm.WarmPython;

/** Scripts of another account, in the system's own Python, which everybody may start. */
@EnabledOnOs(OS.LINUX)
class OtherUserTest {
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    @TempDir
    private Path folder;

    private Path own;
    private Python python;

    @BeforeEach
    void prepare() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        own = folder.resolve("work/1");
        Files.createDirectories(own.resolve("run"));
        Assumptions.assumeTrue(Files.isExecutable(PYTHON), "SKIPPED: no Python of the system");
        python = Python.find(Optional.of(List.of(PYTHON.toString())));
    }

    private Sandbox sandbox(String account) throws Exception {
        return Sandboxes.choose(
                new SandboxSettings(SandboxChoice.USER, false, List.of(), account, Optional.empty()),
                python.command(),
                new SandboxPlaces(
                        folder.resolve("work"),
                        own.resolve("run"),
                        own.resolve("warm").resolve(WarmPython.MODULE),
                        List.of(own.resolve("outbox")),
                        own.resolve("plots")));
    }

    private static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    private Map<String, String> run(TaskRunner runner, String script) throws Exception {
        byte[] bytes = Zips.of("main.py", script, "data.txt", "1");
        Path file = Files.write(folder.resolve("task.zip"), bytes);
        TaskRunner.Outcome outcome = runner.run(
                new TaskPackage(
                        "task.zip", new Payload(file, new Blob(Sha256.of(bytes), bytes.length)), Optional.empty()),
                new FreePermits(),
                () -> false,
                OutputWatcher.NOBODY,
                Liveness.unwatched().activity("test", Duration.ofHours(1)));
        assertEquals(new Ending.Exited(0), outcome.ending().with(""));
        return Results.read(outcome);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itReadsNothingOfTheWorkerAndBringsItsFiles(boolean warm) throws Exception {
        Assumptions.assumeTrue(isRoot(), "SKIPPED: only root runs scripts as another user");
        Interpreters interpreters = (warm
                        ? Interpreters.warm(python, new Warm(9), own.resolve("warm"), ScriptEnvironment.usual())
                        : Interpreters.plain(python))
                .in(sandbox("nobody"));
        Files.writeString(own.resolve("outbox/result"), "secret");
        try (TaskRunner runner = new TaskRunner(
                own.resolve("run"),
                interpreters,
                RunLimits.of(PackageLimits.defaults(), ByteSize.mebi(1), Duration.ofMinutes(2)),
                "pc",
                InstantSource.system(),
                InstantSource.system(),
                System::nanoTime)) {
            for (int round = 0; round < 2; round++) {
                Map<String, String> result = run(runner, """
                        import os
                        import resource
                        print(os.getuid() != 0, os.getgid() != 0, os.getgroups())
                        print(0 < resource.getrlimit(resource.RLIMIT_NPROC)[0] < 20_000)
                        try:
                            os.listdir('../../../../outbox')
                        except PermissionError:
                            print('closed')
                        open('data.txt', 'a').write('2')
                        os.makedirs('deep/er')
                        os.symlink('/etc/shadow', 'deep/er/link')
                        open('deep/er/new.txt', 'w').write('3')
                        """);
                assertEquals("True True []\nTrue\nclosed\n", result.get("stdout.txt"));
                assertEquals("12", result.get("files/data.txt"));
                assertEquals("3", result.get("files/deep/er/new.txt"));
            }
        }
    }

    @Test
    void afterARecallTheFolderIsRootsAndNobodyElseWritesThere() throws Exception {
        Assumptions.assumeTrue(isRoot(), "SKIPPED: only root runs scripts as another user");
        Sandbox sandbox = sandbox("nobody");
        Path run = folder.resolve("work/1/run/run-1");
        Path deep = Files.createDirectories(run.resolve("task/files/deep"));
        sandbox.give(run);
        assertEquals("nobody", Files.getOwner(deep).getName());
        Files.setPosixFilePermissions(deep, PosixFilePermissions.fromString("rwxrwxrwx"));
        sandbox.takeBack(run);
        assertEquals("root", Files.getOwner(deep).getName());
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(deep)));
    }

    /** Also when nobody wants its result any more. */
    @Test
    void aRunsFolderIsAlwaysTakenBack() throws Exception {
        List<Path> taken = new ArrayList<>();
        Sandbox sandbox = new Sandbox() {
            @Override
            public List<String> around(Room room, List<String> command) {
                return command;
            }

            @Override
            public void takeBack(Path run) {
                taken.add(run);
            }
        };
        byte[] bytes = Zips.of("main.py", "import time\ntime.sleep(600)");
        Path file = Files.write(folder.resolve("task.zip"), bytes);
        try (TaskRunner runner = new TaskRunner(
                own.resolve("run"),
                Interpreters.plain(python).in(sandbox),
                RunLimits.of(PackageLimits.defaults(), ByteSize.mebi(1), Duration.ofMinutes(2)),
                "pc",
                InstantSource.system(),
                InstantSource.system(),
                System::nanoTime)) {
            assertThrows(
                    TaskRunner.Recalled.class,
                    () -> runner.run(
                            new TaskPackage(
                                    "task.zip",
                                    new Payload(file, new Blob(Sha256.of(bytes), bytes.length)),
                                    Optional.empty()),
                            new FreePermits(),
                            () -> true,
                            OutputWatcher.NOBODY,
                            Liveness.unwatched().activity("test", Duration.ofHours(1))));
        }
        assertEquals(List.of(own.resolve("run/run-1")), taken);
    }

    @Test
    void whatCanNotBeIsRefusedWithASentence() throws Exception {
        String account = isRoot() ? "nobody-of-that-name" : "nobody";
        String refusal = assertThrows(IOException.class, () -> sandbox(account)).getMessage();
        assertTrue(
                refusal.equals(
                                "--account nobody-of-that-name: expected the name of a user of this system without rights,"
                                        + " like nobody")
                        || refusal.startsWith("--sandbox user: only root can run scripts as another user"),
                refusal);
        if (isRoot()) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            String closed =
                    assertThrows(IOException.class, () -> sandbox("nobody")).getMessage();
            assertTrue(closed.contains("must be able to enter the folders of --work"), closed);
        }
    }
}
