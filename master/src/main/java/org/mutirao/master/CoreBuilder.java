package org.mutirao.master;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.mutirao.group.blob.BlobExchange;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.member.DataSeal;
import org.mutirao.group.raft.NodeConfig;
import org.mutirao.group.raft.RaftLog;
import org.mutirao.master.channel.ChannelJournal;
import org.mutirao.master.channel.ChannelOutcome;
import org.mutirao.master.clock.GridClocks;
import org.mutirao.master.cluster.CopyWatch;
import org.mutirao.master.cluster.EnginePort;
import org.mutirao.master.cluster.GridVoice;
import org.mutirao.master.cluster.GroupHandler;
import org.mutirao.master.cluster.GroupWatch;
import org.mutirao.master.cluster.MasterGroup;
import org.mutirao.master.cluster.NodeSettings;
import org.mutirao.master.cluster.Relay;
import org.mutirao.master.cluster.RunningGroup;
import org.mutirao.master.dispatch.DispatchPolicy;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.door.Door;
import org.mutirao.master.door.GridFiles;
import org.mutirao.master.door.GroupRoute;
import org.mutirao.master.door.LeaderIntake;
import org.mutirao.master.door.LeaderRoute;
import org.mutirao.master.door.WarmUp;
import org.mutirao.master.door.WireDoor;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.folders.DataFolder;
import org.mutirao.master.folders.ServedBy;
import org.mutirao.master.handlers.Asked;
import org.mutirao.master.handlers.ChannelHandler;
import org.mutirao.master.handlers.DiscoveryLog;
import org.mutirao.master.handlers.ExplainHandler;
import org.mutirao.master.handlers.FleetHandler;
import org.mutirao.master.handlers.ForeignPackages;
import org.mutirao.master.handlers.ForeignSizes;
import org.mutirao.master.handlers.HandlerThreads;
import org.mutirao.master.handlers.JobHandler;
import org.mutirao.master.handlers.JobPackages;
import org.mutirao.master.handlers.OperatorHandler;
import org.mutirao.master.handlers.PackageSender;
import org.mutirao.master.handlers.RegistryHandler;
import org.mutirao.master.handlers.RequestHandlers;
import org.mutirao.master.handlers.ResultHandler;
import org.mutirao.master.handlers.ScriptHandler;
import org.mutirao.master.handlers.Sessions;
import org.mutirao.master.handlers.SubmitHandler;
import org.mutirao.master.handlers.TaskHandler;
import org.mutirao.master.handlers.WholeResults;
import org.mutirao.master.handlers.WorkerHandler;
import org.mutirao.master.inbox.Inbox;
import org.mutirao.master.inbox.Intake;
import org.mutirao.master.inbox.IntakeLimits;
import org.mutirao.master.inbox.ScriptChange;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.machines.BlobEvents;
import org.mutirao.master.machines.ChannelMachine;
import org.mutirao.master.machines.ChannelNews;
import org.mutirao.master.machines.EffectHandler;
import org.mutirao.master.machines.Entry;
import org.mutirao.master.machines.GridMachine;
import org.mutirao.master.machines.GuardedEffects;
import org.mutirao.master.machines.Leadership;
import org.mutirao.master.machines.LedgerMachine;
import org.mutirao.master.machines.LedgerQuestions;
import org.mutirao.master.machines.MasterLoop;
import org.mutirao.master.machines.PackagesHere;
import org.mutirao.master.machines.Proposals;
import org.mutirao.master.machines.RankMachine;
import org.mutirao.master.machines.TaskNews;
import org.mutirao.master.results.AlongGate;
import org.mutirao.master.results.BroughtAlong;
import org.mutirao.master.results.Delivered;
import org.mutirao.master.results.JobAnswers;
import org.mutirao.master.results.Outputs;
import org.mutirao.master.results.OwnResults;
import org.mutirao.master.results.Publisher;
import org.mutirao.master.watch.JobNews;
import org.mutirao.master.watch.Views;
import org.mutirao.master.watch.Watchdog;
import org.mutirao.master.watch.Watching;
import org.mutirao.protocol.clock.ApplicationClock;
import org.mutirao.protocol.discovery.DiscoveryResponder;
import org.mutirao.protocol.message.ClockMessage;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.pack.Extra;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.threads.Threads;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.protocol.wire.WireServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the parts of a {@link Core}, each from those above it, and then opens them. Only the log comes later than its users: it is a
 * future, since a master of a group must hear the others before it has a log.
 */
final class CoreBuilder {
    private static final Logger log = LoggerFactory.getLogger(Core.class);
    private static final int DISK_THREADS = 8;
    private static final Duration STORED_WITHIN = Duration.ofMinutes(15);
    private static final long SECONDS_TO_LEAD = 60;
    private static final long LOOK_MILLIS = 100;
    private static final int CLIENT_THREADS = 2;

