package org.mutirao.protocol.dialect;

import static org.mutirao.protocol.dialect.FlatDialect.object;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.table.SealedFunction;

/**
 * What programs of the course's later semesters say to a master: control words in capitals, each object in a line of its own. Our
 * master answers them, and hands out nothing; our own programs never speak so, and their discovery is not answered.
 */
public final class LaterDialect implements Dialect {
    private static final int MAX_ID = 200;
    private static final String TYPE = "TYPE";
    private static final String TASK = "TASK";

    /** The one true answer to each, by what this master calls itself. */
    private static final SealedFunction<LaterRequest, String, ObjectNode> ANSWERS =
            SealedFunction.<LaterRequest, String, ObjectNode>of(LaterRequest.class)
                    .row(LaterRequest.Ping.class, (ping, server) -> object("SERVER_UUID", server)
                            .put(TASK, "HEARTBEAT")
                            .put("RESPONSE", "ALIVE"))
                    .row(LaterRequest.AskForTask.class, (ask, server) -> object(TASK, "NO_TASK"))
                    .row(LaterRequest.Report.class, (report, server) -> object("STATUS", "ACK"))
                    .row(LaterRequest.BorrowWorkers.class, (borrow, server) -> object("SERVER_UUID", server)
                            .put("RESPONSE", "UNAVAILABLE"))
                    .row(LaterRequest.Choose.class, (choose, server) -> object(TYPE, "ELECTION_ACK")
                            .put("STATUS", "REJECTED")
                            .put("MASTER_NAME", server))
                    .row(LaterRequest.Envelope.class, (envelope, server) -> reject(envelope))
                    .row(LaterRequest.Unknown.class, (unknown, server) -> object("SERVER_UUID", server)
                            .put("RESPONSE", "UNKNOWN"))
                    .build();

    @Override
    public String name() {
        return "later";
    }

    @Override
    public Set<Integer> discoveryPorts() {
        return Set.of();
    }

    @Override
    public byte[] ask(WorkerId peer, int port) {
        throw notSpoken();
    }

    private static IllegalArgumentException notSpoken() {
        return new IllegalArgumentException("our programs never speak the later semesters' dialect");
    }

    @Override
    public boolean asks(ObjectNode object) {
        return false;
    }

    @Override
    public Optional<String> pending(ObjectNode question) {
        return Optional.empty();
    }

    @Override
    public byte[] announce(String address, int port) {
        throw notSpoken();
    }

    @Override
    public Optional<Announced> announced(ObjectNode object) {
        return Optional.empty();
    }

    /** Their readers wait for the line's end, and see nothing without it. */
    @Override
    public boolean endsLines() {
        return true;
    }

    @Override
    public boolean speaks(ObjectNode object) {
        return !object.has("action")
                && (object.has(TASK)
                        || object.has("WORKER")
                        || object.has("WORKER_UUID")
                        || object.has("SERVER_UUID")
                        || object.has(TYPE)
                        || isEnvelope(object));
    }

    private static boolean isEnvelope(ObjectNode object) {
        return object.path("type").isTextual() && object.has("request_id") && !object.has("data");
    }

    @Override
    public Request readRequest(ObjectNode object, Optional<Payload> payload) throws BadMessage {
        if (isEnvelope(object)) {
            return new LaterRequest.Envelope(new Fields("request", object).text("type"), id(object.get("request_id")));
        }
        if (object.has("STATUS") && object.has("WORKER_UUID")) {
            return new LaterRequest.Report();
        }
        if (object.path("WORKER").asText().equals("ALIVE")) {
            return new LaterRequest.AskForTask();
        }
        if (object.path(TYPE).asText().equals("ELECTION_ACK")) {
            return new LaterRequest.Choose();
        }
        return switch (object.path(TASK).asText()) {
            case "HEARTBEAT" -> new LaterRequest.Ping();
            case "WORKER_REQUEST" -> new LaterRequest.BorrowWorkers();
            default -> new LaterRequest.Unknown();
        };
    }

    private static String id(JsonNode id) throws BadMessage {
        String text = id.isValueNode() ? id.toString() : "";
        if (text.isEmpty() || text.length() > MAX_ID) {
            throw new BadMessage("'request_id' is to be a number or a short text");
        }
        return text;
    }

    @Override
    public Frame write(Request request) {
        throw notSpoken();
    }

    @Override
    public Frame write(Reply reply) {
        if (reply instanceof Reply.Later later) {
            return Frame.of(ANSWERS.apply(later.to(), later.server()));
        }
        String reason = reply instanceof Reply.Failure failure ? failure.message() : "this is not known here";
        return Frame.of(object("RESPONSE", "ERROR").put("REASON", reason));
    }

    private static ObjectNode reject(LaterRequest.Envelope envelope) {
        ObjectNode object = object("type", "response_rejected");
        object.set("request_id", parsed(envelope.id()));
        object.putObject("payload").put("reason", reason(envelope.type()));
        return object;
    }

    private static String reason(String type) {
        return type.equals("request_help")
                ? "the workers here run packages of Python scripts, and can't be lent"
                : "this is not known here";
    }

    private static JsonNode parsed(String id) {
        try {
            return Json.mapper().readTree(id);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was written as JSON is read as JSON", e);
        }
    }

    @Override
    public Reply readReply(Request asked, ObjectNode object, Optional<Payload> payload) {
        throw notSpoken();
    }
}
