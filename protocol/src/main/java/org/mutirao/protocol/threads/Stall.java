package org.mutirao.protocol.threads;

import java.time.Duration;
import org.mutirao.protocol.text.Text;

/**
 * A thread that has been at one thing for longer than it should.
 *
 * @param name whose, for example {@code publisher}
 * @param doing for example {@code writing results/x.zip}
 * @param since how long it has not moved
 */
public record Stall(String name, String doing, Duration since) {
    /** For a person: {@code the publisher has not moved for 40 s: writing results/x.zip}. */
    public String sentence() {
        return Text.of("the %s has not moved for %s s: %s", name, since.toSeconds(), doing);
    }
}
