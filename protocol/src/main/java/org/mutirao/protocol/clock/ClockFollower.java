package org.mutirao.protocol.clock;

import java.util.function.LongSupplier;
import org.mutirao.protocol.message.ClockMessage;
import org.mutirao.protocol.message.ClockReport;

/**
 * One machine's side of the Berkeley rounds: with each exchange it measures how far its clock is ahead of the leader's, reports that
 * with the next one, and follows the adjustment that it is told. Safe for any thread.
 */
public final class ClockFollower {
    /** How far two clocks may drift apart: 200 millionths, twice what a poor quartz does. */
    public static final double DRIFT = 200e-6;

    private final ApplicationClock clock;
    private final LongSupplier nanos;
    private long round;
    private long ahead;
    private long error;
    private long measuredAt;

    public ClockFollower(ApplicationClock clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
    }

    /** What to tell the leader. */
    public synchronized ClockReport report() {
        if (round == 0) {
            return new ClockReport(0, 0, 0, clock.offset());
        }
        long drifted = (long) ((nanos.getAsLong() - measuredAt) / 1e3 * DRIFT);
        return new ClockReport(round, ahead, error + drifted, clock.offset());
    }

    /**
     * The leader has answered. Its clock was read somewhere between the question and the answer, so that half of the time between
     * them bounds the error.
     *
     * @param sent when it was asked, by the monotonic clock in nanoseconds
     */
    public synchronized void onWord(ClockMessage word, long sent) {
        measuredAt = nanos.getAsLong();
        long half = (measuredAt - sent) / 2000;
        ahead = clock.micros() - half - word.timeUs();
        error = half + 1;
        if (word.round() != round) {
            round = word.round();
            clock.adjust(word.adjustUs());
            ahead += word.adjustUs();
        }
    }
}
