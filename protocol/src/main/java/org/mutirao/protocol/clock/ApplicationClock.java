package org.mutirao.protocol.clock;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The machine's clock plus an offset, so that the times of different machines can be compared. The machine's clock is never set. Safe
 * for any thread.
 */
public final class ApplicationClock implements InstantSource {
    private final InstantSource machine;
    private final AtomicLong offset = new AtomicLong();

    /** Agrees with the machine's clock until it is adjusted. */
    public ApplicationClock(InstantSource machine) {
        this.machine = machine;
    }

    @Override
    public Instant instant() {
        return machine.instant().plus(offset.get(), ChronoUnit.MICROS);
    }

    /** Microseconds since 1970. */
    public long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant());
    }

    /** How far it is ahead of the machine's clock, in microseconds. */
    public long offset() {
        return offset.get();
    }

    /** Puts it forward, or back with a negative number of microseconds. */
    public void adjust(long micros) {
        offset.addAndGet(micros);
    }
}
