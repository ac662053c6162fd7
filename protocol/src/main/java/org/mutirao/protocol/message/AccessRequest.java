package org.mutirao.protocol.message;

import java.util.Optional;
import org.mutirao.protocol.room.Role;

/** What is asked about who may do what; our own extension of the wire. */
public sealed interface AccessRequest extends Request {
    /** Asks as whom one came in. */
    record WhoAmI() implements AccessRequest {}

    /**
     * Asks for a badge, whose secret the one who asks makes from the room's.
     *
     * @param holder for whom it is; may be empty
     */
    record IssueBadge(Role role, String holder) implements AccessRequest {}

    /** Asks for all badges that were ever given. */
    record ListBadges() implements AccessRequest {}

    /** Makes a badge worth nothing. */
    record TakeBackBadge(int serial) implements AccessRequest {}

    /** Makes the secrets worth nothing that the room had before this one. */
    record RetireSecrets() implements AccessRequest {}

    /**
     * Asks for what was done: the oldest first, or the newest first of those before a number.
     *
     * @param after only notes with a higher number
     * @param before only notes with a lower number, the newest first
     * @param limit 1 to 1000
     */
    record ListNotes(long after, Optional<Long> before, int limit) implements AccessRequest {
        /** The oldest first. */
        public ListNotes(long after, int limit) {
            this(after, Optional.empty(), limit);
        }
    }
}
