package org.mutirao.master.ledger;

import java.util.List;
import java.util.Optional;

/**
 * What became of a task since it was handed in.
 *
 * @param resultName the name its result gets in results/ if that is free there; no other task of the ledger has it
 * @param retriesLeft how often an unsuccessful run is still repeated
 * @param attemptsLeft how many leases may still be lost
 * @param part which part of a job it is; empty for a plain package
 * @param check what is known of its result by running it again; empty if that is not asked for
 */
public record Course(
        String resultName,
        int retriesLeft,
        int attemptsLeft,
        TaskState state,
        List<AttemptRecord> attempts,
        Optional<JobPart> part,
        Optional<Check> check) {
    public Course {
        attempts = List.copyOf(attempts);
    }

    /** Of a plain package that was handed in just now. */
    static Course of(Submitted submitted) {
        return new Course(
                submitted.name(),
                submitted.retries(),
                submitted.attempts(),
                begin(submitted),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** Its first state. */
    static TaskState begin(Submitted submitted) {
        long at = submitted.at();
        return new TaskState.Queued(at, at);
    }

    Course called(String otherName) {
        return new Course(otherName, retriesLeft, attemptsLeft, state, attempts, part, check);
    }

    Course with(TaskState other) {
        return new Course(resultName, retriesLeft, attemptsLeft, other, attempts, part, check);
    }

    Course with(List<AttemptRecord> others) {
        return new Course(resultName, retriesLeft, attemptsLeft, state, others, part, check);
    }

    Course with(Optional<Check> other) {
        return new Course(resultName, retriesLeft, attemptsLeft, state, attempts, part, other);
    }

    Course left(int retries, int leases) {
        return new Course(resultName, retries, leases, state, attempts, part, check);
    }
}
