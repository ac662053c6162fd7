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
 * @param raw whether the payload's bytes leave as they are, else in base64
 */
public record Frame(byte[] before, Optional<Payload> payload, byte[] after, boolean raw) {
    private static final byte[] NOTHING = {};

    private Frame(byte[] before, Optional<Payload> payload, byte[] after) {
        this(before, payload, after, false);
    }

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
                ? new Frame(before, payload, withLineFeed(after), raw)
                : new Frame(withLineFeed(before), payload, after, raw);
    }

    /**
     * The same with the payload's bytes behind the object, which says how many they are: {@code {…,"raw":N}} instead of {@code
     * {…,"task_data":"…"}}. For frames without a line feed.
     */
    public Frame asRaw() {
        if (payload.isEmpty()) {
            return this;
        }
        int end = before.length - 1;
        while (before[end] != ',' && before[end] != '{') { // in front of the payload's name, which has neither
            end--;
        }
        String head = new String(before, 0, end + 1, StandardCharsets.UTF_8) + "\"raw\":"
                + payload.get().blob().size() + "}";
        return new Frame(head.getBytes(StandardCharsets.UTF_8), payload, NOTHING, true);
    }

    private static byte[] withLineFeed(byte[] text) {
        byte[] line = Arrays.copyOf(text, text.length + 1);
        line[text.length] = '\n';
        return line;
    }

    /** How many bytes this is. */
    public long length() {
        long size = payload.map(p -> p.blob().size()).orElse(0L);
        return before.length + (raw ? size : (size + 2) / 3 * 4) + after.length;
    }
}
