package org.mutirao.worker.stay;

import java.time.Duration;
import java.util.Optional;

/** What a machine tells of the person in front of it. Asking takes some milliseconds. */
public interface Senses {
    /** How long keyboard and mouse have been idle; empty if the system does not tell. */
    Optional<Duration> idle() throws InterruptedException;

    /** Whether the machine runs on battery; empty if the system does not tell. */
    Optional<Boolean> onBattery() throws InterruptedException;
}
