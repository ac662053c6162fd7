package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.Delivery;
import org.mutirao.protocol.message.WorkerRequest.Heartbeat;
import org.mutirao.protocol.message.WorkerRequest.Leave;
import org.mutirao.protocol.message.WorkerRequest.Offer;
import org.mutirao.protocol.message.WorkerRequest.Register;
import org.mutirao.protocol.message.WorkerRequest.RequestTask;
import org.mutirao.protocol.message.WorkerRequest.ReturnTask;
import org.mutirao.protocol.message.WorkerRequest.SubmitResult;

/** The requests of workers in the flat dialect, other groups' and ours. */
final class FlatWorkerMessages {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MOST_SLOTS = 1024;

    private FlatWorkerMessages() {}

    static WorkerRequest read(String action, Fields fields, Optional<Payload> payload)
            throws BadMessage, UnknownActionException {
        return switch (action) {
            case "REGISTER" -> new Register(peer(fields), host(fields), port(fields), offer(fields));
            case "HEARTBEAT" ->
                new Heartbeat(peer(fields), fields.has("held") ? Optional.of(fields.leases("held")) : Optional.empty());
            case "REQUEST_TASK" -> new RequestTask(peer(fields), fields.millis("wait_ms", LONGEST, Duration.ZERO));
            case "SUBMIT_RESULT" -> submitResult(fields, payload);
            case "RETURN_TASK" -> new ReturnTask(peer(fields), fields.lease(), fields.text("reason"));
            case "LEAVE" -> new Leave(peer(fields));
            default -> throw new UnknownActionException(action.substring(0, Math.min(64, action.length())));
        };
    }

    static Frame write(WorkerRequest request) {
        ObjectNode object = Json.mapper().createObjectNode();
        if (request instanceof Register register) {
            begin(object, "REGISTER", register.peer());
            object.putArray("addr").add(register.host()).add(register.port());
            object.put("p2p_port", register.port()); // the same for group E's master
            register.offer().ifPresent(offer -> putOffer(object, offer));
        } else if (request instanceof Heartbeat heartbeat) {
            begin(object, "HEARTBEAT", heartbeat.peer());
            heartbeat.held().ifPresent(held -> putLeases(object.putArray("held"), held));
        } else if (request instanceof RequestTask ask) {
            begin(object, "REQUEST_TASK", ask.peer());
            if (!ask.patience().isZero()) {
                object.put("wait_ms", ask.patience().toMillis());
            }
        } else if (request instanceof ReturnTask giveBack) {
            begin(object, "RETURN_TASK", giveBack.peer());
            putLease(object, giveBack.lease());
            object.put("reason", giveBack.reason());
        } else if (request instanceof Leave leave) {
            begin(object, "LEAVE", leave.peer());
        } else if (request instanceof SubmitResult submit) {
            begin(object, "SUBMIT_RESULT", submit.peer());
            object.put("result_name", submit.resultName());
            submit.delivery().ifPresent(delivery -> putDelivery(object, submit.result(), delivery));
            object.put("result_data", "");
            return Frame.of(object, submit.result());
        }
        return Frame.of(object);
    }

    private static void begin(ObjectNode object, String action, WorkerId peer) {
        object.put("action", action).put("peer_id", peer.value());
    }

    private static WorkerId peer(Fields fields) throws BadMessage {
        return fields.parsed("peer_id", WorkerId::new);
    }

    /** {@code addr} is a pair; group E has {@code p2p_port} instead. Nobody needs either, so what is odd is left out. */
    private static String host(Fields fields) throws BadMessage {
        List<JsonNode> address = fields.has("addr") ? fields.list("addr") : List.of();
        return !address.isEmpty() && address.get(0).isTextual() ? address.get(0).textValue() : "";
    }

    private static int port(Fields fields) throws BadMessage {
        List<JsonNode> address = fields.has("addr") ? fields.list("addr") : List.of();
        return address.size() > 1 && address.get(1).isInt() ? address.get(1).intValue() : 0;
    }

    private static Optional<Offer> offer(Fields fields) throws BadMessage {
        if (!fields.has("features")) {
            return Optional.empty();
        }
        return Optional.of(new Offer(
                features(fields),
                fields.optionalText("name").orElse(""),
                (int) fields.numberOr("slots", 1, MOST_SLOTS, 1),
                (int) fields.numberOr("ahead", 0, MOST_SLOTS, 0),
                fields.millis("heartbeat_ms", LONGEST, Duration.ofSeconds(5)),
                fields.has("held") ? fields.leases("held") : List.of()));
    }

    static List<Feature> features(Fields fields) throws BadMessage {
        List<Feature> features = new ArrayList<>();
        for (JsonNode name : fields.list("features")) {
            Feature.ofWireName(name.asText()).ifPresent(features::add);
        }
        return features;
    }

    private static void putOffer(ObjectNode object, Offer offer) {
        ArrayNode features = object.putArray("features");
        offer.features().forEach(feature -> features.add(feature.wireName()));
        object.put("name", offer.name());
        object.put("slots", offer.slots());
        object.put("ahead", offer.ahead());
        object.put("heartbeat_ms", offer.heartbeat().toMillis());
        putLeases(object.putArray("held"), offer.held());
    }

    private static SubmitResult submitResult(Fields fields, Optional<Payload> payload) throws BadMessage {
        if (payload.isEmpty()) {
            throw new BadMessage("SUBMIT_RESULT: 'result_data' is missing, expected the result ZIP in base64");
        }
        if (fields.has("sha256")
                && !fields.text("sha256").equals(payload.get().blob().hash().hex())) {
            throw new BadMessage("SUBMIT_RESULT: 'sha256' is not that of 'result_data': the bytes changed on the way");
        }
        return new SubmitResult(peer(fields), fields.text("result_name"), payload.get(), delivery(fields));
    }

    private static Optional<Delivery> delivery(Fields fields) throws BadMessage {
        if (!fields.has("task_id")) {
            return Optional.empty();
        }
        return Optional.of(new Delivery(
                fields.parsed("grid_id", GridId::parse),
                fields.lease(),
                ending(fields),
                fields.millis("run_ms", Duration.ofDays(365), Duration.ZERO)));
    }

    private static Ending ending(Fields fields) throws BadMessage {
        if (fields.has("limit")) {
            return new Ending.Stopped(
                    fields.parsed("limit", name -> Ending.Limit.valueOf(name.toUpperCase(Locale.ROOT))));
        }
        if (fields.has("exit_code")) {
            return new Ending.Exited((int) fields.number("exit_code", Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        return new Ending.Unreported();
    }

    private static void putDelivery(ObjectNode object, Payload result, Delivery delivery) {
        object.put("grid_id", delivery.grid().toString());
        putLease(object, delivery.lease());
        object.put("sha256", result.blob().hash().hex());
        object.put("run_ms", delivery.runTime().toMillis());
        if (delivery.ending() instanceof Ending.Exited exited) {
            object.put("exit_code", exited.code());
        } else if (delivery.ending() instanceof Ending.Stopped stopped) {
            object.put("limit", stopped.limit().name().toLowerCase(Locale.ROOT));
        }
    }

    static void putLeases(ArrayNode array, List<Lease> leases) {
        leases.forEach(lease -> putLease(array.addObject(), lease));
    }

    static void putLease(ObjectNode object, Lease lease) {
        object.put("task_id", lease.task().number());
        object.put("attempt", lease.attempt().number());
    }
}
