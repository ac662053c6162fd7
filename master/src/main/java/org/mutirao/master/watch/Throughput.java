package org.mutirao.master.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** How many tasks were finished in each of the last spans of time, for a plot and an estimate. Safe for any number of threads. */
public final class Throughput {
    /** One span. */
    public static final Duration SPAN = Duration.ofSeconds(5);

    private static final int SPANS = 720;

    private final LongSupplier nanos;
    private final long start;
    private final int[] finished = new int[SPANS];
    private long current;

    /** @param nanos monotonic */
    public Throughput(LongSupplier nanos) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    public synchronized void finishedOne() {
        advance();
        finished[(int) (current % SPANS)]++;
    }

    private void advance() {
        long now = (nanos.getAsLong() - start) / SPAN.toNanos();
        for (long span = Math.max(current + 1, now - SPANS + 1); span <= now; span++) {
            finished[(int) (span % SPANS)] = 0;
        }
        current = Math.max(current, now);
    }

    /** One number a span, the oldest first, the last one still growing; at most an hour. */
    public synchronized List<Integer> history() {
        advance();
        List<Integer> numbers = new ArrayList<>();
        for (long span = Math.max(0, current - SPANS + 1); span <= current; span++) {
            numbers.add(finished[(int) (span % SPANS)]);
        }
        return numbers;
    }

    /** Tasks a second over the last minute, or since the start if that is less. */
    public synchronized double perSecond() {
        advance();
        long spans = Math.min(current + 1, Duration.ofMinutes(1).dividedBy(SPAN));
        int sum = 0;
        for (long span = current - spans + 1; span <= current; span++) {
            sum += finished[(int) (span % SPANS)];
        }
        double seconds = Math.min(60.0, Math.max(1.0, (nanos.getAsLong() - start) / 1e9));
        return sum / seconds;
    }
}
