package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.ClockReport;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Alive;
import org.mutirao.protocol.message.Reply.Assignment;
import org.mutirao.protocol.message.Reply.Ok;
import org.mutirao.protocol.message.Reply.Registered;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.message.Reply.Terms;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.Delivery;
import org.mutirao.protocol.message.WorkerRequest.Heartbeat;
import org.mutirao.protocol.message.WorkerRequest.InSession;
import org.mutirao.protocol.message.WorkerRequest.Instance;
import org.mutirao.protocol.message.WorkerRequest.Offer;
import org.mutirao.protocol.message.WorkerRequest.Register;
import org.mutirao.protocol.message.WorkerRequest.RequestTask;
import org.mutirao.protocol.message.WorkerRequest.ReturnTask;
import org.mutirao.protocol.message.WorkerRequest.SubmitResult;
import org.mutirao.protocol.table.SealedSteps;
import org.mutirao.protocol.units.HostPort;

/** What our own programs say in addition to the flat dialect, both ways. */
final class OwnFields {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MAX_SLOTS = 1024;
    /** The exit code of a program that was killed. */
    private static final int KILLED = 137;

    private static final List<String> MARKS = List.of("features", "held", "wait_ms", "grid_id", "session");

    private static final Pattern RANDOM_WORD = Pattern.compile("[A-Za-z0-9_-]{8,64}");

    private static final SealedSteps<Ending, Class<?>, ObjectNode> ENDINGS =
            SealedSteps.<Ending, Class<?>, ObjectNode>of(Ending.class)
                    .row(Ending.Exited.class, (exited, here, object) -> object.put("exit_code", exited.code()))
                    .row(Ending.Stopped.class, (stopped, here, object) -> {
                        String name = stopped.limit().name().toLowerCase(Locale.ROOT);
                        if (stopped.limit().isOld()) {
                            object.put("limit", name);
                        } else {
                            // An older master takes it for a script that was killed.
                            object.put("exit_code", KILLED).put("stopped", name);
                        }
                    })
                    .row(Ending.Unreported.class, (unreported, here, object) -> {})
                    .build();

    private OwnFields() {}

    static boolean areIn(ObjectNode request) {
        return MARKS.stream().anyMatch(request::has);
    }

    /** The request with what only we say. */
    static WorkerRequest read(WorkerRequest plain, Fields fields, ObjectNode object) throws BadMessage {
        if (plain instanceof Register register) {
            return new Register(register.peer(), register.host(), register.port(), offer(fields));
        }
        if (plain instanceof Heartbeat heartbeat) {
            Optional<ClockReport> clock =
                    fields.has("clock") ? Optional.of(RegistryMessages.report("HEARTBEAT", object)) : Optional.empty();
            return new Heartbeat(heartbeat.peer(), held(fields), clock, fields.optionalText("not_now"));
        }
        if (plain instanceof RequestTask ask) {
            return new RequestTask(
                    ask.peer(),
                    fields.millis("wait_ms", LONGEST, Duration.ZERO),
                    object.path("parts").asBoolean(false));
        }
        if (plain instanceof SubmitResult submit) {
            checkHash(submit.result(), fields, "SUBMIT_RESULT", "result_data");
            return new SubmitResult(submit.peer(), submit.resultName(), submit.result(), delivery(fields));
        }
        throw new IllegalStateException(
                "the flat dialect reads no " + plain.getClass().getSimpleName());
    }

    private static Optional<List<Lease>> held(Fields fields) throws BadMessage {
        return fields.has("held") ? Optional.of(fields.leases("held")) : Optional.empty();
    }

    private static Optional<Offer> offer(Fields fields) throws BadMessage {
        if (!fields.has("features")) {
            return Optional.empty();
        }
        return Optional.of(new Offer(
                features(fields),
                fields.optionalText("name").orElse(""),
                (int) fields.numberOr("slots", 1, MAX_SLOTS, 1),
                (int) fields.numberOr("ahead", 0, MAX_SLOTS, 0),
                fields.millis("heartbeat_ms", LONGEST, Duration.ofSeconds(5)),
                held(fields),
                instance(fields),
                SealFields.key(fields)));
    }

    private static Optional<Instance> instance(Fields fields) throws BadMessage {
        Optional<String> own = word(fields, "instance");
        return own.isPresent() ? Optional.of(new Instance(own.get(), word(fields, "after"))) : Optional.empty();
    }

    /** A word that was made at random. */
    private static Optional<String> word(Fields fields, String name) throws BadMessage {
        if (!fields.has(name)) {
            return Optional.empty();
        }
        String text = fields.text(name);
        if (!RANDOM_WORD.matcher(text).matches()) {
            throw new BadMessage("'" + name + "': expected 8 to 64 letters, digits, '_' or '-'");
        }
        return Optional.of(text);
    }

