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

/**
 * Discovery in a room with a key. The question has a random number; the answer has an HMAC over that number and the address that it announces. So
 * an answer that was heard before, or made without the secret, sends nobody to a false master.
 */
final class SignedAnswer {
    private static final String NONCE = "nonce";
    private static final String PROOF = "proof";

    private SignedAnswer() {}

    /** The question with the number in it. */
    static byte[] asking(byte[] question, byte[] nonce) throws IOException {
        ObjectNode object = Json.readObject(question);
        object.put(NONCE, nonce);
        return Json.write(object).getBytes(StandardCharsets.UTF_8);
    }

    /** The answer with its proof, if the question has a number. */
    static byte[] answering(RoomSecret secret, ObjectNode question, byte[] answer, String address, int port)
            throws IOException {
        Optional<byte[]> nonce = Json.bytes(question.path(NONCE), RoomProof.NONCE_LENGTH);
        if (nonce.isEmpty()) {
            return answer;
        }
        ObjectNode object = Json.readObject(answer);
        object.put(PROOF, RoomProof.ofPlace(secret, nonce.get(), address + ":" + port));
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
