package org.mutirao.protocol.limit;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.mutirao.protocol.units.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts how often each {@link Limit} was reached, and says so: the first time at once, then at most once a minute, so that nobody fills
 * the log by it. Safe for any number of threads.
 */
public final class LimitsReached {
    private static final Logger log = LoggerFactory.getLogger(LimitsReached.class);
    private static final Duration QUIET = Duration.ofMinutes(1);
    /** What a log line repeats of a name, in characters. */
    private static final int MAX_WHO = 200;

    private static final LimitsReached HERE = new LimitsReached(System::nanoTime);

    private final LongSupplier nanos;
    private final Map<Limit, Count> counts = new EnumMap<>(Limit.class);

    private static final class Count {
        private long total;
        private long told;
        private long toldAt;
    }

    LimitsReached(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Those of this process. */
    public static LimitsReached here() {
        return HERE;
    }

    /**
     * Somebody wanted more.
     *
     * @param who for a person who looks for the cause; said only now and then. A stranger may have chosen the name
     */
    public void note(Limit limit, Object who) {
        long untold = count(limit);
        if (untold == 0) {
            return;
        }
        String safe = SafeText.of(String.valueOf(who), ' ', MAX_WHO);
        if (untold == 1) {
            log.warn("A limit was reached: {}. By {}", limit.inWords(), safe);
        } else {
            log.warn("A limit was reached {} times since it was said: {}. Last by {}", untold, limit.inWords(), safe);
        }
    }

    /** Returns how often it was since the last line; 0 if it is too early for the next one. */
    private synchronized long count(Limit limit) {
        Count count = counts.computeIfAbsent(limit, first -> new Count());
        count.total++;
        long now = nanos.getAsLong();
        if (count.told > 0 && now - count.toldAt < QUIET.toNanos()) {
            return 0;
        }
        long untold = count.total - count.told;
        count.told = count.total;
        count.toldAt = now;
        return untold;
    }

    /** How often it was since the start. */
    public synchronized long times(Limit limit) {
        Count count = counts.get(limit);
        return count == null ? 0 : count.total;
    }
}
