package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Reply;

/**
 * How two programs agree on {@link Feature#RAW} for their connection: with REGISTER and its answer, or with AGREE where nobody
 * registers.
 *
 * <pre>
 *   {"action":"AGREE","features":["raw"]}  ->  {"status":"OK","features":["raw"]}
 * </pre>
 */
public final class RawAgreement {
    private static final String ACTION = "AGREE";
    private static final String FEATURES = "features";

    private RawAgreement() {}

    /** Whether an object asks for an agreement, on whatever features. */
    public static boolean asks(ObjectNode object) {
        return object.path("action").asText().equals(ACTION);
    }

    /** Whether a question or an answer names the feature. */
    public static boolean names(ObjectNode object) {
        for (JsonNode feature : object.path(FEATURES)) {
            if (feature.asText().equals(Feature.RAW.wireName())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the answer to {@link #question} agrees. A program that does not know the question answers something else. */
    public static boolean granted(byte[] answer) {
        try {
            ObjectNode object = Json.readObject(answer);
            return object.path("status").asText().equals("OK") && names(object);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a worker and its master agreed by this answer to REGISTER. */
    public static boolean isIn(Reply reply) {
        return reply instanceof Reply.Registered registered
                && registered.terms().isPresent()
                && registered.terms().get().features().contains(Feature.RAW);
    }

    public static Frame question() {
        return frame(FlatDialect.object("action", ACTION), true);
    }

    /**
     * What is answered to {@link #question}.
     *
     * @param agreed whether the question named the feature
     */
    public static Frame answer(boolean agreed) {
        return frame(FlatDialect.object("status", "OK"), agreed);
    }

    private static Frame frame(ObjectNode object, boolean raw) {
        object.putArray(FEATURES);
        if (raw) {
            object.withArray(FEATURES).add(Feature.RAW.wireName());
        }
        return Frame.of(object);
    }
}
