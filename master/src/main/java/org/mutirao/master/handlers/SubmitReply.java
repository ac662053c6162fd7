package org.mutirao.master.handlers;

import java.util.Optional;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.master.watch.Rows;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;

/** The reply to one who hands a package in. */
final class SubmitReply {
    private SubmitReply() {}

    /**
     * What came of it. The lead may have moved while the package was checked. Then the leader took it, and this master may not know the
     * task yet, though it exists.
     *
     * @param verdict the ledger's; empty if the log did not take the package
     * @param ledger this master's own
     */
    static Reply of(Optional<Verdict> verdict, TaskLedger ledger) {
        if (verdict.isEmpty() || !(verdict.get() instanceof Verdict.Accepted accepted)) {
            return later("the master can't take more tasks now");
        }
        Optional<TaskRecord> task = ledger.task(accepted.task());
        return task.isPresent()
                ? new Reply.TaskState(Rows.task(task.get()), !accepted.repeated())
                : later("the leader took it as task " + accepted.task()
                        + ", which this master does not know yet; hand it in again under the same key");
    }

    private static Reply later(String sentence) {
        return new Reply.Failure(Refusal.TRY_LATER, sentence);
    }
}
