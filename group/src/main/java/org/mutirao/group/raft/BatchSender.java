package org.mutirao.group.raft;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.protocol.text.Text;

/**
 * Sends what waits in a {@link BatchQueue}, a few entries at a time. While others are on their way to the disk, a command waits a part of
 * the time that they take, for more to travel with: each entry costs the engine much more than a command in it. Everything but
 * {@link #propose} happens on the state machine's thread.
 */
final class BatchSender<C, R> {
    /** Batches on their way; more would only queue at the disk. */
    private static final int MAX_IN_FLIGHT = 4;

    private static final int GATHER_PART = 4;
    private static final long MAX_GATHER_NANOS = 500_000;
    private static final long STEP_DOWN_MILLIS = 20;

    private final BatchQueue<C, R> queue;
    private final EngineRequests engine;
    private final Executor owner;
    private final Duration deadline;
    private final BooleanSupplier leads;
    private final LongSupplier ticker;
    private int inFlight;
    /** How long entries take lately. */
    private long tripNanos;

    private boolean flushDue;

    /**
     * Sends nothing yet.
     *
     * @param owner the state machine's thread
     * @param deadline for one entry
     * @param leads whether this member leads, as far as it knows
     * @param ticker monotonic
     */
    BatchSender(
            BatchQueue<C, R> queue,
            EngineRequests engine,
            Executor owner,
            Duration deadline,
            BooleanSupplier leads,
            LongSupplier ticker) {
        this.queue = queue;
        this.engine = engine;
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
            if (!flushDue) {
                // Behind what else waits for the owner, so that commands proposed together travel together.
                flushDue = true;
                long gather = inFlight == 0 ? 0 : Math.min(MAX_GATHER_NANOS, tripNanos / GATHER_PART);
                Executor when =
                        gather == 0 ? owner : CompletableFuture.delayedExecutor(gather, TimeUnit.NANOSECONDS, owner);
                when.execute(this::flush);
            }
        });
        return result;
    }

    private void flush() {
        flushDue = false;
        while (inFlight < MAX_IN_FLIGHT && !queue.isEmpty()) {
            BatchQueue.Batch<R> batch = queue.take();
            inFlight++;
            submit(batch);
        }
    }

    private void submit(BatchQueue.Batch<R> batch) {
        long began = ticker.getAsLong();
        engine.append(batch.bytes())
                .orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .whenCompleteAsync(
                        (reply, failure) -> {
                            tripNanos = (3 * tripNanos + ticker.getAsLong() - began) / 4;
                            onSent(batch, reply, failure);
                        },
                        owner);
    }

    /** On success the results are there already: they came with the entry's application. */
    private void onSent(BatchQueue.Batch<R> batch, RaftClientReply reply, Throwable failure) {
        inFlight--;
        Throwable failed = failure instanceof CompletionException ? failure.getCause() : failure;
        Throwable cause = failed != null ? failed : reply.getException();
        if (cause instanceof LeaderSteppingDownException && leads.getAsBoolean()) {
            // It hands over, or tries to: in a moment this master leads no more, or again.
            inFlight++;
            CompletableFuture.delayedExecutor(STEP_DOWN_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(() -> submit(batch));
            return;
        }
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
