package org.mutirao.master.ledger;

import java.util.Optional;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.id.WorkerId;

/** Where a task is in its life; each state carries what belongs to it. Times are milliseconds since 1970. */
public sealed interface TaskState {
    /** When the task came into this state. */
    long since();

    /** Waits for a worker, which it may get from {@code notBefore} on. */
    record Queued(long notBefore, long since) implements TaskState {
        @Override
        public TaskStatus status() {
            return TaskStatus.QUEUED;
        }

        @Override
        public boolean ended() {
            return false;
        }

        @Override
        public boolean isToRunAgain(boolean onlyFailed) {
            return false;
        }
    }

    /** A worker runs it. */
    record Leased(WorkerId worker, Attempt attempt, long until, long since) implements TaskState {
        @Override
        public TaskStatus status() {
            return TaskStatus.RUNNING;
        }

        @Override
        public boolean ended() {
            return false;
        }

        @Override
        public boolean isToRunAgain(boolean onlyFailed) {
            return false;
        }
    }

    /**
     * It has a result.
     *
     * @param publishedAs its file in results/; empty until it lies there
     */
    record Done(WorkerId worker, Attempt attempt, Ending ending, Blob result, Optional<String> publishedAs, long since)
            implements TaskState {
        @Override
        public TaskStatus status() {
            return ending.succeeded() ? TaskStatus.SUCCEEDED : TaskStatus.FAILED;
        }

        @Override
        public boolean ended() {
            return true;
        }

        /** A result that is not in results/ yet is waited for; a successful one is not had again. */
        @Override
        public boolean isToRunAgain(boolean onlyFailed) {
            return publishedAs.isPresent() && !ending.succeeded();
        }
    }

    /** Given up: too many leases were lost. */
    record Failed(String reason, long since) implements TaskState {
        @Override
        public TaskStatus status() {
            return TaskStatus.LOST;
        }

        @Override
        public boolean ended() {
            return true;
        }

        @Override
        public boolean isToRunAgain(boolean onlyFailed) {
            return true;
        }
    }

    /** A person gave it up. */
    record Cancelled(long since) implements TaskState {
        @Override
        public TaskStatus status() {
            return TaskStatus.CANCELLED;
        }

        @Override
        public boolean ended() {
            return true;
        }

        @Override
        public boolean isToRunAgain(boolean onlyFailed) {
            return !onlyFailed;
        }
    }

    /** Whether nothing more will happen to it by itself. */
    boolean ended();

    /**
     * Whether it is run again if a person wants what ended without success.
     *
     * @param onlyFailed not what was cancelled
     */
    boolean isToRunAgain(boolean onlyFailed);

    /** The word that people read. */
    TaskStatus status();
}
