package org.mutirao.worker.environment;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Wheels;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.run.EnvironmentFailed;
import org.mutirao.worker.run.EnvironmentSource.Taken;
import org.mutirao.worker.run.Python;

/** Real environments in the real Python of this machine, from wheels that are made here. */
class EnvironmentsTest {
    private static Python python;

    @TempDir
    Path folder;

    private final AtomicInteger fetched = new AtomicInteger();
    private final AtomicInteger listed = new AtomicInteger();

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty());
    }

    /** The wheels in a folder, as a master has them. */
    private final class Served implements WheelSource {
        @Override
        public List<Wheel> list() throws IOException {
            listed.incrementAndGet();
            List<Wheel> all = new ArrayList<>();
            try (Stream<Path> files = Files.list(Files.createDirectories(wheels()))) {
                for (Path file : files.toList()) {
                    String needs = Zips.read(file).entrySet().stream()
                            .filter(entry -> entry.getKey().endsWith("METADATA"))
                            .findFirst()
                            .orElseThrow()
                            .getValue();
                    all.add(new Wheel(
                            file.getFileName().toString(),
                            new Blob(Sha256.ofFile(file), Files.size(file)),
                            needs.lines()
                                    .filter(line -> line.startsWith("Requires-Dist: "))
                                    .map(line -> line.substring(15).split("[^a-z0-9-]", 2)[0])
                                    .toList()));
                }
            }
            return all;
        }

        @Override
        public Payload fetch(Wheel wheel) throws IOException {
            fetched.incrementAndGet();
            byte[] bytes = Files.readAllBytes(wheels().resolve(wheel.name()));
            Path copy = Files.createTempFile(folder, "sent", null);
            Files.write(copy, bytes);
            return new Payload(copy, new Blob(Sha256.of(bytes), bytes.length));
        }
    }

    private Path wheels() {
        return folder.resolve("served");
    }

    private Environments environments(EnvironmentSettings settings) {
        return environments(python, settings);
    }

    private Environments environments(Python base, EnvironmentSettings settings) {
        return new Environments(
                folder.resolve("environments"), base, settings, new Served(), InstantSource.system(), System::nanoTime);
    }

    private Environments environments() {
        return environments(EnvironmentSettings.defaults());
    }

    private Requirements wanted(String text) throws Exception {
        Path file = Files.createTempFile(folder, "wanted", ".zip");
        Files.write(file, Zips.of("main.py", "", "requirements.txt", text));
        try (TaskPackageFile opened = TaskPackageFile.open(file, PackageLimits.defaults())) {
            return Requirements.of(opened);
        }
    }

    private static Taken take(Environments environments, Requirements wanted) throws Exception {
        return environments.take(wanted, () -> false).orElseThrow();
    }

    /** What a line of Python prints there. */
    private static String says(Taken taken, String line) throws Exception {
        List<String> command = new ArrayList<>(taken.python().command());
        command.addAll(List.of("-c", line));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        process.getInputStream().transferTo(said);
        process.waitFor();
        return said.toString(StandardCharsets.UTF_8).strip();
    }

    private String failure(Environments environments, String text) {
        return assertThrows(EnvironmentFailed.class, () -> take(environments, wanted(text)))
                .getMessage();
    }

    private List<String> kept() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("environments"))) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatIsAskedForAndWhatThatNeedsIsThere() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "import mutirao_b\nx = mutirao_b.x + 1", "mutirao-b>=1");
        Wheels.pure(wheels(), "mutirao_b", "1.0", "x = 41");
        Wheels.of(wheels(), "mutirao_a", "2.0", "cp27-cp27m-win32", "raise SystemExit('of another system')");
        try (Taken taken = take(environments(), wanted("mutirao.a\n"))) {
            assertEquals("42", says(taken, "import mutirao_a; print(mutirao_a.x)"));
            assertTrue(Files.isExecutable(taken.programs()), "its programs are there");
        }
        assertEquals(2, fetched.get(), "that of the other system was left alone");
    }

    /** Another whenever it is made anew. */
    private static String made(Taken taken) {
        return taken.name() + " " + taken.builtAt();
    }

    @Test
    void manySlotsMakeItOnce() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "x = 1");
        Environments environments = environments();
        Requirements wanted = wanted("mutirao-a");
        ExecutorService slots = Executors.newFixedThreadPool(4);
        List<Future<String>> made = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Callable<String> slot = () -> {
                try (Taken taken = take(environments, wanted)) {
                    return made(taken);
                }
            };
            made.add(slots.submit(slot));
        }
        for (Future<String> each : made) {
            assertEquals(made.get(0).get(), each.get());
        }
        slots.shutdown();
        assertEquals(1, kept().size());
        assertEquals(1, fetched.get());
    }

    @Test
    void itIsThereAfterARestartAndHalfOfOneIsNot() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "x = 1");
        String before;
        try (Taken taken = take(environments(), wanted("mutirao-a"))) {
            before = made(taken);
        }
        Path half = Files.createDirectories(folder.resolve("environments").resolve("0123456789abcdef"));
        Environments restarted = environments();
        assertFalse(Files.exists(half), "what was not finished is gone");
        try (Taken taken = take(restarted, wanted("mutirao-a"))) {
            assertEquals(before, made(taken));
        }
        assertEquals(1, fetched.get());
    }

    @Test
    void anUnrelatedWheelChangesNothingAndABetterOneIsTaken() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "x = 1");
        String before;
        try (Taken taken = take(environments(), wanted("mutirao-a"))) {
            before = made(taken);
        }
        Wheels.pure(wheels(), "mutirao_other", "1.0", "x = 1");
        try (Taken taken = take(environments(), wanted("mutirao-a"))) {
            assertEquals(before, made(taken));
        }
        Wheels.pure(wheels(), "mutirao_a", "1.1", "x = 2");
        try (Taken taken = take(environments(), wanted("mutirao-a"))) {
            assertEquals("2", says(taken, "import mutirao_a; print(mutirao_a.x)"));
        }
    }

    @Test
    void whatATaskWroteThereIsFoundAndItIsMadeAgain() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "x = 1");
        Environments environments = environments();
        String before;
        try (Taken taken = take(environments, wanted("mutirao-a"))) {
            before = made(taken);
            String where = says(taken, "import mutirao_a; print(mutirao_a.__file__)");
            Path module = Path.of(where);
            assertTrue(module.toFile().setWritable(true));
            Files.writeString(module, "x = 'evil'");
        }
        try (Taken taken = take(environments, wanted("mutirao-a"))) {
            assertNotEquals(before, made(taken));
            assertEquals("1", says(taken, "import mutirao_a; print(mutirao_a.x)"));
        }
    }

    @Test
    void aDamagedOneIsMadeElsewhereWhileOneRunsInIt() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "x = 1");
        Environments environments = environments();
        try (Taken first = take(environments, wanted("mutirao-a"))) {
            Path packages = Path.of(says(first, "import mutirao_a; print(mutirao_a.__file__)"))
                    .getParent();
            assertTrue(packages.toFile().setWritable(true));
            Files.writeString(packages.resolve("added.py"), "");
            try (Taken second = take(environments, wanted("mutirao-a"));
                    Taken third = take(environments, wanted("mutirao-a"))) {
                assertNotEquals(first.programs(), second.programs());
                assertEquals(made(second), made(third), "there it stays");
                assertEquals("1", says(second, "import mutirao_a; print(mutirao_a.x)"));
            }
            assertEquals("1", says(first, "import mutirao_a; print(mutirao_a.x)"), "its files are still there");
        }
    }

    @Test
    void aMissingPackageIsNamedWithWhatToDo() throws Exception {
        String why = failure(environments(), "mutirao-nowhere==1");
        assertTrue(why.contains("No matching distribution found for mutirao-nowhere==1"), why);
        assertTrue(why.contains("console wheels fetch requirements.txt"), why);
        assertEquals(List.of(), kept());
    }

    @Test
    void versionsThatConflictAreNamed() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "x = 1", "mutirao-b==1");
        Wheels.pure(wheels(), "mutirao_b", "1", "x = 1");
        Wheels.pure(wheels(), "mutirao_b", "2", "x = 1");
        String why = failure(environments(), "mutirao-a\nmutirao-b==2");
        assertTrue(why.contains("conflicting dependencies") && why.contains("mutirao-b==1"), why);
        assertTrue(why.endsWith("let requirements.txt ask for others)"), why);
    }

    @Test
    void aWrongHashIsRefused() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "x = 1");
        String why = failure(environments(), "mutirao-a==1.0 --hash=sha256:" + "0".repeat(64));
        assertTrue(why.contains("DO NOT MATCH THE HASHES"), why);
        assertTrue(why.endsWith("put the right one into the master's wheels/, or correct its --hash)"), why);
    }

    @Test
    void aWheelThatIsNoneIsRefused() throws Exception {
        Path wheel = Wheels.pure(wheels(), "mutirao_a", "1.0", "x = 1");
        Path other = Wheels.pure(folder, "mutirao_b", "1.0", "x = 1");
        Files.write(wheel, Files.readAllBytes(other)); // another's content under its name
        String why = failure(environments(), "mutirao-a");
        assertTrue(why.endsWith("put a good one into the master's wheels/)"), why);
        assertEquals(List.of(), kept());
    }

    @Test
    @Tag("slow")
    void thoseUsedLastAreKept() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "x = '" + "a".repeat(600_000) + "'");
        Wheels.pure(wheels(), "mutirao_b", "1.0", "x = '" + "b".repeat(600_000) + "'");
        // Some room for one: what venv itself writes, and the module with its compiled form.
        Environments small = environments(
                new EnvironmentSettings(Optional.empty(), ByteSize.parse("1000KiB"), Duration.ofMinutes(5)));
        try (Taken first = take(small, wanted("mutirao-a"))) {
            try (Taken second = take(small, wanted("mutirao-b"))) {
                assertEquals(2, kept().size(), "none of them goes while it is in use");
                assertEquals("a", says(first, "import mutirao_a; print(mutirao_a.x[0])"));
            }
        }
        Wheels.pure(wheels(), "mutirao_c", "1.0", "x = '" + "c".repeat(600_000) + "'");
        try (Taken third = take(small, wanted("mutirao-c"))) {
            assertEquals(1, kept().size());
            assertEquals("c", says(third, "import mutirao_c; print(mutirao_c.x[0])"));
        }
        Environments tiny =
                environments(new EnvironmentSettings(Optional.empty(), ByteSize.parse("10KiB"), Duration.ofMinutes(5)));
        String why = failure(tiny, "mutirao-a");
        assertTrue(why.contains("--max-environments"), why);
    }

    @Test
    @Tag("slow")
    void anIndexThatHangsEndsWithTheTime() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer index = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        index.setExecutor(threads);
        index.createContext("/", exchange -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new UncheckedIOException(new IOException(e));
            }
        });
        index.start();
        try {
            String url = "http://127.0.0.1:" + index.getAddress().getPort() + "/simple";
            // Long enough for the folder on a slow machine, and the index would hang for ever.
            String why = failure(
                    environments(new EnvironmentSettings(Optional.of(url), ByteSize.gibi(1), Duration.ofSeconds(6))),
                    "mutirao-nowhere");
            assertTrue(why.contains("--build-timeout"), why);
        } finally {
            end.countDown();
            index.stop(0);
            threads.shutdownNow();
        }
    }

    @Test
    void whoIsRecalledEndsTheBuild() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "x = 1");
        AtomicBoolean recalled = new AtomicBoolean(true);
        Environments environments = environments();
        assertEquals(Optional.empty(), environments.take(wanted("mutirao-a"), recalled::get));
        recalled.set(false);
        try (Taken taken = take(environments, wanted("mutirao-a"))) {
            assertEquals("1", says(taken, "import mutirao_a; print(mutirao_a.x)"));
        }
    }

    @Test
    @Tag("slow")
    void twoPythonsOfOneVersionHaveTheirOwn() throws Exception {
        Wheels.pure(wheels(), "mutirao_a", "1.0", "x = 1");
        Python other = new Python(python.command(), python.version(), python.executable() + "-other");
        String first;
        try (Taken taken = take(environments(), wanted("mutirao-a"))) {
            first = made(taken);
        }
        try (Taken taken = take(environments(other, EnvironmentSettings.defaults()), wanted("mutirao-a"))) {
            assertNotEquals(first, made(taken));
        }
        await().until(() -> kept().size() == 2);
    }

    @Test
    void aPythonWithoutPipSaysWhatToDo() throws Exception {
        Path bare = folder.resolve("python3");
        Files.writeString(
                bare,
                "#!/bin/sh\ncase \"$*\" in *pip*) echo 'No module named pip' >&2; exit 1;; esac\nexec '"
                        + python.executable() + "' \"$@\"\n");
        assertTrue(bare.toFile().setExecutable(true));
        Steps steps = new Steps(Duration.ofMinutes(5), System::nanoTime);
        Path place = folder.resolve("place");
        Path work = Files.createDirectories(folder.resolve("building"));
        Installer installer = new Installer(python, place, work, Optional.empty(), steps) {
            @Override
            List<String> started(Path program) {
                return List.of(bare.toString());
            }
        };
        Requirements wanted = wanted("mutirao-a");
        String why = assertThrows(EnvironmentFailed.class, () -> installer.install(wanted, work, () -> false))
                .getMessage();
        assertTrue(why.contains("has no pip") && why.contains("apt install python3-venv"), why);
    }
}
