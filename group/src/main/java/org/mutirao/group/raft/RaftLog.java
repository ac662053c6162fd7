package org.mutirao.group.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.mutirao.group.log.DamagedLog;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.log.StateMachine;
import org.mutirao.group.member.Group;
import org.mutirao.group.member.Member;
import org.mutirao.group.member.SignsOfUse;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedScheduler;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log on Apache Ratis. Commands that wait at the same time travel as one entry, so that many cost little more than one.
 *
 * <p>The engine's own checks run only when it has nothing else to do. So this asks itself, four times a second: does a majority
 * still answer the leader, and does the engine still live?
 */
public final class RaftLog<C, R> implements ReplicatedLog<C, R>, Group {
    private static final Logger log = LoggerFactory.getLogger(RaftLog.class);
    /** The engine's network library logs past SLF4J; held, or its level would be forgotten. */
    private static final java.util.logging.Logger ENGINE_NETWORK =
            java.util.logging.Logger.getLogger("org.apache.ratis.thirdparty");

    static {
        ENGINE_NETWORK.setLevel(Level.WARNING);
    }

    /** Batches on their way; more would only queue at the disk. */
    private static final int MAX_IN_FLIGHT = 4;

    /**
     * While others are on their way to the disk, a command waits a part of the time that they take, for more to travel with: each entry costs
     * the engine much more than a command in it.
     */
    private static final int GATHER_PART = 4;

    private static final long MAX_GATHER_NANOS = 500_000;

    private static final Duration DEADLINE_ALONE = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final long CHECK_MILLIS = 250;
    /** A look forces one small file to disk. */
    private static final Duration CHECKED_WITHIN = Duration.ofMinutes(1);

    /** Twice the longest time that a follower waits for its leader. */
    private static final Duration SILENCE = Duration.ofMillis(1200);

    /** Entries; who has no more to act on is as good as up to date. */
    private static final long AT_ONCE = 64;

    private static final long TRANSFER_MILLIS = 600;
    private static final long STEP_DOWN_MILLIS = 20;
    private static final long SNAPSHOT_PATIENCE_MILLIS = 60_000;
    /** Entries; the engine keeps some 280 bytes of memory for each since the last snapshot. */
    private static final long SNAPSHOT_EVERY = 20_000;

    private final NodeConfig nodeConfig;
    private final BatchQueue<C, R> queue;
    private final Executor owner;
    private final Listener listener;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final RaftGroupId group;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final RaftClientAsynchronousProtocol commands;
    private final ScheduledExecutorService supervisor;
    private final LeaderProbe way;
    private final HighWaterMark mark;
    private final ConnectionLimits port = new ConnectionLimits();
    private final LongSupplier ticker = System::nanoTime;
    private int inFlight;
    /** How long entries take lately. */
    private long tripNanos;

