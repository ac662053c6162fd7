package org.mutirao.protocol.message;

/** How many tasks are in each state, by the words of {@link org.mutirao.protocol.id.TaskStatus}. */
public record StatusCounts(long queued, long running, long succeeded, long failed, long lost, long cancelled) {
    /** No tasks. */
    public static final StatusCounts NONE = new StatusCounts(0, 0, 0, 0, 0, 0);

    /** All of them. */
    public long total() {
        return open() + ended();
    }

    /** How many have not ended. */
    public long open() {
        return queued + running;
    }

    /** How many have ended. */
    public long ended() {
        return succeeded + withoutSuccess();
    }

    /** How many have ended, but not well. */
    public long withoutSuccess() {
        return failed + lost + cancelled;
    }
}
