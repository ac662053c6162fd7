package org.mutirao.group.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.mutirao.group.log.StateMachine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of the log as bytes. Safe for any thread.
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
final class EntryCodec<C> {
    private static final Logger log = LoggerFactory.getLogger(EntryCodec.class);
    private static final int ENVELOPE = 13;
    private static final int PROPOSER_AND_MORE = 20;
    private static final byte[] NO_BYTES = {};
    private static final int FORMAT = 3;
    private static final int WITHOUT_ENVELOPE = 2;
    private static final int FIRST_FORMAT = 1;

    /** A command as it was read, and the bytes that came with it. */
    record Step<C>(C command, byte[] bytes) {}

    /** An entry, read whole before anything of it is applied. */
    record Entry<C>(long proposer, long number, List<Step<C>> steps) {}

    /** A command as it is written, and the bytes that come with it. */
    record Part(byte[] command, byte[] bytes) {
        int length() {
            return command.length + bytes.length + 8;
        }
    }

    private final StateMachine<C, ?> machine;
    private final long proposer = ThreadLocalRandom.current().nextLong();
    private final AtomicLong skipped = new AtomicLong();

    EntryCodec(StateMachine<C, ?> machine) {
        this.machine = machine;
    }

    Part part(C command, byte[] with) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        machine.writeCommand(command, new DataOutputStream(bytes));
        return new Part(bytes.toByteArray(), with);
    }

    /** @param number which no other entry of this process has */
    ByteString write(long number, List<Part> parts) {
        int length = PROPOSER_AND_MORE + parts.stream().mapToInt(Part::length).sum();
        ByteBuffer content =
                ByteBuffer.allocate(length).putLong(proposer).putLong(number).putInt(parts.size());
        for (Part part : parts) {
            content.putInt(part.command().length).put(part.command());
            content.putInt(part.bytes().length).put(part.bytes());
        }
        return inEnvelope(content.flip(), machine.version());
    }

    static ByteString inEnvelope(ByteBuffer content, int version) {
        ByteBuffer entry = ByteBuffer.allocate(ENVELOPE + content.remaining());
        entry.put((byte) FORMAT).putInt(version).putInt(content.remaining()).putInt(checksum(content.duplicate()));
        return UnsafeByteOperations.unsafeWrap(entry.put(content).flip());
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Whether this process wrote the entry, as far as its head tells. */
    boolean isOwn(ByteBuffer entry) {
        return entry.limit() >= ENVELOPE + Long.BYTES && entry.get(0) == FORMAT && entry.getLong(ENVELOPE) == proposer;
    }

    boolean isOwn(Entry<C> entry) {
        return entry.proposer() == proposer;
    }

    /**
     * An entry; one without commands for what can't be read.
     *
     * @throws NewerEntry when a later version wrote what this one can't read
     */
    Entry<C> read(ByteBuffer entry, long index) {
        try {
            return readWhole(entry, index);
        } catch (IOException | RuntimeException e) {
            if (e instanceof NewerEntry newer) {
                throw newer;
            }
            log.error(
                    "Entry {} of the log can't be read and is skipped, by all masters alike; it is number {} since the start",
                    index,
                    skipped.incrementAndGet());
            return new Entry<>(0, 0, List.of());
        }
    }

    private Entry<C> readWhole(ByteBuffer in, long index) throws IOException {
        int format = in.hasRemaining() ? in.get(0) : 0;
        if (format == FIRST_FORMAT || format == WITHOUT_ENVELOPE) {
            return content(in.position(1), format);
        }
        if (format != FORMAT || in.limit() < ENVELOPE) {
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
            byte[] command = bytes(in);
            byte[] with = format == FIRST_FORMAT ? NO_BYTES : bytes(in);
            steps.add(new Step<>(machine.readCommand(new DataInputStream(new ByteArrayInputStream(command))), with));
        }
        return new Entry<>(from, number, steps);
    }

    private static byte[] bytes(ByteBuffer in) throws IOException {
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
        return skipped.get();
    }
}
