package org.mutirao.master.ledger;

import org.mutirao.protocol.table.SealedFunction;

/**
 * How many tasks are in each state.
 *
 * @param unsuccessful those of {@code done} whose run was no success
 */
public record TaskCounts(int queued, int leased, int done, int unsuccessful, int failed, int cancelled) {
    private static final SealedFunction<TaskState, Integer, TaskCounts> OF_ONE =
            SealedFunction.<TaskState, Integer, TaskCounts>of(TaskState.class)
                    .row(TaskState.Queued.class, (queued, by) -> new TaskCounts(by, 0, 0, 0, 0, 0))
                    .row(TaskState.Leased.class, (leased, by) -> new TaskCounts(0, by, 0, 0, 0, 0))
                    .row(
                            TaskState.Done.class,
                            (done, by) -> new TaskCounts(0, 0, by, done.ending().succeeded() ? 0 : by, 0, 0))
                    .row(TaskState.Failed.class, (failed, by) -> new TaskCounts(0, 0, 0, 0, by, 0))
                    .row(TaskState.Cancelled.class, (cancelled, by) -> new TaskCounts(0, 0, 0, 0, 0, by))
                    .build();

    static final TaskCounts NONE = new TaskCounts(0, 0, 0, 0, 0, 0);

    /** Of one task. */
    public static TaskCounts of(TaskState state) {
        return OF_ONE.apply(state, 1);
    }

    TaskCounts plus(TaskState state, int by) {
        return plus(OF_ONE.apply(state, by));
    }

    TaskCounts plus(TaskCounts more) {
        return new TaskCounts(
                queued + more.queued,
                leased + more.leased,
                done + more.done,
                unsuccessful + more.unsuccessful,
                failed + more.failed,
                cancelled + more.cancelled);
    }

    /**
     * How many ended without success, and would run again.
     *
     * @param onlyFailed without those that were cancelled
     */
    public long withoutSuccess(boolean onlyFailed) {
        return (long) unsuccessful + failed + (onlyFailed ? 0 : cancelled);
    }

    int open() {
        return queued + leased;
    }
}
