package org.mutirao.protocol.message;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mutirao.protocol.id.TaskStatus;

/**
 * A task as a person sees it. Times are milliseconds since 1970 by the master's clock.
 *
 * @param state together with {@code success} the status in the words of before: queued, leased, done, failed or cancelled
 * @param bytes size of the package
 * @param submittedAt when it was accepted
 * @param since when it came into its state
 * @param worker who runs it or brought the result
 * @param explanation how it ended or why it waits, in words
 * @param result the file in results/, for a task of a job below its folder
 * @param job the number of the job of several tasks that it belongs to
 * @param index which task of that job it is, from 1
 * @param input the name of its input there
 * @param status where it is
 * @param waitedMs how long it waited until a worker had it first, in milliseconds; empty as long as none had it
 * @param ranMs how long its script ran, in milliseconds; empty if that is not known
 * @param check what is known of its result by running it again; empty if that is not asked for
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
        Optional<String> result,
        Optional<Long> job,
        Optional<Integer> index,
        Optional<String> input,
        TaskStatus status,
        Optional<Long> waitedMs,
        Optional<Long> ranMs,
        Optional<CheckRow> check) {
    public TaskRow {
        status = status == null ? TaskStatus.ofOlder(state, success) : status;
    }

    /** The same, explained in other words. */
    public TaskRow explained(UnaryOperator<String> change) {
        Builder same = builder();
        same.id = id;
        same.name = name;
        same.status = status;
        same.attempts = attempts;
        same.priority = priority;
        same.bytes = bytes;
        same.submittedAt = submittedAt;
        same.since = since;
        same.worker = worker;
        same.result = result;
        same.job = job;
        same.index = index;
        same.input = input;
        same.waitedMs = waitedMs;
        same.ranMs = ranMs;
        same.check = check;
        return same.explanation(explanation.map(change)).build();
    }

    /** Begins one. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds one by name. What is not named is empty, 0 or false. */
    public static final class Builder {
        private long id;
        private String name = "";
        private TaskStatus status = TaskStatus.QUEUED;
        private int attempts;
        private int priority;
        private long bytes;
        private long submittedAt;
        private long since;
        private Optional<String> worker = Optional.empty();
        private Optional<String> explanation = Optional.empty();
        private Optional<String> result = Optional.empty();
        private Optional<Long> job = Optional.empty();
        private Optional<Integer> index = Optional.empty();
        private Optional<String> input = Optional.empty();
        private Optional<Long> waitedMs = Optional.empty();
        private Optional<Long> ranMs = Optional.empty();
        private Optional<CheckRow> check = Optional.empty();

        private Builder() {}

        public Builder id(long given) {
            id = given;
            return this;
        }

        public Builder name(String given) {
            name = given;
            return this;
        }

        public Builder status(TaskStatus given) {
            status = given;
            return this;
        }

        public Builder attempts(int given) {
            attempts = given;
            return this;
        }

        public Builder priority(int given) {
            priority = given;
            return this;
        }

        public Builder bytes(long given) {
            bytes = given;
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

        public Builder worker(Optional<String> given) {
            worker = given;
            return this;
        }

        public Builder explanation(Optional<String> given) {
            explanation = given;
            return this;
        }

        public Builder result(Optional<String> given) {
            result = given;
            return this;
        }

        /**
         * Which part of which job it is.
         *
         * @param which its index there, from 1
         * @param of the name of its input
         */
        public Builder part(long number, int which, String of) {
            job = Optional.of(number);
            index = Optional.of(which);
            input = Optional.of(of);
            return this;
        }

        public Builder waitedMs(Optional<Long> given) {
            waitedMs = given;
            return this;
        }

        public Builder ranMs(Optional<Long> given) {
            ranMs = given;
            return this;
        }

        public Builder check(Optional<CheckRow> given) {
            check = given;
            return this;
        }

        /** The record. */
        public TaskRow build() {
            return new TaskRow(
                    id,
                    name,
                    status.older(),
                    status == TaskStatus.SUCCEEDED,
                    attempts,
                    priority,
                    bytes,
                    submittedAt,
                    since,
                    worker,
                    explanation,
                    result,
                    job,
                    index,
                    input,
                    status,
                    waitedMs,
                    ranMs,
                    check);
        }
    }
}
