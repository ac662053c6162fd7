package org.mutirao.master.dispatch;

import org.mutirao.master.ledger.TaskRecord;

/** Whether a worker can read and run a task; told by whoever knows the programs of other groups. Asked on the loop. */
public interface Suitability {
    boolean suits(TaskRecord task, WorkerProfile worker);
}
