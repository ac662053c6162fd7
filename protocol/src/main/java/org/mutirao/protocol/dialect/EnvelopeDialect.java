package org.mutirao.protocol.dialect;

import static org.mutirao.protocol.dialect.FlatDialect.bytes;
import static org.mutirao.protocol.dialect.FlatDialect.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.Heartbeat;
import org.mutirao.protocol.message.WorkerRequest.Register;
import org.mutirao.protocol.message.WorkerRequest.RequestTask;
import org.mutirao.protocol.message.WorkerRequest.SubmitResult;
import org.mutirao.protocol.text.Text;

/** Group F's: every message is {@code {"type":…,"data":{…}}}. */
public final class EnvelopeDialect implements Dialect {
    /** Their master takes a port of 0 for a missing one; nobody ever connects to it. */
    public static final int SOME_PORT = 55_002;

    @Override
    public String name() {
        return "envelope";
    }

    @Override
    public Set<Integer> discoveryPorts() {
        return Set.of(55001);
    }

    @Override
    public byte[] ask(WorkerId peer, int port) {
        ObjectNode object = object("type", "DISCOVER_MASTER");
        object.putObject("data").put("peer_id", peer.value()).put("port", port);
        return bytes(object);
    }

    @Override
    public boolean asks(ObjectNode object) {
        return object.path("type").asText().equals("DISCOVER_MASTER")
                && object.path("data").isObject();
    }

    @Override
    public Optional<String> pending(ObjectNode question) {
        return Optional.ofNullable(question.path("data").path("peer_id").textValue());
    }

    @Override
    public byte[] announce(String address, int port) {
        ObjectNode object = object("type", "MASTER_ANNOUNCE");
        object.putObject("data").put("master_ip", address).put("master_port", port);
        return bytes(object);
    }

    @Override
    public Optional<Announced> announced(ObjectNode object) {
        JsonNode data = object.path("data");
        return object.path("type").asText().equals("MASTER_ANNOUNCE")
                ? FlatDialect.announced(data.path("master_ip"), data.path("master_port"))
                : Optional.empty();
    }

    @Override
    public boolean speaks(ObjectNode object) {
        return object.path("type").isTextual() && !object.has("action");
    }

    @Override
    public Request readRequest(ObjectNode object, Optional<Payload> payload) throws BadMessage, UnknownActionException {
        String type = new Fields("request", object).text("type");
        if (!(object.path("data") instanceof ObjectNode data)) {
            throw new BadMessage(type + ": 'data' is no object");
        }
        Fields fields = new Fields(type, data);
        return switch (type) {
            case "REGISTER" ->
                new Register(
                        FlatDialect.peer(fields),
                        fields.optionalText("host").orElse(""),
                        (int) fields.numberOr("port", 0, 65_535, 0),
                        Optional.empty());
            case "HEARTBEAT" -> new Heartbeat(FlatDialect.peer(fields), Optional.empty());
            case "REQUEST_TASK" -> new RequestTask(FlatDialect.peer(fields), Duration.ZERO);
            case "SUBMIT_RESULT" ->
                new SubmitResult(
                        FlatDialect.peer(fields),
                        fields.text("result_name"),
                        FlatDialect.result(payload, type),
                        Optional.empty());
            default -> throw new UnknownActionException(type);
        };
    }

    @Override
    public Frame write(Request request) {
        if (!(request instanceof WorkerRequest worker)) {
            throw new IllegalArgumentException(
                    "group F knows no " + request.getClass().getSimpleName());
        }
        if (request instanceof Register register) {
            ObjectNode object = message("REGISTER", worker);
            ((ObjectNode) object.get("data")).put("host", register.host()).put("port", register.port());
            return Frame.of(object);
        }
        if (request instanceof Heartbeat) {
            return Frame.of(message("HEARTBEAT", worker));
        }
        if (request instanceof RequestTask) {
            return Frame.of(message("REQUEST_TASK", worker));
        }
        if (request instanceof SubmitResult submit) {
            ObjectNode object = message("SUBMIT_RESULT", worker);
            ((ObjectNode) object.get("data"))
                    .put("result_name", submit.resultName())
                    .put("result_data", "");
            return Frame.of(object, submit.result());
        }
        throw new IllegalArgumentException(
                "group F knows no " + request.getClass().getSimpleName());
    }

    private static ObjectNode message(String type, WorkerRequest request) {
        ObjectNode object = object("type", type);
        object.putObject("data").put("peer_id", request.peer().value());
        return object;
    }

    @Override
    public Frame write(Reply reply) {
        if (reply instanceof Reply.TaskPackage task) {
            ObjectNode object = object("type", "TASK_PACKAGE");
            object.putObject("data").put("task_name", task.name()).put("task_data", "");
            return Frame.of(object, task.taskPackage());
        }
        ObjectNode object = object("type", type(reply));
        ObjectNode data = object.putObject("data");
        if (reply instanceof Reply.Failure failure) {
            data.put("error", failure.message());
        } else if (reply instanceof Reply.UnknownAction unknown) {
            data.put("error", "unknown type " + unknown.action());
        }
        return Frame.of(object);
    }

    private static String type(Reply reply) {
        if (reply instanceof Reply.Registered) {
            return "REGISTERED";
        }
        if (reply instanceof Reply.Alive) {
            return "ALIVE";
        }
        if (reply instanceof Reply.NoTask) {
            return "NO_TASKS";
        }
        if (reply instanceof Reply.Ok) {
            return "OK";
        }
        if (reply instanceof Reply.Failure || reply instanceof Reply.UnknownAction) {
            return "ERROR";
        }
        throw new IllegalArgumentException(
                "group F knows no " + reply.getClass().getSimpleName());
    }

    @Override
    public Reply readReply(Request asked, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        String type = object.path("type").asText("");
        JsonNode data = object.path("data");
        if (type.equals("ERROR")) {
            return new Reply.Failure(
                    Refusal.BAD_REQUEST, FlatDialect.brief(data.path("error").asText("")));
        }
        if (asked instanceof RequestTask) {
            return payload.isPresent() && data instanceof ObjectNode fields
                    ? new Reply.TaskPackage(
                            new Fields("TASK_PACKAGE", fields).text("task_name"), payload.get(), Optional.empty())
                    : new Reply.NoTask();
        }
        return switch (type) {
            case "REGISTERED" -> new Reply.Registered(Optional.empty());
            case "ALIVE" -> new Reply.Alive(List.of(), true);
            case "OK" -> new Reply.Ok(false);
            default -> throw new BadMessage(Text.of("the master answered with something else than the protocol says"));
        };
    }
}
