package org.mutirao.master.ledger;

import org.mutirao.protocol.id.TaskStatus;

/**
 * How many tasks are in each state, by the words of {@link TaskStatus}.
 *
 * @param checks how those stand whose results are verified
 */
public record TaskCounts(
        int queued, int running, int succeeded, int failed, int lost, int cancelled, CheckCounts checks) {
    TaskCounts(int queued, int running, int succeeded, int failed, int lost, int cancelled) {
        this(queued, running, succeeded, failed, lost, cancelled, CheckCounts.NONE);
    }

    /** Of no task. */
    public static final TaskCounts NONE = new TaskCounts(0, 0, 0, 0, 0, 0);

    /** Of one task. */
    public static TaskCounts of(TaskState state) {
        return NONE.plus(state, 1);
    }

    /** With so many more tasks in one state. */
    public TaskCounts plus(TaskState state, int by) {
        TaskStatus status = state.status();
        return new TaskCounts(
                queued + (status == TaskStatus.QUEUED ? by : 0),
                running + (status == TaskStatus.RUNNING ? by : 0),
                succeeded + (status == TaskStatus.SUCCEEDED ? by : 0),
                failed + (status == TaskStatus.FAILED ? by : 0),
                lost + (status == TaskStatus.LOST ? by : 0),
                cancelled + (status == TaskStatus.CANCELLED ? by : 0),
                checks);
    }

    /** Of these tasks and those. */
    public TaskCounts plus(TaskCounts more) {
        return new TaskCounts(
                queued + more.queued,
                running + more.running,
                succeeded + more.succeeded,
                failed + more.failed,
                lost + more.lost,
                cancelled + more.cancelled,
                checks.plus(more.checks));
    }

    /** Without what is counted in others. */
    public TaskCounts minus(TaskCounts less) {
        return new TaskCounts(
                queued - less.queued,
                running - less.running,
                succeeded - less.succeeded,
                failed - less.failed,
                lost - less.lost,
                cancelled - less.cancelled,
                checks.minus(less.checks));
    }

    TaskCounts with(CheckCounts other) {
        return new TaskCounts(queued, running, succeeded, failed, lost, cancelled, other);
    }

    /** How many are in one state. */
    public int in(TaskStatus status) {
        return switch (status) {
            case QUEUED -> queued;
            case RUNNING -> running;
            case SUCCEEDED -> succeeded;
            case FAILED -> failed;
            case LOST -> lost;
            case CANCELLED -> cancelled;
        };
    }

    /**
     * How many ended without success, and would run again.
     *
     * @param onlyFailed without those that were cancelled
     */
    public long withoutSuccess(boolean onlyFailed) {
        return (long) failed + lost + (onlyFailed ? 0 : cancelled);
    }

    int open() {
        return queued + running;
    }
}
