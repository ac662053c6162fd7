package org.mutirao.worker.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.WorkerRequest.Delivery;
import org.mutirao.testkit.Zips;

class OutboxTest {
    private static final WorkerId ME = new WorkerId("me");
    private static final GridId GRID = GridId.random();

    @TempDir
    private Path folder;

    private Outbox outbox;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(folder.resolve("outbox"));
        outbox = Outbox.open(folder.resolve("outbox"), folder.resolve("refused"), folder.resolve("whole"));
    }

    private void put(String name, Ending ending) throws IOException {
        Path packed = Files.write(folder.resolve("packed.zip"), Zips.of("stdout.txt", name));
        outbox.put(ME, name, packed, Optional.of(new Delivery(GRID, Lease.of(4, 2), ending, Duration.ofMillis(7))));
    }

    private Outbox restarted() throws IOException {
        return Outbox.open(folder.resolve("outbox"), folder.resolve("refused"), folder.resolve("whole"));
    }

    @Test
    void lettersSurviveARestartAsTheyWere() throws Exception {
        for (Ending ending : List.of(
                new Ending.Exited(-3),
                new Ending.Exited(1, "why"),
                new Ending.Stopped(Ending.Limit.TIME),
                new Ending.Unreported())) {
            put("x.zip", ending);
            PendingResult before = outbox.take(pending -> true);
            PendingResult after = restarted().take(pending -> true);
            assertEquals(before, after);
            assertEquals(ending, after.delivery().orElseThrow().ending());
            outbox.delivered(before);
        }
        assertEquals(0, restarted().size());
    }

    @Test
    void whatIsDeliveredIsGone() throws Exception {
        put("x.zip", new Ending.Exited(0));
        assertEquals(List.of(Lease.of(4, 2)), outbox.leases(Optional.of(GRID)));
        assertEquals(List.of(), outbox.leases(Optional.of(GridId.random())));
        outbox.delivered(outbox.take(pending -> true));
        assertEquals(0, outbox.size());
        try (Stream<Path> files = Files.list(folder.resolve("outbox"))) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void damagedOrUnfinishedLettersAreDroppedAtTheStart() throws Exception {
        put("good.zip", new Ending.Exited(0));
        put("bad.zip", new Ending.Exited(0));
        PendingResult bad = outbox.take(pending -> pending.taskName().equals("bad.zip"));
        byte[] bytes = Files.readAllBytes(bad.result().file());
        bytes[bytes.length / 2] ^= 1;
        Files.write(bad.result().file(), bytes);
        Files.writeString(folder.resolve("outbox/half.part"), "x");
        Files.writeString(folder.resolve("outbox/lonely.zip"), "x");
        Outbox after = restarted();
        assertEquals(1, after.size());
        assertEquals("good.zip", after.take(pending -> true).taskName());
        assertFalse(Files.exists(folder.resolve("outbox/lonely.zip")));
    }

    @Test
    void whatNobodyWantsIsKeptForAPerson() throws Exception {
        put("x.zip", new Ending.Exited(0));
        Path kept = outbox.refuse(outbox.take(pending -> true));
        assertTrue(Files.exists(kept));
        assertEquals(0, outbox.size());
        assertEquals(0, restarted().size());
    }

    @Test
    void waitingForAnEmptyOutboxEnds() throws Exception {
        assertTrue(outbox.awaitEmpty(Duration.ofMillis(10)));
        put("x.zip", new Ending.Exited(0));
        assertFalse(outbox.awaitEmpty(Duration.ofMillis(10)));
    }
}
