package org.mutirao.master.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.blob.Replication;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.StepLoop;
import org.mutirao.testkit.Zips;

/** What becomes of a package's bytes. */
class PackageIntakeTest {
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)");
    private static final Applied ELSEWHERE = new Applied(new Verdict.Accepted(new TaskId(7), false), List.of());

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private final StepLoop loop = new StepLoop();
    private final TaskLedger ledger = new TaskLedger();
    private final List<OperatorRequest.SubmitTask> handedOn = new ArrayList<>();
    private final CompletableFuture<Applied> byTheLeader = new CompletableFuture<>();
    private boolean elsewhere;
    private BlobStore blobs;
    private Intake intake;

    private static final class NoOthers implements Replication {
        @Override
        public byte[] inlineBytes(Blob blob) {
            return new byte[0];
        }

        @Override
        public CompletableFuture<Void> replicate(Blob blob, byte[] inlineBytes) {
            return CompletableFuture.completedFuture(null);
        }
    }

    private final class Leader implements HandOn {
        @Override
        public boolean isElsewhere() {
            return elsewhere;
        }

        @Override
        public CompletableFuture<Applied> submit(OperatorRequest.SubmitTask task) {
            handedOn.add(task);
            return byTheLeader;
        }
    }

    @BeforeEach
    void open() throws IOException {
        blobs = BlobStore.open(folder.resolve("blobs"), clock);
        DurablePath path = new DurablePath(
                blobs,
                new NoOthers(),
                (command, inlineBytes) -> CompletableFuture.completedFuture(ledger.apply(command)),
                loop,
                ledger::refersTo);
        intake = new Intake(
                blobs, path, new Leader(), new IntakeLimits(PackageLimits.defaults(), new ByteSize(1024), 5), clock);
    }

    private Payload received(byte[] bytes) throws IOException {
        Spool.Sink sink = blobs.spool(ByteSize.mebi(1)).open();
        sink.write(bytes, 0, bytes.length);
        return sink.finish();
    }

    private Applied accept(byte[] bytes, String key) throws IOException, RefusedPackage {
        CompletableFuture<Applied> accepted = intake.accept(received(bytes), "a.zip", key);
        loop.runAll();
        return accepted.join();
    }

    private boolean lies(Payload payload) {
        return blobs.memory().used() > 0
                || Files.exists(blobs.pathOf(payload.blob().hash()));
    }

    private void assertRefused(byte[] bytes) throws IOException {
        Payload payload = received(bytes);
        assertThrows(RefusedPackage.class, () -> intake.accept(payload, "a.zip", "key"));
        loop.runAll();
        assertFalse(lies(payload));
        assertEquals(0, ledger.counts().queued());
    }

    @Test
    void aPackageBecomesATaskAndItsBytesStay() throws Exception {
        Applied applied = accept(PACKAGE, "key");
        assertEquals(new Verdict.Accepted(new TaskId(1), false), applied.verdict());
        Command.Submit submitted = ledger.task(new TaskId(1)).orElseThrow().submitted();
        assertEquals("a.zip", submitted.name());
        assertEquals(5, submitted.attempts());
        assertTrue(Files.exists(blobs.pathOf(submitted.taskPackage().hash())));
    }

    @Test
    void aRepetitionIsTheSameTask() throws Exception {
        accept(PACKAGE, "key");
        assertEquals(
                new Verdict.Accepted(new TaskId(1), true),
                accept(PACKAGE, "key").verdict());
        assertEquals(1, ledger.counts().queued());
        assertTrue(Files.exists(blobs.pathOf(Sha256.of(PACKAGE))));
    }

    @Test
    void whatIsRefusedIsThrownAway() throws IOException {
        assertRefused("no ZIP".getBytes(StandardCharsets.UTF_8));
        assertRefused(Zips.of("readme.txt", "there is no main.py"));
        assertRefused(new byte[1025]);
    }

    @Test
    void whatTheLeaderGetsGoesHereWhateverItSays() throws Exception {
        elsewhere = true;
        Payload payload = received(PACKAGE);
        CompletableFuture<Applied> accepted = intake.accept(payload, "a.zip", "key");
        assertEquals(List.of(new OperatorRequest.SubmitTask("a.zip", "key", payload)), handedOn);
        assertTrue(lies(payload), "it is on its way");
        byTheLeader.complete(ELSEWHERE);
        assertEquals(ELSEWHERE, accepted.join());
        assertFalse(lies(payload));
        assertEquals(0, ledger.counts().queued());
    }
}
