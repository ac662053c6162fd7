package org.mutirao.master.ledger;

import java.util.Optional;
import org.mutirao.protocol.id.JobId;

/**
 * Which part of a job a task is.
 *
 * @param index from 1
 * @param count how many tasks the job has, with its merge task
 * @param input the name of its input; of a merge task, {@code merge.py}
 * @param isNumbered whether it has no input of its own, so that its number stands for its name
 * @param stem what its result is called, without an extension; unique in the job
 * @param bringsAlong whether results come along with it: those of its job to a merge task, those of the jobs that its job was to run after
 */
public record JobPart(
        JobId job,
        int index,
        int count,
        String input,
        boolean isNumbered,
        String stem,
        boolean isMerge,
        boolean bringsAlong) {
    /** What tells it from the others of its job; empty where it is the only one, and has no input but its package. */
    public Optional<String> label() {
        return count == 1 && isNumbered ? Optional.empty() : Optional.of(input);
    }
}
