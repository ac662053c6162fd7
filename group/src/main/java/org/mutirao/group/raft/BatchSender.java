package org.mutirao.group.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.group.raft.BatchQueue.Proposal;
import org.mutirao.protocol.text.Text;

/**
 * Sends commands in batches. While two batches are on their way, commands wait for one of them to come back and then
 * travel together: each entry costs the engine as much as many commands. They do not wait where they fill an entry, or where those on their
 * way take long. The writer's thread makes entries of them and gives these to the engine, so that the state machine's thread need not.
 * Safe for any thread.
 */
final class BatchSender<C, R> {
    /** Batches on their way; more would only queue at the disk. */
    private static final int MAX_IN_FLIGHT = 4;

    /** Of those that are not full: while one comes back through the threads, the disk is at the next one. */
    private static final int SIDE_BY_SIDE = 2;

    /** How often those on their way are looked at. One timer for all, as each timer wakes a thread. */
    private static final long LOOK_MILLIS = 100;

    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    private static final long STEP_DOWN_MILLIS = 20;

    private final OwnEntries<C, R> entries;
    private final EntryCodec<C> codec;
    private final Function<ByteString, CompletableFuture<RaftClientReply>> append;
    private final Executor owner;
    private final Executor writer;
    private final Duration deadline;
    private final BooleanSupplier leads;
    private final LongSupplier ticker;
    /** Behind the lock. */
    private final BatchQueue<C, R> queue = new BatchQueue<>();
    /** The oldest first; behind the lock. */
    private final Set<Batch<C, R>> inFlight = new LinkedHashSet<>();

    private boolean flushDue;
    private boolean lookDue;
    /** For the writer only. */
    private long lastEntry;

    /** What was handed to the writer at once, mostly one entry; no two are equal. Behind the lock, but for the proposals. */
    private static final class Batch<C, R> {
        private final List<Proposal<C, R>> proposals;
        private final List<Long> entries = new ArrayList<>();
        private long at;
        private int unanswered;
        private boolean isGivenUp;

        Batch(List<Proposal<C, R>> proposals, long at) {
            this.proposals = proposals;
            this.at = at;
            this.unanswered = proposals.size();
        }
    }

    /** An entry that the writer makes. */
    private static final class Draft<R> {
        private final List<EntryCodec.Part> parts = new ArrayList<>();
        private final List<CompletableFuture<R>> results = new ArrayList<>();
        private int length;

        boolean hasRoomFor(EntryCodec.Part part) {
            return parts.isEmpty() || length + part.length() < BatchQueue.LARGEST_BATCH;
        }

        void add(EntryCodec.Part part, CompletableFuture<R> result) {
            parts.add(part);
            results.add(result);
            length += part.length();
        }
    }

    /** An entry on its way. */
    private record Sent<C, R>(Batch<C, R> batch, long number, ByteString bytes, List<CompletableFuture<R>> results) {}

    /**
     * Sends nothing yet.
     *
     * @param append gives the engine an entry, and says what came of it
     * @param owner the state machine's thread
     * @param writer another one, which may wait for the engine
     * @param deadline for one batch
     * @param leads whether this member leads, as far as it knows
     * @param ticker monotonic
     */
    BatchSender(
            OwnEntries<C, R> entries,
            Function<ByteString, CompletableFuture<RaftClientReply>> append,
            Executor owner,
            Executor writer,
            Duration deadline,
            BooleanSupplier leads,
            LongSupplier ticker) {
        this.entries = entries;
        this.codec = entries.codec();
        this.append = append;
        this.owner = owner;
        this.writer = writer;
        this.deadline = deadline;
        this.leads = leads;
        this.ticker = ticker;
    }

    void propose(C command, byte[] bytes, CompletableFuture<R> result) {
        if (!isTaken(new Proposal<>(command, bytes, result))) {
            owner.execute(() -> fail(List.of(result), Text.of("too many commands wait for the log"), null));
        }
    }

    private synchronized boolean isTaken(Proposal<C, R> proposal) {
        boolean taken = queue.add(proposal);
        flushLater();
        return taken;
    }

    /** Behind what else waits for the owner, so that commands proposed together travel together. */
    private void flushLater() {
        if (!flushDue && mayGo()) {
            flushDue = true;
            owner.execute(this::flush);
        }
    }

    private synchronized void flush() {
        flushDue = false;
        while (mayGo()) {
            Batch<C, R> batch = new Batch<>(queue.take(), ticker.getAsLong());
            inFlight.add(batch);
            handOver(batch);
        }
        lookLater();
    }

    private boolean mayGo() {
        return !queue.isEmpty()
                && inFlight.size() < MAX_IN_FLIGHT
                && (inFlight.size() < SIDE_BY_SIDE
                        || queue.isFull()
                        || age(inFlight.iterator().next()) > LONG_NANOS);
    }

