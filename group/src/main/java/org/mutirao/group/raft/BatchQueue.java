package org.mutirao.group.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.group.log.StateMachine;

/**
 * Commands on their way into the log, and who waits for their results. Touched only on the state machine's thread.
 *
 * <pre>
 *   entry = format (1 byte), proposer (8), batch number (8), count (4),
 *           then count times: length (4), command, length (4), bytes that come with it (not in format 1)
 * </pre>
 *
 * The proposer and the batch number tell whether an applied entry was proposed by this very process.
 */
final class BatchQueue<C, R> {
    /** What is sent at once. The engine takes entries of up to 4 MiB. */
    private static final int LARGEST_BATCH = 256 * 1024;

    private static final byte[] NO_BYTES = {};
    private static final int MOST_WAITING = 100_000;
    private static final int FORMAT = 2;
    private static final int FIRST_FORMAT = 1;

    /** One entry of the log. */
    record Batch<R>(long number, ByteString bytes, Queue<CompletableFuture<R>> waiting) {}

    private record Proposal<R>(byte[] command, byte[] bytes, CompletableFuture<R> result) {
        int length() {
            return command.length + bytes.length + 8;
        }
    }

    private final StateMachine<C, R> machine;
    private final long proposer = ThreadLocalRandom.current().nextLong();
    private final Queue<Proposal<R>> proposals = new ArrayDeque<>();
    private final Map<Long, Queue<CompletableFuture<R>>> sent = new HashMap<>();
    private long lastBatch;

    BatchQueue(StateMachine<C, R> machine) {
        this.machine = machine;
    }

    boolean isEmpty() {
        return proposals.isEmpty();
    }

    void add(C command, byte[] with, CompletableFuture<R> result) {
        if (proposals.size() >= MOST_WAITING) {
            result.completeExceptionally(new ProposalFailed("too many commands wait for the log", null));
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            machine.writeCommand(command, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        proposals.add(new Proposal<>(bytes.toByteArray(), with, result));
    }

    /** The next entry to send: at least one command, and as many more as fit. */
    Batch<R> take() {
        Queue<Proposal<R>> taken = new ArrayDeque<>();
        int size = 0;
        do {
            Proposal<R> next = proposals.remove();
            taken.add(next);
            size += next.length();
        } while (!proposals.isEmpty() && size + proposals.element().length() < LARGEST_BATCH);
        Queue<CompletableFuture<R>> waiting = new ArrayDeque<>();
        ByteString.Output out = ByteString.newOutput(size + 32);
        try (DataOutputStream data = new DataOutputStream(out)) {
            data.writeByte(FORMAT);
            data.writeLong(proposer);
            data.writeLong(++lastBatch);
            data.writeInt(taken.size());
            for (Proposal<R> proposal : taken) {
                data.writeInt(proposal.command().length);
                data.write(proposal.command());
                data.writeInt(proposal.bytes().length);
                data.write(proposal.bytes());
                waiting.add(proposal.result());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        sent.put(lastBatch, waiting);
        return new Batch<>(lastBatch, out.toByteString(), waiting);
    }

    /** Applies an entry's commands and tells those who wait for them, if they wait in this process. */
    void apply(byte[] entry) {
        try (DataInputStream data = new DataInputStream(new ByteArrayInputStream(entry))) {
            int format = data.readByte();
            if (format != FORMAT && format != FIRST_FORMAT) {
                throw new IOException("entry format " + format + ", expected " + FORMAT);
            }
            long from = data.readLong();
            long number = data.readLong();
            Queue<CompletableFuture<R>> waiting = from == proposer ? sent.remove(number) : null;
            for (int left = data.readInt(); left > 0; left--) {
                byte[] command = data.readNBytes(data.readInt());
                byte[] bytes = format == FIRST_FORMAT ? NO_BYTES : data.readNBytes(data.readInt());
                if (bytes.length > 0) {
                    machine.keep(bytes);
                }
                R result = machine.apply(machine.readCommand(new DataInputStream(new ByteArrayInputStream(command))));
                if (waiting != null) {
                    waiting.remove().complete(result);
                }
            }
        } catch (IOException e) {
            // Written by a later version, or not by us: going on would make this master's state differ from the
            // others'.
            throw new UncheckedIOException("an entry of the log can't be read", e);
        }
    }

    /** Forgets a batch whose outcome nobody waits for any more. */
    void forget(Batch<R> batch) {
        sent.remove(batch.number());
    }
}
