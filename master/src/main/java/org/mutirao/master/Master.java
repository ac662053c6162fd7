package org.mutirao.master;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.raft.RaftLog;
import org.mutirao.master.dispatch.DispatchPolicy;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.front.FrontDesk;
import org.mutirao.master.front.OperatorDesk;
import org.mutirao.master.front.WorkerDesk;
import org.mutirao.master.inbox.Inbox;
import org.mutirao.master.inbox.Intake;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.results.Publisher;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.discovery.DiscoveryResponder;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.wire.FlatDialect;
import org.mutirao.protocol.wire.WireServer;

/**
 * One master, from its folders to its ports.
 *
 * <pre>
 *   tasks/ -> Inbox -> Intake -> BlobStore          Publisher -> results/
 *                         |                             ^
 *                      Journal -> RaftLog -> LedgerMachine -> effects
 *                         ^                             v
 *   TCP -> WireServer -> FrontDesk ----------------> Dispatcher        (all of this on the loop)
 * </pre>
 */
public final class Master implements AutoCloseable {
    private static final int DISK_THREADS = 8;
    private static final long SECONDS_TO_LEAD = 60;

    private final MasterLoop loop = new MasterLoop();
    private final ExecutorService disk;
    private final MasterConfig config;
    private final DataFolder data;
    private final BlobStore blobs;
    private final LedgerMachine machine;
    private final Dispatcher dispatcher;
    private final Publisher publisher;
    private final Inbox inbox;
    private final ReplicatedLog<Command, Applied> log;
    private final CompletableFuture<Void> leading = new CompletableFuture<>();
    private final WireServer server;
    private final DiscoveryResponder discovery;
    private boolean closed;

    private Master(
            MasterConfig config,
            InstantSource wall,
            LongSupplier nanos,
            MasterListener listener,
            Consumer<String> onBroken)
            throws IOException {
        this.config = config;
        DataFolder.writable(config.tasks(), "--tasks");
        DataFolder.writable(config.results(), "--results");
        data = DataFolder.open(config.data());
        blobs = BlobStore.open(data.blobs());
        AtomicInteger number = new AtomicInteger();
        disk = Executors.newFixedThreadPool(
                DISK_THREADS, task -> new Thread(task, "disk-" + number.incrementAndGet()));

        Journal journal = this::propose;
        DispatchPolicy policy = DispatchPolicy.of(config.lease(), config.workerTimeout());
        dispatcher = new Dispatcher(journal, policy, wall, nanos, loop, listener);
        publisher = new Publisher(config.results(), blobs, journal, wall);
        machine = new LedgerMachine(this::carryOut);
        log = RaftLog.start(data.log(), data.grid(), machine, loop, new LogListener(onBroken));
        awaitLeading();

        PackageLimits limits = PackageLimits.defaults().withUnpacked(config.maxUnpacked());
        Intake intake =
                new Intake(blobs, journal, loop, limits, config.maxPackage(), config.maxAttempts(), wall);
        WorkerDesk workers = new WorkerDesk(dispatcher, blobs, loop, disk, data.grid(), config.lease());
        OperatorDesk operators = new OperatorDesk(
                machine::ledger, dispatcher, journal, intake, loop, disk, data.grid(), wall, nanos);
        InetAddress host = InetAddress.getByName(config.host());
        server = WireServer.start(
                new InetSocketAddress(host, config.port()),
                WireServer.Limits.defaults(),
                List.of(new FlatDialect()),
                blobs.spool(config.maxResult()),
                new FrontDesk(loop, workers, operators));
        discovery = DiscoveryResponder.start(config.discovery(), host, server.port());
        inbox = new Inbox(config.tasks(), intake, this::hasTask, wall, nanos);
        inbox.start();
        loop.repeat(dispatcher::tick);
    }

    /**
     * Starts and returns when it serves.
     *
     * @param onBroken told when the log can't be written any more; the process should end
     * @throws IOException with a sentence for the person who started it
     */
    public static Master start(
            MasterConfig config,
            InstantSource wall,
            LongSupplier nanos,
            MasterListener listener,
            Consumer<String> onBroken)
            throws IOException {
        return new Master(config, wall, nanos, listener, onBroken);
    }

    private CompletableFuture<Applied> propose(Command command) {
        return log.propose(command);
    }

    private CompletableFuture<Boolean> hasTask(String key, Sha256 content) {
        return CompletableFuture.supplyAsync(
                () -> machine.ledger()
                        .taskByKey(key)
                        .map(task -> task.taskPackage().hash().equals(content))
                        .orElse(false),
                loop);
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.Offer offer) {
            dispatcher.offer(offer.task());
        } else if (effect instanceof Effect.PublishResult publish) {
            machine.ledger().task(publish.task()).ifPresent(publisher::publish);
        } else if (effect instanceof Effect.DropBlob drop) {
            blobs.delete(drop.hash());
        } else if (effect instanceof Effect.Changed changed) {
            dispatcher.onChanged(changed.task());
        }
    }

    private final class LogListener implements ReplicatedLog.Listener {
        private final Consumer<String> onBroken;

        LogListener(Consumer<String> onBroken) {
            this.onBroken = onBroken;
        }

        @Override
        public void onLeading() {
            try {
                blobs.retainOnly(machine.ledger().blobs());
            } catch (IOException e) {
                leading.completeExceptionally(e);
                return;
            }
            machine.lead(true);
            dispatcher.lead(machine.ledger());
            for (TaskRecord task : machine.ledger().tasksAfter(0)) {
                publisher.publish(task);
            }
            leading.complete(null);
        }

        @Override
        public void onFollowing() {
            machine.lead(false);
            dispatcher.follow();
        }

        @Override
        public void onBroken(String reason) {
            onBroken.accept(reason);
        }
    }

    private void awaitLeading() throws IOException {
        try {
            leading.get(SECONDS_TO_LEAD, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the log in " + config.data() + " did not start: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
    }

    /** The TCP port in force. */
    public int port() {
        return server.port();
    }

    /** The discovery ports in force. */
    public DiscoveryPorts discoveryPorts() {
        return discovery.ports();
    }

    /** Stops in the order in which work arrives: first nothing new, then what is under way, then the log. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        discovery.close();
        inbox.close();
        server.close();
        publisher.close();
        disk.shutdown();
        log.close();
        loop.close();
        try {
            data.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the data folder could not be released", e);
        }
    }
}
