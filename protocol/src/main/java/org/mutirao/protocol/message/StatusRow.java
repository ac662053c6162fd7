package org.mutirao.protocol.message;

/**
 * How the grid stands: how many tasks are in each state, and how many workers there are.
 *
 * @param done tasks with a result, the unsuccessful ones too
 * @param unsuccessful those of {@code done} whose script failed
 * @param failed tasks given up without a result
 */
public record StatusRow(
        String grid,
        long queued,
        long leased,
        long done,
        long unsuccessful,
        long failed,
        long cancelled,
        int workers,
        int slots) {
    public long total() {
        return queued + leased + done + failed + cancelled;
    }

    public long open() {
        return queued + leased;
    }
}
