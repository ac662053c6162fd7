package org.mutirao.master.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.member.Group;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.master.MemoryLog;
import org.mutirao.master.cluster.RunningGroup;
import org.mutirao.master.dispatch.DispatchPolicy;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.results.Delivered;
import org.mutirao.master.results.OwnResults;
import org.mutirao.master.results.Publisher;
import org.mutirao.master.watch.Views;
import org.mutirao.master.watch.Watching;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.ManualThreads;
import org.mutirao.testkit.StepLoop;

/** What a master that is alone does with its store while the log's engine stops leading and leads again, as after a pause. */
class EffectHandlerTest {
    private static final GroupStatus NOBODY =
            new GroupStatus(Group.Role.FOLLOWER, false, 0, Optional.empty(), List.of());

    private static final Publisher.Blobs NOBODY_CARES = new Publisher.Blobs() {
        @Override
        public void released(Sha256 hash) {}

        @Override
        public void gone(Sha256 hash) {}
    };

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private final StepLoop loop = new StepLoop();
    private BlobStore blobs;
    private BlobExchange exchange;
    private Publisher publisher;
    private EffectHandler effects;
    private LedgerMachine machine;
    private MemoryLog<Command, Applied> log;

    @BeforeEach
    void open() throws IOException {
        blobs = BlobStore.open(folder.resolve("blobs"), clock);
        store("handed in before the start, never made a task");
        blobs = BlobStore.open(folder.resolve("blobs"), clock);
        exchange = new BlobExchange(
                blobs,
                null,
                () -> NOBODY,
                GridId::random,
                "00000000",
                new BlobExchange.Listener() {
                    @Override
                    public void onArrived(Sha256 hash) {}

                    @Override
                    public void onUnavailable(Sha256 hash) {}
                },
                new ManualThreads(clock));
        machine = new LedgerMachine(Optional.of(blobs));
        log = new MemoryLog<>(machine, loop);
        Duration patience = Duration.ofSeconds(60);
        Watching watching = new Watching(
                Views.empty(clock::nanos), InstantSource.system(), news -> {}, job -> {}, new MasterListener() {});
        Dispatcher dispatcher = new Dispatcher(
                log::propose,
                DispatchPolicy.of(patience, patience, patience),
                clock,
                clock::nanos,
                loop,
                watching,
                (task, worker) -> true);
        Delivered delivered = Delivered.open(folder.resolve("delivered"));
        publisher = new Publisher(
                new OwnResults(folder.resolve("results"), delivered),
                blobs,
                log::propose,
                clock,
                NOBODY_CARES,
                Liveness.unwatched());
        RunningGroup group = new RunningGroup(true, "00000000", new CompletableFuture<>(), clock::nanos);
        ResultDelivery delivery = new ResultDelivery(true, true, exchange, publisher, machine::ledger, loop);
        effects = new EffectHandler(group, exchange, dispatcher, watching, delivery, job -> {});
        machine.add(
                (command, applied, ledger) -> applied.effects().forEach(effect -> effects.carryOut(effect, ledger)));
    }

    @AfterEach
    void close() {
        exchange.close();
        publisher.close();
    }

    private Blob store(String text) throws IOException {
        Spool.Sink sink = blobs.spool(ByteSize.mebi(1)).open();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sink.write(bytes, 0, bytes.length);
        return blobs.store(sink.finish());
    }

    private boolean lies(Blob blob) {
        return Files.exists(blobs.pathOf(blob.hash()));
    }

    @Test
    void whatIsBeingStoredOutlivesAnyNumberOfElections() throws IOException {
        effects.onLeading(machine.ledger());
        try (var lost = Files.list(blobs.lostAndFound())) {
            assertEquals(2, lost.count(), "README.txt, and what no task refers to; it is not deleted");
        }
        Blob arriving = store("its command is on the way to the log");
        Blob unknown = store("its command may or may not be on the log");
        blobs.unpin(unknown.hash());
        for (int election = 0; election < 3; election++) {
            effects.onFollowing();
            effects.onLeading(machine.ledger());
            assertTrue(lies(arriving));
            assertTrue(lies(unknown));
        }
        log.propose(new Command.Submit("key", "a.zip", arriving, CompactSize.LARGE, 0, 0, 5, clock.millis()));
        loop.runAll();
        effects.onFollowing();
        effects.onLeading(machine.ledger());
        assertTrue(lies(arriving));
    }
}
