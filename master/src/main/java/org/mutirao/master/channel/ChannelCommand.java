package org.mutirao.master.channel;

/** What changes the channel. */
public sealed interface ChannelCommand {
    /** When the leader proposed it, in milliseconds since 1970. */
    long at();

    /**
     * Somebody comes, or comes back over another connection.
     *
     * @param session chosen by the program at its start; who names the same one again is the same
     * @param replaces whether somebody else of that name has to go
     */
    record LogIn(String name, String session, boolean replaces, long lamport, long at) implements ChannelCommand {}

    /**
     * Somebody goes.
     *
     * @param reason in words; empty for one who just left
     */
    record LogOut(String name, String session, String reason, long at) implements ChannelCommand {}

    record MakeTopic(String name, String session, String topic, long at) implements ChannelCommand {}

    /**
     * Somebody says something.
     *
     * @param number 1, 2, 3… of what this session says, so that a repetition is known as one
     */
    record Say(String name, String session, long number, Audience to, String text, long lamport, long at)
            implements ChannelCommand {}

    /** Something about the grid that everybody may read. */
    record Announce(String text, long at) implements ChannelCommand {}

    /** Somebody has read a message. */
    record Confirm(String name, String session, long id, long at) implements ChannelCommand {}
}
