package org.mutirao.protocol.id;

import java.util.UUID;

/**
 * Who runs tasks: the {@code peer_id} of the wire, mostly a UUID. Strangers choose their own, so only harmless characters
 * are let in: an id can stand in a log line or a file name as it is.
 *
 * @param value 1 to 64 letters, digits, dots, underscores and hyphens, the first a letter or digit
 */
public record WorkerId(String value) {
    private static final int MAX_LENGTH = 64;

    public WorkerId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "peer_id of " + value.length() + " characters: expected 1 to 64 letters, digits, '.', '_' or '-'");
        }
    }

    /** Whether a text can be one. Looked at by hand: each command of the log names one, and a pattern costs as much as the rest of it. */
    public static boolean isValid(String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH || !isLetterOrDigit(value.charAt(0))) {
            return false;
        }
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    public static WorkerId random() {
        return new WorkerId(UUID.randomUUID().toString());
    }

    /** By hand, as Java makes what it would do by itself only at the first use, which is in each start. */
    @Override
    public boolean equals(Object other) {
        return other instanceof WorkerId that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
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
