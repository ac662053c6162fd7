package org.mutirao.master.access;

import org.mutirao.protocol.room.Role;

/** What changes {@link Access}. */
public sealed interface AccessCommand {
    /** Gives the next number to a new badge. */
    record Issue(Role role, String holder, long at) implements AccessCommand {}

    /** From now on that badge does not count. */
    record TakeBack(int serial, long at) implements AccessCommand {}

    /** A job is the badge's own. */
    record Own(long job, int serial) implements AccessCommand {}

    /** Somebody did something. */
    record Noted(AuditNote note) implements AccessCommand {}

    /** From now on the secret of the room with this label does not count. */
    record Retire(String label) implements AccessCommand {}
}