    private long age(Batch<C, R> batch) {
        return ticker.getAsLong() - batch.at;
    }

    private void handOver(Batch<C, R> batch) {
        try {
            writer.execute(() -> write(batch));
        } catch (RejectedExecutionException e) { // after the end
            refuse(batch, resultsOf(batch), Text.of("the log refused"), e);
        }
    }

    private static <C, R> List<CompletableFuture<R>> resultsOf(Batch<C, R> batch) {
        return batch.proposals.stream().map(Proposal::result).toList();
    }

    private void write(Batch<C, R> batch) {
        Draft<R> draft = new Draft<>();
        for (Proposal<C, R> proposal : batch.proposals) {
            EntryCodec.Part part;
            try {
                part = codec.part(proposal.command(), proposal.bytes());
            } catch (IOException | RuntimeException e) {
                refuse(batch, List.of(proposal.result()), Text.of("the command can't be written"), e);
                continue;
            }
            if (!draft.hasRoomFor(part)) {
                begin(batch, draft);
                draft = new Draft<>();
            }
            draft.add(part, proposal.result());
        }
        begin(batch, draft);
    }

    private void begin(Batch<C, R> batch, Draft<R> draft) {
        if (!draft.parts.isEmpty()) {
            long number = ++lastEntry;
            Sent<C, R> sent = new Sent<>(batch, number, codec.write(number, draft.parts), draft.results);
            if (isAwaited(sent)) {
                send(sent);
            }
        }
    }

    private synchronized boolean isAwaited(Sent<C, R> sent) {
        if (!sent.batch.isGivenUp) {
            sent.batch.entries.add(sent.number);
            entries.await(sent.number, sent.results, () -> onAnswered(sent.batch, sent.results.size()));
        }
        return !sent.batch.isGivenUp;
    }

    private void send(Sent<C, R> sent) {
        ask(sent.bytes).whenComplete((reply, failure) -> onReply(sent, reply, failure));
    }

    private CompletableFuture<RaftClientReply> ask(ByteString entry) {
        try {
            return append.apply(entry);
        } catch (RuntimeException e) { // whatever it is: those who wait are told
            return CompletableFuture.failedFuture(e);
        }
    }

    /** On any thread. On success nothing is left to do: the results came with the entry's application. */
    private void onReply(Sent<C, R> sent, RaftClientReply reply, Throwable failure) {
        Throwable failed = failure instanceof CompletionException ? failure.getCause() : failure;
        Throwable cause = failed != null ? failed : reply.getException();
        if (cause instanceof LeaderSteppingDownException && leads.getAsBoolean()) {
            // It hands over, or tries to: in a moment this master leads no more, or again. Until then what is new
            // waits.
            CompletableFuture.delayedExecutor(STEP_DOWN_MILLIS, TimeUnit.MILLISECONDS, writer)
                    .execute(() -> sendAgain(sent));
        } else if (cause != null && entries.forget(sent.number)) {
            String reason = cause instanceof TimeoutException
                    ? Text.of("the log did not answer in time")
                    : Text.of("the log refused");
            refuse(sent.batch, sent.results, reason, cause);
        }
    }

    private void sendAgain(Sent<C, R> sent) {
        synchronized (this) {
            if (sent.batch.isGivenUp) {
                return;
            }
            sent.batch.at = ticker.getAsLong();
        }
        send(sent);
    }

    private void refuse(Batch<C, R> batch, List<CompletableFuture<R>> results, String reason, Throwable cause) {
        owner.execute(() -> {
            fail(results, reason, cause);
            onAnswered(batch, results.size());
        });
    }

    private static <R> void fail(List<CompletableFuture<R>> results, String reason, Throwable cause) {
        results.forEach(result -> result.completeExceptionally(new ProposalFailed(reason, cause)));
    }

    private synchronized void onAnswered(Batch<C, R> batch, int results) {
        batch.unanswered -= results;
        if (batch.unanswered == 0) {
            inFlight.remove(batch);
            flushLater();
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
        giveUp().forEach(batch ->
                fail(resultsOf(batch), Text.of("the log did not answer in time"), new TimeoutException()));
        flush();
    }

    /** Those that took too long. */
    private synchronized List<Batch<C, R>> giveUp() {
        lookDue = false;
        List<Batch<C, R>> late = inFlight.stream()
                .filter(batch -> age(batch) > deadline.toNanos())
                .toList();
        for (Batch<C, R> batch : late) {
            batch.isGivenUp = true;
            batch.entries.forEach(entries::forget);
            inFlight.remove(batch);
        }
        return late;
    }
}
