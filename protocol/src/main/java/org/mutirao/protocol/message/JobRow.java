package org.mutirao.protocol.message;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A job as a person sees it: one script over many inputs, or a plain package. Times are milliseconds since 1970 by the master's clock.
 * The numbers from {@code queued} to {@code cancelled} say the same as {@code counts} in the words of before, for programs that know no other.
 *
 * @param job its number, which is the id of its first task
 * @param state waiting (for other jobs), queued, running, succeeded, failed or cancelled
 * @param tasks how many it has
 * @param unsuccessful those whose script failed
 * @param failed those that were lost
 * @param since when it came into its state, or when one of its tasks last did
 * @param folder in results/; empty where the result lies in results/ itself
 * @param explanation what it waits for, or why it ended so, in words
 * @param counts how many of its tasks are in each state
 * @param beganAt when a worker had a task of it first
 * @param checks how its results stand that are verified; empty if none is
 */
public record JobRow(
        long job,
        String name,
        String state,
        long tasks,
        long queued,
        long running,
        long succeeded,
        long unsuccessful,
        long failed,
        long cancelled,
        int priority,
        long submittedAt,
        long since,
        Optional<Long> endedAt,
        Optional<String> folder,
        Optional<String> explanation,
        StatusCounts counts,
        Optional<Long> beganAt,
        Optional<CheckSums> checks) {
    public JobRow {
        counts =
                counts == null ? new StatusCounts(queued, running, succeeded, unsuccessful, failed, cancelled) : counts;
    }

    /** Whether nothing more happens to it by itself. */
    public boolean hasEnded() {
        return state.equals("succeeded") || state.equals("failed") || state.equals("cancelled");
    }

    /** The same, explained in other words. */
    public JobRow explained(UnaryOperator<String> change) {
        Builder same = builder();
        same.job = job;
        same.name = name;
        same.state = state;
        same.tasks = tasks;
        same.counts = counts;
        same.beganAt = beganAt;
        same.checks = checks;
        same.priority = priority;
        same.submittedAt = submittedAt;
        same.since = since;
        same.endedAt = endedAt;
        same.folder = folder;
        return same.explanation(explanation.map(change)).build();
    }

    /** Begins one. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds one by name. What is not named is empty or 0. */
    public static final class Builder {
        private long job;
        private String name = "";
        private String state = "";
        private long tasks;
        private StatusCounts counts = StatusCounts.NONE;
        private Optional<Long> beganAt = Optional.empty();
        private Optional<CheckSums> checks = Optional.empty();
        private int priority;
        private long submittedAt;
        private long since;
        private Optional<Long> endedAt = Optional.empty();
        private Optional<String> folder = Optional.empty();
        private Optional<String> explanation = Optional.empty();

        private Builder() {}

        public Builder job(long given) {
            job = given;
            return this;
        }

        public Builder name(String given) {
            name = given;
            return this;
        }

        public Builder state(String given) {
            state = given;
            return this;
        }

        public Builder tasks(long given) {
            tasks = given;
            return this;
        }

        public Builder counts(StatusCounts given) {
            counts = given;
            return this;
        }

        public Builder beganAt(Optional<Long> given) {
            beganAt = given;
            return this;
        }

        public Builder checks(Optional<CheckSums> given) {
            checks = given;
            return this;
        }

        public Builder priority(int given) {
            priority = given;
            return this;
        }

        public Builder submittedAt(long given) {
            submittedAt = given;
            return this;
        }

        public Builder since(long given) {
            since = given;
            return this;
        }

        public Builder endedAt(Optional<Long> given) {
            endedAt = given;
            return this;
        }

        public Builder folder(Optional<String> given) {
            folder = given;
            return this;
        }

        public Builder explanation(Optional<String> given) {
            explanation = given;
            return this;
        }

        /** The record. */
        public JobRow build() {
            return new JobRow(
                    job,
                    name,
                    state,
                    tasks,
                    counts.queued(),
                    counts.running(),
                    counts.succeeded(),
                    counts.failed(),
                    counts.lost(),
                    counts.cancelled(),
                    priority,
                    submittedAt,
                    since,
                    endedAt,
                    folder,
                    explanation,
                    counts,
                    beganAt,
                    checks);
        }
    }
}
