package org.mutirao.protocol.message;

import java.util.List;

/** What the course's chat programs say over TCP: a client joins and speaks, the server tells everybody. */
public sealed interface ChatWord {
    /** A client's first word. */
    record Join(String name) implements ChatWord {}

    /** A client says something. */
    record Say(String text) implements ChatWord {}

    /** A client has got a message. */
    record Read(long id) implements ChatWord {}

    /** To a newcomer: what was said before. */
    record History(List<Said> messages) implements ChatWord {}

    /**
     * To everybody: somebody came or left.
     *
     * @param at in milliseconds since 1970
     */
    record Notice(String text, long at, long id) implements ChatWord {}

    /**
     * To everybody, the sender too.
     *
     * @param at in milliseconds since 1970
     */
    record Said(String sender, String text, long at, long id) implements ChatWord {}

    /**
     * To everybody but the reader.
     *
     * @param at in milliseconds since 1970
     */
    record ReadBy(String reader, long id, long at) implements ChatWord {}
}
