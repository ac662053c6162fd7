package org.mutirao.group.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.RaftClientRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadRequestTypeProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a follower's own connection to the leader open, over which it asks for votes once it is to lead. Opening it only then would make
 * everybody wait, and after a cut cable it may be dead for seconds while the leader's connection lives again. What is asked changes
 * nothing. For one thread; only {@link #isOpen} is safe for any.
 */
final class LeaderProbe {
    private static final Logger log = LoggerFactory.getLogger(LeaderProbe.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration FRESH = Duration.ofMillis(1500);

    private static final ByteString CLIENT = ClientId.randomId().toByteString();

    /** How the leader is asked. */
    interface Question {
        /**
         * Completes when it answers, however.
         *
         * @throws IOException when it can't be reached
         */
        CompletableFuture<?> ask(RaftPeerId leader) throws IOException;
    }

    private final RaftPeerId self;
    private final Question question;
    private final LongSupplier nanos;
    private RaftPeerId leader;
    private long asked;
    /** The question that is under way; 0 for none. One at a time: behind a dead connection more would only queue. */
    private volatile long pending;

    /** When the last question was asked that the leader answered; nothing before that. */
    private volatile Long answered;

    /** @param nanos monotonic */
    LeaderProbe(RaftPeerId self, Question question, LongSupplier nanos) {
        this.self = self;
        this.question = question;
        this.nanos = nanos;
    }

    /** Over the connection on which that server asks for votes. */
    static Question over(RaftServer server, RaftGroupId group) {
        return leader -> {
            RaftRpcRequestProto.Builder header = RaftRpcRequestProto.newBuilder()
                    .setRequestorId(server.getId().toByteString())
                    .setReplyId(leader.toByteString())
                    .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.toByteString()));
            ReadIndexRequestProto request = ReadIndexRequestProto.newBuilder()
                    .setServerRequest(header)
                    .setClientRequest(RaftClientRequestProto.newBuilder()
                            .setRpcRequest(header.clone().setRequestorId(CLIENT))
                            .setRead(ReadRequestTypeProto.getDefaultInstance()))
                    .build();
            return server.getServerRpc().async().readIndexAsync(request);
        };
    }

    /** To be called several times a second. */
    void look(RaftPeerId current) {
        if (current == null || current.equals(self)) {
            leader = null;
            answered = null;
            return;
        }
        if (!current.equals(leader)) {
            leader = current;
            answered = null;
            pending = 0;
        }
        if (pending == 0 && !isYoungerThan(INTERVAL)) {
            asked++;
            ask(current, asked);
        }
    }

    private void ask(RaftPeerId peer, long number) {
        long now = nanos.getAsLong();
        pending = number;
        try {
            question.ask(peer).whenComplete((answer, failure) -> {
                if (pending != number) {
                    return; // about another leader
                }
                if (failure == null) {
                    answered = now;
                } else {
                    log.debug("The leader {} can't be asked: {}", peer, failure.toString());
                }
                pending = 0;
            });
        } catch (IOException e) {
            log.debug("The leader {} can't be reached: {}", peer, e.toString());
            pending = 0;
        }
    }

    /** Whether the leader answered lately. */
    boolean isOpen() {
        return isYoungerThan(FRESH);
    }

    private boolean isYoungerThan(Duration age) {
        Long last = answered;
        return last != null && nanos.getAsLong() - last < age.toNanos();
    }
}
