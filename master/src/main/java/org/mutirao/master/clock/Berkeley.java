package org.mutirao.master.clock;

import java.util.Arrays;

/** The average of clocks by Gusella and Zatti's fault-tolerant rule: only the largest set counts of which no two are far apart. */
record Berkeley(long average, long lowest, long highest) {
    /**
     * Averages one's own clock, which is ahead of itself by 0, and others.
     *
     * @param ahead how far each of the others is ahead of one's own
     * @param tolerance how far two that count may be apart, in the same unit
     */
    static Berkeley of(long[] ahead, long tolerance) {
        long[] all = Arrays.copyOf(ahead, ahead.length + 1); // the last one, 0, is one's own
        Arrays.sort(all);
        int first = 0;
        int count = 0;
        int to = 0; // only ever grows, so that many clocks cost little more than sorting them
        for (int from = 0; from < all.length; from++) {
            while (to < all.length && all[to] - all[from] <= tolerance) {
                to++;
            }
            boolean hasOwn = all[from] <= 0 && all[to - 1] >= 0;
            if (to - from > count || (to - from == count && hasOwn)) {
                first = from;
                count = to - from;
            }
        }
        long sum = 0;
        for (int each = first; each < first + count; each++) {
            sum += all[each] - all[first]; // what is far from 0 could be too large a sum
        }
        return new Berkeley(all[first] + Math.round((double) sum / count), all[first], all[first + count - 1]);
    }

    /** Whether a clock so far ahead counted. */
    boolean counts(long ahead) {
        return ahead >= lowest && ahead <= highest;
    }
}
