package org.mutirao.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.WireServer;
import org.mutirao.testkit.Zips;

/** A master with one task, which it hands out again each time it is given back, five times at most. */
final class HandingMaster implements AutoCloseable, WireServer.Handler {
    private static final int MAX_ATTEMPTS = 5;
    private static final GridId GRID = GridId.random();

    /** One result. */
    record Result(WorkerRequest.Delivery delivery, Map<String, String> files) {}

    final List<Result> results = new CopyOnWriteArrayList<>();
    /** Why it was given back. */
    final List<String> returned = new CopyOnWriteArrayList<>();

    /** So many times it does not take what is given back, as one that leads since a moment. */
    final AtomicInteger deaf = new AtomicInteger();

    final AtomicInteger handedOut = new AtomicInteger();
    /** What the worker named while it waited for an answer to what it gave back; each waits for a heartbeat. */
    final List<Lease> heldWhileReturning = new CopyOnWriteArrayList<>();

    private final AtomicReference<Runnable> returning = new AtomicReference<>();
    /** Questions for work that were answered with nothing. */
    final AtomicInteger inVain = new AtomicInteger();

    private final Payload task;
    private final WireServer server;
    private final AtomicInteger waiting = new AtomicInteger(1);
    /** Whether each of those counts as a lost attempt. */
    final List<Boolean> counted = new CopyOnWriteArrayList<>();

    private volatile List<Lease> held = List.of();
    private volatile Optional<String> notNow = Optional.empty();

    HandingMaster(Path folder, byte[] zip) throws IOException {
        Path spool = Files.createDirectories(folder.resolve("master"));
        Path file = Files.write(folder.resolve("task.zip"), zip);
        task = new Payload(file, new Blob(Sha256.of(zip), zip.length));
        server = WireServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                WireServer.Limits.defaults(),
                new FileSpool(spool, ByteSize.mebi(64)),
                this);
    }

    HostPort place() {
        return new HostPort("127.0.0.1", server.port());
    }

    /** What the worker's last heartbeat named. */
    List<Lease> held() {
        return held;
    }

    /** Why the worker takes no work, as its last heartbeat said. */
    Optional<String> notNow() {
        return notNow;
    }

    @Override
    public void onRequest(WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
        Request said = request instanceof WorkerRequest.InSession in ? in.said() : request;
        if (said instanceof WorkerRequest.ReturnTask && deaf.getAndDecrement() > 0) {
            answer.send(new Reply.Failure(Refusal.REGISTER_AGAIN, "this master does not know you"));
            return;
        }
        Reply reply = reply(said);
        if (said instanceof WorkerRequest.ReturnTask) {
            returning.set(() -> answer.send(reply));
            return;
        }
        Runnable answerReturn = said instanceof WorkerRequest.Heartbeat ? returning.getAndSet(null) : null;
        if (answerReturn != null) {
            heldWhileReturning.addAll(held);
            answerReturn.run();
        }
        answer.send(reply);
    }

    private Reply reply(Request request) {
        if (request instanceof WorkerRequest.Register) {
            List<Feature> features = Stream.of(Feature.values())
                    .filter(feature -> feature != Feature.WAIT)
                    .toList();
            return new Reply.Registered(Optional.of(new Reply.Terms(
                    GRID, features, Duration.ofMinutes(1), List.of(), Optional.of("what-the-master-told"))));
        }
        if (request instanceof WorkerRequest.Heartbeat beat) {
            held = beat.held().orElse(List.of());
            notNow = beat.notNow();
            return new Reply.Alive(List.of(), true);
        }
        if (request instanceof WorkerRequest.RequestTask) {
            return work();
        }
        if (request instanceof WorkerRequest.ReturnTask back) {
            counted.add(back.counts());
            returned.add(back.reason());
            if (handedOut.get() < MAX_ATTEMPTS) {
                waiting.set(1);
            }
        }
        if (request instanceof WorkerRequest.SubmitResult result) {
            results.add(new Result(
                    result.delivery().orElseThrow(), Zips.read(result.result().file())));
        }
        return new Reply.Ok(false);
    }

    private Reply work() {
        if (!waiting.compareAndSet(1, 0)) {
            inVain.incrementAndGet();
            return new Reply.NoTask();
        }
        Lease lease = Lease.of(1, handedOut.incrementAndGet());
        return new Reply.TaskPackage(
                "a.zip", task, Optional.of(new Reply.Assignment(GRID, lease, Duration.ofMinutes(1))));
    }

    @Override
    public void onClosed(WireServer.Connection connection) {}

    @Override
    public void close() {
        server.close();
    }
}
