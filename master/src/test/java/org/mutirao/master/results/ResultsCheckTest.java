package org.mutirao.master.results;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.Zips;

/** What a master does at its start with a result that lies in {@code results/} and is not what it was. */
class ResultsCheckTest {
    private static final byte[] RESULT = Zips.of("stdout.txt", "the answer\n".repeat(2000), "result.json", "{}");

    private static final Publisher.Blobs NOBODY_CARES = new Publisher.Blobs() {
        @Override
        public void released(Sha256 hash) {}

        @Override
        public void gone(Sha256 hash) {}
    };

    /** A file in the result's place. */
    private record Found(String name, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private BlobStore blobs;
    private Delivered delivered;
    private Publisher publisher;
    private final TaskLedger ledger = new TaskLedger();
    private TaskRecord task;
    private TaskRecord other;
    private Path file;

    @BeforeEach
    void publishOne() throws IOException {
        open();
        Spool.Sink sink = blobs.spool(ByteSize.mebi(1)).open();
        sink.write(RESULT, 0, RESULT.length);
        Blob result = blobs.store(sink.finish());
        task = done(1, "a.zip", result);
        other = done(2, "b.zip", result);
        file = Files.createDirectories(folder.resolve("results")).resolve("a.zip");
        publisher.publish(task);
        await().until(() -> delivered.nameOf(task).isPresent());
        assertArrayEquals(RESULT, Files.readAllBytes(file));
    }

    private TaskRecord done(long number, String name, Blob result) {
        WorkerId worker = new WorkerId("w");
        ledger.apply(new Command.Submit(name, name, result, CompactSize.LARGE, 0, 0, 5, 10));
        ledger.apply(new Command.GrantLease(new TaskId(number), worker, "w", 60_000, 20));
        ledger.apply(new Command.Complete(Lease.of(number, 1), worker, result, new Ending.Exited(0, ""), 30));
        return ledger.task(new TaskId(number)).orElseThrow();
    }

    private void open() throws IOException {
        blobs = BlobStore.open(folder.resolve("data/blobs"), clock);
        delivered = Delivered.open(folder.resolve("data/delivered"));
        publisher = new Publisher(
                new OwnResults(folder.resolve("results"), delivered),
                blobs,
                command -> new CompletableFuture<>(),
                clock,
                NOBODY_CARES,
                Liveness.unwatched());
        publisher.lead();
    }

    /** A power cut, after which the master starts again. */
    private void restart(byte[] found) throws IOException {
        publisher.close();
        Files.delete(file); // it may share its bytes with the store
        Files.write(file, found);
        open();
    }

    @AfterEach
    void close() {
        publisher.close();
    }

    static Stream<Found> damaged() {
        byte[] zerosAtTheEnd = RESULT.clone();
        Arrays.fill(zerosAtTheEnd, RESULT.length / 2, RESULT.length, (byte) 0);
        return Stream.of(
                new Found("empty", new byte[0]),
                new Found("zeros", new byte[RESULT.length]),
                new Found("without its end", Arrays.copyOf(RESULT, RESULT.length - 22)),
                new Found("half", Arrays.copyOf(RESULT, RESULT.length / 2)),
                new Found("half, then zeros", zerosAtTheEnd));
    }

    static Stream<Found> ofAPerson() {
        return Stream.of(
                new Found("a text", "my notes\n".getBytes(StandardCharsets.UTF_8)),
                new Found("another ZIP", Zips.of("summary.txt", "short")),
                new Found("the result", RESULT));
    }

    private List<String> lost() throws IOException {
        if (!Files.exists(blobs.lostAndFound())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(blobs.lostAndFound())) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    /** The log does not know yet that it lies there, so the store has it: it is put there again, whole. */
    @ParameterizedTest
    @MethodSource("damaged")
    void whatTheStoreStillHasIsPutThereAgain(Found found) throws IOException {
        restart(found.bytes());
        publisher.publish(task);
        await().until(() -> Arrays.equals(RESULT, Files.readAllBytes(file)));
        assertEquals(List.of("README.txt", "damaged-a.zip"), lost());
        assertArrayEquals(found.bytes(), Files.readAllBytes(blobs.lostAndFound().resolve("damaged-a.zip")));
    }

    /** The log knows that it lies there: who decides is told, and no half file stands in results/. */
    @ParameterizedTest
    @MethodSource("damaged")
    void aDamagedResultIsTakenAwayAndSaid(Found found) throws IOException {
        restart(found.bytes());
        Queue<TaskRecord> said = new ConcurrentLinkedQueue<>();
        publisher.check(List.of(task), said::add);
        await().until(() -> said.contains(task));
        assertFalse(Files.exists(file));
        assertTrue(delivered.nameOf(task).isEmpty(), "it may be put there again");
        assertEquals(List.of("README.txt", "damaged-a.zip"), lost());
    }

    @ParameterizedTest
    @MethodSource("ofAPerson")
    void whatAPersonPutThereIsLeftAlone(Found found) throws IOException {
        restart(found.bytes());
        Queue<TaskRecord> said = new ConcurrentLinkedQueue<>();
        delivered.add(other, (TaskState.Done) other.state(), "b.zip");
        Files.write(folder.resolve("results/b.zip"), new byte[0]);
        publisher.check(List.of(task, other), said::add);
        await().until(() -> said.contains(other));
        assertEquals(1, said.size(), "only the damaged one, which comes second");
        assertArrayEquals(found.bytes(), Files.readAllBytes(file));
    }

    @Test
    void aHalfLineOfTheListIsNotJoinedToTheNext() throws IOException {
        publisher.close();
        Path list = folder.resolve("data/delivered");
        Files.writeString(list, "7 1 first.zip\n8 1");
        open();
        delivered.add(task, (TaskState.Done) task.state(), "a.zip");
        publisher.close();
        assertEquals(List.of("7 1 first.zip", "8 1", "1 1 a.zip"), Files.readAllLines(list));
        open();
        assertEquals("a.zip", delivered.nameOf(task).orElseThrow());
    }
}
