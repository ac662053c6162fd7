package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.ReferenceRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.InSession;
import org.mutirao.protocol.message.WorkerRequest.Leave;
import org.mutirao.protocol.message.WorkerRequest.Register;
import org.mutirao.protocol.message.WorkerRequest.ReturnTask;
import org.mutirao.protocol.message.WorkerRequest.SendLog;

/**
 * The flat dialect with our own additional fields, and a few messages of our own. Whoever knows only the flat one reads it as
 * that.
 */
public final class OwnDialect implements Dialect {
    private static final int LONGEST_LOG = 64 * 1024;

    private final FlatDialect flat = new FlatDialect();
    private final Optional<String> session;
    /** What many readers of the channel are told at the same time is written once. */
    private volatile Told told =
            new Told(new Reply.Messages(List.of(), 0), Frame.of(FlatDialect.object("status", "OK")));

    private record Told(Reply.Messages messages, Frame frame) {}

    public OwnDialect() {
        this(Optional.empty());
    }

    private OwnDialect(Optional<String> session) {
        this.session = session;
    }

    /** For a worker that a master has registered: each of its requests proves that. */
    public static OwnDialect inSession(Optional<String> session) {
        return new OwnDialect(session);
    }

    @Override
    public String name() {
        return "mutirao";
    }

    /** Our programs look for one another in the flat wording; by UDP there is nothing to add. */
    @Override
    public Set<Integer> discoveryPorts() {
        return Set.of();
    }

    @Override
    public byte[] ask(WorkerId peer, int port) {
        return flat.ask(peer, port);
    }

    @Override
    public boolean asks(ObjectNode object) {
        return false;
    }

    @Override
    public Optional<String> asker(ObjectNode question) {
        return flat.asker(question);
    }

    @Override
    public byte[] announce(String address, int port) {
        return flat.announce(address, port);
    }

    @Override
    public Optional<Announced> announced(ObjectNode object) {
        return Optional.empty();
    }

    @Override
    public boolean wantsOneWrite() {
        return false;
    }

    @Override
    public boolean speaks(ObjectNode object) {
        String action = object.path("action").asText("");
        return switch (action) {
            case "RETURN_TASK", "LEAVE", "SEND_LOG" -> true;
            default ->
                OperatorMessages.typeOf(action).isPresent()
                        || GroupMessages.has(action)
                        || ChannelMessages.has(action)
                        || ReferenceMessages.has(action)
                        || OwnFields.areIn(object);
        };
    }

    @Override
    public Request readRequest(ObjectNode object, Optional<Payload> payload) throws BadMessage, UnknownActionException {
        String action = FlatDialect.action(object);
        Optional<Class<? extends OperatorRequest>> operator = OperatorMessages.typeOf(action);
        if (operator.isPresent()) {
            return OperatorMessages.read(operator.get(), action, object, payload);
        }
        if (GroupMessages.has(action)) {
            return GroupMessages.read(action, object, payload);
        }
        if (ChannelMessages.has(action)) {
            return ChannelMessages.read(action, object);
        }
        if (ReferenceMessages.has(action)) {
            return ReferenceMessages.read(action, object);
        }
        return OwnFields.inSession(readWorkers(action, object, payload), object);
    }

    private WorkerRequest readWorkers(String action, ObjectNode object, Optional<Payload> payload)
            throws BadMessage, UnknownActionException {
        Fields fields = new Fields(action, object);
        return switch (action) {
            case "RETURN_TASK" -> new ReturnTask(FlatDialect.peer(fields), fields.lease(), fields.text("reason"));
            case "LEAVE" -> new Leave(FlatDialect.peer(fields));
            case "SEND_LOG" ->
                new SendLog(
                        FlatDialect.peer(fields),
                        fields.lease(),
                        fields.text("stream"),
                        fields.number("offset", 0, Long.MAX_VALUE),
                        fields.number("end", 0, Long.MAX_VALUE),
                        fields.longText("text", LONGEST_LOG));
            default -> OwnFields.read((WorkerRequest) flat.readRequest(object, payload), fields, object);
        };
    }

