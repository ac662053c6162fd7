package org.mutirao.group.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.log.StateMachine;
import org.mutirao.protocol.id.GridId;

/**
 * The log of a group of one. Commands wait in a short queue and travel as batches, so that one forced write to disk serves
 * many.
 *
 * @param <C> command
 * @param <R> what applying a command returns
 */
public final class RaftLog<C, R> implements ReplicatedLog<C, R> {
    /** Batches on their way; more would only queue at the disk. */
    private static final int MOST_IN_FLIGHT = 4;

    private static final long DEADLINE_SECONDS = 10;
    /** Entries; the engine keeps some 280 bytes of memory for each since the last snapshot. */
    private static final long SNAPSHOT_EVERY = 20_000;

    private final BatchQueue<C, R> queue;
    private final Executor owner;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final RaftGroupId group;
    private final RaftServer server;
    private final RaftClientAsynchronousProtocol division;
    private int inFlight;
    private boolean flushDue;

    private RaftLog(
            Path folder, GridId grid, StateMachine<C, R> machine, Executor owner, Listener listener, long snapshotEvery)
            throws IOException {
        this.owner = owner;
        this.queue = new BatchQueue<>(machine);
        this.group = RaftGroupId.valueOf(grid.value());
        RaftPeerId self = RaftPeerId.valueOf("m1");
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        RaftPeer peer =
                RaftPeer.newBuilder().setId(self).setAddress(host + ":0").build();
        server = RaftServer.newBuilder()
                .setServerId(self)
                .setGroup(RaftGroup.valueOf(group, peer))
                .setProperties(RaftSettings.groupOfOne(folder, host, snapshotEvery))
                .setStateMachine(new MachineAdapter<>(machine, queue, owner, listener))
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        server.start();
        // Straight to the group's own server: the usual way would hop through one more executor.
        division = (RaftClientAsynchronousProtocol) server.getDivision(group);
    }

    /**
     * Starts on what the folder holds, or afresh.
     *
     * @param owner runs one task after the other; everything the state machine does happens there
     */
    public static <C, R> RaftLog<C, R> start(
            Path folder, GridId grid, StateMachine<C, R> machine, Executor owner, Listener listener)
            throws IOException {
        return start(folder, grid, machine, owner, listener, SNAPSHOT_EVERY);
    }

    static <C, R> RaftLog<C, R> start(
            Path folder, GridId grid, StateMachine<C, R> machine, Executor owner, Listener listener, long snapshotEvery)
            throws IOException {
        return new RaftLog<>(folder, grid, machine, owner, listener, snapshotEvery);
    }

    @Override
    public CompletableFuture<R> propose(C command) {
        CompletableFuture<R> result = new CompletableFuture<>();
        owner.execute(() -> {
            queue.add(command, result);
            if (!flushDue) {
                // Behind what else waits for the owner, so that commands proposed together travel together.
                flushDue = true;
                owner.execute(this::flush);
            }
        });
        return result;
    }

    private void flush() {
        flushDue = false;
        while (inFlight < MOST_IN_FLIGHT && !queue.isEmpty()) {
            BatchQueue.Batch<R> batch = queue.take();
            inFlight++;
            send(batch.bytes())
                    .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .whenCompleteAsync((reply, failure) -> onSent(batch, reply, failure), owner);
        }
    }

    private CompletableFuture<RaftClientReply> send(ByteString bytes) {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(server.getId())
                .setGroupId(group)
                .setCallId(calls.incrementAndGet())
                .setMessage(Message.valueOf(bytes))
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            return division.submitClientRequestAsync(request);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** On success the results are there already: they came with the entry's application. */
    private void onSent(BatchQueue.Batch<R> batch, RaftClientReply reply, Throwable failure) {
        inFlight--;
        Throwable cause = failure != null ? failure : reply.getException();
        if (cause != null) {
            String reason = cause instanceof TimeoutException ? "the log did not answer in time" : "the log refused";
            queue.forget(batch);
            batch.waiting().forEach(result -> result.completeExceptionally(new ProposalFailed(reason, cause)));
        }
        flush();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the replicated log could not be closed", e);
        }
    }
}
