package org.mutirao.master.inbox;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Thousands of files may wait for the same thing: each cause is worth a line in ten minutes. Safe for several threads. */
final class Complaints {
    private static final Duration QUIET = Duration.ofMinutes(10);
    private static final int MOST = 100;

    private final Map<String, Long> said = new HashMap<>();

    /**
     * Whether to say it now.
     *
     * @param nanos monotonic
     */
    synchronized boolean isDue(String cause, long nanos) {
        Long last = said.get(cause);
        boolean due = last == null ? said.size() < MOST : nanos - last >= QUIET.toNanos();
        if (due) {
            said.put(cause, nanos);
        }
        return due;
    }
}
