package org.mutirao.protocol.message;

import java.util.Optional;

/**
 * A task as a person sees it. Times are milliseconds since 1970 by the master's clock.
 *
 * @param state queued, leased, done, failed or cancelled
 * @param bytes size of the package
 * @param submittedAt when it was accepted
 * @param since when it came into its state
 * @param worker who runs it or brought the result
 * @param explanation how it ended or why it waits, in words
 * @param result the file in results/
 */
public record TaskRow(
        long id,
        String name,
        String state,
        boolean success,
        int attempts,
        int priority,
        long bytes,
        long submittedAt,
        long since,
        Optional<String> worker,
        Optional<String> explanation,
        Optional<String> result) {}
