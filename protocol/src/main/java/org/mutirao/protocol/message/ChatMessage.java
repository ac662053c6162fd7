package org.mutirao.protocol.message;

import java.util.List;

/** What the course's chat programs say over TCP: a client joins and speaks, the server tells everybody. */
public sealed interface ChatMessage {
    /** A client's first word. */
    record Join(String name) implements ChatMessage {}

    /** A client says something. */
    record Say(String text) implements ChatMessage {}

    /** A client has got a message. */
    record Read(long id) implements ChatMessage {}

    /** To a newcomer: what was said before. */
    record History(List<Said> messages) implements ChatMessage {}

    /**
     * To everybody: somebody came or left.
     *
     * @param at in milliseconds since 1970
     */
    record Notice(String text, long at, long id) implements ChatMessage {}

    /**
     * To everybody, the sender too.
     *
     * @param at in milliseconds since 1970
     */
    record Said(String sender, String text, long at, long id) implements ChatMessage {}

    /**
     * To everybody but the reader.
     *
     * @param at in milliseconds since 1970
     */
    record ReadBy(String reader, long id, long at) implements ChatMessage {}
}
