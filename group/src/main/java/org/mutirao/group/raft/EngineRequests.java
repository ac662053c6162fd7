package org.mutirao.group.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.mutirao.group.member.Member;

/** What a member asks of its own engine: to append, to take a snapshot, to change the group. Never blocks; safe for any thread. */
final class EngineRequests {
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(10);
    private static final long TRANSFER_MILLIS = 600;
    private static final long SNAPSHOT_PATIENCE_MILLIS = 60_000;

    private final RaftServer server;
    private final RaftGroupId group;
    private final RaftClientAsynchronousProtocol commands;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();

    /** @param server which has started */
    EngineRequests(RaftServer server, RaftGroupId group) throws IOException {
        this.server = server;
        this.group = group;
        // Straight to the group's own server: the usual way would hop through one more executor.
        this.commands = (RaftClientAsynchronousProtocol) server.getDivision(group);
    }

    /** Appends an entry; what came of it is in the reply. */
    CompletableFuture<RaftClientReply> append(ByteString bytes) {
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

    CompletableFuture<Void> takeSnapshot() {
        return settled(() -> server.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                client, server.getId(), group, calls.incrementAndGet(), SNAPSHOT_PATIENCE_MILLIS)));
    }

    CompletableFuture<Void> configure(List<Member> members) {
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

    CompletableFuture<Void> transfer(Member to) {
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
        return replied.orTimeout(SETTLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(reply -> reply.getException() == null
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(reply.getException()));
    }
}
