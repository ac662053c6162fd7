package org.mutirao.protocol.id;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Where a task is, in the one word that every list, page, file and event has for it. */
public enum TaskStatus {
    /** It waits for a worker. */
    QUEUED,
    /** A worker has it. */
    RUNNING,
    /** Its script ended well. */
    SUCCEEDED,
    /** Its script ended badly, or broke a limit. */
    FAILED,
    /** It was given up without a result. */
    LOST,
    /** A person ended it. */
    CANCELLED;

    /** All words, in the order of a task's life. */
    public static final List<String> LABELS =
            Arrays.stream(values()).map(TaskStatus::label).toList();

    /** What programs of before this vocabulary say. */
    private static final Map<String, Set<TaskStatus>> OLDER = Map.of(
            "leased", EnumSet.of(RUNNING), "done", EnumSet.of(SUCCEEDED, FAILED), "unsuccessful", EnumSet.of(FAILED));

    /** The word. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Which ones a word means: one, or for an older word perhaps two; none if nobody knows it. */
    public static Set<TaskStatus> named(String word) {
        return LABELS.contains(word)
                ? EnumSet.of(valueOf(word.toUpperCase(Locale.ROOT)))
                : OLDER.getOrDefault(word, Set.of());
    }

    /** Whether nothing more happens to the task by itself. */
    public boolean hasEnded() {
        return this != QUEUED && this != RUNNING;
    }

    /** Whether a person would ask for the reason. */
    public boolean isFailure() {
        return this == FAILED || this == LOST;
    }

    /**
     * Out of the words that were there before.
     *
     * @param state queued, leased, done, failed or cancelled
     * @param success of one that is done, whether its script ended well
     */
    public static TaskStatus ofOlder(String state, boolean success) {
        return switch (state) {
            case "leased" -> RUNNING;
            case "done" -> success ? SUCCEEDED : FAILED;
            case "failed" -> LOST;
            case "cancelled" -> CANCELLED;
            default -> QUEUED;
        };
    }

    /** The word that was there before. */
    public String older() {
        return switch (this) {
            case QUEUED -> "queued";
            case RUNNING -> "leased";
            case SUCCEEDED, FAILED -> "done";
            case LOST -> "failed";
            case CANCELLED -> "cancelled";
        };
    }
}
