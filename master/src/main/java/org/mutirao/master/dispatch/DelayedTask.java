package org.mutirao.master.dispatch;

import java.util.Comparator;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;

/**
 * A task that may not be handed out yet.
 *
 * @param due when it may be, by the clock that is waited by
 */
record DelayedTask(long due, TaskId task, int priority, TaskNeeds needs) {
    static final Comparator<DelayedTask> ORDER =
            Comparator.comparingLong(DelayedTask::due).thenComparing(DelayedTask::task);

    DelayedTask(TaskRecord task, long due) {
        this(due, task.id(), task.priority(), task.needs());
    }
}
