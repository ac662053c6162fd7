package org.mutirao.group.member;

import java.util.Locale;
import org.mutirao.protocol.text.Text;

/** Who of the living masters leads. */
public enum Election {
    HIGHEST_PRIORITY,
    /** The one that joined last. */
    HIGHEST_RANK,
    LOWEST_ID;

    private static final int LARGEST_ID = 1_000_000;

    /** As a person writes it. */
    public static Election parse(String text) {
        for (Election rule : values()) {
            if (rule.toString().equals(text.toLowerCase(Locale.ROOT))) {
                return rule;
            }
        }
        throw new IllegalArgumentException(
                Text.of("'%s' is no rule of election: expected highest-priority, highest-rank or lowest-id", text));
    }

    /** The number by which the engine compares masters: the highest leads. */
    public int weight(int id, int priority, int rank) {
        return switch (this) {
            case HIGHEST_PRIORITY -> priority;
            case HIGHEST_RANK -> rank;
            case LOWEST_ID -> Math.max(0, LARGEST_ID - id);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
