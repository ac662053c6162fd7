package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.identity.SessionKey;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.RoomPass;
import org.mutirao.protocol.wire.WireClient;

/** A worker with a key of its own, played in a room with a key: at one master, then at the next one. */
final class ProvenWorker implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final WireClient client;
    private final WorkerKey key = WorkerKey.random();
    private final String instance;
    private final Set<Lease> held = new LinkedHashSet<>();
    private InetSocketAddress master;
    private OwnDialect dialect = new OwnDialect();

    /** @param folder for packages */
    ProvenWorker(String instance, RoomSecret secret, Path folder) {
        this.instance = instance;
        this.client = new WireClient(1, new FileSpool(folder, ByteSize.mebi(1)), RoomPass.of(Optional.of(secret)));
    }

    /** Where the lead is elsewhere for a moment, it proves its key again and says it once more, as a worker of ours does. */
    Reply says(WorkerRequest request) throws IOException, InterruptedException, InvalidKeyException {
        Reply reply = says(dialect, request);
        while (reply instanceof Reply.NotLeader) {
            registers();
            reply = says(dialect, request);
        }
        return reply;
    }

    private Reply says(OwnDialect words, WorkerRequest request) throws IOException, InterruptedException {
        return client.ask(new WireClient.Endpoint(master, words, true), request, TIMEOUT);
    }

    /** Goes to the master at that port and proves its key there. */
    void registersAt(int port) throws IOException, InterruptedException, InvalidKeyException {
        master = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        registers();
    }

    private void registers() throws IOException, InterruptedException, InvalidKeyException {
        WorkerRequest.Register register = PlayedWorker.registration(
                key.id(), Optional.of(key), "the-process-of-" + instance, Optional.empty(), held.toArray(Lease[]::new));
        Reply.ProveKey asked = (Reply.ProveKey) await().atMost(GroupScene.LONG)
                .until(() -> says(new OwnDialect(), register), reply -> !(reply instanceof Reply.NotLeader));
        SessionKey agreed = key.agree(asked.key(), asked.nonce());
        Reply reply = says(OwnDialect.proving(agreed, asked.nonce()), register);
        if (reply instanceof Reply.NotLeader) {
            registers();
            return;
        }
        Reply.Registered registered = assertInstanceOf(Reply.Registered.class, reply);
        dialect = OwnDialect.inSession(registered.terms().orElseThrow().session(), Optional.of(agreed));
    }

    /** It says that it lives, and what it has. */
    Reply beats() throws IOException, InterruptedException, InvalidKeyException {
        return says(new WorkerRequest.Heartbeat(key.id(), Optional.of(List.copyOf(held))));
    }

    /** Asks once. */
    Reply asks() throws IOException, InterruptedException, InvalidKeyException {
        return says(new WorkerRequest.RequestTask(key.id(), Duration.ZERO));
    }

    /** Asks until it gets a task. */
    Reply.Assignment takes() {
        Reply reply = await().atMost(GroupScene.LONG).until(this::asks, Reply.TaskPackage.class::isInstance);
        Reply.Assignment task = ((Reply.TaskPackage) reply).assignment().orElseThrow();
        held.add(task.lease());
        return task;
    }

    Reply delivers(Reply.Assignment task) throws IOException, InterruptedException, InvalidKeyException {
        Reply reply = says(PlayedWorker.result(key.id(), task.grid(), task.lease()));
        held.remove(task.lease());
        return reply;
    }

    @Override
    public void close() {
        client.close();
    }
}