    private final MasterConfig config;
    private final Core.World world;
    private final Parts parts;
    private final InetAddress host;
    private final LongSupplier ticker;
    /** The application clock, by which everything is dated that others may see. */
    private final ApplicationClock clock;

    private final Views views;
    private final MasterLoop loop;
    private final GuardedPool disk;
    private final DataFolder data;
    private final BlobStore blobs;
    private final Outputs outputs;
    private final CompletableFuture<RaftLog<Entry, Object>> raft = new CompletableFuture<>();
    private final CompletableFuture<RunningGroup.Begun> begun = new CompletableFuture<>();
    private final GridVoice voice;
    private final GridClocks clocks;
    private final ChannelNews news;
    private final Dispatcher dispatcher;
    private final EffectHandler effects;
    private final ChannelMachine channelMachine;
    private final LedgerMachine tasks;
    private final GridMachine machine;
    private final ChannelHandler channel;
    private final JobHandler jobs;
    private final JobAnswers answers;
    private final BroughtAlong along;
    private final Leadership leadership;
    private final MasterGroup group;
    private final CopyWatch copies;
    private final Future<Void> noCopy;
    private final LeaderRoute route;
    private final LedgerQuestions questions;
    private final Intake intake;
    private final RegistryHandler registry;
    private final DiscoveryLog discoveryLog;
    private final Door door;
    private final WireDoor wire;

