package org.mutirao.master.channel;

/** What came of a command. */
public sealed interface ChannelOutcome {
    /**
     * It was done, now or the first time.
     *
     * @param id of the message that it made; of the newest one if it made none
     * @param lamport of that message
     * @param number after a login, that of the last message which the session has said; else 0
     */
    record Done(long id, long lamport, long number) implements ChannelOutcome {
        Done(long id, long lamport) {
            this(id, lamport, 0);
        }
    }

    /**
     * Nothing changed.
     *
     * @param message in words, for the person
     */
    record Refused(Why why, String message) implements ChannelOutcome {}

    /** Why something was not done. */
    enum Why {
        NAME_IN_USE,
        NOT_LOGGED_IN,
        NOT_THERE,
        /** The session has said something else under that number, or later ones already. */
        NUMBER_TAKEN,
        TOO_MANY
    }
}
