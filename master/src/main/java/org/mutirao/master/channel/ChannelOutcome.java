package org.mutirao.master.channel;

/** What came of a command. */
public sealed interface ChannelOutcome {
    /**
     * It was done, now or the first time.
     *
     * @param id of the message that it made; of the newest one if it made none
     * @param lamport of that message
     */
    record Done(long id, long lamport) implements ChannelOutcome {}

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
        TOO_MANY
    }
}
