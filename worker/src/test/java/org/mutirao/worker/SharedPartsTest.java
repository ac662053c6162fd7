package org.mutirao.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.ManualClock;

class SharedPartsTest {
    private static final byte[] SHARED = "shared bytes ".repeat(1000).getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path work;

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger fetched = new AtomicInteger();

    private Path folder() {
        return work.resolve("shared");
    }

    private SharedParts parts(long most) {
        return new SharedParts(folder(), new ByteSize(most), clock);
    }

    private static Payload payload(byte[] bytes) {
        return Payload.inMemory(bytes, new Blob(Sha256.of(bytes), bytes.length));
    }

    private static Payload rest(String text) {
        return payload(text.getBytes(StandardCharsets.UTF_8));
    }

    private Payload complete(SharedParts parts, byte[] shared, String rest) throws Exception {
        return parts.complete(payload(shared).blob(), rest(rest), () -> {
            fetched.incrementAndGet();
            return payload(shared);
        });
    }

    private void assertWhole(Payload whole, byte[] shared, String rest) throws IOException {
        byte[] bytes = Files.readAllBytes(whole.file());
        String expected = new String(shared, StandardCharsets.UTF_8) + rest;
        assertArrayEquals(expected.getBytes(StandardCharsets.UTF_8), bytes);
        assertEquals(new Blob(Sha256.of(bytes), bytes.length), whole.blob());
        whole.delete();
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.toList();
        }
    }

    @Test
    void itIsFetchedOnceAlsoAfterARestart() throws Exception {
        SharedParts parts = parts(1 << 20);
        assertWhole(complete(parts, SHARED, "one"), SHARED, "one");
        assertWhole(complete(parts, SHARED, "two"), SHARED, "two");
        Files.write(folder().resolve("half.part"), new byte[1]);
        assertWhole(complete(parts(1 << 20), SHARED, "three"), SHARED, "three");
        assertEquals(1, fetched.get());
        assertEquals(List.of(folder().resolve(Sha256.of(SHARED).hex())), kept());
    }

    @Test
    void allSlotsTogetherFetchItOnce() throws Exception {
        SharedParts parts = parts(1 << 20);
        CountDownLatch all = new CountDownLatch(4);
        ExecutorService slots = Executors.newFixedThreadPool(4);
        try {
            List<Future<Payload>> wholes = new ArrayList<>();
            for (int slot = 0; slot < 4; slot++) {
                wholes.add(slots.submit(() -> {
                    all.countDown();
                    all.await();
                    return complete(parts, SHARED, "x");
                }));
            }
            for (Future<Payload> whole : wholes) {
                assertWhole(whole.get(), SHARED, "x");
            }
        } finally {
            slots.shutdownNow();
        }
        assertEquals(1, fetched.get());
    }

    @Test
    void whatADiskOrAScriptChangedIsFetchedAgain() throws Exception {
        SharedParts parts = parts(1 << 20);
        assertWhole(complete(parts, SHARED, "one"), SHARED, "one");
        byte[] damaged = SHARED.clone();
        damaged[77]++;
        Files.write(folder().resolve(Sha256.of(SHARED).hex()), damaged);
        assertWhole(complete(parts, SHARED, "two"), SHARED, "two");
        Files.write(folder().resolve(Sha256.of(SHARED).hex()), new byte[3]);
        assertWhole(complete(parts, SHARED, "three"), SHARED, "three");
        assertEquals(3, fetched.get());
        assertEquals(1, kept().size());
    }

    @Test
    void whatWasNotUsedForTheLongestTimeGoes() throws Exception {
        SharedParts parts = parts(2L * SHARED.length);
        List<byte[]> jobs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            byte[] shared = SHARED.clone();
            shared[0] = (byte) ('a' + i);
            jobs.add(shared);
        }
        for (int job : new int[] {0, 1, 0, 2}) {
            clock.advance(Duration.ofMinutes(1));
            assertWhole(complete(parts, jobs.get(job), "x"), jobs.get(job), "x");
        }
        assertTrue(Files.exists(folder().resolve(Sha256.of(jobs.get(0)).hex())));
        assertFalse(Files.exists(folder().resolve(Sha256.of(jobs.get(1)).hex())));
        assertTrue(Files.exists(folder().resolve(Sha256.of(jobs.get(2)).hex())));
    }

    @Test
    void anotherThingIsNotKept() throws Exception {
        SharedParts parts = parts(1 << 20);
        assertThrows(
                IOException.class,
                () -> parts.complete(payload(SHARED).blob(), rest("x"), () -> rest("something else")));
        assertFalse(Files.exists(folder()));
    }
}
