package org.mutirao.worker.link;

import java.time.Duration;

/**
 * How long the link waits for what.
 *
 * @param answer for an answer to REGISTER or HEARTBEAT
 * @param discovery for the first answer to a question by UDP
 * @param collect for further answers, once there is one
 * @param idle how long a master of another group may have nothing before ours are looked for
 * @param again at the latest after that long ours are looked for, whatever the other one has
 */
public record Timing(Duration answer, Duration discovery, Duration collect, Duration idle, Duration again) {
    public static Timing usual() {
        return new Timing(
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(300),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60));
    }
}
