package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.mutirao.protocol.id.WorkerFacts;
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
            return new WorkerFacts(
                    fields.optionalText("system").orElse(""),
                    fields.optionalText("machine").orElse(""),
                    fields.texts("pythons", WorkerFacts.MAX_PYTHONS, MAX_NAME),
                    (int) fields.numberOr("cores", 0, WorkerFacts.MAX_CORES, 0),
                    fields.numberOr("memory", 0, WorkerFacts.MAX_BYTES, 0),
                    fields.numberOr("disk", 0, WorkerFacts.MAX_BYTES, 0),
                    fields.texts("gpus", WorkerFacts.MAX_GPUS, MAX_NAME),
                    fields.texts("tags", WorkerFacts.MAX_TAGS, MAX_NAME),
                    fields.texts("packages", WorkerFacts.MAX_PACKAGES, MAX_NAME));
        } catch (IllegalArgumentException e) {
            throw new BadMessage("TELL_FACTS: " + e.getMessage());
        }
    }
}
