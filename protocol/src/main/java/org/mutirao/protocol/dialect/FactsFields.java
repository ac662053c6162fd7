package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerLimits;
import org.mutirao.protocol.message.WorkerRequest.TellFacts;

/** The fields of TELL_FACTS. What is not known is left out. */
final class FactsFields {
    private static final int MAX_NAME = 128;

    private FactsFields() {}

    static ObjectNode start(TellFacts tell) {
        ObjectNode object = FlatDialect.object("action", "TELL_FACTS")
                .put("peer_id", tell.peer().value());
        WorkerFacts facts = tell.facts();
        put(object, "system", facts.system());
        put(object, "machine", facts.machine());
        put(object, "pythons", facts.pythons());
        put(object, "cores", facts.cores());
        put(object, "memory", facts.memory());
        put(object, "disk", facts.disk());
        put(object, "gpus", facts.gpus());
        put(object, "tags", facts.tags());
        put(object, "packages", facts.packages());
        facts.limits().ifPresent(limits -> {
            put(object, "usual_memory", limits.usualMemory());
            put(object, "max_memory", limits.maxMemory());
            put(object, "not_enforced", limits.notEnforced());
        });
        if (!facts.hasNetwork()) {
            object.put("without_network", true);
        }
        return object;
    }

    private static void put(ObjectNode object, String name, String text) {
        if (!text.isEmpty()) {
            object.put(name, text);
        }
    }

    private static void put(ObjectNode object, String name, long number) {
        if (number > 0) {
            object.put(name, number);
        }
    }

    private static void put(ObjectNode object, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            ArrayNode array = object.putArray(name);
            texts.forEach(array::add);
        }
    }

    static WorkerFacts read(Fields fields) throws BadMessage {
        try {
            return WorkerFacts.builder()
                    .machine(
                            fields.optionalText("system").orElse(""),
                            fields.optionalText("machine").orElse(""))
                    .pythons(fields.texts("pythons", WorkerFacts.MAX_PYTHONS, MAX_NAME))
                    .cores((int) fields.numberOr("cores", 0, WorkerFacts.MAX_CORES, 0))
                    .memory(fields.numberOr("memory", 0, WorkerFacts.MAX_BYTES, 0))
                    .disk(fields.numberOr("disk", 0, WorkerFacts.MAX_BYTES, 0))
                    .gpus(fields.texts("gpus", WorkerFacts.MAX_GPUS, MAX_NAME))
                    .tags(fields.texts("tags", WorkerFacts.MAX_TAGS, MAX_NAME))
                    .packages(fields.texts("packages", WorkerFacts.MAX_PACKAGES, MAX_NAME))
                    .limits(limits(fields))
                    .withoutNetwork(fields.flag("without_network"))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new BadMessage("TELL_FACTS: " + e.getMessage());
        }
    }

    private static Optional<WorkerLimits> limits(Fields fields) throws BadMessage {
        WorkerLimits told = new WorkerLimits(
                fields.numberOr("usual_memory", 0, WorkerFacts.MAX_BYTES, 0),
                fields.numberOr("max_memory", 0, WorkerFacts.MAX_BYTES, 0),
                fields.texts("not_enforced", WorkerLimits.MAX_NOT_ENFORCED, MAX_NAME));
        return Optional.of(told).filter(limits -> !limits.equals(WorkerLimits.none()));
    }
}
