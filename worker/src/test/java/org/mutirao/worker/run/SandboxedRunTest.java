package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.sandbox.Sandbox;
import org.mutirao.worker.sandbox.SandboxChoice;
import org.mutirao.worker.sandbox.SandboxPlaces;
import org.mutirao.worker.sandbox.SandboxSettings;
import org.mutirao.worker.sandbox.Sandboxes;
import org.mutirao.worker.warm.Warm;
import org.mutirao.worker.warm.WarmPython;

/** Whole runs in a sandbox, one after the other in the same folder, each with an interpreter of its own or forked. */
@EnabledOnOs(OS.LINUX)
class SandboxedRunTest {
    private static final RunPermits FREE = new FreePermits();

    private Path folder;
    private TaskRunner runner;

    /** Not below /tmp, which is another one inside. */
    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory(
                Files.createDirectories(Path.of("target").toAbsolutePath()), "sandboxed");
    }

    @AfterEach
    void end() {
        if (runner != null) {
            runner.close();
        }
        DurableFiles.deleteTree(folder);
    }

    private void start(boolean warm, Duration timeout) throws Exception {
        start(warm, timeout, List.of(), Optional.empty());
    }

    private void start(boolean warm, Duration timeout, List<Path> readable, Optional<Path> secret) throws Exception {
        Python python = Python.find(Optional.empty());
        Path own = folder.resolve("work/1");
        Path run = Files.createDirectories(own.resolve("run"));
        Sandbox sandbox = Sandboxes.choose(
                new SandboxSettings(SandboxChoice.AUTO, false, readable, "nobody", secret),
                python.command(),
                new SandboxPlaces(
                        folder.resolve("work"),
                        run,
                        own.resolve("warm").resolve(WarmPython.MODULE),
                        List.of(),
                        own.resolve("plots")));
        Assumptions.assumeTrue(sandbox != Sandbox.none(), "SKIPPED: bubblewrap does not work here");
        Interpreters interpreters = Interpreters.warm(
                        python, warm ? new Warm(50) : Warm.off(), own.resolve("warm"), ScriptEnvironment.usual())
                .in(sandbox);
        runner = new TaskRunner(
                run,
                interpreters,
                RunLimits.of(PackageLimits.defaults(), ByteSize.mebi(1), timeout)
                        .with(new MemoryShare(ByteSize.mebi(150).bytes(), 0)),
                "pc",
                InstantSource.system(),
                InstantSource.system(),
                System::nanoTime);
    }

    /** The system's loader tells of each program that such a variable reaches. It would load a package's libraries there too. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void variablesOfAPackageReachNoProgramOutside(boolean warm) throws Exception {
        start(warm, Duration.ofMinutes(1));
        TaskRunner.Outcome outcome = runOf(
                "main.py",
                "import os; print(os.environ['LD_DEBUG'], os.environ['OWN'])",
                "task.json",
                "{\"env\": {\"LD_DEBUG\": \"files\", \"OWN\": \"its own\"}}");
        assertEquals("files its own", Results.read(outcome).get("stdout.txt").strip());
        String loaded = Results.read(outcome).get("stderr.txt");
        assertTrue(loaded.contains("initialize program:"), loaded);
        List<String> outside = loaded.lines()
                .filter(line -> line.contains("initialize program:") && !line.contains("python"))
                .toList();
        assertEquals(List.of(), outside);
    }

    private TaskRunner.Outcome run(String script) throws Exception {
        return runOf("main.py", script);
    }

    private TaskRunner.Outcome runOf(String... namesAndTexts) throws Exception {
        byte[] bytes = Zips.of(namesAndTexts);
        Path file = Files.write(folder.resolve("task.zip"), bytes);
        return runner.run(
                new TaskPackage(
                        "task.zip", new Payload(file, new Blob(Sha256.of(bytes), bytes.length)), Optional.empty()),
                FREE,
                () -> false,
                OutputWatcher.NOBODY,
                Liveness.unwatched().activity("test", Duration.ofHours(1)));
    }

    private String printed(String script) throws Exception {
        TaskRunner.Outcome outcome = run(script);
        assertEquals(new Ending.Exited(0), outcome.ending());
        return Results.read(outcome).get("stdout.txt");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRunLeavesNothingToTheNextOne(boolean warm) throws Exception {
        start(warm, Duration.ofMinutes(2));
        Assumptions.assumeFalse(folder.startsWith("/tmp"), "SKIPPED: in a clone below /tmp nobody writes there");
        String leave = """
                import os, subprocess, sys
                for each in ['/tmp/x', '/var/tmp/x', '/dev/shm/x', 'x', '../tmp/y', os.path.expanduser('~/x')]:
                    open(each, 'w').write('x')
                subprocess.Popen(['sleep', '60'], env={}, start_new_session=True)
                print(os.path.abspath('.').split('/')[-3])
                """;
        assertEquals("run-1\n", printed(leave));
        String look = """
                import os
                print([os.listdir(each) for each in ['/tmp', '/var/tmp', '/dev/shm', '.', os.path.expanduser('~')]])
                print([each for each in os.listdir('/proc') if each.isdigit() and b'sleep' in open(f'/proc/{each}/cmdline', 'rb').read()])
                print(os.path.abspath('.').split('/')[-3], os.listdir('../../..'))
                """;
        assertEquals("[[], [], [], ['main.py'], []]\n[]\nrun-1 ['run-1']\n", printed(look));
        assertEquals("run-1\n", printed(leave));
        assertEquals("[[], [], [], ['main.py'], []]\n[]\nrun-1 ['run-1']\n", printed(look));
    }

    /** Each process of the chain is gone when it is looked at, and has begun the next. */
    @Test
    void aChainOfProcessesEndsWithItsScript() throws Exception {
        start(true, Duration.ofMinutes(2));
        assertEquals("begun\n", printed("""
                import os
                reader, writer = os.pipe()
                if os.fork():
                    os.read(reader, 1)
                    print('begun', flush=True)
                else:
                    os.setsid()
                    os.write(writer, b'x')
                    while True:
                        if os.fork():
                            os._exit(0)
                """));
        assertEquals("[]\n", printed("""
                import os
                usual = 1, os.getppid(), os.getpid()
                print([each for each in os.listdir('/proc') if each.isdigit() and int(each) not in usual])
                """));
    }

    @Test
    void aSandboxThatCanNotBeMadeIsNoFailureOfTheScript() throws Exception {
        Path shown = Files.createDirectories(folder.resolve("shown"));
        Path secret = Files.writeString(shown.resolve("secret"), "x");
        start(false, Duration.ofMinutes(2), List.of(shown), Optional.of(secret));
        assertEquals("1\n", printed("print(1)"));
        Files.delete(secret);
        Files.createDirectory(secret); // a file can't be put over it
        String reason =
                assertThrows(TaskRunner.NotRun.class, () -> run("print(1)")).getMessage();
        assertTrue(reason.startsWith("the worker pc could not run it: its sandbox could not be made (bwrap: "), reason);
        Files.delete(secret);
        assertEquals("1\n", printed("print(1)"));
        assertEquals(
                new Ending.Exited(1),
                run("raise SystemExit('bwrap: a line\\nand another')").ending().with(""));
    }

    @Test
    void whatARunHidesAroundItsFilesIsGoneToo() throws Exception {
        start(true, Duration.ofMinutes(2));
        assertEquals("", printed(""));
        assertEquals("", printed("""
                import os
                before = os.stat('../tmp')
                open('../tmp/hidden', 'w').write('x')
                os.utime('../tmp', ns=(before.st_atime_ns, before.st_mtime_ns))
                """));
        assertEquals("[]\n", printed("import os\nprint(os.listdir('../tmp'))\nopen('../../left', 'w').close()"));
        assertEquals(
                "['errors.txt', 'printed.txt', 'task']\n", printed("import os\nprint(sorted(os.listdir('../..')))"));
    }

    @Test
    void aScriptCanNotReachIntoWhatRunsTheNextOne() throws Exception {
        start(true, Duration.ofMinutes(2));
        assertEquals("""
                Operation not permitted
                [] []
                """, printed("""
                import ctypes, os
                libc = ctypes.CDLL(None, use_errno=True)
                assert libc.ptrace(16, os.getppid(), 0, 0) == -1
                print(os.strerror(ctypes.get_errno()))
                def opened(file, mode):
                    try:
                        open(file, mode).close()
                        return True
                    except OSError:
                        return False
                others = [each for each in os.listdir('/proc') if each.isdigit() and int(each) != os.getpid()]
                print([each for each in others if opened(f'/proc/{each}/environ', 'rb')],
                      [each for each in others if opened(f'/proc/{each}/mem', 'r+b')])
                """));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHogIsEndedAndWhatItPrintedIsKept(boolean warm) throws Exception {
        start(warm, Duration.ofMinutes(2));
        TaskRunner.Outcome outcome = run("import time\nprint('begun')\nheld = bytearray(300 << 20)\ntime.sleep(60)");
        assertEquals(
                Ending.Limit.MEMORY,
                assertInstanceOf(Ending.Stopped.class, outcome.ending()).limit());
        assertEquals("begun\n", Results.read(outcome).get("stdout.txt"));
        assertEquals("1\n", printed("print(1)"));
    }

    @Test
    void temporaryFilesCountForItsDisk() throws Exception {
        start(false, Duration.ofMinutes(2));
        Assumptions.assumeFalse(folder.startsWith("/tmp"), "SKIPPED: in a clone below /tmp nobody writes there");
        TaskRunner.Outcome outcome = runOf(
                "main.py",
                "import time\nopen('/tmp/x', 'wb').write(bytes(20 << 20))\ntime.sleep(60)",
                "task.json",
                "{\"disk\": \"10MiB\"}");
        assertEquals(
                Ending.Limit.DISK,
                assertInstanceOf(Ending.Stopped.class, outcome.ending()).limit());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoRunsTooLongIsAskedToEnd(boolean warm) throws Exception {
        start(warm, Duration.ofSeconds(1));
        TaskRunner.Outcome outcome = run("""
                import signal, sys, time
                def end(*_):
                    print('asked')
                    sys.exit(3)
                signal.signal(signal.SIGTERM, end)
                time.sleep(60)
                """);
        assertEquals(
                Ending.Limit.TIME,
                assertInstanceOf(Ending.Stopped.class, outcome.ending()).limit());
        assertEquals("asked\n", Results.read(outcome).get("stdout.txt"));
    }

    /** The result is packed when nobody can put links in the places of files any more. */
    @Test
    void whatHidItselfIsGoneBeforeTheResultIsPackedAlsoWhenTheInterpreterWasStopped() throws Exception {
        start(true, Duration.ofSeconds(1));
        String token = UUID.randomUUID().toString();
        TaskRunner.Outcome outcome = run("""
                import os, signal, sys, time
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        os.setsid()
                        os.execve(sys.executable, [sys.executable, '-c', 'import time; time.sleep(60)', '%s'], {})
                    os._exit(0)
                os.wait()
                os.kill(os.getppid(), signal.SIGSTOP)
                time.sleep(60)
                """.formatted(token));
        assertInstanceOf(Ending.Stopped.class, outcome.ending());
        assertTrue(ProcessHandle.allProcesses()
                .noneMatch(each -> each.info().commandLine().orElse("").contains(token)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsEndIsKnown(boolean warm) throws Exception {
        start(warm, Duration.ofMinutes(2));
        assertEquals(new Ending.Exited(7), run("raise SystemExit(7)").ending().with(""));
        assertEquals(
                new Ending.Exited(128 + 11),
                run("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
                        .ending()
                        .with(""));
        assertEquals("1\n", printed("print(1)"));
        assertEquals(warm ? "2\n" : "1\n", printed("import os\nprint(os.getppid())"));
    }
}
