package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest.Heartbeat;
import org.mutirao.protocol.message.WorkerRequest.Register;
import org.mutirao.protocol.message.WorkerRequest.RequestTask;
import org.mutirao.protocol.message.WorkerRequest.SubmitResult;
import org.mutirao.protocol.text.Text;

/**
 * {@code {"action":"REGISTER",…}} and {@code {"status":"REGISTERED"}}: what groups A, B, C and D speak, and the ground that
 * {@link SuperPeerDialect} and {@link OwnDialect} stand on.
 */
public final class FlatDialect implements Dialect {
    @Override
    public String name() {
        return "flat";
    }

    @Override
    public Set<Integer> discoveryPorts() {
        return Set.of(50005, 9999, 8888);
    }

    @Override
    public byte[] ask(WorkerId peer, int port) {
        return bytes(
                object("action", "DISCOVER_MASTER").put("peer_id", peer.value()).put("port_tcp", port));
    }

    @Override
    public boolean asks(ObjectNode object) {
        return object.path("action").asText().equals("DISCOVER_MASTER");
    }

    @Override
    public Optional<String> pending(ObjectNode question) {
        return Optional.ofNullable(question.path("peer_id").textValue());
    }

    @Override
    public byte[] announce(String address, int port) {
        return bytes(
                object("action", "MASTER_ANNOUNCE").put("master_ip", address).put("master_port", port));
    }

    @Override
    public Optional<Announced> announced(ObjectNode object) {
        return object.path("action").asText().equals("MASTER_ANNOUNCE")
                ? announced(object.path("master_ip"), object.path("master_port"))
                : Optional.empty();
    }

    /** The address and the port of an announcement, if they make sense. */
    static Optional<Announced> announced(JsonNode address, JsonNode port) {
        boolean sane = address.isTextual() && port.isInt() && port.intValue() > 0 && port.intValue() <= 65_535;
        return sane ? Optional.of(new Announced(address.textValue(), port.intValue())) : Optional.empty();
    }

    @Override
    public boolean speaks(ObjectNode object) {
        return object.path("action").isTextual();
    }

    /** The word that says what a request is. */
    static String action(ObjectNode object) throws BadMessage {
        if (!object.has("action")) {
            throw new BadMessage("a request has an 'action' text, this object has none");
        }
        return new Fields("request", object).text("action");
    }

    @Override
    public Request readRequest(ObjectNode object, Optional<Payload> payload) throws BadMessage, UnknownActionException {
        String action = action(object);
        Fields fields = new Fields(action, object);
        return switch (action) {
            case "REGISTER" -> new Register(peer(fields), host(fields), port(fields), Optional.empty());
            case "HEARTBEAT" -> new Heartbeat(peer(fields), Optional.empty());
            case "REQUEST_TASK" -> new RequestTask(peer(fields), Duration.ZERO);
            case "SUBMIT_RESULT" ->
                new SubmitResult(
                        peer(fields), fields.text("result_name"), result(payload, "SUBMIT_RESULT"), Optional.empty());
            default -> throw new UnknownActionException(action);
        };
    }

    static WorkerId peer(Fields fields) throws BadMessage {
        return fields.parsed("peer_id", WorkerId::new);
    }

    static Payload result(Optional<Payload> payload, String message) throws BadMessage {
        return payload.orElseThrow(
                () -> new BadMessage(message + ": 'result_data' is missing, expected the result ZIP in base64"));
    }

    /** {@code addr} is a pair. Nobody needs it, so what is odd is left out. */
    private static String host(Fields fields) throws BadMessage {
        List<JsonNode> address = fields.has("addr") ? fields.list("addr") : List.of();
        return !address.isEmpty() && address.get(0).isTextual() ? address.get(0).textValue() : "";
    }

    private static int port(Fields fields) throws BadMessage {
        List<JsonNode> address = fields.has("addr") ? fields.list("addr") : List.of();
        return address.size() > 1 && address.get(1).isInt() ? address.get(1).intValue() : 0;
    }

    @Override
    public Frame write(Request request) {
        return framed(start(request), request);
    }

