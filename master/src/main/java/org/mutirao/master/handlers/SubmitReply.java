package org.mutirao.master.handlers;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.mutirao.master.inbox.NotNow;
import org.mutirao.master.inbox.Taken;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.master.watch.Rows;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Text;

/** The reply to one who hands a package in. */
final class SubmitReply {
    private SubmitReply() {}

    /**
     * What came of it. The lead may have moved while the package was checked. Then the leader took it, and this master may not know the
     * task yet, though it exists.
     *
     * @param taken what came of it; empty if the log did not take the package
     * @param failure why not; null if it did
     * @param ledger this master's own
     */
    static Reply of(Optional<Taken> taken, Throwable failure, TaskLedger ledger) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof RefusedPackage byTheLeader) {
            return refused(byTheLeader);
        }
        if (cause instanceof NotNow later) {
            return later(later.getMessage());
        }
        if (taken.filter(Taken::waitsForNobody).isPresent()) {
            return new Reply.Failure(
                    Refusal.NOT_FOUND, inOneSentence(taken.get().refusal()));
        }
        Optional<Verdict> verdict = taken.map(Taken::verdict);
        if (verdict.isEmpty() || !(verdict.get() instanceof Verdict.Accepted accepted)) {
            return later(Text.of("the master can't take more tasks now"));
        }
        Optional<TaskRecord> task = ledger.task(accepted.task());
        return task.isPresent()
                ? state(task.get(), accepted, taken.get(), ledger)
                : later(Text.of(
                        "the leader took it as task %s, which this master does not know yet; hand it in again under the same key",
                        accepted.task()));
    }

    private static Reply state(TaskRecord task, Verdict.Accepted accepted, Taken taken, TaskLedger ledger) {
        Optional<JobRow> job = task.part().isEmpty()
                ? Optional.empty()
                : ledger.job(task.job()).map(Rows::job);
        return new Reply.TaskState(Rows.task(task), !accepted.repeated(), job, taken.text());
    }

    /** To one whose package is refused. */
    static Reply refused(RefusedPackage refusal) {
        return new Reply.Failure(Refusal.BAD_REQUEST, inOneSentence(refusal));
    }

    private static String inOneSentence(RefusedPackage refusal) {
        return refusal.getMessage() + ". " + refusal.advice();
    }

    private static Reply later(String sentence) {
        return new Reply.Failure(Refusal.TRY_LATER, sentence);
    }
}
