package org.mutirao.master;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.member.DataSeal;
import org.mutirao.group.member.Member;
import org.mutirao.group.raft.NodeConfig;
import org.mutirao.group.raft.RaftLog;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.clock.GridClocks;
import org.mutirao.master.cluster.CopyWatch;
import org.mutirao.master.cluster.EnginePort;
import org.mutirao.master.cluster.GridVoice;
import org.mutirao.master.cluster.GroupHandler;
import org.mutirao.master.cluster.GroupWatch;
import org.mutirao.master.cluster.MasterGroup;
import org.mutirao.master.cluster.Relay;
import org.mutirao.master.dispatch.DispatchPolicy;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.GroupRoute;
import org.mutirao.master.door.LeaderIntake;
import org.mutirao.master.door.LeaderRoute;
import org.mutirao.master.door.WarmUp;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.face.chat.ChatRoom;
import org.mutirao.master.face.http.Api;
import org.mutirao.master.face.http.LiveEvents;
import org.mutirao.master.face.ring.RingFace;
import org.mutirao.master.face.wire.WireFace;
import org.mutirao.master.face.zmq.ZmqFace;
import org.mutirao.master.folders.DataFolder;
import org.mutirao.master.folders.ServedBy;
import org.mutirao.master.handlers.Asked;
import org.mutirao.master.handlers.ChannelHandler;
import org.mutirao.master.handlers.DiscoveryLog;
import org.mutirao.master.handlers.ExplainHandler;
import org.mutirao.master.handlers.FleetHandler;
import org.mutirao.master.handlers.ForeignPackages;
import org.mutirao.master.handlers.HandlerThreads;
import org.mutirao.master.handlers.OperatorHandler;
import org.mutirao.master.handlers.PackageSender;
import org.mutirao.master.handlers.RegistryHandler;
import org.mutirao.master.handlers.RequestHandlers;
import org.mutirao.master.handlers.ResultHandler;
import org.mutirao.master.handlers.Sessions;
import org.mutirao.master.handlers.TaskHandler;
import org.mutirao.master.handlers.WorkerHandler;
import org.mutirao.master.inbox.Inbox;
import org.mutirao.master.inbox.Intake;
import org.mutirao.master.inbox.IntakeLimits;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.machines.ChannelNews;
import org.mutirao.master.machines.EffectHandler;
import org.mutirao.master.machines.Entry;
import org.mutirao.master.machines.GridMachine;
import org.mutirao.master.machines.GuardedEffects;
import org.mutirao.master.machines.LedgerMachine;
import org.mutirao.master.machines.LedgerQuestions;
import org.mutirao.master.machines.MasterLoop;
import org.mutirao.master.machines.PackagesHere;
import org.mutirao.master.machines.Proposals;
import org.mutirao.master.results.Delivered;
import org.mutirao.master.results.Outputs;
import org.mutirao.master.results.OwnResults;
import org.mutirao.master.results.Publisher;
import org.mutirao.master.watch.Views;
import org.mutirao.master.watch.Watchdog;
import org.mutirao.master.watch.Watching;
import org.mutirao.protocol.clock.ApplicationClock;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.discovery.DiscoveryResponder;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Threads;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.protocol.wire.WireServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One master, from its folders to its ports.
 *
 * <pre>
 *   tasks/ -> Inbox -> Intake -> BlobStore          Publisher -> results/
 *                         |                             ^
 *                      Journal -> RaftLog -> GridMachine -> effects
 *                         ^                             v
 *   TCP -> WireServer -> Grid -> RequestHandlers ----> Dispatcher        (all of this on the loop)
 * </pre>
 */
