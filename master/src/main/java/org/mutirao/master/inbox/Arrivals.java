package org.mutirao.master.inbox;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Decides when a file in {@code tasks/} is complete. A ZIP's list of contents stands at its end, so a readable one is a strong
 * sign; a file that is still growing shows it between two looks.
 */
final class Arrivals {
    /** What to do with a file now. */
    enum Step {
        WAIT,
        TAKE,
        REJECT
    }

    /** A readable ZIP must look the same this long, unless it is older anyway. */
    static final Duration SETTLE = Duration.ofMillis(100);
    /** What is no readable ZIP after so long without a change will never be one. */
    static final Duration GIVE_UP = Duration.ofSeconds(10);

    /** Whether a file's list of contents can be found; costs a read, so it is asked once for each state of a file. */
    interface Readability {
        boolean test() throws IOException;
    }

    private record Look(Sighting sighting, boolean readable, long since) {}

    private final Map<String, Look> looks = new HashMap<>();

    /**
     * One look at one file.
     *
     * @param age since its last modification, by the clock on the wall; negative when the clocks disagree
     * @param nanos monotonic
     */
    Step look(String name, Sighting sighting, Readability readable, Duration age, long nanos) throws IOException {
        Look last = looks.get(name);
        if (last == null || !last.sighting().equals(sighting)) {
            last = new Look(sighting, readable.test(), nanos);
            looks.put(name, last);
        }
        Duration still = Duration.ofNanos(nanos - last.since());
        if (last.readable()) {
            // A rename brings an old file in at once; a copy is as young as its last byte.
            boolean settled = still.compareTo(SETTLE) >= 0 || age.compareTo(SETTLE.multipliedBy(20)) > 0;
            return settled ? Step.TAKE : Step.WAIT;
        }
        return still.compareTo(GIVE_UP) >= 0 ? Step.REJECT : Step.WAIT;
    }

    /** Forgets files that are gone. */
    void retain(Set<String> names) {
        looks.keySet().retainAll(names);
    }

    void forget(String name) {
        looks.remove(name);
    }
}
