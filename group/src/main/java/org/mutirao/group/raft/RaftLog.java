package org.mutirao.group.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.mutirao.group.log.DamagedLog;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.log.StateMachine;
import org.mutirao.group.member.Group;
import org.mutirao.group.member.Member;
import org.mutirao.group.member.SignsOfUse;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.EventThread;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.threads.GuardedScheduler;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log on Apache Ratis: opens it, and looks after it. Commands that wait at the same time travel as one entry, so that many cost
 * little more than one.
 *
 * <p>The engine's own checks run only when it has nothing else to do. So this asks itself, four times a second: does a majority
 * still answer the leader, and does the engine still live? Safe for any thread; the listener is told on the owner's.
 */
public final class RaftLog<C, R> implements ReplicatedLog<C, R>, Group {
    private static final Logger log = LoggerFactory.getLogger(RaftLog.class);
    /** The engine's network library logs past SLF4J; held, or its level would be forgotten. */
    private static final java.util.logging.Logger ENGINE_NETWORK =
            java.util.logging.Logger.getLogger("org.apache.ratis.thirdparty");

    static {
        ENGINE_NETWORK.setLevel(Level.WARNING);
    }

    private static final Duration DEADLINE_ALONE = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final long CHECK_MILLIS = 250;
    /** A look forces one small file to disk. */
    private static final Duration CHECKED_WITHIN = Duration.ofMinutes(1);
    /** The engine takes entries into its memory. */
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(10);

    /** Entries; who has no more to act on is as good as up to date. */
    private static final long AT_ONCE = 64;

    /** Entries; the engine keeps some 280 bytes of memory for each since the last snapshot. */
    private static final long SNAPSHOT_EVERY = 20_000;
    /** Of the entries after which the engine takes a snapshot by itself, unprepared. */
    private static final double EARLY = 0.75;

    private final NodeConfig nodeConfig;
    private final Executor owner;
    private final Listener listener;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final EngineRequests engine;
    private final EngineStatus status;
    private final EventThread writer;
    private final BatchSender<C, R> sender;
    private final ScheduledExecutorService supervisor;
    private final GuardedPool forcing = GuardedPool.bounded("log-forcing", 1, 1);
    private final LeaderProbe way;
    private final HighWaterMark mark;
    private final ConnectionLimits port;
    private volatile boolean ready;
    private final MachineAdapter<C, R> adapter;
    /** Entries. */
    private final long snapshotAfter;

    private volatile boolean snapshotting;
    private volatile boolean majority = true;
    private volatile boolean closed;

