package org.mutirao.worker.stay;

import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import org.mutirao.protocol.text.Text;

/**
 * The hours of a day in which a worker takes work, by this machine's clock. They may go over midnight.
 *
 * @param from the first minute
 * @param to the first minute after it; another one than {@code from}
 */
public record Hours(LocalTime from, LocalTime to) {
    public Hours {
        if (from.equals(to)) {
            throw new IllegalArgumentException(Text.of("the two times are the same; without --hours it works all day"));
        }
    }

    /**
     * Reads {@code 18:00-07:00}.
     *
     * @throws IllegalArgumentException with a sentence for people
     */
    public static Hours parse(String text) {
        String[] times = text.split("-", -1);
        try {
            if (times.length == 2) {
                return new Hours(LocalTime.parse(times[0]), LocalTime.parse(times[1]));
            }
        } catch (DateTimeParseException e) {
            // said below
        }
        throw new IllegalArgumentException(Text.of("expected two times, as 18:00-07:00"));
    }

    /** Whether work is taken at that time. */
    public boolean include(LocalTime time) {
        boolean begun = !time.isBefore(from);
        boolean over = !time.isBefore(to);
        return from.isBefore(to) ? begun && !over : begun || !over;
    }

    /** How long from then until they begin next. */
    public Duration untilNext(LocalTime time) {
        return until(time, from);
    }

    /** How long from then until they are over. */
    public Duration untilEnd(LocalTime time) {
        return include(time) ? until(time, to) : Duration.ZERO;
    }

    private static Duration until(LocalTime time, LocalTime then) {
        Duration wait = Duration.between(time, then);
        return wait.isNegative() || wait.isZero() ? wait.plusDays(1) : wait;
    }

    @Override
    public String toString() {
        return from + "-" + to;
    }
}
