package org.mutirao.protocol.threads;

import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once what went wrong unexpectedly, and what was being done. A repetition of the same fault is counted, and said again only the
 * 10th, 100th, 1000th … time. Never throws. An {@link OutOfMemoryError} goes to the process's {@link LastResort}.
 */
public final class Faults {
    private static final int MAX_KINDS = 200;
    private static final int FRAMES = 5;
    private static final int MAX_TEXT = 200;

    private final String name;
    private final Map<String, Long> counts = new HashMap<>();
    private long total;

    /**
     * Nothing has gone wrong yet.
     *
     * @param name whose faults these are, for example a thread's name
     */
    public Faults(String name) {
        this.name = name;
    }

    /**
     * Notes a fault.
     *
     * @param doing what was being done, for example {@code writing results/x.zip}; what others wrote in it must be safe to print
     */
    public void report(String doing, Throwable fault) {
        try {
            long count = count(fault);
            // Asked for only now: the last resort is installed before a program's options say how lines are logged.
            Logger log = LoggerFactory.getLogger(Faults.class);
            if (count == 1) {
                log.error("{}: {} failed unexpectedly; going on. Please report this: {}", name, doing, inShort(fault));
                log.debug("{}: the whole of it", name, fault);
            } else if (isPowerOfTen(count)) {
                log.warn(
                        "{}: {} failed unexpectedly; the same has happened {} times: {}",
                        name,
                        doing,
                        count,
                        inShort(fault));
            }
        } finally {
            if (LastResort.isFatal(fault)) {
                LastResort.end(fault);
            }
        }
    }

    /** How many faults there were, repetitions counted. */
    public synchronized long total() {
        return total;
    }

    private synchronized long count(Throwable fault) {
        total++;
        StackTraceElement[] frames = fault.getStackTrace();
        String kind = fault.getClass().getName() + (frames.length == 0 ? "" : frames[0].toString());
        if (counts.size() >= MAX_KINDS) {
            counts.clear();
        }
        return counts.merge(kind, 1L, Long::sum);
    }

    private static boolean isPowerOfTen(long count) {
        long power = 10;
        while (power < count) {
            power *= 10;
        }
        return power == count;
    }

    /** One line with what a developer needs first: {@code IllegalStateException: text, at A.java:3 < B.java:7}. */
    private static String inShort(Throwable fault) {
        StringJoiner frames = new StringJoiner(" < ");
        StackTraceElement[] trace = fault.getStackTrace();
        for (int i = 0; i < Math.min(FRAMES, trace.length); i++) {
            frames.add(trace[i].getFileName() + ":" + trace[i].getLineNumber());
        }
        String text = String.valueOf(fault.getMessage()).replaceAll("\\p{Cntrl}", " ");
        String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
        return fault.getClass().getSimpleName() + ": " + cut + ", at " + frames;
    }
}
