package org.mutirao.master.face.zmq;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request or an answer.
 *
 * @param service what is wanted; in an answer the same again, or {@code error}
 * @param data its fields
 */
record Envelope(String service, Map<String, Object> data) {
    static final String ERROR = "error";

    /** An answer whose fields are given as names and values in turn. */
    static Envelope of(String service, Object... namesAndValues) {
        Map<String, Object> data = new LinkedHashMap<>();
        for (int each = 0; each < namesAndValues.length; each += 2) {
            data.put((String) namesAndValues[each], namesAndValues[each + 1]);
        }
        return new Envelope(service, data);
    }

    /** A field that is a text with something in it. */
    Optional<String> text(String field) {
        return data.get(field) instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
    }

    /** A field that is a number. */
    Optional<Number> number(String field) {
        return data.get(field) instanceof Number number ? Optional.of(number) : Optional.empty();
    }

    /** The sender's Lamport clock; programs of the first version have none. */
    long clock() {
        long clock = number("clock").map(Number::longValue).orElse(0L);
        return Math.max(0, Math.min(clock, Long.MAX_VALUE / 4));
    }
}
