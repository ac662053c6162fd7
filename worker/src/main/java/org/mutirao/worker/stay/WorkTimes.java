package org.mutirao.worker.stay;

import java.time.Duration;
import java.util.Optional;
import org.mutirao.protocol.text.Text;

/**
 * When a worker may work on its machine, and what becomes of what runs when it may not.
 *
 * @param hours in which it takes work; all day if empty
 * @param idle how long keyboard and mouse must have been idle; if empty, it works while somebody uses the machine too
 * @param mainsOnly whether it works only while the machine is not on battery
 * @param pausing what becomes of what runs, whatever the reason; if empty, it is finished at the end of the hours and stands still for the others
 */
public record WorkTimes(Optional<Hours> hours, Optional<Duration> idle, boolean mainsOnly, Optional<Pausing> pausing) {
    /** At any time. */
    public static final WorkTimes ALWAYS = new WorkTimes(Optional.empty(), Optional.empty(), false, Optional.empty());

    public WorkTimes {
        if (idle.filter(time -> time.isZero() || time.isNegative()).isPresent()) {
            throw new IllegalArgumentException(Text.of("%s: expected more than 0", "--idle-only"));
        }
    }

    /** Whether no time is left out. */
    public boolean isAlways() {
        return hours.isEmpty() && idle.isEmpty() && !mainsOnly;
    }

    /** In these hours, whoever uses the machine. */
    public static WorkTimes of(Optional<Hours> hours) {
        return new WorkTimes(hours, Optional.empty(), false, Optional.empty());
    }
}
