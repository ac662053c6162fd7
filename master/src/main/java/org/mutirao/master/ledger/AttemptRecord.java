package org.mutirao.master.ledger;

import java.util.OptionalLong;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.WorkerId;

/**
 * One lease of a task and what became of it.
 *
 * @param isCheck whether it only verifies the result that the task has
 * @param withoutKey whether its worker was let into a room with a key without it
 */
public record AttemptRecord(
        Attempt number,
        WorkerId worker,
        String workerName,
        long leasedAt,
        End end,
        boolean isCheck,
        boolean withoutKey) {
    private static final int MAX_OLD_REASON = 100;

    /** How an attempt ended. */
    public sealed interface End {
        /** The worker has the lease. */
        record Running() implements End {}

        /** The lease ended without a result. */
        record Lost(String reason, long at) implements End {}

        /** The worker gave the task back for a reason that says nothing against either. */
        record Returned(String reason, long at) implements End {}

        /** The worker brought a result. */
        record Delivered(Ending ending, ScriptRun run, long at) implements End {}

        /** The worker's result came after another one, or after the task was cancelled. */
        record Late(long at) implements End {}

        /** The work became useless before it ended. */
        record Recalled(long at) implements End {}
    }

    /** When its worker lost it or gave it back; empty if it did neither. */
    public OptionalLong endedInVain() {
        if (end instanceof End.Returned returned) {
            return OptionalLong.of(returned.at());
        }
        return end instanceof End.Lost lost ? OptionalLong.of(lost.at()) : OptionalLong.empty();
    }

    /** The same as of a task that had many more since: without what only the last ones need to tell. */
    AttemptRecord shortened() {
        if (end instanceof End.Lost lost && lost.reason().length() > MAX_OLD_REASON) {
            return with(new End.Lost(cut(lost.reason()), lost.at()));
        }
        return end instanceof End.Returned returned && returned.reason().length() > MAX_OLD_REASON
                ? with(new End.Returned(cut(returned.reason()), returned.at()))
                : this;
    }

    private static String cut(String reason) {
        return reason.substring(0, MAX_OLD_REASON - 1) + "…";
    }

    AttemptRecord with(End newEnd) {
        return new AttemptRecord(number, worker, workerName, leasedAt, newEnd, isCheck, withoutKey);
    }
}
