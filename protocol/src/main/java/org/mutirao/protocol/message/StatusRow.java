package org.mutirao.protocol.message;

/**
 * How the grid stands: how many tasks are in each state, and how many workers there are. The numbers from {@code queued} to
 * {@code cancelled} say the same as {@code counts} in the words of before, for programs that know no other.
 *
 * @param done tasks with a result, whether their script ended well or not
 * @param unsuccessful those of {@code done} whose script failed
 * @param failed tasks that were lost
 * @param counts how many tasks are in each state
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
        int slots,
        StatusCounts counts) {
    public StatusRow {
        counts = counts == null
                ? new StatusCounts(queued, leased, done - unsuccessful, unsuccessful, failed, cancelled)
                : counts;
    }

    /** That of a grid. */
    public static StatusRow of(String grid, StatusCounts counts, int workers, int slots) {
        return new Builder(grid, counts, workers, slots).build();
    }

    /** Says the counts in both kinds of words. */
    private record Builder(String grid, StatusCounts counts, int workers, int slots) {
        StatusRow build() {
            return new StatusRow(
                    grid,
                    counts.queued(),
                    counts.running(),
                    counts.succeeded() + counts.failed(),
                    counts.failed(),
                    counts.lost(),
                    counts.cancelled(),
                    workers,
                    slots,
                    counts);
        }
    }
}