    @Override
    public Frame write(Request request) {
        if (request instanceof OperatorRequest operator) {
            return OperatorMessages.write(operator);
        }
        if (request instanceof GroupRequest group) {
            return GroupMessages.write(group);
        }
        if (request instanceof ChannelRequest channel) {
            return ChannelMessages.write(channel);
        }
        if (request instanceof ReferenceRequest reference) {
            return ReferenceMessages.write(reference);
        }
        if (request instanceof InSession spoken) {
            return FlatDialect.framed(start(spoken.said()).put("session", spoken.session()), spoken.said());
        }
        boolean proves = session.isPresent() && !(request instanceof Register);
        return FlatDialect.framed(proves ? start(request).put("session", session.get()) : start(request), request);
    }

    /** A worker's request without its payload. */
    private static ObjectNode start(Request request) {
        if (request instanceof ReturnTask giveBack) {
            ObjectNode object = FlatDialect.object("action", "RETURN_TASK")
                    .put("peer_id", giveBack.peer().value());
            OwnFields.putLease(object, giveBack.lease());
            return object.put("reason", giveBack.reason());
        }
        if (request instanceof Leave leave) {
            return FlatDialect.object("action", "LEAVE")
                    .put("peer_id", leave.peer().value());
        }
        if (request instanceof SendLog part) {
            ObjectNode object = FlatDialect.object("action", "SEND_LOG")
                    .put("peer_id", part.peer().value());
            OwnFields.putLease(object, part.lease());
            object.put("stream", part.stream()).put("offset", part.offset()).put("end", part.end());
            return object.put("text", part.text());
        }
        ObjectNode object = FlatDialect.start(request);
        OwnFields.put(object, request);
        return object;
    }

    @SuppressWarnings("ReferenceEquality") // comparing thousands of rows would cost more than writing them again
    private Frame write(Reply.Messages messages) {
        Told before = told;
        if (before.messages() != messages) {
            before = new Told(messages, ChannelMessages.write(messages));
            told = before;
        }
        return before.frame();
    }

    @Override
    public Reply readReply(Request asked, byte[] text, Optional<Payload> payload) throws BadMessage, IOException {
        return asked instanceof ChannelRequest.Read && ChannelMessages.areMessages(text)
                ? ChannelMessages.readMessages(text)
                : Dialect.super.readReply(asked, text, payload);
    }

    @Override
    public Frame write(Reply reply) {
        if (reply instanceof Reply.Messages messages) {
            return write(messages);
        }
        if (OperatorMessages.answersOperators(reply)) {
            return OperatorMessages.write(reply);
        }
        if (GroupMessages.answers(reply)) {
            return GroupMessages.write(reply);
        }
        if (ChannelMessages.answers(reply)) {
            return ChannelMessages.write(reply);
        }
        if (ReferenceMessages.answers(reply)) {
            return ReferenceMessages.write(reply);
        }
        ObjectNode object = FlatDialect.start(reply);
        OwnFields.put(object, reply);
        return FlatDialect.framed(object, reply);
    }

    @Override
    public Reply readReply(Request asked, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        String status = object.path("status").asText("");
        if (status.equals("NOT_LEADER")) {
            return GroupMessages.readNotLeader(object);
        }
        if (status.equals("OK") && asked instanceof OperatorRequest operator) {
            return OperatorMessages.readReply(operator, object, payload);
        }
        if (status.equals("OK") && asked instanceof ChannelRequest channel) {
            return ChannelMessages.readReply(channel, object);
        }
        if (status.equals("OK") && asked instanceof ReferenceRequest reference) {
            return ReferenceMessages.readReply(reference, object);
        }
        if (status.equals("OK") && asked instanceof GroupRequest group) {
            Optional<Reply> reply = GroupMessages.readReply(group, object, payload);
            if (reply.isPresent()) {
                return reply.get();
            }
        }
        return OwnFields.read(flat.readReply(asked, object, payload), object);
    }
}
