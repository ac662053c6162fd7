package org.mutirao.master.inbox;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

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

    /** A whole ZIP must look the same this long where the system tells that nobody writes it. */
    static final Duration SETTLE = Duration.ofMillis(100);
    /** The same where the system does not tell, and for what is something else than a ZIP. */
    static final Duration STILL = Duration.ofSeconds(2);
    /** What is no whole ZIP after so long without a change will never be one. A copy may well pause for 12 seconds. */
    static final Duration GIVE_UP = Duration.ofSeconds(60);

    /** How a file looks from inside. */
    enum Content {
        /** It ends where the file ends. */
        WHOLE,
        /** It may be on its way. */
        PART,
        /** It starts like something else, and more bytes won't change that. */
        OTHER
    }

    /** Costs a read, so it is asked once for each state of a file. */
    interface Reader {
        Content read() throws IOException;
    }

    /** How often to look at what comes quickly, and at what takes long. */
    private static final Duration SOON = SETTLE.dividedBy(2);

    private static final Duration SLOWLY = Duration.ofSeconds(1);

    private record Look(Sighting sighting, Content content, long first, long since) {}

    private final Map<String, Look> looks = new HashMap<>();

    /**
     * One look at one file.
     *
     * @param writing whether a program has it open for writing; asked only when all else is well
     * @param age since its last modification, by the clock on the wall; negative when the clocks disagree
     * @param nanos monotonic
     */
    Step look(String name, Sighting sighting, Reader reader, Supplier<Writing> writing, Duration age, long nanos)
            throws IOException {
        Look last = looks.get(name);
        if (last == null || !last.sighting().equals(sighting)) {
            last = new Look(sighting, reader.read(), last == null ? nanos : last.first(), nanos);
            looks.put(name, last);
        }
        Duration still = Duration.ofNanos(nanos - last.since());
        // A rename brings an old file in at once; a copy is as young as its last byte.
        boolean settled = still.compareTo(STILL) >= 0 || (last.content() == Content.WHOLE && age.compareTo(STILL) > 0);
        boolean due = settled || (last.content() == Content.WHOLE && still.compareTo(SETTLE) >= 0);
        if (last.content() == Content.PART ? still.compareTo(GIVE_UP) < 0 : !due) {
            return Step.WAIT;
        }
        Writing now = writing.get();
        if (now == Writing.YES || (now == Writing.UNKNOWN && !settled)) {
            return Step.WAIT;
        }
        return last.content() == Content.WHOLE ? Step.TAKE : Step.REJECT;
    }

    /** When to look again at a file that waits: a long copy is not worth twenty looks a second. */
    Duration patience(String name, long nanos) {
        Look last = looks.get(name);
        return last == null || nanos - last.first() >= STILL.toNanos() ? SLOWLY : SOON;
    }

    /** Forgets files that are gone. */
    void retain(Set<String> names) {
        looks.keySet().retainAll(names);
    }

    void forget(String name) {
        looks.remove(name);
    }
}