    private boolean flushDue;
    private volatile boolean ready;
    private final MachineAdapter<C, R> adapter;
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
        this.owner = owner;
        this.listener = listener;
        this.queue = new BatchQueue<>(machine);
        this.group = RaftGroupId.valueOf(nodeConfig.grid().value());
        Files.createDirectories(nodeConfig.data());
        this.mark = HighWaterMark.open(HighWaterMark.fileFor(nodeConfig), nodeConfig.grid());
        this.adapter = new MachineAdapter<>(machine, queue, owner, new Leadership(), mark, nodeConfig.data());
        List<RaftPeer> founders =
                nodeConfig.founders().stream().map(Peers::peer).toList();
        server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(nodeConfig.self().name()))
                .setGroup(RaftGroup.valueOf(group, founders))
                .setProperties(RaftSettings.of(nodeConfig, snapshotEvery))
                .setParameters(RaftSettings.parameters(port))
                .setStateMachine(adapter)
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        server.start();
        division = server.getDivision(group);
        way = new LeaderProbe(server.getId(), LeaderProbe.over(server, group), System::nanoTime);
        // Straight to the group's own server: the usual way would hop through one more executor.
        commands = (RaftClientAsynchronousProtocol) division;
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
    public CompletableFuture<R> propose(C command, byte[] bytes) {
        CompletableFuture<R> result = new CompletableFuture<>();
        owner.execute(() -> {
            queue.add(command, bytes, result);
            if (!flushDue) {
                // Behind what else waits for the owner, so that commands proposed together travel together.
                flushDue = true;
                long gather = inFlight == 0 ? 0 : Math.min(MAX_GATHER_NANOS, tripNanos / GATHER_PART);
                Executor when =
                        gather == 0 ? owner : CompletableFuture.delayedExecutor(gather, TimeUnit.NANOSECONDS, owner);
                when.execute(this::flush);
            }
        });
        return result;
    }

    private void flush() {
        flushDue = false;
        while (inFlight < MAX_IN_FLIGHT && !queue.isEmpty()) {
            BatchQueue.Batch<R> batch = queue.take();
            inFlight++;
            submit(batch);
        }
    }

    private void submit(BatchQueue.Batch<R> batch) {
        long began = ticker.getAsLong();
        send(batch.bytes())
                .orTimeout((nodeConfig.alone() ? DEADLINE_ALONE : DEADLINE).toMillis(), TimeUnit.MILLISECONDS)
                .whenCompleteAsync(
                        (reply, failure) -> {
                            tripNanos = (3 * tripNanos + ticker.getAsLong() - began) / 4;
                            onSent(batch, reply, failure);
                        },
                        owner);
    }

    CompletableFuture<RaftClientReply> send(ByteString bytes) {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(server.getId())
                .setGroupId(group)
                .setCallId(calls.incrementAndGet())
                .setMessage(Message.valueOf(bytes))
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            return commands.submitClientRequestAsync(request);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** On success the results are there already: they came with the entry's application. */
    private void onSent(BatchQueue.Batch<R> batch, RaftClientReply reply, Throwable failure) {
        inFlight--;
        Throwable failed = failure instanceof CompletionException ? failure.getCause() : failure;
        Throwable cause = failed != null ? failed : reply.getException();
        if (cause instanceof LeaderSteppingDownException && ready) {
            // It hands over, or tries to: in a moment this master leads no more, or again.
            inFlight++;
            CompletableFuture.delayedExecutor(STEP_DOWN_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> submit(batch));
            return;
        }
        if (cause != null) {
            String reason = cause instanceof TimeoutException
                    ? Text.of("the log did not answer in time")
                    : Text.of("the log refused");
            queue.forget(batch);
            batch.waiting().forEach(result -> result.completeExceptionally(new ProposalFailed(reason, cause)));
        }
        flush();
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
            if (adapter.isSnapshotDue() && !snapshotting) {
                snapshotting = true;
                takeSnapshot();
            }
            if (!nodeConfig.alone()) {
                way.look(info.getLeaderId());
            }
            boolean has = !info.isLeader() || hasMajority(info);
            if (has != majority) {
                owner.execute(() -> onMajority(has));
            }
        } catch (RuntimeException e) {
            log.warn("The replicated log could not be looked after: {}", e.toString());
        }
    }

    /** The engine counts entries; a few thousand large ones would fill the disk and take long to read again. */
    private void takeSnapshot() {
        settled(() -> server.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                        client, server.getId(), group, calls.incrementAndGet(), SNAPSHOT_PATIENCE_MILLIS)))
                .whenComplete((done, failure) -> {
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

    private boolean hasMajority(DivisionInfo info) {
        Map<String, Long> silence = silence(info);
        long voters = 0;
        long answering = 0;
        for (RaftPeer peer : division.getRaftConf().getAllPeers()) {
            voters++;
            boolean self = peer.getId().equals(server.getId());
            Long millis = silence.get(peer.getId().toString());
            if (self || (millis != null && millis < SILENCE.toMillis())) {
                answering++;
            }
        }
        return answering > voters / 2;
    }

    private static Map<String, Long> silence(DivisionInfo info) {
        return info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
                .collect(Collectors.toMap(
                        follower -> follower.getId().getId().toStringUtf8(),
                        ServerRpcProto::getLastRpcElapsedTimeMs,
                        Math::min));
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
        DivisionInfo info = division.getInfo();
        RaftConfiguration conf = division.getRaftConf();
        Map<String, Long> silence = silence(info);
        Map<String, Long> commits = division.getCommitInfos().stream()
                .collect(Collectors.toMap(
                        commit -> commit.getServer().getId().toStringUtf8(),
                        CommitInfoProto::getCommitIndex,
                        Math::max));
        long own = commits.getOrDefault(server.getId().toString(), 0L);
        List<Peer> peers = new ArrayList<>();
        List<RaftPeer> known = new ArrayList<>(conf.getAllPeers());
        known.addAll(conf.getAllPeers(RaftPeerRole.LISTENER));
        for (RaftPeer peer : known) {
            String name = peer.getId().toString();
            boolean self = name.equals(nodeConfig.self().name());
            boolean voter = conf.getAllPeers().contains(peer);
            boolean visible = info.isLeader() && (self || silence.containsKey(name));
            peers.add(new Peer(
                    Peers.member(peer, voter),
                    Duration.ofMillis(self ? 0 : silence.getOrDefault(name, Long.MAX_VALUE / 2_000_000)),
                    visible ? Math.max(0, own - commits.getOrDefault(name, 0L)) : -1));
        }
        RaftPeerId leaderId = info.getLeaderId();
        Optional<Member> leader = peers.stream()
                .map(Peer::member)
                .filter(member -> leaderId != null && member.name().equals(leaderId.toString()))
                .findFirst();
        return new GroupStatus(role(info), info.isLeader() && serves(), info.getCurrentTerm(), leader, peers);
    }

    private static Role role(DivisionInfo info) {
        return switch (info.getCurrentRole()) {
            case LEADER -> Role.LEADER;
            case CANDIDATE -> Role.CANDIDATE;
            case LISTENER -> Role.LISTENER;
            default -> Role.FOLLOWER;
        };
    }

    @Override
    public CompletableFuture<Void> configure(List<Member> members) {
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setServersInNewConf(
                        members.stream().filter(Member::voter).map(Peers::peer).toList())
                .setListenersInNewConf(members.stream()
                        .filter(member -> !member.voter())
                        .map(Peers::peer)
                        .toList())
                .build();
        return settled(() -> server.setConfigurationAsync(
                new SetConfigurationRequest(client, server.getId(), group, calls.incrementAndGet(), arguments)));
    }

    @Override
    public CompletableFuture<Void> transfer(Member to) {
        return settled(() -> server.transferLeadershipAsync(new TransferLeadershipRequest(
                client,
                server.getId(),
                group,
                calls.incrementAndGet(),
                RaftPeerId.valueOf(to.name()),
                TRANSFER_MILLIS)));
    }

    private interface Asked {
        CompletableFuture<RaftClientReply> ask() throws IOException;
    }

    private static CompletableFuture<Void> settled(Asked asked) {
        CompletableFuture<RaftClientReply> replied;
        try {
            replied = asked.ask();
        } catch (IOException e) {
            replied = CompletableFuture.failedFuture(e);
        }
        return replied.orTimeout(DEADLINE_ALONE.toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(reply -> reply.getException() == null
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(reply.getException()));
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
            port.close();
            mark.close();
        }
    }
}
