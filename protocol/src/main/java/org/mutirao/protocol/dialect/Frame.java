package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;

/**
 * A message on its way out: the text before the payload, the payload, the text after it.
 *
 * @param after empty when there is no payload
 */
public record Frame(byte[] before, Optional<Payload> payload, byte[] after) {
    private static final byte[] NOTHING = {};

    static Frame of(ObjectNode object) {
        return new Frame(Json.write(object).getBytes(StandardCharsets.UTF_8), Optional.empty(), NOTHING);
    }

    /** @param value what the object's fields are taken from */
    static Frame of(Record value) {
        return new Frame(Json.write(value).getBytes(StandardCharsets.UTF_8), Optional.empty(), NOTHING);
    }

    /** @param object has an empty text as its last value, where the payload will stand */
    static Frame of(ObjectNode object, Payload payload) {
        String text = Json.write(object);
        int gap = text.lastIndexOf("\"\"") + 1;
        return new Frame(
                text.substring(0, gap).getBytes(StandardCharsets.UTF_8),
                Optional.of(payload),
                text.substring(gap).getBytes(StandardCharsets.UTF_8));
    }

    /** The same with a line feed behind it. */
    public Frame asLine() {
        return payload.isPresent()
                ? new Frame(before, payload, withLineFeed(after))
                : new Frame(withLineFeed(before), payload, after);
    }

    private static byte[] withLineFeed(byte[] text) {
        byte[] line = Arrays.copyOf(text, text.length + 1);
        line[text.length] = '\n';
        return line;
    }

    /** How many bytes of JSON this is. */
    public long length() {
        long text = payload.map(p -> (p.blob().size() + 2) / 3 * 4).orElse(0L);
        return before.length + text + after.length;
    }
}
