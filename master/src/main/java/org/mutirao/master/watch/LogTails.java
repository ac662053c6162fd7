package org.mutirao.master.watch;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;

/**
 * The last part of what running scripts print, as their workers tell it. Only for watching: the whole is in the result. Safe for any
 * number of threads; bounded whatever scripts print.
 */
public final class LogTails {
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_TASKS = 500;

    /** Which of a script's two outputs. */
    public enum Stream {
        STDOUT,
        STDERR
    }

    /**
     * A part of what a script printed.
     *
     * @param from where it begins in the whole output; later than asked for when the beginning is gone
     * @param end where the output ends so far
     */
    public record Part(long from, byte[] bytes, long end) {}

    private record Key(TaskId task, Stream stream) {}

    private static final class Tail {
        private Lease lease;
        /** Where the worker's next part should begin, in its own count. */
        private long next;

        private long end;
        private byte[] bytes = new byte[0];
    }

    /** The least recently written goes first. */
    private final Map<Key, Tail> tails = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Tail> eldest) {
            return size() > 2 * MAX_TASKS;
        }
    };

    /**
     * A worker tells what its script printed.
     *
     * @param offset where this part begins in the whole output, as the worker counts; a gap means that it left something out
     * @param next where the next part will begin
     */
    public synchronized void append(Lease lease, Stream stream, long offset, long next, byte[] bytes) {
        Tail tail = tails.computeIfAbsent(new Key(lease.task(), stream), key -> new Tail());
        if (!lease.equals(tail.lease)) {
            tail.lease = lease; // another attempt prints afresh
            tail.end = 0;
            tail.bytes = new byte[0];
        } else if (offset != tail.next) {
            tail.bytes = new byte[0];
        }
        tail.next = next;
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(tail.bytes);
        joined.writeBytes(bytes);
        byte[] all = joined.toByteArray();
        tail.bytes = all.length > MAX_BYTES ? Arrays.copyOfRange(all, all.length - MAX_BYTES, all.length) : all;
        tail.end += bytes.length;
    }

    /** What is there from a point on; empty when nothing is known of the task. */
    public synchronized Optional<Part> read(TaskId task, Stream stream, long from) {
        Tail tail = tails.get(new Key(task, stream));
        if (tail == null) {
            return Optional.empty();
        }
        long begin = tail.end - tail.bytes.length;
        long start = Math.min(Math.max(from, begin), tail.end);
        return Optional.of(
                new Part(start, Arrays.copyOfRange(tail.bytes, (int) (start - begin), tail.bytes.length), tail.end));
    }

    /** The task has ended; its result has all of it. */
    public synchronized void forget(TaskId task) {
        for (Stream stream : Stream.values()) {
            tails.remove(new Key(task, stream));
        }
    }
}
