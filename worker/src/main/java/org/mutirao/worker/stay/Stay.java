package org.mutirao.worker.stay;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.mutirao.protocol.text.Text;

/**
 * How long a worker stays, and when it takes work.
 *
 * @param once whether it leaves as soon as there is nothing to do
 * @param lifetime after which it takes nothing more, finishes what runs and leaves
 * @param idleExit how long it may have had nothing to do before it leaves
 * @param maxTasks how many tasks it takes before it leaves
 * @param times when it may work
 */
public record Stay(
        boolean once, Optional<Duration> lifetime, Optional<Duration> idleExit, OptionalInt maxTasks, WorkTimes times) {
    /** For ever, all day. */
    public static final Stay FOREVER =
            new Stay(false, Optional.empty(), Optional.empty(), OptionalInt.empty(), WorkTimes.ALWAYS);

    public Stay {
        check(lifetime, "--lifetime");
        check(idleExit, "--idle-exit");
        if (maxTasks.isPresent() && maxTasks.getAsInt() < 1) {
            throw new IllegalArgumentException(Text.of("--max-tasks: expected at least 1"));
        }
    }

    private static void check(Optional<Duration> time, String option) {
        if (time.filter(length -> length.isZero() || length.isNegative()).isPresent()) {
            throw new IllegalArgumentException(Text.of("%s: expected more than 0", option));
        }
    }
}