    /** Everything but the payload, which comes last. */
    static ObjectNode start(Request request) {
        if (request instanceof Register register) {
            ObjectNode object =
                    object("action", "REGISTER").put("peer_id", register.peer().value());
            object.putArray("addr").add(register.host()).add(register.port());
            return object.put("p2p_port", register.port()); // the same for group E's master
        }
        if (request instanceof Heartbeat heartbeat) {
            return object("action", "HEARTBEAT").put("peer_id", heartbeat.peer().value());
        }
        if (request instanceof RequestTask ask) {
            return object("action", "REQUEST_TASK").put("peer_id", ask.peer().value());
        }
        if (request instanceof SubmitResult submit) {
            return object("action", "SUBMIT_RESULT")
                    .put("peer_id", submit.peer().value())
                    .put("result_name", submit.resultName());
        }
        throw new IllegalArgumentException(
                "no program of other groups knows a " + request.getClass().getSimpleName());
    }

    static Frame framed(ObjectNode object, Request request) {
        return request instanceof SubmitResult submit
                ? Frame.of(object.put("result_data", ""), submit.result())
                : Frame.of(object);
    }

    @Override
    public Frame write(Reply reply) {
        return framed(start(reply), reply);
    }

    /** Everything but the payload, which comes last. */
    static ObjectNode start(Reply reply) {
        if (reply instanceof Reply.Registered) {
            return object("status", "REGISTERED");
        }
        if (reply instanceof Reply.Alive) {
            return object("status", "ALIVE");
        }
        if (reply instanceof Reply.NoTask) {
            // One answer that groups A to E all read as "nothing now".
            ObjectNode object = object("action", "NO_TASK").put("status", "NO_TASKS");
            return object.putNull("task_name").putNull("task_data");
        }
        if (reply instanceof Reply.Ok) {
            return object("status", "OK");
        }
        if (reply instanceof Reply.TaskPackage task) {
            return object("action", "TASK_PACKAGE").put("task_name", task.name());
        }
        if (reply instanceof Reply.UnknownAction unknown) {
            return object("status", "UNKNOWN_ACTION").put("action", unknown.action());
        }
        if (reply instanceof Reply.Failure failure) {
            return object("status", "ERROR")
                    .put("message", failure.message())
                    .put("code", failure.refusal().name());
        }
        throw new IllegalArgumentException(
                "no program of other groups knows a " + reply.getClass().getSimpleName());
    }

    static Frame framed(ObjectNode object, Reply reply) {
        return reply instanceof Reply.TaskPackage task
                ? Frame.of(object.put("task_data", ""), task.taskPackage())
                : Frame.of(object);
    }

    @Override
    public Reply readReply(Request asked, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        String status = object.path("status").asText("");
        if (status.equals("ERROR")) {
            return failure(object);
        }
        if (status.equals("UNKNOWN_ACTION")) {
            return new Reply.UnknownAction(object.path("action").asText(""));
        }
        if (asked instanceof RequestTask) {
            // Every master has another word for "nothing now", so all that is no package means it.
            return payload.isPresent()
                    ? new Reply.TaskPackage(
                            new Fields("TASK_PACKAGE", object).text("task_name"), payload.get(), Optional.empty())
                    : new Reply.NoTask();
        }
        return switch (status) {
            case "REGISTERED" -> new Reply.Registered(Optional.empty());
            case "ALIVE" -> new Reply.Alive(List.of(), true);
            case "OK" -> new Reply.Ok(false);
            default -> throw new BadMessage(Text.of("the master answered with something else than the protocol says"));
        };
    }

    private static Reply.Failure failure(ObjectNode object) {
        String code = object.path("code").asText("");
        Refusal refusal = Refusal.BAD_REQUEST;
        for (Refusal candidate : Refusal.values()) {
            if (candidate.name().equals(code.toUpperCase(Locale.ROOT))) {
                refusal = candidate;
            }
        }
        return new Reply.Failure(refusal, brief(object.path("message").asText("")));
    }

    /** What a stranger's master says may end in a log line. */
    static String brief(String text) {
        return text.substring(0, Math.min(1000, text.length()));
    }

    static ObjectNode object(String key, String word) {
        return Json.mapper().createObjectNode().put(key, word);
    }

    static byte[] bytes(ObjectNode object) {
        return Json.write(object).getBytes(StandardCharsets.UTF_8);
    }
}
