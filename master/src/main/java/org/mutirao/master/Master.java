package org.mutirao.master;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
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
import org.mutirao.master.front.Acquaintances;
import org.mutirao.master.front.FrontDesk;
import org.mutirao.master.front.OperatorDesk;
import org.mutirao.master.front.Outputs;
import org.mutirao.master.front.Parcels;
import org.mutirao.master.front.WorkerDesk;
import org.mutirao.master.http.Api;
import org.mutirao.master.http.HttpFace;
import org.mutirao.master.http.LiveEvents;
import org.mutirao.master.inbox.Inbox;
import org.mutirao.master.inbox.Intake;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.results.Publisher;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.master.watch.LogTails;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.master.watch.Throughput;
import org.mutirao.master.watch.Watching;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.discovery.DiscoveryResponder;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.wire.WireServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(Master.class);
    private static final int DISK_THREADS = 8;
    private static final long SECONDS_TO_LEAD = 60;

    private final MasterLoop loop = new MasterLoop();
    private ExecutorService disk;
    private final MasterConfig config;
    private final InstantSource wall;
    private final LongSupplier nanos;
    private DataFolder data;
    private BlobStore blobs;
    private LedgerMachine machine;
    private final Dispatcher dispatcher;
    private final TaskBoard board = new TaskBoard();
    private final EventFeed feed = new EventFeed();
    private final LogTails tails = new LogTails();
    private final Throughput throughput;
    private final Watching watching;
    private Publisher publisher;
    private ReplicatedLog<Command, Applied> log;
    private final CompletableFuture<Void> leading = new CompletableFuture<>();
    private WireServer server;
    private DiscoveryResponder discovery;
    private OperatorDesk operators;
    private Outputs outputs;
    private HttpFace http;
    private Optional<String> token = Optional.empty();
    /** What to close, the last opened first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private Master(MasterConfig config, InstantSource wall, LongSupplier nanos, MasterListener listener) {
        this.config = config;
        this.wall = wall;
        this.nanos = nanos;
        this.throughput = new Throughput(nanos);
        this.watching = new Watching(board, feed, throughput, tails, wall, listener);
        this.dispatcher = new Dispatcher(
                this::propose,
                DispatchPolicy.of(config.lease(), config.workerTimeout(), config.strangerLease()),
                wall,
                nanos,
                loop,
                watching,
                Parcels::suits);
    }

    private void open(Consumer<String> onBroken) throws IOException {
        DataFolder.writable(config.tasks(), "--tasks");
        DataFolder.writable(config.results(), "--results");
        data = opened(DataFolder.open(config.data()));
        opened(loop);
        blobs = BlobStore.open(data.blobs());
        AtomicInteger number = new AtomicInteger();
        disk = Executors.newFixedThreadPool(DISK_THREADS, task -> new Thread(task, "disk-" + number.incrementAndGet()));
        opened(disk::shutdown);

        outputs = new Outputs(config.results(), tails);
        Journal journal = this::propose;
        machine = new LedgerMachine(this::carryOut);
        log = opened(RaftLog.start(data.log(), data.grid(), machine, loop, new LogListener(onBroken)));
        publisher = opened(new Publisher(config.results(), blobs, journal, wall));
        awaitLeading();

        PackageLimits limits = PackageLimits.defaults().withUnpacked(config.maxUnpacked());
        Intake intake = new Intake(
                blobs,
                journal,
                loop,
                limits,
                config.maxPackage(),
                config.maxAttempts(),
                hash -> machine.ledger().refersTo(hash),
                wall);
        Acquaintances acquaintances = new Acquaintances();
        Parcels parcels = new Parcels(blobs, limits, disk);
        WorkerDesk workers = new WorkerDesk(
                dispatcher, blobs, loop, disk, data.grid(), config.lease(), acquaintances, parcels, tails);
        operators = new OperatorDesk(
                machine::ledger, dispatcher, journal, intake, loop, disk, data.grid(), wall, nanos, feed, outputs);
        InetAddress host = InetAddress.getByName(config.host());
        server = opened(WireServer.start(
                new InetSocketAddress(host, config.port()),
                WireServer.Limits.defaults(),
                blobs.spool(config.maxResult()),
                new FrontDesk(loop, workers, operators)));
        discovery = opened(DiscoveryResponder.start(config.discovery(), host, server.port(), acquaintances::onAsked));
        Inbox inbox = opened(new Inbox(config.tasks(), intake, this::hasTask, wall, nanos));
        inbox.start();
        loop.repeat(dispatcher::tick);
    }

    /**
     * Serves the dashboard too, if that is wanted. Apart from the start, since loading a web server takes as long as all the rest
     * and workers need not wait for it. The grid works without, so a taken port is no reason to end.
     */
    public synchronized void openHttp() throws IOException {
        if (config.http().isEmpty()) {
            return;
        }
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getByName(config.http().get().host()),
                config.http().get().port());
        if (config.token().isPresent()) {
            token = config.token();
        } else if (!address.getAddress().isLoopbackAddress()) {
            token = Optional.of(data.token());
        }
        Api api = new Api(operators, outputs, blobs, board, feed, throughput, config.tasks(), config.maxPackage());
        try {
            http = opened(HttpFace.start(address, token, api, new LiveEvents(feed, api::status)));
        } catch (IOException e) {
            LOG.warn("There is no dashboard: {}. Give another --http, or --http off.", e.getMessage());
        }
    }

    /** Where a browser finds the dashboard, if it is served. */
    public Optional<String> dashboard() {
        return Optional.ofNullable(http).map(face -> {
            String host = config.http().orElseThrow().host();
            return "http://" + (host.equals("0.0.0.0") ? "localhost" : host) + ":" + face.port() + "/"
                    + token.map(word -> "?token=" + word).orElse("");
        });
    }

    /** The port of the dashboard; 0 if there is none. */
    public int httpPort() {
        return http == null ? 0 : http.port();
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
        Master master = new Master(config, wall, nanos, listener);
        try {
            master.open(onBroken);
            return master;
        } catch (IOException | RuntimeException e) {
            master.close();
            throw e;
        }
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
                watching.adopt(task);
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

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    /** Stops in the order in which work arrives: first nothing new, then what is under way, then the log. */
    @Override
    public synchronized void close() {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) { // the rest must be closed all the same
                LOG.warn("Closing {} failed", part.getClass().getSimpleName(), e);
            }
        }
    }
}
