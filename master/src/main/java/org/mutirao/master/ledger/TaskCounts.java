package org.mutirao.master.ledger;

/**
 * How many tasks are in each state.
 *
 * @param unsuccessful those of {@code done} whose run was no success
 */
public record TaskCounts(int queued, int leased, int done, int unsuccessful, int failed, int cancelled) {
    static final TaskCounts NONE = new TaskCounts(0, 0, 0, 0, 0, 0);

    TaskCounts plus(TaskState state, int by) {
        boolean isDone = state instanceof TaskState.Done;
        boolean success =
                state instanceof TaskState.Done ended && ended.ending().succeeded();
        return new TaskCounts(
                queued + (state instanceof TaskState.Queued ? by : 0),
                leased + (state instanceof TaskState.Leased ? by : 0),
                done + (isDone ? by : 0),
                unsuccessful + (isDone && !success ? by : 0),
                failed + (state instanceof TaskState.Failed ? by : 0),
                cancelled + (state instanceof TaskState.Cancelled ? by : 0));
    }

    int open() {
        return queued + leased;
    }
}
