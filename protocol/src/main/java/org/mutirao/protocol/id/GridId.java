package org.mutirao.protocol.id;

import java.util.UUID;

/** Names one grid, so that a result never reaches a grid that numbered another task alike. */
public record GridId(UUID value) {
    public static GridId random() {
        return new GridId(UUID.randomUUID());
    }

    public static GridId parse(String text) {
        return new GridId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
