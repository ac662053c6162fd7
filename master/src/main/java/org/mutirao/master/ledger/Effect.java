package org.mutirao.master.ledger;

import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;

/**
 * What masters do after a command, most of it only the leading one. Each is safe to repeat and safe to lose: a new leader finds it in
 * the state.
 */
public sealed interface Effect {
    /** Offer the task to a worker. */
    record Offer(TaskId task) implements Effect {}

    /** Offer the waiting tasks of a job to workers. */
    record OfferJob(JobId job) implements Effect {}

    /** Put the task's result into {@code results/}. */
    record PublishResult(TaskId task) implements Effect {}

    /** These bytes are referred to from now on. */
    record NeedBlob(Sha256 hash) implements Effect {}

    /** Nothing refers to these bytes any more. */
    record DropBlob(Sha256 hash) implements Effect {}

    /** The task changed its state; for those who watch. */
    record Changed(TaskId task) implements Effect {}

    /** A job of several tasks has ended, or has ended again; for those who are told once. */
    record JobEnded(JobId job) implements Effect {}

    /** A job of several tasks changed, or was forgotten; for those who watch. */
    record JobChanged(JobId job) implements Effect {}
}
