package org.mutirao.protocol.room;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a person or a program may do who has a secret of his own in place of the room's. */
public enum Role {
    /** Everything but what needs the room's own secret: to be a master, and to make and take back secrets. */
    OPERATOR,
    /** Hands in, and sees, changes and fetches what is its own. */
    SUBMITTER,
    /** Takes tasks and delivers results. */
    WORKER,
    /** Sees everything and changes nothing. */
    VIEWER;

    /** As people and programs write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that is written so; empty if there is none. */
    public static Optional<Role> named(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }
}
