package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;

/**
 * {@code {"action":"REGISTER",…}} and {@code {"status":"REGISTERED"}}: what groups A, B, C and D speak, and what our own
 * programs speak with additional fields.
 */
public final class FlatDialect implements Dialect {
    @Override
    public String name() {
        return "flat";
    }

    @Override
    public boolean speaks(ObjectNode object) {
        return object.path("action").isTextual();
    }

    @Override
    public Request readRequest(ObjectNode object, Optional<Payload> payload) throws BadMessage, UnknownActionException {
        if (!object.has("action")) {
            throw new BadMessage("a request has an 'action' text, this object has none");
        }
        String action = new Fields("request", object).text("action");
        Optional<Class<? extends OperatorRequest>> operator = OperatorMessages.typeOf(action);
        if (operator.isPresent()) {
            return OperatorMessages.read(operator.get(), action, object, payload);
        }
        return FlatWorkerMessages.read(action, new Fields(action, object), payload);
    }

    @Override
    public Frame write(Reply reply) {
        return FlatReplies.write(reply);
    }

    @Override
    public Frame write(Request request) {
        if (request instanceof OperatorRequest operator) {
            return OperatorMessages.write(operator);
        }
        return FlatWorkerMessages.write((WorkerRequest) request);
    }

    @Override
    public Reply readReply(Request asked, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        return FlatReplies.read(asked, object, payload);
    }
}
