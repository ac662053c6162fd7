package org.mutirao.protocol.identity;

import java.util.BitSet;

/**
 * Which of a session's numbers were heard. A worker's messages travel on several connections, so that a higher number may come first;
 * one that is lower by more than the window counts as heard. Safe for any number of threads.
 */
public final class ReplayWindow {
    /** How many of the last numbers are known one by one. */
    public static final int SIZE = 2048;

    private final BitSet heard = new BitSet(SIZE);
    private long highest;

    /** Whether that number was not heard before; from now on it was. */
    public synchronized boolean isNew(long number) {
        if (number <= 0 || number <= highest - SIZE) {
            return false;
        }
        if (number > highest) {
            if (number - highest >= SIZE) {
                heard.clear();
            } else {
                for (long skipped = highest + 1; skipped <= number; skipped++) {
                    heard.clear((int) (skipped % SIZE));
                }
            }
            highest = number;
        } else if (heard.get((int) (number % SIZE))) {
            return false;
        }
        heard.set((int) (number % SIZE));
        return true;
    }
}
