package org.mutirao.worker;

import java.time.Duration;

/** How long scripts take at present. Shared by all slots. */
final class RunTimeEstimate {
    private static final Duration QUICK = Duration.ofSeconds(1);
    /** Nothing is known yet. */
    private static final Duration UNKNOWN = Duration.ofHours(1);

    private Duration mean = UNKNOWN;

    /** Counts a script that took so long; the last few weigh most. */
    synchronized void add(Duration time) {
        mean = mean.equals(UNKNOWN) ? time : mean.multipliedBy(3).plus(time).dividedBy(4);
    }

    /** Whether tasks are so short that fetching the next one in time matters. */
    synchronized boolean isQuick() {
        return mean.compareTo(QUICK) < 0;
    }
}
