package org.mutirao.master.access;

import java.util.OptionalLong;
import org.mutirao.protocol.room.Badge;

/**
 * A badge that was given to somebody.
 *
 * @param holder as a person called it; may be empty
 * @param issuedAt in milliseconds since 1970
 * @param takenBackAt the same; empty as long as it counts
 */
public record Issued(Badge badge, String holder, long issuedAt, OptionalLong takenBackAt) {
    /** Whether it counts. */
    public boolean isValid() {
        return takenBackAt.isEmpty();
    }

    Issued takenBack(long at) {
        return new Issued(badge, holder, issuedAt, OptionalLong.of(at));
    }
}
