package org.mutirao.protocol.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.mutirao.protocol.dialect.Wording;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.RoomSecrets;
import org.mutirao.protocol.room.RoomSecrets.Known;

/**
 * Discovery in a room with a key. The question has a random number; the answer has an HMAC over that number and the address that it announces. So
 * an answer that was heard before, or made without the secret, sends nobody to a false master.
 */
final class SignedAnswer {
    private static final String NONCE = "nonce";
    private static final String PROOF = "proof";
    private static final String LABEL = "secret";

    private SignedAnswer() {}

    /** The question with the number in it, and which secret is meant. */
    static byte[] asking(RoomSecret secret, byte[] question, byte[] nonce) throws IOException {
        ObjectNode object = Json.readObject(question);
        object.put(NONCE, nonce);
        object.put(LABEL, secret.label());
        return Json.write(object).getBytes(StandardCharsets.UTF_8);
    }

    /** The answer with its proof, if the question has a number and means a secret that is known. */
    static byte[] answering(RoomSecrets secrets, ObjectNode question, byte[] answer, String address, int port)
            throws IOException {
        Optional<byte[]> nonce = Json.bytes(question.path(NONCE), RoomProof.NONCE_LENGTH);
        Optional<Known> known =
                Optional.ofNullable(question.path(LABEL).textValue()).flatMap(secrets::labelled);
        if (nonce.isEmpty() || known.isEmpty()) {
            return answer;
        }
        ObjectNode object = Json.readObject(answer);
        object.put(PROOF, RoomProof.ofPlace(known.get().secret(), nonce.get(), address + ":" + port));
        return Json.write(object).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether one who knows the secret announced this to one who asked with that number. */
    static boolean isGenuine(RoomSecret secret, byte[] nonce, ObjectNode answer, Wording.Announced told) {
        byte[] expected = RoomProof.ofPlace(secret, nonce, told.address() + ":" + told.port());
        return Json.bytes(answer.path(PROOF), RoomProof.NONCE_LENGTH)
                .filter(said -> MessageDigest.isEqual(expected, said))
                .isPresent();
    }
}
