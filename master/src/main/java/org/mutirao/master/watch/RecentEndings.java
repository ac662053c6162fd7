package org.mutirao.master.watch;

/** How many tasks ended over the last minute. For one thread at a time. */
final class RecentEndings {
    private static final long SPAN_MS = 5000;
    private static final int SPANS = 12;

    private final long[] numbers = new long[SPANS];
    private final int[] counts = new int[SPANS];

    /** @param at in milliseconds since 1970 */
    void add(long at) {
        long number = at / SPAN_MS;
        int slot = (int) (number % SPANS);
        if (numbers[slot] > number) {
            return; // long ago
        }
        if (numbers[slot] < number) {
            numbers[slot] = number;
            counts[slot] = 0;
        }
        counts[slot]++;
    }

    /**
     * How many in a second.
     *
     * @param since when the first task of all began
     */
    double perSecond(long now, long since) {
        long oldest = now / SPAN_MS - SPANS + 1;
        int sum = 0;
        for (int slot = 0; slot < SPANS; slot++) {
            sum += numbers[slot] >= oldest ? counts[slot] : 0;
        }
        long span = now - oldest * SPAN_MS; // the last one still grows
        return sum / (Math.max(1000, Math.min(span, now - since)) / 1000.0);
    }
}
