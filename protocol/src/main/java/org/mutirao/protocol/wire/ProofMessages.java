package org.mutirao.protocol.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.room.RoomProof;

/**
 * What is said on a connection of a room with a key before anything else.
 *
 * <pre>
 *   program  {"action":"PROVE","nonce":…,"secret":LABEL}
 *   master   {"status":"PROVE","nonce":…,"proof":…}
 *   program  {"action":"PROVE","proof":…}
 *   master   {"status":"PROVEN"}
 * </pre>
 */
final class ProofMessages {
    /** More than the longest of them has. */
    static final int MAX_LENGTH = 1024;

    private static final String ACTION = "action";
    private static final String STATUS = "status";
    private static final String PROVE = "PROVE";
    private static final String PROVEN = "PROVEN";
    private static final String NONCE = "nonce";
    private static final String PROOF = "proof";
    private static final String LABEL = "secret";
    private static final String MESSAGE = "message";

    private ProofMessages() {}

    /** @param label of the secret that will be proven */
    static ByteBuf begin(byte[] nonce, String label) {
        return write(Json.mapper()
                .createObjectNode()
                .put(ACTION, PROVE)
                .put(NONCE, nonce)
                .put(LABEL, label));
    }

    static ByteBuf challenge(byte[] nonce, byte[] proof) {
        return write(Json.mapper()
                .createObjectNode()
                .put(STATUS, PROVE)
                .put(NONCE, nonce)
                .put(PROOF, proof));
    }

    static ByteBuf proof(byte[] proof) {
        return write(Json.mapper().createObjectNode().put(ACTION, PROVE).put(PROOF, proof));
    }

    static ByteBuf proven() {
        return write(Json.mapper().createObjectNode().put(STATUS, PROVEN));
    }

    static ByteBuf refused(String why) {
        return write(Json.mapper().createObjectNode().put(STATUS, "ERROR").put(MESSAGE, why));
    }

    /** @throws IOException when it is no object */
    static ObjectNode read(byte[] text) throws IOException {
        return Json.readObject(text);
    }

    static boolean isProven(ObjectNode said) {
        return said.path(STATUS).asText().equals(PROVEN);
    }

    /** The number that the other side drew; empty when there is none of that length. */
    static Optional<byte[]> nonce(ObjectNode said) {
        return Json.bytes(said.path(NONCE), RoomProof.NONCE_LENGTH);
    }

    /** Which secret the program will prove; empty for the room's. */
    static Optional<String> label(ObjectNode said) {
        return Optional.ofNullable(said.path(LABEL).textValue());
    }

    /** The other side's proof; empty when there is none of that length. */
    static Optional<byte[]> proof(ObjectNode said) {
        return Json.bytes(said.path(PROOF), RoomProof.NONCE_LENGTH);
    }

    /** Why the master refuses; empty when it says something else. */
    static Optional<String> refusal(ObjectNode said) {
        return said.path(STATUS).asText().equals("ERROR")
                ? Optional.of(said.path(MESSAGE).asText())
                : Optional.empty();
    }

    private static ByteBuf write(ObjectNode object) {
        return Unpooled.wrappedBuffer(Json.write(object).getBytes(StandardCharsets.UTF_8));
    }
}
