package org.mutirao.worker.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Payload;
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

    private void put(String name, Ending ending, boolean small) throws IOException {
        byte[] zip = Zips.of("stdout.txt", name);
        Blob blob = new Blob(Sha256.of(zip), zip.length);
        Payload packed =
                small ? Payload.inMemory(zip, blob) : new Payload(Files.write(folder.resolve("packed.zip"), zip), blob);
        ResourceUse used =
                new ResourceUse(Optional.of(10L << 30), Optional.of(250L), Optional.empty(), Optional.of(0L));
        outbox.put(
                ME,
                name,
                packed,
                Optional.of(
                        new Delivery(GRID, Lease.of(4, 2), ending, Duration.ofMillis(7), 1_700_000_000_000L, used)));
    }

    private void put(String name, Ending ending) throws IOException {
        put(name, ending, true);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("outbox"))) {
            return files.toList();
        }
    }

    private Outbox restarted() throws IOException {
        return Outbox.open(folder.resolve("outbox"), folder.resolve("refused"), folder.resolve("whole"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lettersSurviveARestartAsTheyWere(boolean small) throws Exception {
        for (Ending ending : List.of(
                new Ending.Exited(-3),
                new Ending.Exited(1, "why"),
                new Ending.Stopped(Ending.Limit.TIME),
                new Ending.Unreported())) {
            put("x.zip", ending, small);
            assertEquals(small ? 1 : 2, files().size());
            PendingResult before = outbox.take(pending -> true);
            PendingResult after = restarted().take(pending -> true);
            assertEquals(before, after);
            assertEquals(small, after.isSmall());
            assertEquals(Map.of("stdout.txt", "x.zip"), read(after.result()));
            assertEquals(ending, after.delivery().orElseThrow().ending());
            outbox.delivered(before);
        }
        assertEquals(0, restarted().size());
    }

    private static Map<String, String> read(Payload result) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        result.writeTo(bytes);
        return Zips.read(bytes.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsDeliveredIsGone(boolean small) throws Exception {
        put("x.zip", new Ending.Exited(0), small);
        assertEquals(List.of(Lease.of(4, 2)), outbox.leases(Optional.of(GRID)));
        assertEquals(List.of(), outbox.leases(Optional.of(GridId.random())));
        outbox.delivered(outbox.take(pending -> true));
        assertEquals(0, outbox.size());
        assertEquals(List.of(), files());
    }

    /** A script may do anything to the folder: what is in memory is delivered all the same. */
    @Test
    void aSmallOneNeedsItsFileOnlyAtTheNextStart() throws Exception {
        put("x.zip", new Ending.Exited(0));
        for (Path file : files()) {
            Files.delete(file);
        }
        Files.delete(folder.resolve("outbox"));
        PendingResult pending = outbox.take(each -> true);
        assertEquals(Optional.empty(), outbox.deepFlawOf(pending));
        assertEquals(Map.of("stdout.txt", "x.zip"), read(pending.result()));
        outbox.delivered(pending);
        put("y.zip", new Ending.Exited(0));
        assertEquals(1, files().size(), "the folder is made anew");
    }

    @Test
    void damagedOrUnfinishedLettersAreDroppedAtTheStart() throws Exception {
        put("good.zip", new Ending.Exited(0));
        put("bad.zip", new Ending.Exited(0), false);
        put("cut.zip", new Ending.Exited(0));
        PendingResult cut = outbox.take(pending -> pending.taskName().equals("cut.zip"));
        byte[] whole = Files.readAllBytes(cut.file());
        Files.write(cut.file(), Arrays.copyOf(whole, whole.length - 1));
        Files.writeString(folder.resolve("outbox/none.result"), "x");
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

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatNobodyWantsIsKeptForAPerson(boolean small) throws Exception {
        put("x.zip", new Ending.Exited(0), small);
        Path kept = outbox.refuse(outbox.take(pending -> true));
        assertEquals(Map.of("stdout.txt", "x.zip"), Zips.read(kept));
        assertTrue(Files.exists(PendingResult.descriptorOf(kept)));
        put("y.zip", new Ending.Exited(0), small);
        PendingResult partly = outbox.take(pending -> true);
        outbox.deliveredInPart(partly);
        assertEquals(Map.of("stdout.txt", "y.zip"), Zips.read(outbox.wholeOf(partly)));
        assertEquals(List.of(), files());
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
