package org.mutirao.master.ledger;

import java.util.Optional;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerId;

/** What may happen to tasks: an entry of the log. */
public sealed interface Command {
    /** When it was proposed, in milliseconds since 1970 by the proposing master's clock. */
    long at();

    /** A package was accepted; its bytes are safe. */
    sealed interface HandIn extends Command permits Submit, SubmitJob {
        Blob taskPackage();
    }

    /** The same of a package that somebody sent here, so that it is noted who did. One from {@code tasks/} is nobody's. */
    record HandedIn(HandIn handIn, HandedInBy by) implements Command {
        @Override
        public long at() {
            return handIn.at();
        }
    }

    /**
     * A package was accepted that makes one task.
     *
     * @param key the same for every repetition of the same hand-in
     * @param compact what it takes for programs of other groups
     * @param retries how often an unsuccessful run is repeated
     * @param attempts how many leases may be lost before the task is given up
     * @param needs what it asks of the machine that runs it
     */
    record Submit(
            String key,
            String name,
            Blob taskPackage,
            CompactSize compact,
            int priority,
            int retries,
            int attempts,
            TaskNeeds needs,
            long at)
            implements HandIn {
        /** Of a task that any worker may run. */
        public Submit(
                String key,
                String name,
                Blob taskPackage,
                CompactSize compact,
                int priority,
                int retries,
                int attempts,
                long at) {
            this(key, name, taskPackage, compact, priority, retries, attempts, TaskNeeds.none(), at);
        }

        /** The same, which asks for something of the machine that runs it. */
        public Submit with(TaskNeeds other) {
            return new Submit(key, name, taskPackage, compact, priority, retries, attempts, other, at);
        }

        /** The same with another package. */
        Submit with(Blob otherPackage, CompactSize otherCompact) {
            return new Submit(key, name, otherPackage, otherCompact, priority, retries, attempts, needs, at);
        }
    }

    /**
     * A package was accepted that makes several tasks, or one that waits for other jobs.
     *
     * @param key the same for every repetition of the same hand-in
     * @param compact what a task of it takes for programs of other groups
     * @param retries how often an unsuccessful run of a task is repeated
     * @param attempts how many leases of a task may be lost before it is given up
     */
    record SubmitJob(
            String key,
            String name,
            Blob taskPackage,
            CompactSize compact,
            int priority,
            int retries,
            int attempts,
            JobPlan plan,
            long at)
            implements HandIn {
        /** The same, whose tasks ask for something of the machines that run them. */
        public SubmitJob with(TaskNeeds needs) {
            return new SubmitJob(key, name, taskPackage, compact, priority, retries, attempts, plan.with(needs), at);
        }

        /** The same, of which so many tasks of 10 000 are verified. */
        public SubmitJob verified(int share) {
            return new SubmitJob(
                    key, name, taskPackage, compact, priority, retries, attempts, plan.verified(share), at);
        }

        /** The same with another package, which makes the same tasks. */
        SubmitJob with(Blob otherPackage, CompactSize otherCompact) {
            return new SubmitJob(key, name, otherPackage, otherCompact, priority, retries, attempts, plan, at);
        }
    }

    /** A person gives up all tasks of a job that are not ended. */
    record CancelJob(JobId job, long at) implements Command {}

    /**
     * A person wants the tasks of a job run again that ended without success.
     *
     * @param onlyFailed not those that were cancelled
     */
    record RetryJob(JobId job, boolean onlyFailed, long at) implements Command {}

    /**
     * The same with another script: from now on the job has another package, which differs from the one before in its script only; its bytes
     * are safe.
     *
     * @param compact what a task of it takes for programs of other groups
     */
    record RetryJobWith(JobId job, Blob taskPackage, CompactSize compact, boolean onlyFailed, long at)
            implements Command {}

    /** A person wants an ended job out of the lists; its results stay. */
    record ForgetJob(JobId job, long at) implements Command {}

    /** No master has a job's package any more. */
    record GiveUpJob(JobId job, Sha256 gone, String reason, long at) implements Command {}

    /**
     * A worker gets a queued task.
     *
     * @param until for people to read; liveness is watched elsewhere
     * @param withoutKey whether the worker was let into a room with a key without it
     */
    record GrantLease(TaskId task, WorkerId worker, String workerName, long until, boolean withoutKey, long at)
            implements Command {
        /** To one that knows the key, if there is one. */
        public GrantLease(TaskId task, WorkerId worker, String workerName, long until, long at) {
            this(task, worker, workerName, until, false, at);
        }

        GrantLease unproven() {
            return new GrantLease(task, worker, workerName, until, true, at);
        }
    }

    /**
     * A lease ended without a result.
     *
     * @param counts whether the task has one attempt less now; not where the worker lacks what others may have
     */
    record LoseLease(Lease lease, String reason, boolean counts, long at) implements Command {
        /** The task has one attempt less. */
        public LoseLease(Lease lease, String reason, long at) {
            this(lease, reason, true, at);
        }

        /** The same, and the task has as many attempts as before. */
        public LoseLease uncounted() {
            return new LoseLease(lease, reason, false, at);
        }
    }

    /**
     * A result arrived; its bytes are safe.
     *
     * @param content a hash of what is compared where a result is verified; empty where none is, or this one can't be looked into
     */
    record Complete(
            Lease lease, WorkerId worker, Blob result, Ending ending, ScriptRun run, Optional<Sha256> content, long at)
            implements Command {
        /** Of a task that is not verified. */
        public Complete(Lease lease, WorkerId worker, Blob result, Ending ending, ScriptRun run, long at) {
            this(lease, worker, result, ending, run, Optional.empty(), at);
        }

        /** The same, to be verified. */
        public Complete with(Sha256 hash) {
            return new Complete(lease, worker, result, ending, run, Optional.of(hash), at);
        }

        /** Of a worker that does not say when its script ran. */
        public Complete(Lease lease, WorkerId worker, Blob result, Ending ending, long at) {
            this(lease, worker, result, ending, ScriptRun.UNKNOWN, at);
        }
    }

    /**
     * A task that has a result was run again, and what came is not kept.
     *
     * @param content a hash of what is compared; empty if it could not be looked into
     * @param difference to the task's result
     */
    record CompleteCheck(
            Lease lease,
            WorkerId worker,
            Optional<Sha256> content,
            Optional<Check.Difference> difference,
            Ending ending,
            ScriptRun run,
            long at)
            implements Command {}

    /** Nobody is to run a task again whose result was to be verified. */
    record EndCheck(TaskId task, String reason, long at) implements Command {}

    /** A person trusts the worker whose result of that task was found to be wrong. */
    record Trust(TaskId task, long at) implements Command {}

    /** A person gives a task up. */
    record Cancel(TaskId task, long at) implements Command {}

    /** A person wants an ended task run again. */
    record Retry(TaskId task, long at) implements Command {}

    /**
     * No master has these bytes any more: the package of a task that is not ended, or the result of one before it was put into
     * {@code results/}.
     */
    record GiveUp(TaskId task, Sha256 gone, String reason, long at) implements Command {}

    /** The result lies in {@code results/} under this name. */
    record Publish(TaskId task, Attempt attempt, String file, long at) implements Command {}
}
