package org.mutirao.group.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.mutirao.group.log.ProposalFailed;
import org.mutirao.group.log.StateMachine;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands on their way into the log, and who waits for their results. Touched only on the state machine's thread.
 *
 * <pre>
 *   entry = format (1 byte, 3), version (4), length of the rest (4), its CRC-32C (4), then
 *           proposer (8), batch number (8), count (4),
 *           then count times: length (4), command, length (4), bytes that come with it
 * </pre>
 *
 * Formats 1 and 2 had no envelope, and 1 no bytes. The proposer and the batch number tell whether an applied entry was proposed by this
 * very process. What can't be read is skipped as a whole, by all masters alike, unless its envelope is whole and of a later version:
 * see ADR 4.
 */
final class BatchQueue<C, R> {
    /** What is sent at once. The engine takes entries of up to 4 MiB. */
    private static final int LARGEST_BATCH = 256 * 1024;

    private static final Logger log = LoggerFactory.getLogger(BatchQueue.class);
    private static final int ENVELOPE = 13;
    private static final byte[] NO_BYTES = {};
    private static final int MAX_WAITING = 100_000;
    private static final int FORMAT = 3;
    private static final int WITHOUT_ENVELOPE = 2;
    private static final int FIRST_FORMAT = 1;

    /** One entry of the log. */
    record Batch<R>(long number, ByteString bytes, Queue<CompletableFuture<R>> waiting) {}

    private record Step<C>(C command, byte[] bytes) {}

    /** An entry, read whole before anything of it is applied. */
    private record Entry<C>(long proposer, long number, List<Step<C>> steps) {}

    private record Proposal<R>(byte[] command, byte[] bytes, CompletableFuture<R> result) {
        int length() {
            return command.length + bytes.length + 8;
        }
    }

    private final StateMachine<C, R> machine;
    private final long proposer = ThreadLocalRandom.current().nextLong();
    private final Queue<Proposal<R>> proposals = new ArrayDeque<>();
    private final Map<Long, Queue<CompletableFuture<R>>> sent = new HashMap<>();
    /** Of what waits. */
    private long bytesWaiting;

    private long lastBatch;
    private long skipped;

    BatchQueue(StateMachine<C, R> machine) {
        this.machine = machine;
    }

    boolean isEmpty() {
        return proposals.isEmpty();
    }

    /** Whether what waits fills an entry. */
    boolean isFull() {
        return bytesWaiting >= LARGEST_BATCH;
    }

    void add(C command, byte[] with, CompletableFuture<R> result) {
        if (proposals.size() >= MAX_WAITING) {
            result.completeExceptionally(new ProposalFailed(Text.of("too many commands wait for the log"), null));
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            machine.writeCommand(command, new DataOutputStream(bytes));
        } catch (IOException | RuntimeException e) {
            result.completeExceptionally(new ProposalFailed(Text.of("the command can't be written"), e));
            return;
        }
        Proposal<R> proposal = new Proposal<>(bytes.toByteArray(), with, result);
        proposals.add(proposal);
        bytesWaiting += proposal.length();
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
        bytesWaiting -= size;
        Queue<CompletableFuture<R>> waiting = new ArrayDeque<>();
        ByteString.Output out = ByteString.newOutput(size + 32);
        try (DataOutputStream data = new DataOutputStream(out)) {
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
        return new Batch<>(lastBatch, inEnvelope(out.toByteString(), machine.version()), waiting);
    }

    static ByteString inEnvelope(ByteString content, int version) {
        ByteBuffer head = ByteBuffer.allocate(ENVELOPE);
        head.put((byte) FORMAT).putInt(version).putInt(content.size()).putInt(checksum(content.asReadOnlyByteBuffer()));
        return ByteString.copyFrom(head.flip()).concat(content);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /**
     * Applies an entry's commands and tells those who wait for them, if they wait in this process.
     *
     * @throws NewerEntry when a later version wrote what this one can't read
     */
    void apply(byte[] bytes, long index) {
        Entry<C> entry;
        try {
            entry = read(bytes, index);
        } catch (IOException | RuntimeException e) {
            if (e instanceof NewerEntry newer) {
                throw newer;
            }
            skipped++;
            log.error(
                    "Entry {} of the log can't be read and is skipped, by all masters alike; it is number {} since the start",
                    index,
                    skipped);
            return;
        }
        Queue<CompletableFuture<R>> waiting = entry.proposer() == proposer ? sent.remove(entry.number()) : null;
        for (Step<C> step : entry.steps()) {
            if (step.bytes().length > 0) {
                machine.keep(step.command(), step.bytes());
            }
            R result = machine.apply(step.command());
            if (waiting != null && !waiting.isEmpty()) {
                waiting.remove().complete(result);
            }
        }
    }

    private Entry<C> read(byte[] bytes, long index) throws IOException {
        int format = bytes.length == 0 ? 0 : bytes[0];
        if (format == FIRST_FORMAT || format == WITHOUT_ENVELOPE) {
            return content(ByteBuffer.wrap(bytes, 1, bytes.length - 1), format);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (format != FORMAT || bytes.length < ENVELOPE) {
            throw new IOException("no entry of ours");
        }
        int version = in.getInt(1);
        in.position(ENVELOPE);
        if (in.getInt(5) != in.remaining() || in.getInt(9) != checksum(in.duplicate())) {
            throw new IOException("a damaged entry");
        }
        try {
            return content(in, format);
        } catch (IOException | RuntimeException e) {
            if (version > machine.version()) {
                throw new NewerEntry(index, version, machine.version());
            }
            throw e;
        }
    }

    private Entry<C> content(ByteBuffer in, int format) throws IOException {
        long from = in.getLong();
        long number = in.getLong();
        int count = in.getInt();
        List<Step<C>> steps = new ArrayList<>();
        for (int left = count; left > 0; left--) {
            byte[] command = part(in);
            byte[] with = format == FIRST_FORMAT ? NO_BYTES : part(in);
            steps.add(new Step<>(machine.readCommand(new DataInputStream(new ByteArrayInputStream(command))), with));
        }
        return new Entry<>(from, number, steps);
    }

    private static byte[] part(ByteBuffer in) throws IOException {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IOException("a part of " + length + " bytes, where " + in.remaining() + " are left");
        }
        byte[] part = new byte[length];
        in.get(part);
        return part;
    }

    /** How many entries could not be read since the start. */
    long skipped() {
        return skipped;
    }

    /** Forgets a batch whose outcome nobody waits for any more. */
    void forget(Batch<R> batch) {
        sent.remove(batch.number());
    }
}
