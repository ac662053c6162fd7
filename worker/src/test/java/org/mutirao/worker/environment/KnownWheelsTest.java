package org.mutirao.worker.environment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.run.EnvironmentFailed;
import org.mutirao.worker.run.Python;

/** Wheels of a master that is not always there. */
class KnownWheelsTest {
    private static final byte[] BYTES = "a wheel".getBytes(StandardCharsets.UTF_8);
    private static final Wheel WHEEL =
            new Wheel("mutirao_a-1.0-py3-none-any.whl", new Blob(Sha256.of(BYTES), BYTES.length), List.of());

    @TempDir
    Path folder;

    private final Master master = new Master();

    /** Has one wheel. */
    private final class Master implements WheelSource {
        private boolean away;
        private byte[] sent = BYTES;
        private int fetched;
        private Runnable atFetch = () -> {};

        @Override
        public List<Wheel> list() throws IOException {
            if (away) {
                throw new IOException("away");
            }
            return List.of(WHEEL);
        }

        @Override
        public Payload fetch(Wheel wheel) throws IOException {
            if (away) {
                throw new IOException("away");
            }
            fetched++;
            atFetch.run();
            Path copy = Files.createTempFile(folder, "sent", null);
            Files.write(copy, sent);
            return new Payload(copy, new Blob(Sha256.of(sent), sent.length));
        }
    }

    private KnownWheels wheels() {
        Python python = new Python(List.of("python3"), "3.11.0", "/usr/bin/python3");
        return new KnownWheels(master, folder.resolve("store"), python, () -> 0);
    }

    private Requirements wanted() throws Exception {
        Path file = folder.resolve("wanted.zip");
        Files.write(file, Zips.of("main.py", "", "requirements.txt", "mutirao-a"));
        try (TaskPackageFile opened = TaskPackageFile.open(file, PackageLimits.defaults())) {
            return Requirements.of(opened);
        }
    }

    private Path links() throws IOException {
        return Files.createDirectories(folder.resolve("links"));
    }

    @Test
    void aMasterThatCannotBeAskedIsNotOneWithoutWheels() throws Exception {
        KnownWheels wheels = wheels();
        Requirements wanted = wanted();
        master.away = true;
        assertThrows(IOException.class, () -> wheels.lately(wanted));
        assertThrows(IOException.class, () -> wheels.now(wanted));
        master.away = false;
        assertEquals(List.of(WHEEL), wheels.now(wanted).wheels());
        master.away = true;
        assertEquals(List.of(WHEEL), wheels.now(wanted).wheels(), "an earlier list is better than none");
    }

    @Test
    void aWheelThatDoesNotComeNowMayComeLater() throws Exception {
        KnownWheels wheels = wheels();
        KnownWheels.Choice choice = wheels.now(wanted());
        Path links = links();
        master.away = true;
        String why = assertThrows(IOException.class, () -> wheels.bring(choice, links, () -> false))
                .getMessage();
        assertTrue(why.contains(WHEEL.name()), why);
        master.away = false;
        wheels.bring(choice, links, () -> false);
        wheels.bring(choice, links, () -> false);
        assertEquals(1, master.fetched, "it is kept");
        assertArrayEquals(BYTES, Files.readAllBytes(links.resolve(WHEEL.name())));
    }

    @Test
    void otherBytesThanTheListSaysAreRefusedForGood() throws Exception {
        KnownWheels wheels = wheels();
        KnownWheels.Choice choice = wheels.now(wanted());
        Path links = links();
        master.sent = "another".getBytes(StandardCharsets.UTF_8);
        assertThrows(EnvironmentFailed.class, () -> wheels.bring(choice, links, () -> false));
    }

    @Test
    void aKeptWheelWithOtherBytesOfTheSameSizeIsFetchedAnew() throws Exception {
        KnownWheels wheels = wheels();
        KnownWheels.Choice choice = wheels.now(wanted());
        Path links = links();
        wheels.bring(choice, links, () -> false);
        Path kept = folder.resolve("store").resolve(WHEEL.blob().hash().hex());
        Files.writeString(kept, "A WHEEL");
        wheels.bring(choice, links, () -> false);
        assertEquals(2, master.fetched);
        assertArrayEquals(BYTES, Files.readAllBytes(links.resolve(WHEEL.name())));
        assertArrayEquals(BYTES, Files.readAllBytes(kept));
    }

    @Test
    void whileOneIsFetchedTheListIsToBeHadAndOthersCanBeRecalled() throws Exception {
        KnownWheels wheels = wheels();
        Requirements wanted = wanted();
        KnownWheels.Choice choice = wheels.now(wanted);
        Path links = links();
        CountDownLatch fetching = new CountDownLatch(1);
        CountDownLatch arrives = new CountDownLatch(1);
        master.atFetch = () -> {
            fetching.countDown();
            try {
                arrives.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        ExecutorService slot = Executors.newSingleThreadExecutor();
        try {
            Future<?> build = slot.submit(() -> {
                wheels.bring(choice, links, () -> false);
                return null;
            });
            fetching.await();
            assertEquals(choice, wheels.lately(wanted));
            assertEquals(choice, wheels.now(wanted));
            assertThrows(Steps.Unwanted.class, () -> wheels.bring(choice, links, () -> true));
            arrives.countDown();
            build.get();
        } finally {
            arrives.countDown();
            slot.shutdownNow();
        }
    }

    @Test
    void whoIsRecalledFetchesNoFurtherWheel() throws Exception {
        KnownWheels wheels = wheels();
        KnownWheels.Choice one = wheels.now(wanted());
        KnownWheels.Choice two = new KnownWheels.Choice(
                List.of(
                        WHEEL,
                        new Wheel("mutirao_b-1.0-py3-none-any.whl", new Blob(Sha256.of(new byte[1]), 1), List.of())),
                one.lacking());
        Path links = links();
        assertThrows(Steps.Unwanted.class, () -> wheels.bring(two, links, () -> master.fetched > 0));
        assertEquals(1, master.fetched);
    }
}