    private RaftLog(
            NodeConfig nodeConfig,
            StateMachine<C, R> machine,
            Executor owner,
            Listener listener,
            long snapshotEvery,
            Liveness liveness)
            throws IOException {
        this.nodeConfig = nodeConfig;
        this.port = new ConnectionLimits(nodeConfig.door());
        this.owner = owner;
        this.listener = listener;
        this.snapshotAfter = (long) (EARLY * snapshotEvery);
        this.writer = new EventThread("log-writer", liveness.activity("log writer", WRITTEN_WITHIN));
        OwnEntries<C, R> entries = new OwnEntries<>(machine);
        RaftGroupId group = RaftGroupId.valueOf(nodeConfig.grid().value());
        Files.createDirectories(nodeConfig.data());
        this.mark = HighWaterMark.open(HighWaterMark.fileFor(nodeConfig), nodeConfig.grid());
        this.adapter = new MachineAdapter<>(machine, entries, owner, writer, new Leadership(), mark, nodeConfig.data());
        List<RaftPeer> founders =
                nodeConfig.founders().stream().map(Peers::peer).toList();
        server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(nodeConfig.self().name()))
                .setGroup(RaftGroup.valueOf(group, founders))
                .setProperties(RaftSettings.of(nodeConfig, snapshotEvery))
                .setParameters(RaftSettings.parameters(nodeConfig, port))
                .setStateMachine(adapter)
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        server.start();
        division = server.getDivision(group);
        way = new LeaderProbe(server.getId(), LeaderProbe.over(server, group), System::nanoTime);
        engine = new EngineRequests(server, group);
        status = new EngineStatus(division);
        Duration deadline = nodeConfig.alone() ? DEADLINE_ALONE : DEADLINE;
        sender = new BatchSender<>(entries, engine::append, owner, writer, deadline, () -> ready, System::nanoTime);
        supervisor = new GuardedScheduler("log-supervisor", liveness.activity("log supervisor", CHECKED_WITHIN));
        supervisor.scheduleWithFixedDelay(this::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Starts on what the folder holds, or afresh.
     *
     * @param owner runs one task after the other; everything the state machine does happens there
     * @param liveness told what the supervisor's thread is at
     */
    public static <C, R> RaftLog<C, R> start(
            NodeConfig nodeConfig, StateMachine<C, R> machine, Executor owner, Listener listener, Liveness liveness)
            throws IOException {
        return start(nodeConfig, machine, owner, listener, SNAPSHOT_EVERY, liveness);
    }

    /** Watched by nobody. */
    static <C, R> RaftLog<C, R> start(
            NodeConfig nodeConfig, StateMachine<C, R> machine, Executor owner, Listener listener) throws IOException {
        return start(nodeConfig, machine, owner, listener, Liveness.unwatched());
    }

    static <C, R> RaftLog<C, R> start(
            NodeConfig nodeConfig, StateMachine<C, R> machine, Executor owner, Listener listener, long snapshotEvery)
            throws IOException {
        return start(nodeConfig, machine, owner, listener, snapshotEvery, Liveness.unwatched());
    }

    private static <C, R> RaftLog<C, R> start(
            NodeConfig nodeConfig,
            StateMachine<C, R> machine,
            Executor owner,
            Listener listener,
            long snapshotEvery,
            Liveness liveness)
            throws IOException {
        if (nodeConfig.alone()) {
            LogInspection.checkAlone(nodeConfig);
        }
        try {
            LogInspection.check(
                    nodeConfig,
                    HighWaterMark.read(HighWaterMark.fileFor(nodeConfig), nodeConfig.grid()),
                    SignsOfUse.ofWork(nodeConfig.data()));
        } catch (IOException e) {
            throw new DamagedLog(
                    Text.of(
                            "This start was refused, since it would find less than there was: %s.",
                            OwnFiles.inWords(e)),
                    nodeConfig.alone(),
                    e);
        }
        try {
            return new RaftLog<>(nodeConfig, machine, owner, listener, snapshotEvery, liveness);
        } catch (IOException | RuntimeException e) {
            log.warn("The log's engine says: {}", e.toString());
            throw new DamagedLog(Text.of("The log in %s can't be opened.", nodeConfig.folder()), nodeConfig.alone(), e);
        }
    }

    /** A group of one, on this machine only. */
    public static NodeConfig alone(Path folder, GridId grid, String name) {
        HostPort nowhere = new HostPort("127.0.0.1", 0);
        Member self = new Member(name, nowhere, nowhere, 0, true);
        return new NodeConfig(folder, grid, self, List.of(self), "127.0.0.1", true);
    }

    @Override
    public void propose(C command, byte[] bytes, CompletableFuture<R> result) {
        sender.propose(command, bytes, result);
    }

    /** Anything, as a stranger or a later version might; for tests. */
    CompletableFuture<RaftClientReply> send(ByteString bytes) {
        return engine.append(bytes);
    }

    /** Leading means both: the engine says so, and a majority answers. */
    private final class Leadership implements Listener {
        @Override
        public void onLeading() {
            ready = true;
            majority = true;
            listener.onLeading();
        }

        @Override
        public void onFollowing() {
            if (ready) {
                ready = false;
                listener.onFollowing();
            }
        }

        @Override
        public void onRestored() {
            listener.onRestored();
        }

        @Override
        public void onBroken(String reason) {
            listener.onBroken(reason);
        }
    }

    private void check() {
        try {
            mark.force();
            DivisionInfo info = division.getInfo();
            if (info.getLifeCycleState().isClosingOrClosed()) {
                if (!closed) {
                    owner.execute(() -> listener.onBroken(Text.of(
                            "the replicated log has stopped, as it does when this master was removed from its group")));
                }
                return;
            }
            if (adapter.isSnapshotDue(snapshotAfter) && !snapshotting) {
                snapshotting = true;
                forcing.execute(Text.of("a snapshot"), this::takeSnapshot, fault -> snapshotting = false);
            }
            if (!nodeConfig.alone()) {
                way.look(info.getLeaderId());
            }
            boolean has = !info.isLeader() || status.hasMajority();
            if (has != majority) {
                owner.execute(() -> onMajority(has));
            }
        } catch (RuntimeException e) {
            log.warn("The replicated log could not be looked after: {}", e.toString());
        }
    }

    /**
     * The engine counts entries; a few thousand large ones would fill the disk and take long to read again. While it takes a snapshot it
     * hands out no entry, so what has to be forced before is forced now. The first time may take long, and the second gets what came
     * meanwhile.
     */
    private void takeSnapshot() {
        CompletableFuture<Void> taken;
        try {
            adapter.forceKept();
            adapter.forceKept();
            taken = engine.takeSnapshot();
        } catch (IOException | RuntimeException e) {
            taken = CompletableFuture.failedFuture(e);
        }
        taken.whenComplete((done, failure) -> {
            snapshotting = false;
            if (failure != null) {
                log.debug("No snapshot was taken: {}", failure.toString());
            }
        });
    }

    private void onMajority(boolean has) {
        if (has == majority) {
            return;
        }
        majority = has;
        if (ready && has) {
            log.info("A majority of the masters answers again; going on");
            listener.onLeading();
        } else if (ready) {
            log.warn("No majority of the masters answers; nothing is handed out or accepted until one does");
            listener.onFollowing();
        }
    }

    @Override
    public boolean serves() {
        return ready && majority;
    }

    @Override
    public long applied() {
        return Math.max(0, adapter.getLastAppliedTermIndex().getIndex());
    }

    @Override
    public boolean isCatchingUp() {
        return division.getRaftLog().getLastCommittedIndex() - applied() > AT_ONCE;
    }

    @Override
    public boolean isReady() {
        return !isCatchingUp() && (division.getInfo().isLeader() || nodeConfig.alone() || way.isOpen());
    }

    @Override
    public GroupStatus standing() {
        return status.standing(serves());
    }

    @Override
    public CompletableFuture<Void> configure(List<Member> members) {
        return engine.configure(members);
    }

    @Override
    public CompletableFuture<Void> transfer(Member to) {
        return engine.transfer(to);
    }

    @Override
    public void close() {
        closed = true;
        supervisor.shutdownNow();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(Text.of("the replicated log could not be closed"), e);
        } finally {
            writer.shutdown();
            forcing.shutdown();
            port.close();
            mark.close();
        }
    }
}
