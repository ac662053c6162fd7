package org.mutirao.master.watch;

import java.util.Optional;
import org.mutirao.master.ledger.JobPart;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.TaskStatus;

/** The orders of a list of tasks, by the columns that people see. */
public final class TaskOrders {
    private TaskOrders() {}

    /**
     * The orders.
     *
     * @param now in milliseconds since 1970, for what still waits or runs
     */
    public static Orders<TaskRecord> at(long now) {
        return new Orders<TaskRecord>()
                .by("id", task -> Optional.of(task.id().number()))
                .by(
                        "name",
                        task -> Optional.of(task.part().flatMap(JobPart::label).orElse(task.name())))
                .by("state", task -> Optional.of(task.state().status()))
                .by("waited", task -> waited(task, now))
                .by("took", task -> took(task, now))
                .by("worker", Rows::workerOf)
                .by("attempts", task -> Optional.of(task.tries()))
                .by("note", TaskOrders::note)
                .by("since", task -> Optional.of(-task.state().since()));
    }

    /** As it is shown: of a success there is nothing to say. */
    private static Optional<String> note(TaskRecord task) {
        return task.state().status() == TaskStatus.SUCCEEDED ? Optional.empty() : Rows.explanation(task);
    }

    private static Optional<Long> waited(TaskRecord task, long now) {
        boolean waits = task.state().status() == TaskStatus.QUEUED;
        return Rows.waited(task).or(() -> waits ? Optional.of(now - task.submittedAt()) : Optional.empty());
    }

    private static Optional<Long> took(TaskRecord task, long now) {
        return Rows.ran(task)
                .or(() -> task.state() instanceof TaskState.Leased leased
                        ? Optional.of(now - leased.since())
                        : Optional.empty());
    }
}