    /** The request, as one of a session if it names one. */
    static WorkerRequest inSession(WorkerRequest request, ObjectNode object) throws BadMessage {
        Fields fields = new Fields("request", object);
        Optional<String> session = word(fields, "session");
        return session.isPresent() && !(request instanceof Register)
                ? new InSession(session.get(), request, SealFields.seal(fields))
                : request;
    }

    private static Optional<Delivery> delivery(Fields fields) throws BadMessage {
        if (!fields.has("grid_id")) {
            return Optional.empty();
        }
        return Optional.of(new Delivery(
                fields.parsed("grid_id", GridId::parse),
                fields.lease(),
                ending(fields),
                fields.millis("run_ms", Duration.ofDays(365), Duration.ZERO),
                fields.numberOr("started_at", 0, Long.MAX_VALUE / 2, 0),
                used(fields.node())));
    }

    private static ResourceUse used(ObjectNode object) {
        return ResourceUse.of(name -> Optional.of(object.path(name))
                .filter(value -> value.isIntegralNumber() && value.canConvertToLong())
                .map(JsonNode::longValue));
    }

    private static Ending ending(Fields fields) throws BadMessage {
        return plainEnding(fields).with(fields.optionalText("note").orElse(""));
    }

    private static Ending plainEnding(Fields fields) throws BadMessage {
        if (fields.has("limit")) {
            return new Ending.Stopped(
                    fields.parsed("limit", name -> Ending.Limit.valueOf(name.toUpperCase(Locale.ROOT))));
        }
        Optional<Ending.Limit> stopped = fields.optionalText("stopped").flatMap(OwnFields::limit);
        if (stopped.isPresent()) {
            return new Ending.Stopped(stopped.get());
        }
        if (fields.has("exit_code")) {
            return new Ending.Exited((int) fields.number("exit_code", Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        return new Ending.Unreported();
    }

    /** Empty for one that a newer worker knows; its exit code says then that the script was killed. */
    private static Optional<Ending.Limit> limit(String name) {
        return Stream.of(Ending.Limit.values())
                .filter(limit -> limit.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    static void put(ObjectNode object, Register register) {
        register.offer().ifPresent(offer -> putOffer(object, offer));
    }

    static void put(ObjectNode object, Heartbeat heartbeat) {
        heartbeat.held().ifPresent(held -> putLeases(object.putArray("held"), held));
        heartbeat.clock().ifPresent(clock -> object.set("clock", Json.mapper().valueToTree(clock)));
        heartbeat.notNow().ifPresent(reason -> object.put("not_now", reason));
    }

    static ObjectNode start(ReturnTask giveBack) {
        ObjectNode object = FlatDialect.object("action", "RETURN_TASK")
                .put("peer_id", giveBack.peer().value());
        putLease(object, giveBack.lease());
        giveBack.environment().ifPresent(name -> object.put("environment", name));
        if (!giveBack.counts()) {
            object.put("uncounted", true);
        }
        return object.put("reason", giveBack.reason());
    }

    static ReturnTask returned(Fields fields) throws BadMessage {
        return new ReturnTask(
                FlatDialect.peer(fields),
                fields.lease(),
                fields.text("reason"),
                fields.optionalText("environment"),
                !fields.flag("uncounted"));
    }

    static void put(ObjectNode object, RequestTask ask) {
        object.put("wait_ms", ask.patience().toMillis());
        if (ask.parts()) {
            object.put("parts", true);
        }
    }

    static void put(ObjectNode object, SubmitResult submit) {
        submit.delivery().ifPresent(delivery -> putDelivery(object, submit.result(), delivery));
    }

    private static void putOffer(ObjectNode object, Offer offer) {
        putFeatures(object, offer.features());
        object.put("name", offer.name());
        object.put("slots", offer.slots());
        object.put("ahead", offer.ahead());
        object.put("heartbeat_ms", offer.heartbeat().toMillis());
        offer.held().ifPresent(held -> putLeases(object.putArray("held"), held));
        offer.instance().ifPresent(instance -> {
            object.put("instance", instance.own());
            instance.after().ifPresent(after -> object.put("after", after));
        });
        offer.key().ifPresent(key -> SealFields.put(object, key));
    }

    private static void putDelivery(ObjectNode object, Payload result, Delivery delivery) {
        object.put("grid_id", delivery.grid().toString());
        putLease(object, delivery.lease());
        object.put("sha256", result.blob().hash().hex());
        object.put("run_ms", delivery.runTime().toMillis());
        if (delivery.startedAt() > 0) {
            object.put("started_at", delivery.startedAt());
        }
        delivery.used().named().forEach(object::put);
        ENDINGS.run(delivery.ending(), OwnFields.class, object);
        if (!delivery.ending().note().isEmpty()) {
            object.put("note", delivery.ending().note());
        }
    }

    /** The answer with what only our master says. */
    static Reply read(Reply plain, ObjectNode object) throws BadMessage {
        Fields fields = new Fields("reply", object);
        if (plain instanceof Registered && fields.has("features")) {
            return new Registered(Optional.of(new Terms(
                    fields.parsed("grid_id", GridId::parse),
                    features(fields),
                    fields.millis("lease_ms", LONGEST, Duration.ofSeconds(60)),
                    fields.addresses("masters"),
                    word(fields, "session"))));
        }
        if (plain instanceof Alive) {
            return new Alive(
                    fields.has("drop") ? fields.leases("drop") : List.of(),
                    object.path("known").asBoolean(true),
                    fields.has("clock") ? Optional.of(RegistryMessages.word("ALIVE", object)) : Optional.empty(),
                    fields.optionalText("notice"));
        }
        if (plain instanceof Ok) {
            return new Ok(object.path("duplicate").asBoolean(false));
        }
        if (plain instanceof TaskPackage task) {
            checkHash(task.taskPackage(), fields, "TASK_PACKAGE", "task_data");
            return new TaskPackage(task.name(), task.taskPackage(), assignment(fields));
        }
        return plain;
    }

    private static Optional<Assignment> assignment(Fields fields) throws BadMessage {
        return fields.has("task_id")
                ? Optional.of(new Assignment(
                        fields.parsed("grid_id", GridId::parse),
                        fields.lease(),
                        fields.millis("lease_ms", LONGEST, Duration.ofSeconds(60)),
                        fields.has("shared_sha256")
                                ? Optional.of(new Blob(
                                        fields.parsed("shared_sha256", Sha256::new),
                                        fields.number("shared_size", 0, Long.MAX_VALUE)))
                                : Optional.empty()))
                : Optional.empty();
    }

    static void put(ObjectNode object, Registered registered) {
        registered.terms().ifPresent(terms -> {
            putFeatures(object, terms.features());
            object.put("grid_id", terms.grid().toString());
            object.put("lease_ms", terms.lease().toMillis());
            if (!terms.masters().isEmpty()) {
                putAddresses(object.putArray("masters"), terms.masters());
            }
            terms.session().ifPresent(session -> object.put("session", session));
        });
    }

    static void put(ObjectNode object, Alive alive) {
        if (!alive.drop().isEmpty()) {
            putLeases(object.putArray("drop"), alive.drop());
        }
        if (!alive.known()) {
            object.put("known", false);
        }
        alive.clock().ifPresent(clock -> object.set("clock", Json.mapper().valueToTree(clock)));
        alive.notice().ifPresent(notice -> object.put("notice", notice));
    }

    static void put(ObjectNode object, Ok ok) {
        if (ok.duplicate()) {
            object.put("duplicate", true);
        }
    }

    static void put(ObjectNode object, TaskPackage task) {
        task.assignment().ifPresent(assignment -> putAssignment(object, assignment, task.taskPackage()));
    }

    private static void putAssignment(ObjectNode object, Assignment assignment, Payload payload) {
        object.put("grid_id", assignment.grid().toString());
        putLease(object, assignment.lease());
        object.put("sha256", payload.blob().hash().hex());
        object.put("lease_ms", assignment.leaseTime().toMillis());
        assignment.shared().ifPresent(shared -> object.put(
                        "shared_sha256", shared.hash().hex())
                .put("shared_size", shared.size()));
    }

    static void checkHash(Payload payload, Fields fields, String message, String field) throws BadMessage {
        if (fields.has("sha256")
                && !fields.text("sha256").equals(payload.blob().hash().hex())) {
            throw new BadMessage(message + ": 'sha256' is not that of '" + field + "': the bytes changed on the way");
        }
    }

    private static List<Feature> features(Fields fields) throws BadMessage {
        List<Feature> features = new ArrayList<>();
        for (JsonNode name : fields.list("features")) {
            Feature.ofWireName(name.asText()).ifPresent(features::add);
        }
        return features;
    }

    private static void putFeatures(ObjectNode object, List<Feature> features) {
        ArrayNode names = object.putArray("features");
        features.forEach(feature -> names.add(feature.wireName()));
    }

    private static void putLeases(ArrayNode array, List<Lease> leases) {
        leases.forEach(lease -> putLease(array.addObject(), lease));
    }

    static void putAddresses(ArrayNode array, List<HostPort> addresses) {
        addresses.forEach(address -> array.add(address.toString()));
    }

    static void putLease(ObjectNode object, Lease lease) {
        object.put("task_id", lease.task().number());
        object.put("attempt", lease.attempt().number());
    }
}
