package org.mutirao.worker.sandbox;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.worker.run.Python;

/** Hostile scripts in the real thing. */
@EnabledOnOs(OS.LINUX)
class SandboxTest {
    /** Says of each thing that a script tries what came of it. */
    private static final String TRIES = """
            import os, socket, sys
            def tries(name, what):
                try:
                    print(name, what() or 'done')
                except OSError as error:
                    print(name, os.strerror(error.errno))
            """;

    private static List<String> python;

    private Path folder;
    private SandboxPlaces places;
    private Path files;

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty()).command();
    }

    /** Not below /tmp, which is another one inside. */
    @BeforeEach
    void makeFolders() throws IOException {
        folder = Files.createTempDirectory(
                Files.createDirectories(Path.of("target").toAbsolutePath()), "sandbox");
        Path own = folder.resolve("work/1");
        places = new SandboxPlaces(
                folder.resolve("work"),
                own.resolve("run"),
                own.resolve("warm/module.py"),
                List.of(),
                own.resolve("matplotlib"));
        files = Files.createDirectories(own.resolve("run/run-1/task/files"));
        Files.createDirectories(files.resolveSibling("tmp"));
    }

    @AfterEach
    void deleteFolders() {
        DurableFiles.deleteTree(folder);
    }

    private Sandbox sandbox(SandboxChoice choice, boolean network, Path... readable) throws Exception {
        Sandbox sandbox = Sandboxes.choose(
                new SandboxSettings(SandboxChoice.AUTO, network, List.of(readable), "nobody", Optional.empty()),
                python,
                places);
        Assumptions.assumeTrue(sandbox != Sandbox.none(), "SKIPPED: bubblewrap does not work here");
        return choice == SandboxChoice.AUTO
                ? sandbox
                : Sandboxes.choose(
                        new SandboxSettings(choice, network, List.of(readable), "nobody", Optional.empty()),
                        python,
                        places);
    }

    private static String run(Sandbox sandbox, Room room, String script, String... args) throws Exception {
        List<String> command = new ArrayList<>(python);
        command.addAll(List.of("-c", TRIES + script));
        command.addAll(List.of(args));
        return Trial.run(sandbox.around(room, command)).output();
    }

    private Room room(boolean network) {
        return Room.of(files, Optional.empty(), network);
    }

    @Test
    void aScriptSeesNeitherTheWorkerNorItsNeighbours() throws Exception {
        Path key = Files.writeString(folder.resolve("work/1/key"), "secret");
        Path result = Files.writeString(
                Files.createDirectories(folder.resolve("work/1/outbox")).resolve("r"), "x");
        Path other = Files.writeString(
                Files.createDirectories(folder.resolve("work/1/run/run-2")).resolve("o"), "x");
        Path worker = Files.createDirectories(folder.resolve("work/2"));
        String home = System.getProperty("user.home") + "/.ssh";
        assertEquals(
                """
                key No such file or directory
                result No such file or directory
                other No such file or directory
                worker No such file or directory
                home No such file or directory
                runs ['run-1']
                environ No such file or directory
                kill No such process
                processes True
                """,
                run(
                        sandbox(SandboxChoice.BUBBLEWRAP, false),
                        room(false),
                        """
                        key, result, other, worker, home, pid = sys.argv[1:]
                        tries('key', lambda: open(key).read())
                        tries('result', lambda: open(result).read())
                        tries('other', lambda: open(other).read())
                        tries('worker', lambda: os.listdir(worker))
                        tries('home', lambda: os.listdir(home))
                        tries('runs', lambda: os.listdir('../../..'))
                        tries('environ', lambda: open(f'/proc/{pid}/environ', 'rb').read())
                        tries('kill', lambda: os.kill(int(pid), 0))
                        print('processes', all(int(each) < 100 for each in os.listdir('/proc') if each.isdigit()))
                        """,
                        key.toString(),
                        result.toString(),
                        other.toString(),
                        worker.toString(),
                        home,
                        String.valueOf(ProcessHandle.current().pid())));
    }

    @Test
    void aScriptWritesToItsOwnFolderOnly() throws Exception {
        Path environment = Files.createDirectories(folder.resolve("work/1/environments/abc"));
        Files.writeString(environment.resolve("module.py"), "1");
        assertEquals(
                """
                read 1
                change Read-only file system
                remove Read-only file system
                system Read-only file system
                top Read-only file system
                above Read-only file system
                devices Read-only file system
                own done
                """,
                run(
                        sandbox(SandboxChoice.BUBBLEWRAP, false),
                        Room.of(files, Optional.of(environment), false),
                        """
                        module = sys.argv[1] + '/module.py'
                        tries('read', lambda: open(module).read())
                        tries('change', lambda: open(module, 'w'))
                        tries('remove', lambda: os.remove(module))
                        tries('system', lambda: open('/usr/x', 'w'))
                        tries('top', lambda: open('/x', 'w'))
                        tries('above', lambda: open('../../../x', 'w'))
                        tries('devices', lambda: open('/dev/x', 'w'))
                        tries('own', lambda: open('x', 'w').close())
                        """,
                        environment.toString()));
        assertTrue(Files.exists(files.resolve("x")));
        assertEquals("1", Files.readString(environment.resolve("module.py")));
    }

    @Test
    void itsTemporaryFilesAreInItsOwnFolder() throws Exception {
        Sandbox sandbox = sandbox(SandboxChoice.BUBBLEWRAP, false);
        boolean below = folder.startsWith("/tmp");
        assertEquals(
                below ? "tmp Read-only file system\n" : "tmp done\n",
                run(sandbox, room(false), "tries('tmp', lambda: open('/tmp/x', 'w').close())"));
        assertEquals(!below, Files.exists(files.resolveSibling("tmp").resolve("x")));
    }

    @Test
    void aScriptHasNoRightsOfRoot() throws Exception {
        assertEquals(
                "CapEff:\t0000000000000000\nunmount Operation not permitted\n",
                run(sandbox(SandboxChoice.BUBBLEWRAP, false), room(false), """
                        print(*(line for line in open('/proc/self/status') if line.startswith('CapEff')), end='')
                        import ctypes
                        def unmount():
                            if ctypes.CDLL(None, use_errno=True).umount2(b'/usr', 2):
                                raise OSError(ctypes.get_errno(), '')
                        tries('unmount', unmount)
                        """));
    }

    @Test
    void whatBecameADaemonTwiceEndsWithItsScript() throws Exception {
        String token = UUID.randomUUID().toString();
        assertEquals("begun\n", run(sandbox(SandboxChoice.BUBBLEWRAP, false), room(false), """
                        import subprocess
                        if os.fork() == 0:
                            os.setsid()
                            if os.fork() == 0:
                                os.setsid()
                                subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', sys.argv[1]], env={})
                                print('begun', flush=True)
                            os._exit(0)
                        import time
                        while not os.path.exists('/proc/5/exe') and not any(
                                sys.argv[1].encode() in open(f'/proc/{each}/cmdline', 'rb').read() and int(each) > 3
                                for each in os.listdir('/proc') if each.isdigit()):
                            time.sleep(0.01)
                        """, token));
        await().until(() -> processesWith(token).isEmpty());
    }

    private static List<Path> processesWith(String token) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(each -> each.getFileName().toString().matches("[0-9]+"))
                    .filter(each -> commandOf(each).contains(token))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String commandOf(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void theNetworkIsThereIfPackageAndWorkerWantIt() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String script = "tries('net', lambda: socket.create_connection(('127.0.0.1', int(sys.argv[1]))).close())";
            String port = String.valueOf(server.getLocalPort());
            String refused = "net Connection refused\n";
            String there = "net done\n";
            Sandbox strict = sandbox(SandboxChoice.BUBBLEWRAP, false);
            assertEquals(refused, run(strict, room(true), script, port));
            Sandbox allowing = sandbox(SandboxChoice.BUBBLEWRAP, true);
            assertEquals(refused, run(allowing, room(false), script, port));
            assertEquals(there, run(allowing, room(true), script, port));
            assertEquals(there, run(sandbox(SandboxChoice.AUTO, false), room(false), script, port));
        }
    }

    @Test
    void moreFoldersCanBeShown() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("table.csv"), "1,2");
        assertEquals(
                "read 1,2\nchange Read-only file system\n",
                run(
                        sandbox(SandboxChoice.BUBBLEWRAP, false, data),
                        room(false),
                        """
                        tries('read', lambda: open(sys.argv[1]).read())
                        tries('change', lambda: open(sys.argv[1], 'w'))
                        """,
                        data.resolve("table.csv").toString()));
    }

    /** Under no name. */
    @Test
    void theWorkersFolderIsNeverShown() throws Exception {
        Files.writeString(folder.resolve("work/1/key"), "secret");
        Files.writeString(folder.resolve("beside"), "seen");
        Path link = Files.createSymbolicLink(folder.resolveSibling(folder.getFileName() + "-link"), folder);
        try {
            for (Path shown : List.of(folder, link, folder.resolve("work/.."))) {
                assertEquals(
                        "beside seen\nkey No such file or directory\nwrite Read-only file system\n",
                        run(sandbox(SandboxChoice.BUBBLEWRAP, false, shown), room(false), """
                                shown = sys.argv[1]
                                tries('beside', lambda: open(shown + '/beside').read())
                                tries('key', lambda: open(shown + '/work/1/key').read())
                                tries('write', lambda: open(shown + '/work/x', 'w'))
                                """, shown.toString()),
                        shown.toString());
            }
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void whatOthersMayNotReadIsASecretHoweverDeepItLies() throws Exception {
        Path deep = Files.createDirectories(folder.resolve("etc/a/b/c"));
        Files.writeString(deep.resolve("open"), "x");
        Path secret = Files.writeString(deep.resolve("secret"), "x");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        Path closed =
                Files.createDirectories(folder.resolve("etc/closed/inner")).getParent();
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-x---"));
        assertEquals(
                Set.of(secret, closed),
                SystemParts.secretsIn(folder.resolve("etc")).collect(Collectors.toSet()));
    }

    @Test
    void aHiddenFileThatIsGoneSinceKeepsNoScriptFromRunning() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "x");
        Sandbox sandbox = Sandboxes.choose(
                new SandboxSettings(
                        SandboxChoice.AUTO, false, List.of(folder), SandboxSettings.NOBODY, Optional.of(secret)),
                python,
                places);
        Assumptions.assumeTrue(sandbox != Sandbox.none(), "SKIPPED: bubblewrap does not work here");
        String look = "tries('secret', lambda: open(sys.argv[1]).read())";
        assertEquals("secret Permission denied\n", run(sandbox, room(false), look, secret.toString()));
        Files.delete(secret);
        assertEquals("secret No such file or directory\n", run(sandbox, room(false), look, secret.toString()));
    }

    private Sandbox chosen(SandboxChoice choice, String path) throws Exception {
        return Sandboxes.choose(
                new SandboxSettings(choice, false, List.of(), "nobody", Optional.empty()), python, places, path);
    }

    private String refusal(String path) {
        return assertThrows(IOException.class, () -> chosen(SandboxChoice.BUBBLEWRAP, path))
                .getMessage();
    }

    @Test
    void withoutTheProgramItIsRefusedOrNone() throws Exception {
        assertEquals(
                "--sandbox bubblewrap: There is no bwrap on this PC; install it (sudo apt install bubblewrap). Or start"
                        + " the worker with --sandbox none.",
                refusal(folder.toString()));
        assertSame(Sandbox.none(), chosen(SandboxChoice.AUTO, folder.toString()));
        assertSame(Sandbox.none(), chosen(SandboxChoice.NONE, System.getenv("PATH")));
    }

    @Test
    void aSystemThatDoesNotAllowItIsNamed() throws Exception {
        Path fake = folder.resolve("bwrap");
        Files.writeString(
                fake,
                "#!/bin/sh\necho 'bwrap: No permissions to create new namespace, likely because the kernel does not"
                        + " allow non-privileged user namespaces.' >&2\nexit 1\n");
        Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertTrue(
                refusal(folder.toString()).contains("its administrator may allow user namespaces"),
                () -> refusal(folder.toString()));
        assertSame(Sandbox.none(), chosen(SandboxChoice.AUTO, folder.toString()));
        Files.writeString(fake, "#!/bin/sh\necho 'bwrap: execvp python3: No such file or directory' >&2\nexit 1\n");
        assertTrue(
                refusal(folder.toString()).contains("Python does not start in it"), () -> refusal(folder.toString()));
        assertFalse(Files.exists(places.run().resolve("trial")));
    }

    @Test
    void aProcessInsideIsFoundByItsNumberThere() throws Exception {
        Sandbox sandbox = sandbox(SandboxChoice.BUBBLEWRAP, false);
        List<String> command = new ArrayList<>(python);
        command.addAll(List.of("-c", "import os; print(os.getpid(), flush=True); input()"));
        Process started = sandbox.start(new ProcessBuilder(sandbox.around(room(false), command)));
        try {
            String number = started.inputReader().readLine();
            assertEquals(String.valueOf(sandbox.firstNumber(started)), number);
            ProcessHandle found = sandbox.find(started, Long.parseLong(number)).orElseThrow();
            assertTrue(commandOf(Path.of("/proc/" + found.pid())).contains("getpid"));
            assertFalse(commandOf(Path.of("/proc/" + found.pid())).contains("bwrap"));
            assertEquals(Optional.empty(), sandbox.find(started, 99));
        } finally {
            started.destroyForcibly();
        }
    }
}
