package org.mutirao.group.raft;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.protocol.text.Text;

/**
 * Sends what waits in a {@link BatchQueue}. While two entries are on their way, commands wait for one of them to come back and then
 * travel together: each entry costs the engine as much as many commands. They do not wait where they fill an entry, or where those on their
 * way take long. Everything but {@link #propose} happens on the state machine's thread.
 */
final class BatchSender<C, R> {
    /** Entries on their way; more would only queue at the disk. */
    private static final int MAX_IN_FLIGHT = 4;

    /** Of those that are not full: while one comes back through the threads, the disk is at the next one. */
    private static final int SIDE_BY_SIDE = 2;

    /** How often those on their way are looked at. One timer for all, as each timer wakes a thread. */
    private static final long LOOK_MILLIS = 100;

    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    private static final long STEP_DOWN_MILLIS = 20;

    private final BatchQueue<C, R> queue;
    private final Function<ByteString, CompletableFuture<RaftClientReply>> append;
    private final Executor owner;
    private final Duration deadline;
    private final BooleanSupplier leads;
    private final LongSupplier ticker;
    /** The oldest first. */
    private final Set<Sent<R>> inFlight = new LinkedHashSet<>();

    private boolean flushDue;
    private boolean lookDue;

    /** An entry on its way; no two are equal. */
    private static final class Sent<R> {
        private final BatchQueue.Batch<R> batch;
        private final long at;
        private final CompletableFuture<RaftClientReply> reply;

        Sent(BatchQueue.Batch<R> batch, long at, CompletableFuture<RaftClientReply> reply) {
            this.batch = batch;
            this.at = at;
            this.reply = reply;
        }
    }

    /**
     * Sends nothing yet.
     *
     * @param append gives the engine an entry, and says what came of it
     * @param owner the state machine's thread
     * @param deadline for one entry
     * @param leads whether this member leads, as far as it knows
     * @param ticker monotonic
     */
    BatchSender(
            BatchQueue<C, R> queue,
            Function<ByteString, CompletableFuture<RaftClientReply>> append,
            Executor owner,
            Duration deadline,
            BooleanSupplier leads,
            LongSupplier ticker) {
        this.queue = queue;
        this.append = append;
        this.owner = owner;
        this.deadline = deadline;
        this.leads = leads;
        this.ticker = ticker;
    }

    /** From any thread. */
    CompletableFuture<R> propose(C command, byte[] bytes) {
        CompletableFuture<R> result = new CompletableFuture<>();
        owner.execute(() -> {
            queue.add(command, bytes, result);
            if (!flushDue && mayGo()) {
                // Behind what else waits for the owner, so that commands proposed together travel together.
                flushDue = true;
                owner.execute(this::flush);
            }
        });
        return result;
    }

    private void flush() {
        flushDue = false;
        while (mayGo()) {
            submit(queue.take());
        }
    }

    private boolean mayGo() {
        return !queue.isEmpty()
                && inFlight.size() < MAX_IN_FLIGHT
                && (inFlight.size() < SIDE_BY_SIDE
                        || queue.isFull()
                        || age(inFlight.iterator().next()) > LONG_NANOS);
    }

    private long age(Sent<R> sent) {
        return ticker.getAsLong() - sent.at;
    }

    private void submit(BatchQueue.Batch<R> batch) {
        Sent<R> sent = new Sent<>(batch, ticker.getAsLong(), ask(batch));
        inFlight.add(sent);
        sent.reply.whenCompleteAsync((reply, failure) -> onSent(sent, reply, failure), owner);
        lookLater();
    }

    private CompletableFuture<RaftClientReply> ask(BatchQueue.Batch<R> batch) {
        try {
            return append.apply(batch.bytes());
        } catch (RuntimeException e) { // whatever it is: those who wait are told
            return CompletableFuture.failedFuture(e);
        }
    }

    private void lookLater() {
        if (!lookDue && !inFlight.isEmpty()) {
            lookDue = true;
            CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS, owner)
                    .execute(this::look);
        }
    }

    private void look() {
        lookDue = false;
        for (Sent<R> sent : inFlight) {
            if (age(sent) > deadline.toNanos()) {
                sent.reply.completeExceptionally(new TimeoutException());
            }
        }
        flush();
        lookLater();
    }

    /** On success the results are there already: they came with the entry's application. */
    private void onSent(Sent<R> sent, RaftClientReply reply, Throwable failure) {
        BatchQueue.Batch<R> batch = sent.batch;
        Throwable failed = failure instanceof CompletionException ? failure.getCause() : failure;
        Throwable cause = failed != null ? failed : reply.getException();
        if (cause instanceof LeaderSteppingDownException && leads.getAsBoolean()) {
            // It hands over, or tries to: in a moment this master leads no more, or again. Until then what is new
            // waits.
            CompletableFuture.delayedExecutor(STEP_DOWN_MILLIS, TimeUnit.MILLISECONDS, owner)
                    .execute(() -> {
                        inFlight.remove(sent);
                        submit(batch);
                    });
            return;
        }
        inFlight.remove(sent);
        if (cause != null) {
            String reason = cause instanceof TimeoutException
                    ? Text.of("the log did not answer in time")
                    : Text.of("the log refused");
            queue.forget(batch);
            batch.waiting().forEach(result -> result.completeExceptionally(new ProposalFailed(reason, cause)));
        }
        flush();
    }
}
