package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Alive;
import org.mutirao.protocol.message.Reply.Assignment;
import org.mutirao.protocol.message.Reply.Failure;
import org.mutirao.protocol.message.Reply.NoTask;
import org.mutirao.protocol.message.Reply.Ok;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Reply.Registered;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.message.Reply.Terms;
import org.mutirao.protocol.message.Reply.UnknownAction;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;

/** The answers of masters in the flat dialect, ours and other groups'. */
final class FlatReplies {
    private static final Duration LONGEST = Duration.ofDays(1);

    private FlatReplies() {}

    static Frame write(Reply reply) {
        ObjectNode object = Json.mapper().createObjectNode();
        if (reply instanceof Registered registered) {
            object.put("status", "REGISTERED");
            registered.terms().ifPresent(terms -> putTerms(object, terms));
        } else if (reply instanceof Alive alive) {
            object.put("status", "ALIVE");
            if (!alive.drop().isEmpty()) {
                FlatWorkerMessages.putLeases(object.putArray("drop"), alive.drop());
            }
            if (!alive.known()) {
                object.put("known", false);
            }
        } else if (reply instanceof NoTask) {
            // One answer that groups A to E all read as "nothing now".
            object.put("action", "NO_TASK").put("status", "NO_TASKS");
            object.putNull("task_name").putNull("task_data");
        } else if (reply instanceof Ok ok) {
            object.put("status", "OK");
            if (ok.duplicate()) {
                object.put("duplicate", true);
            }
        } else if (reply instanceof Failure failure) {
            object.put("status", "ERROR").put("message", failure.message());
            object.put("code", failure.refusal().name());
        } else if (reply instanceof UnknownAction unknown) {
            object.put("status", "UNKNOWN_ACTION").put("action", unknown.action());
        } else if (reply instanceof TaskPackage task) {
            object.put("action", "TASK_PACKAGE").put("task_name", task.name());
            task.assignment().ifPresent(assignment -> putAssignment(object, assignment, task.taskPackage()));
            object.put("task_data", "");
            return Frame.of(object, task.taskPackage());
        } else {
            return OperatorMessages.write(reply);
        }
        return Frame.of(object);
    }

    static Reply read(Request asked, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        String status = object.path("status").asText("");
        if (status.equals("ERROR")) {
            return failure(object);
        }
        if (status.equals("UNKNOWN_ACTION")) {
            return new UnknownAction(object.path("action").asText(""));
        }
        if (asked instanceof OperatorRequest operator) {
            return OperatorMessages.readReply(operator, object);
        }
        if (asked instanceof WorkerRequest.RequestTask) {
            // Every master has another word for "nothing now", so all that is no package means it.
            return payload.isPresent() ? taskPackage(object, payload.get()) : new NoTask();
        }
        Fields fields = new Fields("reply", object);
        return switch (status) {
            case "REGISTERED" -> new Registered(fields.has("features") ? Optional.of(terms(fields)) : Optional.empty());
            case "ALIVE" ->
                new Alive(
                        fields.has("drop") ? fields.leases("drop") : List.of(),
                        object.path("known").asBoolean(true));
            case "OK" -> new Ok(object.path("duplicate").asBoolean(false));
            default -> throw new BadMessage("the master answered with something else than the protocol says");
        };
    }

    private static Failure failure(ObjectNode object) {
        String code = object.path("code").asText("");
        Refusal refusal = Refusal.BAD_REQUEST;
        for (Refusal candidate : Refusal.values()) {
            if (candidate.name().equals(code.toUpperCase(Locale.ROOT))) {
                refusal = candidate;
            }
        }
        String message = object.path("message").asText("");
        return new Failure(refusal, message.substring(0, Math.min(1000, message.length())));
    }

    private static TaskPackage taskPackage(ObjectNode object, Payload payload) throws BadMessage {
        Fields fields = new Fields("TASK_PACKAGE", object);
        if (fields.has("sha256")
                && !fields.text("sha256").equals(payload.blob().hash().hex())) {
            throw new BadMessage("TASK_PACKAGE: 'sha256' is not that of 'task_data': the bytes changed on the way");
        }
        Optional<Assignment> assignment = Optional.empty();
        if (fields.has("task_id")) {
            assignment = Optional.of(new Assignment(
                    fields.parsed("grid_id", GridId::parse),
                    fields.lease(),
                    fields.millis("lease_ms", LONGEST, Duration.ofSeconds(60))));
        }
        return new TaskPackage(fields.text("task_name"), payload, assignment);
    }

    private static Terms terms(Fields fields) throws BadMessage {
        return new Terms(
                fields.parsed("grid_id", GridId::parse),
                FlatWorkerMessages.features(fields),
                fields.millis("lease_ms", LONGEST, Duration.ofSeconds(60)));
    }

    private static void putTerms(ObjectNode object, Terms terms) {
        ArrayNode features = object.putArray("features");
        terms.features().forEach(feature -> features.add(feature.wireName()));
        object.put("grid_id", terms.grid().toString());
        object.put("lease_ms", terms.lease().toMillis());
    }

    private static void putAssignment(ObjectNode object, Assignment assignment, Payload payload) {
        object.put("grid_id", assignment.grid().toString());
        FlatWorkerMessages.putLease(object, assignment.lease());
        object.put("sha256", payload.blob().hash().hex());
        object.put("lease_ms", assignment.leaseTime().toMillis());
    }
}
