package org.mutirao.master.dispatch;

import java.util.Comparator;
import org.mutirao.protocol.id.TaskId;

/**
 * A task that waits by itself: it is in no job, or was in a worker's hands before.
 *
 * @param lane where it waits
 */
record QueuedTask(int priority, TaskId task, Lane lane) {
    /** The highest priority first, then the oldest. */
    static final Comparator<QueuedTask> ORDER =
            Comparator.comparingInt(QueuedTask::priority).reversed().thenComparing(QueuedTask::task);
}
