package org.mutirao.master.durable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.blob.Replication;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.StepLoop;

/** The four steps, and a failure of each. */
class DurablePathTest {
    private static final byte[] BYTES = "a package".getBytes(StandardCharsets.UTF_8);
    private static final Sha256 HASH = Sha256.of(BYTES);
    private static final Applied TAKEN = new Applied(new Verdict.Accepted(new TaskId(1), false), List.of());

    @TempDir
    private Path folder;

    private final List<String> steps = new ArrayList<>();
    private final StepLoop loop = new StepLoop();
    private final Set<Sha256> needed = new HashSet<>();
    private final CompletableFuture<Void> replicated = new CompletableFuture<>();
    private final CompletableFuture<Applied> logged = new CompletableFuture<>();
    private Optional<IOException> unreadable = Optional.empty();
    private byte[] inline = {};
    private byte[] travelled;
    private BlobStore blobs;
    private DurablePath path;

    private final class PlayedReplication implements Replication {
        @Override
        public byte[] inlineBytes(Blob blob) throws IOException {
            assertTrue(blobs.bytesOf(HASH).isEmpty(), "what is in memory travels anyway");
            if (unreadable.isPresent()) {
                throw unreadable.get();
            }
            return inline;
        }

        @Override
        public CompletableFuture<Void> replicate(Blob blob, byte[] inlineBytes) {
            assertSame(inline, inlineBytes);
            assertTrue(lies(), "it is stored before it is replicated");
            steps.add("replicate");
            return replicated;
        }
    }

    @BeforeEach
    void open() throws IOException {
        blobs = BlobStore.open(folder.resolve("blobs"), new ManualClock());
        path = new DurablePath(
                blobs,
                new PlayedReplication(),
                (command, inlineBytes) -> {
                    steps.add("propose");
                    travelled = inlineBytes;
                    return logged;
                },
                loop,
                hash -> {
                    steps.add("release");
                    return needed.contains(hash);
                });
    }

    /** As one that is too large for memory. */
    private Payload received() throws IOException {
        return new Payload(
                Files.write(Files.createTempFile(folder, "in", ".part"), BYTES), new Blob(HASH, BYTES.length));
    }

