package org.mutirao.protocol.message;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What people and programs say to each other through the masters; our own extension of the wire. */
public sealed interface ChannelRequest extends Request {
    /**
     * Somebody who logged in.
     *
     * @param name of 1 to 32 letters, digits, '_', '.' or '-'
     * @param session chosen at random by the program at its start, and named with everything it asks
     */
    record Speaker(String name, String session) {}

    /**
     * Logs in, or shows up again at another master.
     *
     * @param lamport the newest stamp that the program knows
     * @param replaces whether somebody else of that name has to go
     */
    record Enter(Speaker speaker, long lamport, boolean replaces) implements ChannelRequest {}

    /** Logs out. */
    record Exit(Speaker speaker) implements ChannelRequest {}

    record MakeTopic(Speaker speaker, String topic) implements ChannelRequest {}

    /**
     * Says something on a topic or to one person.
     *
     * @param number 1, 2, 3… of what this session says; the same number again is the same message again
     * @param topic empty for the general one, if no person is named
     */
    record Say(Speaker speaker, long number, Optional<String> topic, Optional<String> person, String text, long lamport)
            implements ChannelRequest {}

    /**
     * Asks for messages. A speaker that asks again is answered the earlier question at once.
     *
     * @param speaker without one, only what everybody may read
     * @param after only messages with a higher id
     * @param last only the newest so many, if given
     * @param topics only these, if any are given; what has no topic comes always
     * @param patience how long to wait for the first one
     */
    record Read(Optional<Speaker> speaker, long after, Optional<Integer> last, List<String> topics, Duration patience)
            implements ChannelRequest {
        /** The same without waiting. */
        public Read atOnce() {
            return new Read(speaker, after, last, topics, Duration.ZERO);
        }
    }

    /** Tells that a message was read. */
    record Confirm(Speaker speaker, long id) implements ChannelRequest {}

    /** Asks who is there, and which topics there are. */
    record Look() implements ChannelRequest {}

    /** Asks who has read a message. */
    record ListReaders(long id) implements ChannelRequest {}
}
