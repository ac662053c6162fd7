package org.mutirao.protocol.id;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where a job is, in the one word that every list, page, file and event has for it. */
public enum JobStatus {
    /** Other jobs must end before it begins. */
    WAITING,
    /** No worker had a task of it yet. */
    QUEUED,
    /** From the first task that a worker had, until it has ended. */
    RUNNING,
    /** Each task has a result of a script that ended well. */
    SUCCEEDED,
    /** Some task has none. */
    FAILED,
    /** A person ended tasks of it, and none failed. */
    CANCELLED;

    /** All words, in the order of a job's life. */
    public static final List<String> LABELS =
            Arrays.stream(values()).map(JobStatus::label).toList();

    /** The word. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one with that word, if there is one. */
    public static Optional<JobStatus> named(String word) {
        return LABELS.contains(word) ? Optional.of(valueOf(word.toUpperCase(Locale.ROOT))) : Optional.empty();
    }
}
