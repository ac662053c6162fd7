package org.mutirao.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Both clocks, which move only when told to. */
public final class ManualClock implements InstantSource {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos = 1_000_000_000L;

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /** Monotonic. */
    public synchronized long nanos() {
        return nanos;
    }

    public synchronized void advance(Duration by) {
        now = now.plus(by);
        nanos += by.toNanos();
    }

    /** Somebody sets the machine's clock; the monotonic one does not care. */
    public synchronized void jump(Duration by) {
        now = now.plus(by);
    }
}
