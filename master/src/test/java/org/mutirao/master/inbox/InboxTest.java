package org.mutirao.master.inbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.Zips;

/** The looks at a folder, step by step through a clock that a test moves. */
class InboxTest {
    private static final int MANY = 40;
    /** More than the log may have at a time. */
    private static final int TOO_MANY = 70;

    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)", "input.csv", "a,b\n");

    @TempDir
    private Path tasks;

    private final ManualClock clock = new ManualClock();
    private final BlockingQueue<byte[]> taken = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> gone = new LinkedBlockingQueue<>();
    private CompletableFuture<Void> log = CompletableFuture.completedFuture(null);
    private volatile boolean notNow;
    private volatile boolean refused;
    private Inbox inbox;

    @BeforeEach
    void open() {
        Hands hands = new Hands() {
            @Override
            public CompletableFuture<Rest> take(Path file, String name, Sighting sighting) throws IOException {
                taken.add(Files.readAllBytes(file));
                if (notNow) {
                    throw new NotNow("there are too many unfinished tasks; it waits");
                }
                return log.thenApply(answer -> () -> {
                    if (refused) {
                        throw new NotNow("the masters' log does not take it at the moment");
                    }
                    Files.delete(file);
                    gone.add(name);
                    return true;
                });
            }

            @Override
            public void lookAgain(long nanos) {}

            @Override
            public void recover() {}
        };
        inbox = new Inbox(tasks, hands, size -> false, clock, clock::nanos, Liveness.unwatched());
    }

    @AfterEach
    void close() {
        inbox.close();
    }

    /** A program appends to the file and closes it, as a network drive's server does for each piece. */
    private void append(Path file, byte[] piece) throws IOException {
        Files.write(file, piece, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    }

    private byte[] takenOne() throws InterruptedException {
        return taken.poll(20, TimeUnit.SECONDS);
    }

    /** A package with whole packages inside that are not packed once more, like .xlsx files and examples in a wheel. */
    private static byte[] packageOfPackages() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("main.py"));
            zip.write("print('outer')".getBytes(StandardCharsets.UTF_8));
            zip.setMethod(ZipOutputStream.STORED);
            for (int i = 0; i < 20; i++) {
                byte[] inner = Zips.of("main.py", "print('inner " + i + "')", "input.csv", "1\n");
                ZipEntry entry = new ZipEntry("examples/" + i + ".zip");
                CRC32 crc = new CRC32();
                crc.update(inner);
                entry.setCrc(crc.getValue());
                entry.setSize(inner.length);
                zip.putNextEntry(entry);
                zip.write(inner);
            }
        }
        return bytes.toByteArray();
    }

    private static int after(byte[] bytes, int from, String mark) {
        byte[] wanted = mark.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = from; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(wanted, Arrays.copyOfRange(bytes, i, i + wanted.length))) {
                return i + wanted.length;
            }
        }
        return -1;
    }

    @Test
    void aSlowCopyOfAPackageWithZipsInsideIsTakenOnceAndWhole() throws Exception {
        byte[] whole = packageOfPackages();
        Path file = tasks.resolve("x.zip");
        int done = 0;
        // Each piece ends where an inner ZIP ends: there the file looks most like a whole one.
        for (int mark = after(whole, 0, "PK\5\6"); mark > 0; mark = after(whole, mark, "PK\5\6")) {
            int end = Math.min(whole.length, mark + 18);
            append(file, Arrays.copyOfRange(whole, done, end));
            done = end;
            for (int i = 0; i < 15 && done < whole.length; i++) {
                inbox.scan();
                clock.advance(Duration.ofSeconds(1));
            }
            assertEquals(0, taken.size(), "half of it was taken, " + done + " of " + whole.length + " bytes");
        }
        assertEquals(whole.length, done);
        inbox.scan();
        clock.advance(Duration.ofSeconds(2));
        inbox.scan();
        assertArrayEquals(whole, takenOne());
        clock.advance(Duration.ofMinutes(2));
        inbox.scan();
        assertNull(taken.poll(), "once");
    }

    @Test
    void theNextOnesAreTakenWhileTheLogHasTheFirst() throws Exception {
        log = new CompletableFuture<>();
        for (int i = 0; i < MANY; i++) {
            append(tasks.resolve(i + ".zip"), PACKAGE);
        }
        inbox.scan();
        clock.advance(Duration.ofSeconds(2));
        inbox.scan();
        for (int i = 0; i < MANY; i++) {
            assertArrayEquals(PACKAGE, takenOne());
        }
        clock.advance(Duration.ofMinutes(2));
        inbox.scan();
        assertNull(taken.poll(), "each once");
        assertTrue(Files.exists(tasks.resolve("0.zip")), "until the log has it");
        log.complete(null);
        for (int i = 0; i < MANY; i++) {
            assertNotNull(gone.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void whatTakesLongIsLookedAtLessOften() throws IOException {
        Path file = tasks.resolve("x.zip");
        append(file, Arrays.copyOf(PACKAGE, 20));
        assertEquals(Duration.ofMillis(50), inbox.scan());
        clock.advance(Duration.ofSeconds(2));
        append(file, new byte[] {1}); // also when it still grows
        assertEquals(Duration.ofSeconds(1), inbox.scan());
    }

    @Test
    @Timeout(60)
    void whatCantBeTakenNowIsTriedAgainAfterAWhile() throws Exception {
        notNow = true;
        append(tasks.resolve("x.zip"), PACKAGE);
        inbox.scan();
        clock.advance(Duration.ofSeconds(2));
        inbox.scan();
        assertArrayEquals(PACKAGE, takenOne());
        while (!inbox.isIdle()) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < 19; i++) {
            assertEquals(Duration.ofSeconds(2), inbox.scan());
            clock.advance(Duration.ofMillis(100));
        }
        assertNull(taken.poll(), "not twenty times a second");
        notNow = false;
        clock.advance(Duration.ofMillis(100));
        inbox.scan();
        clock.advance(Duration.ofSeconds(2));
        inbox.scan();
        assertArrayEquals(PACKAGE, takenOne());
    }

    private void allAreTaken() throws Exception {
        inbox.scan();
        for (int i = 0; i < TOO_MANY; i++) {
            assertArrayEquals(PACKAGE, takenOne());
        }
        while (!inbox.isIdle()) {
            Thread.onSpinWait();
        }
        assertNull(taken.poll(), "each once");
        clock.advance(Duration.ofMinutes(1));
    }

    @Test
    @Timeout(60)
    void whatFailsBeforeTheLogHasItOrAfterTakesNoPlaceForEver() throws Exception {
        for (int i = 0; i < TOO_MANY; i++) {
            append(tasks.resolve(i + ".zip"), PACKAGE);
        }
        inbox.scan();
        clock.advance(Duration.ofSeconds(2));
        notNow = true;
        allAreTaken();
        notNow = false;
        refused = true;
        allAreTaken();
        assertTrue(gone.isEmpty());
        refused = false;
        allAreTaken();
        assertEquals(TOO_MANY, gone.size());
    }

    @Test
    void aFolderAndAnArchiveGetTheirTextAtOnce() throws IOException {
        Files.createDirectory(tasks.resolve("proj"));
        Files.createFile(tasks.resolve("dados.rar"));
        inbox.scan();
        assertTrue(Files.readString(tasks.resolve("proj.txt")).contains("It is a folder"));
        assertTrue(Files.readString(tasks.resolve("dados.rar.txt")).contains("It is not a .zip file"));
    }

    @Test
    @Timeout(60)
    @DisabledOnOs(OS.WINDOWS)
    void namesAreRightAlsoWhereLangIsNotSet() throws Exception {
        Files.write(tasks.resolve("relatório.zip"), PACKAGE);
        Files.createFile(tasks.resolve("relatório.rar"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutLang.class.getName(),
                        tasks.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertTrue(said.endsWith("relatório.zip\n"), said);
        assertTrue(Files.exists(tasks.resolve("rejected/relatório.zip")));
        assertTrue(Files.readString(tasks.resolve("rejected/relatório.zip.txt")).startsWith("relatório.zip was not"));
        assertTrue(Files.exists(tasks.resolve("relatório.rar.txt")));
    }

    /** What the JVM without a LANG does: it rejects what it is given, and says its name. */
    static final class WithoutLang {
        private WithoutLang() {}

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            BlockingQueue<String> names = new LinkedBlockingQueue<>();
            Hands hands = new Hands() {
                @Override
                public CompletableFuture<Rest> take(Path file, String name, Sighting sighting) throws IOException {
                    new RejectedFolder(folder).reject(file, new RefusedPackage("this is a test", "Nothing."));
                    names.add(name);
                    return CompletableFuture.completedFuture(() -> true);
                }

                @Override
                public void lookAgain(long nanos) {}

                @Override
                public void recover() {}
            };
            try (Inbox inbox = new Inbox(
                    folder, hands, size -> false, InstantSource.system(), System::nanoTime, Liveness.unwatched())) {
                inbox.start();
                System.out.write((names.take() + "\n").getBytes(StandardCharsets.UTF_8));
                System.out.flush();
            }
        }
    }
}
