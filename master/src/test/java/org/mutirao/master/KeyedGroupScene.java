package org.mutirao.master;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.wire.RoomPass;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;

/** Three masters of a room with a key, and what they are asked by one who knows it. */
abstract class KeyedGroupScene extends GroupScene {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    final RoomSecret secret = RoomSecret.random(new SecureRandom());

    @Override
    TestMaster prepared(int id, TestMaster master) {
        return master.room(secret);
    }

    int port(int id) {
        return peers.get(id - 1).address().port();
    }

    Optional<Reply> ask(int id, Request request) {
        return ask(id, request, secret);
    }

    /** Of one who knows another secret; empty if he gets no answer. */
    Optional<Reply> ask(int id, Request request, RoomSecret known) {
        try (WireClient client = new WireClient(1, Spool.none(), RoomPass.of(Optional.of(known)))) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port(id));
            return Optional.of(client.ask(new WireClient.Endpoint(address, new OwnDialect(), true), request, TIMEOUT));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The lead may be elsewhere for a moment on a busy machine; programs of ours go after it, here it comes back. */
    Reply askLeader(int id, Request request) {
        return await("an answer of master " + id + " as the leader")
                .atMost(LONG)
                .until(() -> ask(id, request), reply -> reply.filter(it -> !(it instanceof Reply.NotLeader))
                        .isPresent())
                .orElseThrow();
    }

    @Override
    boolean leads(int id) {
        return ask(id, new GroupRequest.FindLeader()).orElse(null) instanceof Reply.Leadership now && now.self();
    }

    void awaitTasks(int at, int many) {
        await("the tasks at master " + at)
                .atMost(LONG)
                .until(() -> ask(at, new OperatorRequest.ListTasks(Optional.empty(), 0, 10))
                                        .orElse(null)
                                instanceof Reply.TaskList list
                        && list.tasks().size() == many);
    }
}
