package org.mutirao.worker.warm;

import java.time.Duration;

/**
 * What a script took.
 *
 * @param memory at most at a time, in bytes; 0 if that is not known
 * @param cpu of all its processes; zero if that is not known
 */
public record Used(long memory, Duration cpu) {
    /** Nothing is known. */
    public static Used unknown() {
        return new Used(0, Duration.ZERO);
    }
}
