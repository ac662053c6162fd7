package org.mutirao.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.OperatorRequest.SubmitTask;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.FileSpool;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.testkit.Zips;

/**
 * Many senders and one worker with many slots in this JVM, which speak the wire at all the speed the masters give. The worker runs
 * no script: it writes the witness line and the output itself. Everybody asks again until the answer is read.
 */
final class Load implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMillis(1500);
    private static final Duration WAIT = Duration.ofMillis(500);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Dialect WORDS = new OwnDialect();
    private static final int SENDERS = 4;
    private static final int SLOTS = 8;

    private final Verifier verifier;
    private final Path folder;
    private final List<InetSocketAddress> masters;
    private final int total;
    private final WireClient client;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(SENDERS + SLOTS + 1);
    private final WorkerId peer = WorkerId.random();
    private final Set<Lease> held = ConcurrentHashMap.newKeySet();
    private final AtomicInteger offered = new AtomicInteger();
    private final AtomicInteger promised = new AtomicInteger();
    /** Which master is asked; whoever is disappointed moves it on. */
    private final AtomicInteger turn = new AtomicInteger();

    private final AtomicBoolean registered = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Load(Verifier verifier, Path folder, List<InetSocketAddress> masters, int total) {
        try {
            this.folder = Files.createDirectories(folder.resolve("load"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.verifier = verifier;
        this.masters = masters;
        this.total = total;
        this.client = new WireClient(2, new FileSpool(this.folder, ByteSize.mebi(1)));
    }

    /** @param perSecond how many tasks a second are handed in at most */
    Load start(int perSecond) {
        for (int i = 0; i < SENDERS; i++) {
            every(SENDERS * 1_000_000L / perSecond, this::handIn);
        }
        for (int i = 0; i < SLOTS; i++) {
            every(1, this::work);
        }
        every(HEARTBEAT.toMillis() * 1000, this::beat);
        return this;
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void every(long micros, Step step) {
        threads.scheduleWithFixedDelay(
                () -> {
                    try {
                        step.run();
                    } catch (IOException e) {
                        disappointed();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    }
                },
                0,
                micros,
                TimeUnit.MICROSECONDS);
    }

    private void disappointed() {
        turn.incrementAndGet();
        registered.set(false);
    }

    /** How many hand-ins were answered OK; throws what ended a thread of the load, if anything did. */
    int promised() {
        if (failure.get() != null) {
            throw new IllegalStateException("the load itself failed", failure.get());
        }
        return promised.get();
    }

    int total() {
        return total;
    }

    private Reply ask(Request request) throws IOException, InterruptedException {
        InetSocketAddress master = masters.get(Math.floorMod(turn.get(), masters.size()));
        return client.ask(new WireClient.Endpoint(master, WORDS, true), request, TIMEOUT);
    }

    private void handIn() throws InterruptedException {
        int number = offered.getAndIncrement();
        if (number >= total) {
            return;
        }
        String name = "load-" + number + ".zip";
        byte[] zip = Zips.of("main.py", verifier.witnessed(name) + "print('" + name + "')\n");
        verifier.offered(name, zip, name + "\n");
        Payload payload = payload(zip, "in-" + number);
        while (!promise(new SubmitTask(name, name, payload))) {
            pause();
        }
        verifier.promised(name);
        promised.incrementAndGet();
        delete(payload);
    }

    private boolean promise(SubmitTask task) throws InterruptedException {
        try {
            Reply reply = ask(task);
            if (reply instanceof Reply.TaskState) {
                return true;
            }
            if (reply instanceof Reply.Failure refused && refused.refusal() != Reply.Refusal.TRY_LATER) {
                throw new IllegalStateException("a good package was refused: " + refused);
            }
        } catch (IOException e) {
            // Whether it was taken is unknown: the same key again is the same task.
        }
        disappointed();
        return false;
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }

    private void beat() throws IOException, InterruptedException {
        Reply reply = ask(new WorkerRequest.Heartbeat(peer, Optional.of(List.copyOf(held))));
        if (!(reply instanceof Reply.Alive alive)) {
            disappointed();
        } else if (!alive.known()) {
            registered.set(false);
        }
    }

    private synchronized void register() throws IOException, InterruptedException {
        WorkerRequest.Offer offer = new WorkerRequest.Offer(
                List.of(Feature.LEASE, Feature.WAIT, Feature.SLOTS),
                "load",
                SLOTS,
                0,
                HEARTBEAT,
                Optional.of(List.copyOf(held)));
        if (ask(new WorkerRequest.Register(peer, "127.0.0.1", 0, Optional.of(offer))) instanceof Reply.Registered) {
            registered.set(true);
        } else {
            disappointed();
        }
    }

    private void work() throws IOException, InterruptedException {
        if (!registered.get()) {
            register();
            return;
        }
        Reply reply = ask(new WorkerRequest.RequestTask(peer, WAIT));
        if (reply instanceof Reply.TaskPackage task) {
            delete(task.taskPackage());
            if (task.assignment().isEmpty()) {
                // A new leader that does not know us yet took us for another group's program, which can't name its
                // lease.
                ask(new WorkerRequest.Leave(peer));
                disappointed();
                return;
            }
            Reply.Assignment assignment = task.assignment().get();
            held.add(assignment.lease());
            verifier.ran(task.name());
            deliver(task.name(), assignment);
            held.remove(assignment.lease());
        } else if (!(reply instanceof Reply.NoTask)) {
            disappointed();
        }
    }

    private void deliver(String name, Reply.Assignment assignment) throws InterruptedException {
        byte[] zip = Zips.of("stdout.txt", name + "\n", "stderr.txt", "");
        Payload payload = payload(
                zip,
                "out-" + assignment.lease().task() + "-" + assignment.lease().attempt());
        WorkerRequest.SubmitResult result = new WorkerRequest.SubmitResult(
                peer,
                name,
                payload,
                Optional.of(new WorkerRequest.Delivery(
                        assignment.grid(), assignment.lease(), new Ending.Exited(0), Duration.ofMillis(1))));
        while (!delivered(name, result)) {
            pause();
        }
        delete(payload);
    }

    private boolean delivered(String name, WorkerRequest.SubmitResult result) throws InterruptedException {
        try {
            Reply reply = ask(result);
            if (reply instanceof Reply.Ok ok) {
                verifier.delivered(name, ok.duplicate());
                return true;
            }
            if (reply instanceof Reply.Failure refused && refused.refusal() == Reply.Refusal.BAD_REQUEST) {
                throw new IllegalStateException("a good result was refused: " + refused);
            }
            if (reply instanceof Reply.Failure refused && refused.refusal() == Reply.Refusal.NOT_LEASED) {
                return true;
            }
        } catch (IOException e) {
            // Whether it was taken is unknown; asked again below.
        }
        disappointed();
        return false;
    }

    private Payload payload(byte[] zip, String name) {
        try {
            return new Payload(Files.write(folder.resolve(name), zip), new Blob(Sha256.of(zip), zip.length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Payload payload) {
        try {
            Files.deleteIfExists(payload.file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        threads.shutdownNow();
        client.close();
        if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the load does not end");
        }
    }
}
