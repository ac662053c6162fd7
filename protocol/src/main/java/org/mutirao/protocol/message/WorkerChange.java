package org.mutirao.protocol.message;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What an operator may do to a worker. */
public enum WorkerChange {
    /** It finishes what it has and gets nothing new. */
    DRAIN,
    /** It gets work again, also if it was put aside. */
    RESUME,
    /** It gets nothing new for a while, as if it had lost task after task. */
    ASIDE,
    /** What it holds goes to others at once, and it is no longer listed until it is heard again. */
    FORGET;

    /** All words. */
    public static final List<String> WORDS =
            Arrays.stream(values()).map(WorkerChange::wireName).toList();

    /**
     * The one with that word.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static WorkerChange named(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
