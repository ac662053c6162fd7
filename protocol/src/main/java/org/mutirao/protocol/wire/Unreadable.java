package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.mutirao.protocol.dialect.BadMessage;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.UnknownActionException;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.units.Told;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is answered to an object of which no request can be made. */
final class Unreadable {
    private static final Logger log = LoggerFactory.getLogger(Unreadable.class);
    private static final Faults FAULTS = new Faults(Text.of("a connection"));

    private Unreadable() {}

    /** What the reader did not expect is no message, and no reason to end without an answer. */
    static Request read(Dialect dialect, ObjectNode node, ScannedObject object)
            throws BadMessage, UnknownActionException, IOException {
        try {
            return dialect.readRequest(node, object.payload());
        } catch (RuntimeException | Error e) {
            FAULTS.report(Text.of("reading a message"), e);
            throw new IOException(Text.of("it can't be read"), e);
        }
    }

    static Reply answer(Exception failure, InetSocketAddress from) {
        if (failure instanceof UnknownActionException unknown) {
            return new Reply.UnknownAction(unknown.action());
        }
        Ends.note(Limit.MESSAGES, from);
        return new Reply.Failure(
                Refusal.BAD_REQUEST,
                failure instanceof BadMessage
                        ? failure.getMessage()
                        : Text.of("not a message: %s", Told.of(failure, Text.of("it can't be read"))));
    }

    /** To one whose payload could not be taken. */
    static Reply answerToPayload(IOException problem, InetSocketAddress from) {
        if (problem instanceof PayloadTooLarge) {
            Ends.note(Limit.PAYLOADS, from);
        }
        if (problem instanceof PayloadTooLarge || problem instanceof BadBase64) {
            return new Reply.Failure(Refusal.BAD_REQUEST, Text.of("the payload was refused: %s", problem.getMessage()));
        }
        log.warn("A payload could not be stored: {}", problem.getMessage());
        return new Reply.Failure(
                Refusal.TRY_LATER, Text.of("the payload could not be stored here; keep your copy and try again later"));
    }
}
