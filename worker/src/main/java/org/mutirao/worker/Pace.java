package org.mutirao.worker;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.mutirao.worker.run.RunPermits;

/** How many scripts run at a time, and how long they take at present. Shared by all slots. */
final class Pace implements RunPermits {
    private static final Duration QUICK = Duration.ofSeconds(1);

    private final Semaphore permits;
    private Duration mean = Duration.ofHours(1); // nothing is known yet

    Pace(int slots) {
        permits = new Semaphore(slots);
    }

    @Override
    public void begin() throws InterruptedException {
        permits.acquire();
    }

    @Override
    public void end() {
        permits.release();
    }

    synchronized void ran(Duration time) {
        boolean first = mean.compareTo(Duration.ofHours(1)) == 0;
        mean = first ? time : mean.multipliedBy(3).plus(time).dividedBy(4);
    }

    /** Whether tasks are so short that fetching the next one in time matters. */
    synchronized boolean isQuick() {
        return mean.compareTo(QUICK) < 0;
    }
}
