package org.mutirao.master.dispatch;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of the dispatcher.
 *
 * @param wall for the times that people read and that the log keeps
 * @param ticker monotonic, in nanoseconds, for everything that is waited for
 */
record DispatchClock(InstantSource wall, LongSupplier ticker) {
    private static final long NANOS_A_MILLI = 1_000_000;

    /** What people read, in milliseconds since 1970. */
    long millis() {
        return wall.millis();
    }

    long nanos() {
        return ticker.getAsLong();
    }

    /** The monotonic time in coarser steps. */
    long tickerMillis() {
        return nanos() / NANOS_A_MILLI;
    }
}
