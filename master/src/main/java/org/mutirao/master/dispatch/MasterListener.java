package org.mutirao.master.dispatch;

import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/** What happens at a master, for logs, metrics and tests. Called on the loop: must neither block nor throw. */
public interface MasterListener {
    default void onTaskChanged(TaskRecord task) {}

    /** The ledger no longer knows it; it ended long ago. */
    default void onTaskForgotten(TaskId task) {}

    /** A job of several tasks is new or has changed. */
    default void onJobChanged(JobView job) {}

    /** The ledger no longer knows a job. */
    default void onJobForgotten(JobId job) {}

    default void onLeaseLost(Lease lease, String reason) {}

    /** Its worker gave the task back, which costs neither of them anything. */
    default void onLeaseReturned(Lease lease, String reason) {}

    default void onWorkerJoined(WorkerId worker, WorkerProfile profile) {}

    /** A worker told what its machine is and has, or is new and has told nothing yet, or came into the room in another way. */
    default void onWorkerTold(WorkerSession worker) {}

    default void onWorkerGone(WorkerId worker, String name) {}

    default void onWorkerQuarantined(WorkerId worker, String name) {}

    /** So many of its results differ from those of others; it gets no task for long. */
    default void onWorkerDistrusted(WorkerId worker, String name, int wrong) {}

    /** What is known of a task's result by running it again has changed, and nothing else of it. */
    default void onVerifying(TaskRecord task) {}

    default void onJournalFailed(Throwable cause) {}
}
