package org.mutirao.master.watch;

import java.util.Arrays;
import java.util.Optional;

/** How often which run time was seen, in steps of about three per cent: a median that needs no look at all tasks. For one thread at a time. */
final class RunTimes {
    private static final int STEPS_PER_DOUBLING = 24;
    /** More than a year. */
    private static final int MAX_STEPS = STEPS_PER_DOUBLING * 36;

    private int[] counts = {};
    private long total;
    private long longest;

    private static int stepOf(long millis) {
        double doublings = Math.log((double) Math.max(1, millis)) / Math.log(2);
        return Math.min(MAX_STEPS - 1, (int) Math.round(doublings * STEPS_PER_DOUBLING));
    }

    void add(long millis) {
        int step = stepOf(millis);
        if (step >= counts.length) {
            counts = Arrays.copyOf(counts, Math.min(MAX_STEPS, step + STEPS_PER_DOUBLING));
        }
        counts[step]++;
        total++;
        longest = Math.max(longest, millis);
    }

    /** One that was added. The longest stays the longest that was ever seen. */
    void remove(long millis) {
        int step = stepOf(millis);
        if (step < counts.length && counts[step] > 0) {
            counts[step]--;
            total--;
        }
    }

    /** In milliseconds. */
    Optional<Long> median() {
        boolean isOnly = total == 1 && counts[stepOf(longest)] == 1;
        if (isOnly) {
            return Optional.of(longest);
        }
        long below = 0;
        for (int step = 0; step < counts.length; step++) {
            below += counts[step];
            if (total > 0 && below * 2 >= total) {
                return Optional.of(Math.min(longest, Math.round(Math.pow(2, (double) step / STEPS_PER_DOUBLING))));
            }
        }
        return Optional.empty();
    }

    /** In milliseconds. */
    Optional<Long> longest() {
        return total == 0 ? Optional.empty() : Optional.of(longest);
    }
}