    private Payload receivedInMemory() throws IOException {
        Spool.Sink sink = blobs.spool(ByteSize.mebi(1)).open();
        sink.write(BYTES, 0, BYTES.length);
        return sink.finish();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private CompletableFuture<Applied> put() throws IOException {
        return path.put(received(), (blob, journal) -> journal.propose(commandFor(blob)));
    }

    private static Command commandFor(Blob blob) {
        return new Command.GiveUp(new TaskId(1), blob.hash(), "for example", 0);
    }

    private boolean lies() {
        return blobs.has(HASH);
    }

    /** A clean-up takes what nobody has pinned. */
    private void assertPinned(boolean pinned) {
        assertTrue(lies());
        blobs.delete(HASH);
        assertEquals(pinned, lies());
    }

    /** Only the loop may look at the ledger, also where it is done before the caller follows the outcome. */
    @Test
    void aLoopThatIsQuickerThanItsCallerReleasesTheBytesItself() throws IOException {
        replicated.complete(null);
        logged.complete(TAKEN);
        ExecutorService quick = Executors.newSingleThreadExecutor();
        try {
            Thread loopThread =
                    CompletableFuture.supplyAsync(Thread::currentThread, quick).join();
            List<Thread> looked = new ArrayList<>();
            DurablePath quickPath = new DurablePath(
                    blobs,
                    new PlayedReplication(),
                    (command, inlineBytes) -> logged,
                    task -> CompletableFuture.runAsync(task, quick).join(),
                    hash -> looked.add(Thread.currentThread()));
            assertEquals(
                    TAKEN,
                    quickPath
                            .put(received(), (blob, journal) -> journal.propose(commandFor(blob)))
                            .join());
            assertEquals(List.of(loopThread), looked);
        } finally {
            quick.shutdown();
        }
    }

    /** They may be those of an earlier try whose outcome is not known yet. */
    @Test
    void smallBytesThatWereHereBeforeStayWhenNothingIsProposedForThem() throws IOException {
        DurablePath small = new DurablePath(
                blobs,
                nowhere(),
                (command, inlineBytes) -> CompletableFuture.failedFuture(new ProposalFailed("for this test", null)),
                loop,
                needed::contains);
        CompletableFuture<?> unknown =
                small.put(receivedInMemory(), (blob, journal) -> journal.propose(commandFor(blob)));
        loop.runAll();
        assertTrue(unknown.isCompletedExceptionally());
        CompletableFuture<String> again =
                small.put(receivedInMemory(), (blob, journal) -> CompletableFuture.completedFuture("refused"));
        loop.runAll();
        assertEquals("refused", again.join());
        assertPinned(false);
        CompletableFuture<String> alone =
                small.put(receivedInMemory(), (blob, journal) -> CompletableFuture.completedFuture("refused"));
        loop.runAll();
        assertEquals("refused", alone.join());
        assertFalse(lies(), "what came with it goes with it");
    }

    private static Throwable failureOf(CompletableFuture<?> outcome) {
        assertTrue(outcome.isDone());
        return assertThrows(ExecutionException.class, outcome::get).getCause();
    }

    @Test
    void eachStepWaitsForTheOneBefore() throws IOException {
        CompletableFuture<Applied> outcome = put();
        loop.runAll();
        assertEquals(List.of("replicate"), steps);
        replicated.complete(null);
        assertEquals(List.of("replicate"), steps, "the command is made on the loop");
        loop.runAll();
        assertEquals(List.of("replicate", "propose"), steps);
        assertFalse(outcome.isDone());
        needed.add(HASH);
        logged.complete(TAKEN);
        loop.runAll();
        assertEquals(List.of("replicate", "propose", "release"), steps);
        assertSame(TAKEN, outcome.join());
    }

    @Test
    void theBytesArePinnedUntilTheLogHasTheCommand() throws IOException {
        CompletableFuture<Applied> outcome = put();
        assertPinned(true);
        replicated.complete(null);
        loop.runAll();
        assertPinned(true);
        needed.add(HASH);
        logged.complete(TAKEN);
        loop.runAll();
        assertTrue(outcome.isDone());
        assertPinned(false);
    }

    private static Replication nowhere() {
        return new Replication() {
            @Override
            public byte[] inlineBytes(Blob blob) {
                throw new IllegalStateException("it is in memory");
            }

            @Override
            public CompletableFuture<Void> replicate(Blob blob, byte[] inlineBytes) {
                assertArrayEquals(BYTES, inlineBytes);
                return CompletableFuture.completedFuture(null);
            }
        };
    }

    @Test
    void bytesInMemoryTravelInsideTheEntryAndNeedNoFile() throws IOException {
        blobs = BlobStore.open(folder.resolve("blobs"), new ManualClock());
        List<String> needs = new ArrayList<>();
        DurablePath small = new DurablePath(
                blobs,
                nowhere(),
                (command, inlineBytes) -> {
                    travelled = inlineBytes;
                    return logged;
                },
                loop,
                hash -> {
                    needs.add("asked");
                    return needed.contains(hash);
                });
        CompletableFuture<Applied> outcome =
                small.put(receivedInMemory(), (blob, journal) -> journal.propose(commandFor(blob)));
        loop.runAll();
        assertArrayEquals(BYTES, travelled);
        blobs.delete(HASH);
        assertTrue(blobs.bytesOf(HASH).isPresent(), "pinned until the log has it");
        needed.add(HASH);
        logged.complete(TAKEN);
        loop.runAll();
        assertSame(TAKEN, outcome.join());
        assertEquals(List.of("asked"), needs);
        assertTrue(blobs.bytesOf(HASH).isPresent());
        assertEquals(List.of(), files());
        blobs.delete(HASH);
        assertEquals(0, blobs.memory().used());
    }

    @Test
    void fewBytesTravelInsideTheEntry() throws IOException {
        inline = BYTES;
        put();
        replicated.complete(null);
        loop.runAll();
        assertArrayEquals(BYTES, travelled);
    }

    @Test
    void whatTheLedgerDoesNotNeedGoesAtOnce() throws IOException {
        CompletableFuture<Applied> outcome = put();
        replicated.complete(null);
        logged.complete(TAKEN);
        loop.runAll();
        assertSame(TAKEN, outcome.join());
        assertFalse(lies());
    }

    @Test
    void whatAnotherIsAboutToProposeStays() throws IOException {
        put();
        path.put(received(), (blob, journal) -> CompletableFuture.completedFuture("not wanted"));
        replicated.complete(null);
        loop.runAll();
        assertPinned(true);
    }

    @Test
    void withoutACommandTheBytesGo() throws IOException {
        CompletableFuture<String> outcome =
                path.put(received(), (blob, journal) -> CompletableFuture.completedFuture("not wanted"));
        replicated.complete(null);
        loop.runAll();
        assertEquals("not wanted", outcome.join());
        assertFalse(lies());
        assertEquals(List.of("replicate", "release"), steps);
    }

    @Test
    void whatCanNotBeStoredIsThrownAway() throws IOException {
        Files.writeString(folder.resolve("blobs").resolve(HASH.hex().substring(0, 2)), "in the way");
        Payload payload = received();
        assertThrows(IOException.class, () -> path.put(payload, (blob, journal) -> logged));
        assertFalse(Files.exists(payload.file()));
        loop.runAll();
        assertEquals(List.of(), steps);
    }

    @Test
    void whatCanNotBeReadAgainIsReleased() throws IOException {
        unreadable = Optional.of(new IOException("the disk is gone"));
        assertSame(unreadable.get(), assertThrows(IOException.class, this::put));
        loop.runAll();
        assertEquals(List.of(), steps);
        assertPinned(false);
    }

    @Test
    void withoutAMajorityNothingIsProposed() throws IOException {
        CompletableFuture<Applied> outcome = put();
        replicated.completeExceptionally(new Told("too few masters could store it"));
        assertFalse(outcome.isDone(), "the outcome comes on the loop");
        loop.runAll();
        assertEquals("too few masters could store it", Told.of(failureOf(outcome), "another failure"));
        assertEquals(List.of("replicate"), steps);
        assertPinned(false);
    }

    @Test
    void afterAnUnknownOutcomeTheBytesStay() throws IOException {
        CompletableFuture<Applied> outcome = put();
        replicated.complete(null);
        ProposalFailed unknown = new ProposalFailed("its outcome is not known", null);
        logged.completeExceptionally(unknown);
        loop.runAll();
        assertSame(unknown, failureOf(outcome));
        assertEquals(List.of("replicate", "propose"), steps, "nobody asks the ledger, which may get the command later");
        assertPinned(false);
    }

    @Test
    void aCommandThatCanNotBeMadeKeepsNoPin() throws IOException {
        IllegalStateException fault = new IllegalStateException("for this test");
        CompletableFuture<Applied> outcome = path.put(received(), (blob, journal) -> {
            throw fault;
        });
        replicated.complete(null);
        loop.runAll();
        assertSame(fault, failureOf(outcome));
        assertPinned(false);
    }

    @Test
    void whatFollowsHearsThePlainReasonOfAFailure() throws IOException {
        List<String> heard = new ArrayList<>();
        put().whenComplete((applied, failure) -> heard.add(Told.of(failure, "another failure")));
        replicated.completeExceptionally(new Told("too few masters could store it"));
        loop.runAll();
        assertEquals(List.of("too few masters could store it"), heard);
    }
}
