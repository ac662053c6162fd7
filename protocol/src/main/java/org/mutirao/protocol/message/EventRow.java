package org.mutirao.protocol.message;

import java.util.Optional;

/**
 * Something that happened at a master, for a person.
 *
 * @param id 1, 2, 3… since this master started
 * @param at milliseconds since 1970 by the master's clock
 * @param kind one word
 * @param text one sentence
 * @param job the number of the job of several tasks that it is about
 */
public record EventRow(
        long id, long at, String kind, Optional<Long> task, Optional<String> worker, String text, Optional<Long> job) {
    /** One that is about no job of several tasks. */
    public EventRow(long id, long at, String kind, Optional<Long> task, Optional<String> worker, String text) {
        this(id, at, kind, task, worker, text, Optional.empty());
    }
}
