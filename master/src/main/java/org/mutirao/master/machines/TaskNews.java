package org.mutirao.master.machines;

import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Check;
import org.mutirao.master.ledger.CheckWords;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.text.Text;

/**
 * Says on the channel what the ledger does, at the same place of the log. So it stands in the same order on every master without an entry of
 * its own. A job of many tasks has one line when it came in and one when it has ended, however many tasks it has.
 *
 * <p>Always in English: the channel is part of the snapshots, so masters that speak two languages must put the same text on it. It
 * is shown in a reader's language by {@link Text#again}.
 */
public final class TaskNews implements LedgerMachine.Listener {
    /** Whether a command changed anything. */
    private static final SealedFunction<Verdict, TaskLedger, Boolean> CHANGES =
            SealedFunction.<Verdict, TaskLedger, Boolean>of(Verdict.class)
                    .row(Verdict.Accepted.class, (accepted, ledger) -> !accepted.repeated())
                    .row(Verdict.Granted.class, (granted, ledger) -> true)
                    .row(Verdict.Done.class, (done, ledger) -> true)
                    .row(Verdict.Duplicate.class, (duplicate, ledger) -> false)
                    .row(Verdict.Refused.class, (refused, ledger) -> false)
                    .build();

    /** Of most commands nothing is told. */
    private static final Supplier<Optional<String>> NOTHING = Optional::empty;

    /** What of a command is worth telling everybody. */
    private static final SealedFunction<Command, TaskLedger, Supplier<Optional<String>>> NEWS =
            SealedFunction.<Command, TaskLedger, Supplier<Optional<String>>>of(Command.class)
                    .row(Command.Submit.class, (submit, ledger) -> NOTHING)
                    .row(Command.SubmitJob.class, (submit, ledger) -> () -> cameIn(submit, ledger))
                    .row(Command.HandedIn.class, (handed, ledger) -> TaskNews.NEWS.apply(handed.handIn(), ledger))
                    .row(Command.CancelJob.class, (cancel, ledger) -> () -> about(cancel, ledger))
                    .row(Command.RetryJob.class, (retry, ledger) -> NOTHING)
                    .row(Command.RetryJobWith.class, (retry, ledger) -> NOTHING)
                    .row(Command.ForgetJob.class, (forget, ledger) -> NOTHING)
                    .row(Command.GiveUpJob.class, (giveUp, ledger) -> NOTHING)
                    .row(Command.GrantLease.class, (grant, ledger) -> NOTHING)
                    .row(Command.LoseLease.class, (lose, ledger) -> () -> about(lose, ledger))
                    .row(
                            Command.Complete.class,
                            (complete, ledger) -> () -> about(complete.lease().task(), ledger))
                    .row(
                            Command.CompleteCheck.class,
                            (check, ledger) -> () -> verified(check.lease().task(), ledger))
                    .row(Command.EndCheck.class, (end, ledger) -> NOTHING)
                    .row(Command.Trust.class, (trust, ledger) -> NOTHING)
                    .row(Command.Cancel.class, (cancel, ledger) -> () -> about(cancel.task(), ledger))
                    .row(Command.Retry.class, (retry, ledger) -> NOTHING)
                    .row(Command.GiveUp.class, (giveUp, ledger) -> NOTHING)
                    .row(Command.Publish.class, (publish, ledger) -> NOTHING)
                    .build();

    private final ChannelMachine channel;

    public TaskNews(ChannelMachine channel) {
        this.channel = channel;
    }

    @Override
    public void onApplied(Command command, Applied applied, TaskLedger ledger) {
        if (CHANGES.apply(applied.verdict(), ledger)) {
            tell(NEWS.apply(command, ledger), command.at());
            for (Effect effect : applied.effects()) {
                if (effect instanceof Effect.JobEnded ended) {
                    tell(() -> several(ended.job(), ledger).map(JobView::sentence), command.at());
                }
            }
        }
    }

    private void tell(Supplier<Optional<String>> news, long at) {
        if (news == NOTHING) {
            return;
        }
        // Nothing is an empty text on the way.
        String text = Text.inEnglish(() -> news.get().orElse(""));
        if (!text.isEmpty()) {
            channel.announce(text, at);
        }
    }

    private static Optional<String> cameIn(Command.SubmitJob submit, TaskLedger ledger) {
        return ledger.taskByKey(submit.key())
                .flatMap(task -> several(task.job(), ledger))
                .map(job -> Text.of("Job %s %s came in: %d tasks", job.id(), job.name(), job.count()));
    }

    /** One that is told of as a whole. */
    private static Optional<JobView> several(JobId id, TaskLedger ledger) {
        return ledger.job(id).filter(job -> job.count() > 1);
    }

    /** Of many tasks it is told once it has ended. */
    private static Optional<String> about(Command.CancelJob cancel, TaskLedger ledger) {
        return ledger.job(cancel.job())
                .filter(job -> job.count() == 1)
                .map(job -> Text.of("Job %s %s is cancelled", job.id(), job.name()));
    }

    private static Optional<String> about(Command.LoseLease lose, TaskLedger ledger) {
        return ledger.task(lose.lease().task())
                .filter(task -> !task.isOneOfMany() && !(task.state() instanceof TaskState.Done))
                .map(task -> task.state().ended()
                        ? task.sentence()
                        : Text.of(
                                "Task %s %s is queued; attempt %s was lost: %s",
                                task.id(), task.name(), lose.lease().attempt(), lose.reason()));
    }

    /** Only what is wrong. */
    private static Optional<String> verified(TaskId id, TaskLedger ledger) {
        return ledger.task(id)
                .filter(task -> task.check()
                        .flatMap(Check::finding)
                        .filter(found -> found != Check.Finding.SAME && found != Check.Finding.NOT_VERIFIED)
                        .isPresent())
                .map(task -> Text.of(
                        "Task %s %s: %s",
                        task.id(), task.name(), CheckWords.of(task).orElseThrow()));
    }

    private static Optional<String> about(TaskId id, TaskLedger ledger) {
        return ledger.task(id).filter(task -> !task.isOneOfMany()).map(TaskRecord::sentence);
    }
}
