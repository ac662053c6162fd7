package org.mutirao.group.raft;

import java.io.IOException;
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
import org.apache.ratis.util.Timestamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a follower's own connection to the leader open, over which it asks for votes once it is to lead. Opening it only then would make
 * everybody wait, and after a cut cable it may be dead for seconds while the leader's connection lives again. What is asked changes
 * nothing. For one thread; only {@link #isOpen} is safe for any.
 */
final class LeaderProbe {
    private static final Logger log = LoggerFactory.getLogger(LeaderProbe.class);
    private static final long RHYTHM_MILLIS = 500;
    private static final long FRESH_MILLIS = 1500;

    private static final ByteString CLIENT = ClientId.randomId().toByteString();

    private final RaftServer server;
    private final RaftGroupId group;
    private RaftPeerId leader;
    private long asked;
    /** The question that is under way; 0 for none. One at a time: behind a dead connection more would only queue. */
    private volatile long pending;

    /** When the last question was asked that the leader answered; nothing before that. */
    private volatile Timestamp answered;

    LeaderProbe(RaftServer server, RaftGroupId group) {
        this.server = server;
        this.group = group;
    }

    /** To be called several times a second. */
    void look(RaftPeerId current) {
        if (current == null || current.equals(server.getId())) {
            leader = null;
            answered = null;
            return;
        }
        if (!current.equals(leader)) {
            leader = current;
            answered = null;
            pending = 0;
        }
        if (pending == 0 && !isYoungerThan(RHYTHM_MILLIS)) {
            asked++;
            ask(current, asked);
        }
    }

    private void ask(RaftPeerId peer, long question) {
        Timestamp now = Timestamp.currentTime();
        pending = question;
        RaftRpcRequestProto.Builder header = RaftRpcRequestProto.newBuilder()
                .setRequestorId(server.getId().toByteString())
                .setReplyId(peer.toByteString())
                .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.toByteString()));
        ReadIndexRequestProto request = ReadIndexRequestProto.newBuilder()
                .setServerRequest(header)
                .setClientRequest(RaftClientRequestProto.newBuilder()
                        .setRpcRequest(header.clone().setRequestorId(CLIENT))
                        .setRead(ReadRequestTypeProto.getDefaultInstance()))
                .build();
        try {
            server.getServerRpc().async().readIndexAsync(request).whenComplete((answer, failure) -> {
                if (pending != question) {
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
        return isYoungerThan(FRESH_MILLIS);
    }

    private boolean isYoungerThan(long millis) {
        Timestamp last = answered;
        return last != null && last.elapsedTimeMs() < millis;
    }
}
