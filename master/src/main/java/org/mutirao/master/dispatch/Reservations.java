package org.mutirao.master.dispatch;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/**
 * Tasks for which a worker has too little left, and which have waited long. The worker gets nothing else until there is room; otherwise small
 * tasks would keep taking what the large one needs. A worker has one such task, and a task one such worker.
 */
final class Reservations {
    private final Map<WorkerId, TaskId> byWorker = new HashMap<>();
    private final Map<TaskId, WorkerId> byTask = new HashMap<>();

    Optional<TaskId> of(WorkerId worker) {
        return Optional.ofNullable(byWorker.get(worker));
    }

    /** Returns false if another worker makes room for it already. */
    boolean reserve(WorkerId worker, TaskId task) {
        if (byTask.containsKey(task) || byWorker.containsKey(worker)) {
            return false;
        }
        byTask.put(task, worker);
        byWorker.put(worker, task);
        return true;
    }

    /** The task has a worker, or is not to be run any more. */
    void end(TaskId task) {
        WorkerId worker = byTask.remove(task);
        if (worker != null) {
            byWorker.remove(worker);
        }
    }

    /** The worker is gone, or gets nothing new. */
    void end(WorkerId worker) {
        of(worker).ifPresent(this::end);
    }

    void clear() {
        byWorker.clear();
        byTask.clear();
    }
}
