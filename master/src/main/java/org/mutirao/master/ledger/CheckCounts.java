package org.mutirao.master.ledger;

/**
 * How the results of tasks stand that are verified.
 *
 * @param open those that are being verified
 * @param differing those of which results differ
 */
public record CheckCounts(int open, int same, int differing, int notVerified) {
    static final CheckCounts NONE = new CheckCounts(0, 0, 0, 0);

    static CheckCounts of(TaskRecord task) {
        if (task.check().isEmpty()) {
            return NONE;
        }
        if (task.check().get().isOpen()) {
            return new CheckCounts(1, 0, 0, 0);
        }
        return switch (task.check().get().finding().orElseThrow()) {
            case SAME -> new CheckCounts(0, 1, 0, 0);
            case NOT_DETERMINISTIC, FIRST_DIFFERS, SECOND_DIFFERS, UNDECIDED -> new CheckCounts(0, 0, 1, 0);
            case NOT_VERIFIED -> new CheckCounts(0, 0, 0, 1);
        };
    }

    CheckCounts plus(CheckCounts more) {
        return new CheckCounts(
                open + more.open, same + more.same, differing + more.differing, notVerified + more.notVerified);
    }

    CheckCounts minus(CheckCounts less) {
        return new CheckCounts(
                open - less.open, same - less.same, differing - less.differing, notVerified - less.notVerified);
    }

    /** Whether no task is, or was, verified. */
    public boolean areNone() {
        return equals(NONE);
    }
}