    CoreBuilder(MasterConfig config, Core.World world, Parts parts) throws IOException {
        this.config = config;
        this.world = world;
        this.parts = parts;
        this.ticker = world.ticker();
        DataFolder.writable(config.folders().tasks(), "--tasks");
        DataFolder.writable(config.folders().results(), "--results");
        data = parts.add(DataFolder.open(config.folders().data()));
        boolean alone = config.group().isAlone();
        String node = data.node(alone); // refuses before anything is changed
        views = Views.empty(ticker);
        parts.add(ServedBy.claim(config.folders().tasks(), config.folders().data(), world.clock(), views.liveness()));

        loop = parts.add(new MasterLoop(views.liveness()));
        blobs = BlobStore.open(data.blobs(), world.clock(), views.memory());
        disk = new GuardedPool("disk", DISK_THREADS, views.liveness(), STORED_WITHIN);
        parts.add(disk::shutdown);
        Delivered delivered = Delivered.open(data.delivered());
        OwnResults results = new OwnResults(config.folders().results(), delivered);
        outputs = new Outputs(results, views.tails());

        Proposals proposals = new Proposals(raft);
        Journal journal = command -> proposals.propose(command, Applied.class);
        ChannelJournal channelJournal = command -> proposals.propose(command, ChannelOutcome.class);
        clock = new ApplicationClock(world.clock());
        voice = new GridVoice(views.feed(), channelJournal, clock, world.onWaiting());
        clocks = new GridClocks(clock, ticker, voice::announceAndNotice);
        JobNews jobNews = new JobNews();
        Watching watching = new Watching(views, clock, voice::announce, jobNews, world.listener());

        host = InetAddress.getByName(config.listening().host());
        WireClient client = parts.add(
                new WireClient(CLIENT_THREADS, blobs.spool(config.sizes().largestPayload())));
        RunningGroup running = new RunningGroup(alone, node, begun, ticker);
        BlobEvents events = new BlobEvents(loop);
        BlobExchange exchange = parts.add(new BlobExchange(
                blobs,
                client,
                running::standing,
                running::grid,
                node,
                events,
                Threads.guarded(views.liveness(), ticker)));
        PackagesHere packages = new PackagesHere(blobs, exchange, events, alone, loop);
        PackageLimits limits =
                PackageLimits.defaults().withUnpacked(config.sizes().maxUnpacked());
        JobPackages jobPackages = parts.add(new JobPackages(blobs, limits, this::alongWith));
        ForeignPackages foreign = new ForeignPackages(
                blobs, limits, disk, jobPackages, new ForeignSizes(blobs, limits, jobPackages, disk, loop));
        AlongGate gate = new AlongGate(this::isAlongHere, disk, loop::execute, this::lookAgain);
        dispatcher = new Dispatcher(
                journal,
                DispatchPolicy.of(
                        config.leases().lease(),
                        config.leases().workerTimeout(),
                        config.leases().strangerLease()),
                clock,
                ticker,
                loop,
                watching,
                (task, worker) -> packages.isHere(task) && gate.isOpen(task) && foreign.suits(task, worker));
        group = parts.add(new MasterGroup(
                new NodeSettings(config.group(), data.root(), node, host, enginePort()),
                running,
                client,
                exchange::missing,
                ticker,
                views.liveness(),
                voice));
        Relay relay = parts.add(new Relay(client, running::leaderAddress));
        DataSeal seal = new DataSeal(data.copyKey(), ticker);
        copies = copyWatch(seal);
        noCopy = copies.begin();

        Publisher publisher = parts.add(new Publisher(results, blobs, journal, clock, events, views.liveness()));
        effects = new EffectHandler(
                running,
                config.resultsOn() == MasterConfig.ResultsOn.ALL,
                exchange,
                dispatcher,
                watching,
                publisher,
                loop);
        events.add(effects);
        news = new ChannelNews();
        channelMachine = new ChannelMachine(news);
        RankMachine ranks = new RankMachine();
        tasks = new LedgerMachine(
                new GuardedEffects(effects::carryOut, loop::execute), Optional.of(blobs), new TaskNews(channelMachine));
        machine = new GridMachine(tasks, channelMachine, ranks);
        channel = new ChannelHandler(channelMachine::channel, channelJournal, loop::execute, clock, ticker);
        news.add(changed -> channel.onNews());
        questions = new LedgerQuestions(tasks::ledger, loop, outputs, effects::deliverAgain);
        answers = parts.add(new JobAnswers(publisher, results, questions, ticker, views.liveness()));
        effects.onJobs(answers::onChanged);
        along = new BroughtAlong(questions, results, blobs, answers);
        jobs = new JobHandler(
                tasks::ledger,
                views.jobList(),
                journal,
                loop::execute,
                clock,
                ticker,
                new WholeResults(answers::whole, disk));
        jobNews.add(jobs::onChanged);
        leadership = new Leadership(tasks, effects, List.of(channel::onFollowing, jobs::onFollowing), world.onBroken());

        route = new GroupRoute(group, relay, alone ? leadership.first() : CompletableFuture.completedFuture(null));
        DurablePath path = new DurablePath(
                blobs,
                exchange,
                (command, bytes) -> proposals.propose(command, bytes, Applied.class),
                loop,
                hash -> tasks.ledger().refersTo(hash));
        IntakeLimits intakeLimits = new IntakeLimits(
                limits, config.sizes().maxPackage(), config.leases().maxAttempts());
        intake = new Intake(blobs, path, new LeaderIntake(route), intakeLimits, clock, jobPackages::keep);
        HandlerThreads threads = new HandlerThreads(loop, disk);
        GroupHandler masters = new GroupHandler(group, blobs, questions::resultFile, disk, seal);
        OperatorHandler operators = new OperatorHandler(
                new SubmitHandler(tasks::ledger, intake, threads, views.tallies()::refusedOne),
                new TaskHandler(
                        tasks::ledger, journal, threads, outputs, views.board().machines(), clock, ticker),
                jobs,
                new ScriptHandler(
                        tasks::ledger,
                        new ScriptChange(blobs, path, intakeLimits, clock),
                        threads,
                        blobs::discard,
                        ticker),
                new ExplainHandler(
                        tasks::ledger,
                        dispatcher,
                        views.liveness(),
                        views.board().machines(),
                        clock,
                        ticker),
                new FleetHandler(tasks::ledger, dispatcher, views.feed(), group::grid, ticker),
                masters);
        registry = new RegistryHandler(
                ranks::ranks,
                name -> proposals.propose(new RankMachine.GiveRank(name), OptionalInt.class),
                group,
                dispatcher,
                clocks.rounds(),
                clock,
                ticker);
        discoveryLog = new DiscoveryLog();
        Sessions sessions = new Sessions(ticker, config.leases().silence(), discoveryLog, voice::onWarning);
        WorkerHandler workers = new WorkerHandler(
                dispatcher,
                new PackageSender(blobs, disk, jobPackages, foreign, this::terms),
                this::terms,
                discoveryLog,
                views.tails(),
                this::clockOf,
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
                new RequestHandlers.Handlers(workers, delivery, operators, channel, registry, masters));
        door = new Door(route, handlers, views.liveness(), blobs::discard, ticker);
        wire = new WireDoor(
                door,
                handlers,
                host,
                WireServer.Limits.defaults().withPerAddress(config.listening().connectionsPerAddress()),
                blobs.spool(config.sizes().largestPayload()));
    }

    // What the dispatcher needs comes from parts that are built after it.

    private List<Extra> alongWith(TaskRecord task) throws IOException {
        return along.of(task);
    }

    private boolean isAlongHere(TaskRecord task) throws IOException {
        return along.areHere(task);
    }

