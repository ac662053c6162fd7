package org.mutirao.protocol.message;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One lease of a task and what became of it. Times are milliseconds since 1970 by the master's clock.
 *
 * @param outcome in words; empty while it runs
 * @param startedAt when its script started, by its worker's application clock, which goes with the masters'; empty if it did not say
 * @param ranMs how long the script ran, in milliseconds
 * @param marks {@code check} if it only verified the result that was there, {@code no key} if its worker was let into a room with a key
 *     without it; empty if there are none
 */
public record AttemptRow(
        int attempt,
        String worker,
        String workerName,
        long leasedAt,
        Optional<Long> endedAt,
        Optional<String> outcome,
        Optional<Long> startedAt,
        Optional<Long> ranMs,
        Optional<List<String>> marks) {
    public static final String CHECK = "check";
    public static final String NO_KEY = "no key";

    /** Without marks. */
    public AttemptRow(
            int attempt,
            String worker,
            String workerName,
            long leasedAt,
            Optional<Long> endedAt,
            Optional<String> outcome,
            Optional<Long> startedAt,
            Optional<Long> ranMs) {
        this(attempt, worker, workerName, leasedAt, endedAt, outcome, startedAt, ranMs, Optional.empty());
    }

    /** The same, its outcome in other words. */
    public AttemptRow explained(UnaryOperator<String> change) {
        return new AttemptRow(
                attempt, worker, workerName, leasedAt, endedAt, outcome.map(change), startedAt, ranMs, marks);
    }
}
