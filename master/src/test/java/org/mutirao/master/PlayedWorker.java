package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.dialect.Frame;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.identity.SessionKey;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.testkit.Zips;

/** A worker with a key, played on one connection: what it says can be kept, and be said again by another. */
final class PlayedWorker implements AutoCloseable {
    static final byte[] RESULT = Zips.of("stdout.txt", "1\n", "stderr.txt", "");

    private static final int MAX_ANSWER = 65_536;

    private final Socket socket;
    private final WorkerId id;
    private final Optional<WorkerKey> key;
    private OwnDialect dialect = new OwnDialect();
    private String said = "";

    /** @param key empty for one of an earlier version */
    PlayedWorker(Master master, WorkerId id, Optional<WorkerKey> key) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), master.port());
        this.id = id;
        this.key = key;
    }

    static PlayedWorker with(Master master, WorkerKey key) throws IOException {
        return new PlayedWorker(master, key.id(), Optional.of(key));
    }

    WorkerId id() {
        return id;
    }

    /** The last message, as it was sent. */
    String said() {
        return said;
    }

    Map<String, Object> says(String json) throws IOException {
        said = json;
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
        byte[] block = new byte[MAX_ANSWER];
        int length = 0;
        while (length < block.length) {
            int read = socket.getInputStream().read(block, length, block.length - length);
            if (read < 0) {
                throw new IOException("closed");
            }
            length += read;
            try {
                return Json.readMap(Arrays.copyOf(block, length));
            } catch (IOException e) {
                assertEquals('{', block[0], "the rest comes in another packet");
            }
        }
        throw new IOException("the answer does not end");
    }

    Map<String, Object> says(WorkerRequest request) throws IOException {
        return says(text(dialect, request));
    }

    static String text(OwnDialect dialect, WorkerRequest request) throws IOException {
        Frame frame = dialect.write(request);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(frame.before());
        if (frame.payload().isPresent()) {
            text.writeBytes(
                    Base64.getEncoder().encode(frame.payload().get().bytes().orElseThrow()));
        }
        text.writeBytes(frame.after());
        return text.toString(StandardCharsets.UTF_8);
    }

    WorkerRequest.Register registration(String instance, Optional<String> after, Lease... held) {
        return registration(id, key, instance, after, held);
    }

    static WorkerRequest.Register registration(
            WorkerId id, Optional<WorkerKey> key, String instance, Optional<String> after, Lease... held) {
        return new WorkerRequest.Register(
                id,
                "127.0.0.1",
                0,
                Optional.of(new WorkerRequest.Offer(
                        List.of(Feature.LEASE, Feature.SLOTS, Feature.BOUND),
                        "pc-" + instance,
                        2,
                        0,
                        Duration.ofSeconds(5),
                        Optional.of(List.of(held)),
                        Optional.of(new WorkerRequest.Instance(instance, after)),
                        key.map(own -> new WorkerRequest.Key(own.open(), Optional.empty())))));
    }

    /** Registers, and proves its key when it is asked for it; returns the last answer. */
    Map<String, Object> registers(WorkerRequest.Register registration) throws IOException, InvalidKeyException {
        Map<String, Object> answer = says(text(new OwnDialect(), registration));
        Optional<SessionKey> agreed = Optional.empty();
        if ("PROVE_KEY".equals(answer.get("status"))) {
            String nonce = String.valueOf(answer.get("nonce"));
            agreed = Optional.of(key.orElseThrow().agree(String.valueOf(answer.get("key")), nonce));
            answer = says(text(OwnDialect.proving(agreed.get(), nonce), registration));
        }
        if (answer.get("session") instanceof String session) {
            dialect = OwnDialect.inSession(Optional.of(session), agreed);
        }
        return answer;
    }

    Map<String, Object> registers(String instance) throws IOException, InvalidKeyException {
        return registers(registration(instance, Optional.empty()));
    }

    WorkerRequest heartbeat(Lease... held) {
        return new WorkerRequest.Heartbeat(id, Optional.of(List.of(held)));
    }

    WorkerRequest ask() {
        return new WorkerRequest.RequestTask(id, Duration.ZERO);
    }

    WorkerRequest giveBack(Lease lease) {
        return new WorkerRequest.ReturnTask(id, lease, "no");
    }

    WorkerRequest result(Map<String, Object> task) {
        return result(id, task);
    }

    static WorkerRequest result(WorkerId worker, Map<String, Object> task) {
        return result(worker, GridId.parse(String.valueOf(task.get("grid_id"))), lease(task));
    }

    static WorkerRequest result(WorkerId worker, GridId grid, Lease lease) {
        Payload payload = Payload.inMemory(RESULT, new Blob(Sha256.of(RESULT), RESULT.length));
        return new WorkerRequest.SubmitResult(
                worker,
                "r",
                payload,
                Optional.of(new WorkerRequest.Delivery(grid, lease, new Ending.Exited(0), Duration.ofMillis(5))));
    }

    static Lease lease(Map<String, Object> task) {
        return Lease.of(((Number) task.get("task_id")).longValue(), ((Number) task.get("attempt")).intValue());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
