package org.mutirao.master.handlers;

import java.util.function.LongSupplier;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;

/** How often something costly may be asked for: so many times at once, and so many more each second. For one thread. */
final class Allowance {
    private static final double NANOS_A_SECOND = 1e9;

    private final int atOnce;
    private final int aSecond;
    private final LongSupplier nanos;
    private double left;
    private long counted;

    /**
     * Allows everything at once in the beginning.
     *
     * @param nanos monotonic
     */
    Allowance(int atOnce, int aSecond, LongSupplier nanos) {
        this.atOnce = atOnce;
        this.aSecond = aSecond;
        this.nanos = nanos;
        this.left = atOnce;
        this.counted = nanos.getAsLong();
    }

    /** Whether one more is allowed now; if so it is used up. */
    boolean take() {
        long now = nanos.getAsLong();
        left = Math.min(atOnce, left + (now - counted) / NANOS_A_SECOND * aSecond);
        counted = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }

    /**
     * What is said when no more is allowed now.
     *
     * @param what happens, in words
     */
    Reply refusal(String what) {
        LimitsReached.here().note(Limit.RATES, what);
        return new Reply.Failure(
                Refusal.TRY_LATER,
                Text.of("%s at most %d times a second for all who ask; wait a little", what, aSecond));
    }
}
