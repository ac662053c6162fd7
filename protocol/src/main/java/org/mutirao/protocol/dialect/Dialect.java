package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;

/**
 * How one family of programs writes the messages. Both directions of both roles: what a master reads and answers, and what a
 * worker or console asks and is answered. Stateless. A new one is a class like these and a line in {@link Dialects}.
 */
public interface Dialect extends Wording {
    /** For tables and log lines. */
    String name();

    /**
     * Whether its programs read a message with a single {@code recv}, so that it must leave with a single write. Then it must
     * not be large either.
     */
    default boolean wantsOneWrite() {
        return true;
    }

    /** Whether its programs read lines, so that every answer must end with a line feed. */
    default boolean endsLines() {
        return false;
    }

    /** Whether its programs may agree on {@link RawAgreement raw bytes}. */
    default boolean mayBeRaw() {
        return false;
    }

    /** Whether an object that reached our master by TCP is of this dialect. */
    boolean speaks(ObjectNode object);

    /**
     * The master reads.
     *
     * @throws BadMessage when the object is no message of this dialect; the text says which field
     * @throws UnknownActionException when its action has no known name
     */
    Request readRequest(ObjectNode object, Optional<Payload> payload) throws BadMessage, UnknownActionException;

    /** The master answers. What this dialect has no words for is left out, or is an error if nothing is left. */
    Frame write(Reply reply);

    /** The worker or the console asks. What this dialect has no words for is left out. */
    Frame write(Request request);

    /**
     * The worker or the console is answered.
     *
     * @param asked what the answer is to, since some masters answer in words that depend on it
     */
    Reply readReply(Request asked, ObjectNode object, Optional<Payload> payload) throws BadMessage;

    /**
     * The same, from the text of the object.
     *
     * @throws IOException when it is no JSON object
     */
    default Reply readReply(Request asked, byte[] text, Optional<Payload> payload) throws BadMessage, IOException {
        return readReply(asked, Json.readObject(text), payload);
    }
}
