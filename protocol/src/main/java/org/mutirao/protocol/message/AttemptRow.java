package org.mutirao.protocol.message;

import java.util.Optional;

/**
 * One lease of a task and what became of it. Times are milliseconds since 1970 by the master's clock.
 *
 * @param outcome in words; empty while it runs
 */
public record AttemptRow(
        int attempt,
        String worker,
        String workerName,
        long leasedAt,
        Optional<Long> endedAt,
        Optional<String> outcome) {}
