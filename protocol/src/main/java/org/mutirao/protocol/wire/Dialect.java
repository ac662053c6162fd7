package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;

/**
 * How one family of programs writes the messages. Both directions of both roles: what a master reads and answers, and what a
 * worker or console asks and is answered. Stateless.
 */
public interface Dialect {
    /** For tables and log lines. */
    String name();

    /** Whether an object that reached our master is of this dialect. */
    boolean speaks(ObjectNode object);

    /**
     * The master reads.
     *
     * @throws BadMessage when the object is no message of this dialect; the text says which field
     * @throws UnknownActionException when its action has no known name
     */
    Request readRequest(ObjectNode object, Optional<Payload> payload) throws BadMessage, UnknownActionException;

    /** The master answers. */
    Frame write(Reply reply);

    /** The worker or the console asks. */
    Frame write(Request request);

    /**
     * The worker or the console is answered.
     *
     * @param asked what the answer is to, since some masters answer in words that depend on it
     */
    Reply readReply(Request asked, ObjectNode object, Optional<Payload> payload) throws BadMessage;
}