    private void lookAgain() {
        dispatcher.look();
    }

    private Optional<ClockMessage> clockOf(WorkerRequest.Heartbeat heartbeat) {
        String id = heartbeat.peer().value();
        return heartbeat.clock().map(told -> clocks.rounds()
                .onReport(id, Text.kept("worker %s", dispatcher.fleet().nameOf(heartbeat.peer())), told));
    }

    private int enginePort() throws IOException {
        return config.group().isAlone()
                ? 1
                : EnginePort.choose(
                        config.group(), data, host, config.listening().port());
    }

    private CopyWatch copyWatch(DataSeal seal) {
        WireClient client = parts.add(new WireClient(1, Spool.none()));
        return parts.add(new CopyWatch(
                seal,
                client,
                config.listening().discovery(),
                ticker,
                group.peerDiscovery()::lookalikes,
                new CopyWatch.Voice() {
                    @Override
                    public void warn(String what) {
                        voice.onWarning(what);
                    }

                    @Override
                    public void stop(String why) {
                        world.onBroken().accept(why);
                    }
                },
                views.liveness()));
    }

    private Reply.Terms terms() {
        return new Reply.Terms(
                group.grid(),
                List.of(Feature.values()),
                config.leases().lease(),
                group.running().addresses());
    }

    /** Opens everything, in the order in which a request finds its way: the door, the log, and those who look for the door. */
    Core open() throws IOException, InterruptedException {
        parts.add(new Watchdog(views.liveness(), log::warn)).start(door::tick);
        awaitNoCopy();
        parts.add(wire);
        int port = wire.listen(config.listening().port());
        group.open(port);
        startLog();
        parts.add(wire); // closed before the log, so that nobody is told "later" by a master that leaves
        DiscoveryResponder discovery = parts.add(
                DiscoveryResponder.start(config.listening().discovery(), host, port, new Asked(discoveryLog, group)));
        Inbox inbox = parts.add(new Inbox(
                config.folders().tasks(),
                intake,
                questions,
                world.clock(),
                ticker,
                views.liveness(),
                views.tallies()::refusedOne));
        GroupWatch watch = new GroupWatch(group, blobs, () -> tasks.ledger().blobs(), disk, ticker, voice::onNotice);
        List.<Supplier<Duration>>of(
                        () -> voice.tick(group),
                        dispatcher::tick,
                        effects::tick,
                        () -> channel.tick(group.serves()),
                        jobs::tick,
                        () -> registry.tick(group.serves()),
                        () -> clocks.rounds().tick(group.serves()),
                        () -> clocks.pulse(group, route),
                        watch::tick)
                .forEach(loop::repeat);
        parts.add(group::leave);
        WarmUp.run(discovery, host, port);
        return new Core(parts, grid(), inbox, port, discovery.ports());
    }

    private OpenGrid grid() {
        GridFiles files = new GridFiles(
                blobs, outputs, config.folders().tasks(), config.sizes().maxPackage(), data::token, answers::whole);
        return new OpenGrid(
                new OpenGrid.Ways(
                        door,
                        wire,
                        listener -> loop.execute(() -> {
                            news.add(listener);
                            listener.onNews(channelMachine.channel());
                        })),
                views,
                files,
                group,
                voice,
                clock,
                ticker);
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

    private void startLog() throws IOException, InterruptedException {
        if (config.group().size() == 2) {
            world.onWaiting()
                    .accept(
                            Text.of(
                                    "Two masters survive no loss: if either dies, nothing is accepted until it is back. Three survive one."));
        }
        NodeConfig place = group.takePlace(data.log());
        RaftLog<Entry, Object> started = parts.add(RaftLog.start(place, machine, loop, leadership, views.liveness()));
        raft.complete(started);
        begun.complete(new RunningGroup.Begun(started, place.grid()));
        if (group.isAlone()) {
            awaitLeading();
        } else {
            awaitLeader();
        }
    }

    private void awaitLeading() throws IOException, InterruptedException {
        try {
            leadership.first().get(SECONDS_TO_LEAD, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    Text.of(
                            "The log in %s did not begin to serve within %d seconds, though its files were found whole. Nothing"
                                    + " was changed or deleted. The disk or this machine may be too busy: start the master again.",
                            config.folders().data(), SECONDS_TO_LEAD),
                    e);
        }
    }

    /** Until somebody leads: a master of a group serves only then. */
    private void awaitLeader() throws InterruptedException {
        boolean told = false;
        while (!leadership.first().isDone() && group.leaderElsewhere().isEmpty()) {
            if (!told) {
                world.onWaiting()
                        .accept(Text.of("Waiting for a majority of the group's masters, to elect the one that leads."));
                told = true;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