public final class Master implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Master.class);
    private static final int DISK_THREADS = 8;
    private static final Duration STORED_WITHIN = Duration.ofMinutes(15);
    private static final long SECONDS_TO_LEAD = 60;
    private static final long LOOK_MILLIS = 100;
    private static final int CLIENT_THREADS = 2;

    private final MasterLoop loop;
    private GuardedPool disk;
    private final MasterConfig config;
    private final InstantSource machineClock;
    private final GridClocks clocks;
    /** The application clock, by which everything is dated that others may see. */
    private final InstantSource wall;

    private final LongSupplier nanos;
    private DataFolder data;
    private String node;
    private BlobStore blobs;
    private GridMachine machine;
    private final Dispatcher dispatcher;
    private final Views views;
    private final Proposals journal = new Proposals();
    private final GridVoice voice;
    private final Watching watching;
    private final Consumer<String> onWaiting;
    private MasterGroup group;
    private CopyWatch copies;
    private Future<Void> noCopy;
    private BlobExchange exchange;
    private PackagesHere packages;
    private LeaderRoute route;
    private EffectHandler effects;
    private ChannelNews news;
    private ChannelHandler channel;
    private Optional<ZmqFace> zmq = Optional.empty();
    private LedgerQuestions questions;
    private RegistryHandler reference;
    private final CompletableFuture<Void> leading = new CompletableFuture<>();
    private WireServer server;
    private WireServer chatServer;
    private DiscoveryResponder discovery;
    private Inbox inbox;
    private volatile boolean takesIn;
    private Outputs outputs;
    private Dashboard dashboard;
    /** What to close, the last opened first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private Grid grid;
    private WireFace wire;

    private Master(
            MasterConfig config,
            InstantSource machineClock,
            LongSupplier nanos,
            MasterListener listener,
            Consumer<String> onWaiting) {
        this.config = config;
        this.machineClock = machineClock;
        ApplicationClock clock = new ApplicationClock(machineClock);
        this.wall = clock;
        this.nanos = nanos;
        this.onWaiting = onWaiting;
        this.views = Views.empty(nanos);
        this.loop = new MasterLoop(views.liveness());
        this.voice = new GridVoice(views.feed(), journal, wall, onWaiting);
        this.clocks = new GridClocks(clock, nanos, voice::announceAndNotice);
        this.watching = new Watching(views, wall, voice::announce, listener);
        this.dispatcher = new Dispatcher(
                journal,
                DispatchPolicy.of(
                        config.leases().lease(),
                        config.leases().workerTimeout(),
                        config.leases().strangerLease()),
                wall,
                nanos,
                loop,
                watching,
                this::suits);
    }

    private boolean suits(TaskRecord task, WorkerProfile worker) {
        return packages.isHere(task) && ForeignPackages.suits(task, worker);
    }

    private void open(Consumer<String> onBroken) throws IOException, InterruptedException {
        DataFolder.writable(config.folders().tasks(), "--tasks");
        DataFolder.writable(config.folders().results(), "--results");
        data = opened(DataFolder.open(config.folders().data()));
        node = data.node(config.group().isAlone()); // refuses before anything is changed
        opened(ServedBy.claim(config.folders().tasks(), config.folders().data(), machineClock, views.liveness()));
        opened(loop);
        blobs = BlobStore.open(data.blobs(), machineClock);
        disk = new GuardedPool("disk", DISK_THREADS, views.liveness(), STORED_WITHIN);
        opened(disk::shutdown);
        Delivered delivered = Delivered.open(data.delivered());
        OwnResults results = new OwnResults(config.folders().results(), delivered);
        outputs = new Outputs(results, views.tails());
        news = new ChannelNews();
        machine = new GridMachine(
                new LedgerMachine(
                        new GuardedEffects((effect, ledger) -> effects.carryOut(effect, ledger), loop::execute),
                        Optional.of(blobs)),
                news);
        channel = new ChannelHandler(machine::channel, journal, loop::execute, wall, nanos);
        news.add(changed -> channel.onNews());
        questions = new LedgerQuestions(machine::ledger, loop, outputs);

        InetAddress host = InetAddress.getByName(config.listening().host());
        openGroup(host);
        DataSeal seal = new DataSeal(data.copyKey(), nanos);
        openCopyWatch(seal, onBroken);
        Publisher publisher = opened(new Publisher(
                results,
                blobs,
                journal,
                wall,
                () -> effects.isLeading(),
                new Publisher.Blobs() {
                    @Override
                    public void released(Sha256 hash) {
                        release(hash);
                    }

                    @Override
                    public void gone(Sha256 hash) {
                        loop.execute(() -> effects.onGone(hash));
                    }
                },
                views.liveness()));
        effects = new EffectHandler(
                group.isAlone(),
                config.resultsOn() == MasterConfig.ResultsOn.ALL,
                blobs,
                exchange,
                dispatcher,
                watching,
                publisher,
                delivered,
                wall,
                group::isCatchingUp,
                loop);
        PackageLimits limits =
                PackageLimits.defaults().withUnpacked(config.sizes().maxUnpacked());
        DurablePath path = new DurablePath(
                blobs, exchange, journal, loop, hash -> machine.ledger().refersTo(hash));
        Intake intake = new Intake(
                blobs,
                path,
                new LeaderIntake(route),
                new IntakeLimits(
                        limits, config.sizes().maxPackage(), config.leases().maxAttempts()),
                wall);
        HandlerThreads threads = new HandlerThreads(loop, disk);
        GroupHandler masters = new GroupHandler(group, blobs, questions::resultFile, disk, seal);
        OperatorHandler operators = new OperatorHandler(
                new TaskHandler(machine::ledger, journal, intake, threads, outputs, wall, nanos),
                new ExplainHandler(machine::ledger, dispatcher, views.liveness(), wall, nanos),
                new FleetHandler(machine::ledger, dispatcher, views.feed(), group::grid, nanos),
                masters);
        reference =
                new RegistryHandler(machine::ranks, journal, group, dispatcher, clocks.rounds(), clocks.clock(), nanos);
        DiscoveryLog discoveryLog = new DiscoveryLog();
        Sessions sessions = new Sessions(nanos, config.leases().silence(), discoveryLog, voice::onWarning);
        WorkerHandler workers = new WorkerHandler(
                dispatcher,
                new PackageSender(blobs, new ForeignPackages(blobs, limits, disk), this::terms),
                this::terms,
                discoveryLog,
                views.tails(),
                clocks.rounds(),
                sessions);
        ResultHandler delivery = new ResultHandler(
                dispatcher,
                path,
                blobs::discard,
                threads,
                group::grid,
                config.sizes().maxResult());
        RequestHandlers handlers = new RequestHandlers(
                loop,
                group,
                sessions,
                blobs::discard,
                new RequestHandlers.Handlers(workers, delivery, operators, channel, reference, masters));
        grid = new Grid(route, handlers, views.liveness(), blobs::discard, nanos);
        ChatRoom chat = new ChatRoom(grid, loop);
        news.add(new GridMachine.News() {
            @Override
            public void onNews(Channel changed) {} // it looks by itself

            @Override
            public void onConfirmed(String reader, long id, long at) {
                chat.onConfirmed(reader, id, at);
            }
        });
        wire = new WireFace(grid, handlers, chat);
        opened(new Watchdog(views.liveness(), LOG::warn)).start(grid::tick);
        if (group.isAlone()) {
            // Nobody needs to be heard before, so nobody hears "later".
            startLog(onBroken);
            listen(host);
            group.open(server.port());
        } else {
            listen(host);
            group.open(server.port());
            startLog(onBroken);
        }
        discovery = opened(DiscoveryResponder.start(
                config.listening().discovery(), host, server.port(), new Asked(discoveryLog, group)));
        inbox = opened(new Inbox(config.folders().tasks(), intake, questions, machineClock, nanos, views.liveness()));
        openOtherWires(host);
        loop.repeat(() -> voice.tick(group));
        loop.repeat(dispatcher::tick);
        loop.repeat(effects::tick);
        loop.repeat(() -> channel.tick(group.serves()));
        loop.repeat(() -> reference.tick(group.serves()));
        loop.repeat(() -> clocks.rounds().tick(group.serves()));
        loop.repeat(() -> clocks.pulse(group, route));
        loop.repeat(new GroupWatch(group, blobs, () -> machine.ledger().blobs(), disk, nanos, voice::onNotice)::tick);
        opened(group::leave);
        WarmUp.run(discovery, host, server.port());
    }

    /** Begins to take in what lies in tasks/. To be called once, when it was said that this master serves. */
    public void takeIn() {
        takesIn = true;
        inbox.start();
    }

    /** Whether it was told to; for tests. */
    boolean takesIn() {
        return takesIn;
    }

    private void openOtherWires(InetAddress host) throws IOException {
        if (config.wires().zmq().isPresent()) {
            ZmqFace face = opened(new ZmqFace(
                    config.listening().host(),
                    config.wires().zmq().get(),
                    grid,
                    group.card().id(),
                    () -> group.standing().leader().map(Member::id),
                    wall,
                    nanos,
                    views.liveness(),
                    voice::announceAndNotice));
            zmq = Optional.of(face);
            news.add(face::onNews);
            loop.execute(() -> face.onNews(machine.channel()));
        }
        if (config.wires().ring().isPresent()) {
            opened(RingFace.start(config.wires().ring().get(), host, RingFace.INTERVAL, voice::onNotice, nanos));
        }
    }

    private void openGroup(InetAddress host) throws IOException {
        WireClient client =
                opened(new WireClient(CLIENT_THREADS, blobs.spool(config.sizes().largestPayload())));
        group = opened(new MasterGroup(
                config.group(),
                data.root(),
                node,
                host,
                config.group().isAlone()
                        ? 1
                        : EnginePort.choose(
                                config.group(), data, host, config.listening().port()),
                client,
                nanos,
                () -> exchange == null ? 0 : exchange.missing(),
                views.liveness(),
                voice));
        Relay relay = opened(new Relay(client, group::leaderAddress));
        route = new GroupRoute(group, relay);
        exchange = opened(new BlobExchange(
                blobs,
                client,
                group::standing,
                group::grid,
                node,
                new BlobExchange.Listener() {
                    @Override
                    public void onArrived(Sha256 hash) {
                        loop.execute(() -> effects.onArrived(hash));
                    }

                    @Override
                    public void onUnavailable(Sha256 hash) {
                        loop.execute(() -> effects.onUnavailable(hash));
                    }
                },
                Threads.guarded(views.liveness(), nanos)));
        packages = new PackagesHere(blobs, exchange, group.isAlone(), loop, dispatcher::onPackageGone);
    }

    private void openCopyWatch(DataSeal seal, Consumer<String> onLater) {
        WireClient client = opened(new WireClient(1, Spool.none()));
        copies = opened(new CopyWatch(
                seal,
                client,
                config.listening().discovery(),
                nanos,
                () -> group.peerDiscovery().lookalikes(),
                voice::onWarning,
                onLater,
                views.liveness()));
        noCopy = copies.begin();
    }

    private void awaitNoCopy() throws IOException, InterruptedException {
        try {
            noCopy.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException copied) {
                throw copied;
            }
            throw new IllegalStateException("looking for a master with the same data failed", e);
        }
        copies.start();
    }

    private void listen(InetAddress host) throws IOException, InterruptedException {
        awaitNoCopy();
        WireServer.Limits limits =
                WireServer.Limits.defaults().withPerAddress(config.listening().connectionsPerAddress());
        if (config.wires().chatPort().isPresent()) {
            chatServer = opened(WireServer.start(
                    new InetSocketAddress(host, config.wires().chatPort().getAsInt()),
                    limits,
                    blobs.spool(config.sizes().largestPayload()),
                    wire));
        }
        server = opened(WireServer.start(
                new InetSocketAddress(host, config.listening().port()),
                limits,
                blobs.spool(config.sizes().largestPayload()),
                wire));
    }

    private void startLog(Consumer<String> onBroken) throws IOException, InterruptedException {
        if (config.group().size() == 2) {
            onWaiting.accept(
                    "Two masters survive no loss: if either dies, nothing is accepted until it is back. Three survive one.");
        }
        NodeConfig nodeConfig = group.takePlace(data.log());
        RaftLog<Entry, Entry.Outcome> started =
                opened(RaftLog.start(nodeConfig, machine, loop, new LogListener(onBroken), views.liveness()));
        journal.to(started);
        group.begin(started);
        if (group.isAlone()) {
            awaitLeading();
        } else {
            awaitLeader();
        }
    }

    /** Until somebody leads: a master of a group serves only then. */
    private void awaitLeader() throws InterruptedException {
        boolean told = false;
        while (!leading.isDone() && group.leaderElsewhere().isEmpty()) {
            if (!told) {
                onWaiting.accept("Waiting for a majority of the group's masters, to elect the one that leads.");
                told = true;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private Reply.Terms terms() {
        return new Reply.Terms(
                group.grid(), List.of(Feature.values()), config.leases().lease(), group.addresses());
    }

    private void release(Sha256 hash) {
        loop.execute(() -> blobs.unpin(hash, machine.ledger().refersTo(hash)));
    }

    /**
     * Serves the dashboard too, if that is wanted. Apart from the start, since loading a web server takes as long as all the rest
     * and workers need not wait for it. The grid works without, so a taken port is no reason to end.
     */
    public synchronized void openHttp() throws IOException {
        if (config.http().isEmpty()) {
            return;
        }
        Api api = new Api(
                grid,
                outputs,
                blobs,
                views,
                config.folders().tasks(),
                config.sizes().maxPackage(),
                group);
        LiveEvents live = new LiveEvents(views.feed(), api::status);
        try {
            dashboard = opened(Dashboard.open(config.http().get(), data::token, api, live));
        } catch (IOException e) {
            LOG.warn("There is no dashboard: {}. Give another --http, or --http off.", e.getMessage());
        }
    }

    /** Where a browser finds the dashboard, if it is served. */
    public Optional<String> dashboard() {
        return Optional.ofNullable(dashboard).map(Dashboard::address);
    }

    /** What its threads are at; for tests. */
    Liveness liveness() {
        return views.liveness();
    }

    /** Where each request arrives; for tests. */
    Grid grid() {
        return grid;
    }

    /** The port of the dashboard; 0 if there is none. */
    public int httpPort() {
        return dashboard == null ? 0 : dashboard.port();
    }

    /**
     * Starts and returns when it serves, except for tasks/: see {@link #takeIn}.
     *
     * @param onBroken told when the log can't be written any more; the process should end
     * @param onWaiting told in words what it waits for before it can serve
     * @throws IOException with a sentence for the person who started it
     */
    public static Master start(
            MasterConfig config,
            InstantSource wall,
            LongSupplier nanos,
            MasterListener listener,
            Consumer<String> onBroken,
            Consumer<String> onWaiting)
            throws IOException {
        Master master = new Master(config, wall, nanos, listener, onWaiting);
        try {
            master.open(onBroken);
            return master;
        } catch (IOException | RuntimeException e) {
            master.close();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            master.close();
            throw new IOException("interrupted while starting", e);
        }
    }

    private final class LogListener implements ReplicatedLog.Listener {
        private final Consumer<String> onBroken;

        LogListener(Consumer<String> onBroken) {
            this.onBroken = onBroken;
        }

        @Override
        public void onLeading() {
            effects.onLeading(machine.ledger());
            leading.complete(null);
        }

        @Override
        public void onFollowing() {
            effects.onFollowing();
            channel.onFollowing();
        }

        @Override
        public void onRestored() {
            effects.onRestored(machine.ledger());
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
            throw new IOException(
                    "The log in " + config.folders().data() + " did not begin to serve within " + SECONDS_TO_LEAD
                            + " seconds, though its files were found whole. Nothing was changed or deleted. The disk or this machine "
                            + "may be too busy: start the master again.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
    }

    /** The TCP port in force. */
    public int port() {
        return server.port();
    }

    /** The other port for chat programs; 0 if there is none. */
    public int chatPort() {
        return chatServer == null ? 0 : chatServer.port();
    }

    /** The ZeroMQ ports in force, if those programs are served. */
    public Optional<ZmqFace> zmq() {
        return zmq;
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
