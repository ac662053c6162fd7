package org.mutirao.protocol.id;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Who runs tasks: the {@code peer_id} of the wire, mostly a UUID. Strangers choose their own, so only harmless characters
 * are let in: an id can stand in a log line or a file name as it is.
 *
 * @param value 1 to 64 letters, digits, dots, underscores and hyphens, the first a letter or digit
 */
public record WorkerId(String value) {
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public WorkerId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "peer_id of " + value.length() + " characters: expected 1 to 64 letters, digits, '.', '_' or '-'");
        }
    }

    /** Whether a text can be one. */
    public static boolean isValid(String value) {
        return HARMLESS.matcher(value).matches();
    }

    public static WorkerId random() {
        return new WorkerId(UUID.randomUUID().toString());
    }

    /** The first eight characters, for tables and log lines. */
    public String brief() {
        return value.length() <= 8 ? value : value.substring(0, 8);
    }

    @Override
    public String toString() {
        return value;
    }
}
