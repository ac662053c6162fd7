package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.identity.KeyText;
import org.mutirao.protocol.identity.SessionKey;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.message.WorkerRequest.Answer;
import org.mutirao.protocol.message.WorkerRequest.Seal;

/**
 * What binds a message to a worker's key. The proof covers all the message but itself and the payload, whose SHA-256 is a field that it
 * covers. So what a later version adds is covered too, and an earlier one can check it.
 */
final class SealFields {
    private static final String PROOF = "proof";
    /** Where the payload stands, which may be in two places. */
    private static final List<String> OUTSIDE = List.of(PROOF, "raw", "task_data", "result_data", "blob_data");

    private SealFields() {}

    /** Adds the number and the proof, behind all the rest. */
    static void seal(ObjectNode object, SessionKey key, long number) {
        object.put("number", number);
        object.put(PROOF, key.proofOf(hashOf(object)));
    }

    /** Adds what a worker answers a master that asked for its key. */
    static void answer(ObjectNode register, SessionKey key, String nonce) {
        register.put("nonce", nonce);
        register.put(PROOF, key.proofOf(hashOf(register)));
    }

    static void put(ObjectNode object, Seal seal) {
        object.put("number", seal.number()).put(PROOF, seal.proof());
    }

    static void put(ObjectNode object, WorkerRequest.Key key) {
        object.put("key", key.open());
        key.answer().ifPresent(answer -> object.put("nonce", answer.nonce())
                .put(PROOF, answer.seal().proof()));
    }

    static Optional<Seal> seal(Fields fields) throws BadMessage {
        return fields.has(PROOF)
                ? Optional.of(new Seal(
                        fields.number("number", 0, Long.MAX_VALUE),
                        fields.parsed(PROOF, SealFields::keyText),
                        hashOf(fields.node())))
                : Optional.empty();
    }

    static Optional<WorkerRequest.Key> key(Fields fields) throws BadMessage {
        if (!fields.has("key")) {
            return Optional.empty();
        }
        Optional<Answer> answer = fields.has("nonce")
                ? Optional.of(new Answer(
                        fields.parsed("nonce", SealFields::keyText),
                        new Seal(0, fields.parsed(PROOF, SealFields::keyText), hashOf(fields.node()))))
                : Optional.empty();
        return Optional.of(new WorkerRequest.Key(fields.parsed("key", SealFields::keyText), answer));
    }

    static String keyText(String text) {
        if (!KeyText.isValid(text)) {
            throw new IllegalArgumentException("expected 32 bytes in base64");
        }
        return text;
    }

    private static Sha256 hashOf(ObjectNode message) {
        ObjectNode covered = Json.mapper().createObjectNode();
        covered.setAll(message);
        covered.remove(OUTSIDE);
        return Sha256.of(Json.write(covered).getBytes(StandardCharsets.UTF_8));
    }
}
