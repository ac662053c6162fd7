package org.mutirao.master.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.ledger.AttemptRecord.End;
import org.mutirao.master.ledger.Verdict.Why;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.text.Text;

/** What commands do to one task, whether it is a plain package's or one of a job. */
final class TaskSteps {
    /** How much longer a task waits after each lost lease. */
    private static final long BACK_OFF_MILLIS = 2_000;

    /** So many attempts a task has at most before each counts: workers may try again what they could not install. */
    private static final int UNCOUNTED_UNTIL = 1_000;

    static final String CANCELLED = Text.kept("a person cancelled it");

    private final TaskTable tasks;
    private final JobSteps jobs;

    TaskSteps(TaskTable tasks, JobSteps jobs) {
        this.tasks = tasks;
        this.jobs = jobs;
    }

    /** A worker gets a lease. */
    Applied grant(Command.GrantLease grant, TaskRecord task) {
        boolean isCheck = CheckSteps.mayHave(task, grant.worker());
        if (!isCheck && (!(task.state() instanceof TaskState.Queued) || !jobs.mayRun(task))) {
            return Applied.refused(Why.NOT_IN_THAT_STATE);
        }
        AttemptRecord attempt = new AttemptRecord(
                task.nextAttempt(),
                grant.worker(),
                grant.workerName(),
                grant.at(),
                new End.Running(),
                isCheck,
                grant.withoutKey());
        if (isCheck) {
            return change(new Verdict.Granted(task.lease(attempt.number())), CheckSteps.leased(task, attempt, grant));
        }
        TaskState.Leased lease = new TaskState.Leased(grant.worker(), attempt.number(), grant.until(), grant.at());
        return change(new Verdict.Granted(task.lease(attempt.number())), task.leased(attempt, lease));
    }

    /** A lease ended without a result: it waits again, a little longer each time, or is given up. */
    Applied lose(Command.LoseLease lose, TaskRecord task) {
        if (CheckSteps.holds(task, lose.lease())) {
            return change(
                    new Verdict.Done(), CheckSteps.lost(task, lose, isFree(lose, task)), new Effect.Offer(task.id()));
        }
        if (!holds(task, lose.lease())) {
            return Applied.refused(Why.STALE_ATTEMPT);
        }
        if (isFree(lose, task)) {
            return change(
                    new Verdict.Done(),
                    task.ended(lose.lease().attempt(), new End.Returned(lose.reason(), lose.at()))
                            .in(new TaskState.Queued(lose.at(), lose.at())),
                    new Effect.Offer(task.id()));
        }
        TaskRecord lost = task.ended(lose.lease().attempt(), new End.Lost(lose.reason(), lose.at()))
                .oneAttemptLess();
        if (lost.attemptsLeft() <= 0) {
            String reason = Text.kept("its lease was lost %d times, last: %s", lost.attemptsAllowed(), lose.reason());
            return change(new Verdict.Done(), lost.in(new TaskState.Failed(reason, lose.at())));
        }
        long waiting = (lost.attemptsAllowed() - lost.attemptsLeft() - 1) * BACK_OFF_MILLIS;
        return change(
                new Verdict.Done(),
                lost.in(new TaskState.Queued(lose.at() + waiting, lose.at())),
                new Effect.Offer(task.id()));
    }

    /** Whether it costs the task nothing. */
    private static boolean isFree(Command.LoseLease lose, TaskRecord task) {
        return !lose.counts() && task.attempts().size() < UNCOUNTED_UNTIL;
    }

    private static boolean holds(TaskRecord task, Lease lease) {
        return task.state() instanceof TaskState.Leased leased
                && leased.attempt().equals(lease.attempt());
    }

    /** A result came. The first valid one wins. */
    Applied complete(Command.Complete complete, TaskRecord task) {
        Optional<AttemptRecord> attempt = task.attempt(complete.lease().attempt(), complete.worker());
        if (attempt.isEmpty()) {
            return Applied.refused(Why.NEVER_LEASED);
        }
        if (CheckSteps.holds(task, complete.lease())) {
            return completeCheck(complete, task);
        }
        boolean current = holds(task, complete.lease());
        boolean wanted = !(task.state() instanceof TaskState.Done || task.state() instanceof TaskState.Cancelled);
        boolean again = !complete.ending().succeeded() && task.retriesLeft() > 0;
        if (!wanted || (again && !current)) {
            return late(complete, task, attempt.get());
        }
        TaskRecord delivered = task.ended(
                complete.lease().attempt(), new End.Delivered(complete.ending(), complete.run(), complete.at()));
        if (again) {
            return change(
                    new Verdict.Done(),
                    delivered.oneRetryLess().in(new TaskState.Queued(complete.at(), complete.at())),
                    new Effect.Offer(task.id()));
        }
        if (!current && task.state() instanceof TaskState.Leased other) {
            // Somebody else works on it by now; the first result wins.
            delivered = delivered.ended(other.attempt(), new End.Recalled(complete.at()));
        }
        TaskState.Done done = new TaskState.Done(
                complete.worker(),
                complete.lease().attempt(),
                complete.ending(),
                complete.result(),
                Optional.empty(),
                complete.at());
        TaskRecord withResult = delivered.in(done);
        if (jobs.isToVerify(task)) {
            return change(
                    new Verdict.Done(),
                    CheckSteps.begin(withResult, done, complete.content()),
                    new Effect.NeedBlob(complete.result().hash()),
                    new Effect.PublishResult(task.id()),
                    new Effect.Offer(task.id()));
        }
        return change(
                new Verdict.Done(),
                withResult,
                new Effect.NeedBlob(complete.result().hash()),
                new Effect.PublishResult(task.id()));
    }

    /** A task that has a result was run again. */
    Applied complete(Command.CompleteCheck complete, TaskRecord task) {
        Optional<AttemptRecord> attempt = task.attempt(complete.lease().attempt(), complete.worker());
        if (attempt.isEmpty()) {
            return Applied.refused(Why.NEVER_LEASED);
        }
        if (!attempt.get().isCheck()) {
            return Applied.refused(Why.STALE_ATTEMPT);
        }
        if (!CheckSteps.holds(task, complete.lease())) {
            boolean known = attempt.get().end() instanceof End.Delivered;
            return change(
                    new Verdict.Duplicate(known),
                    known ? task : task.ended(attempt.get().number(), new End.Late(complete.at())));
        }
        boolean isComparable = complete.content().isPresent() && !(complete.ending() instanceof Ending.Stopped);
        TaskRecord compared = isComparable
                ? CheckSteps.delivered(task, complete)
                : CheckSteps.lost(task, incomparable(complete), false);
        return change(new Verdict.Done(), compared, new Effect.Offer(task.id()));
    }

    private static Command.LoseLease incomparable(Command.CompleteCheck complete) {
        return new Command.LoseLease(complete.lease(), Text.kept("what came can't be compared"), complete.at());
    }

    /** Nobody is to run it again. */
    Applied end(Command.EndCheck end, TaskRecord task) {
        return task.check()
                        .filter(check -> check.state() instanceof Check.State.Waiting)
                        .isEmpty()
                ? Applied.refused(Why.NOT_IN_THAT_STATE)
                : change(
                        new Verdict.Done(),
                        CheckSteps.givenUp(task, end.reason(), new End.Recalled(end.at()), end.at()));
    }

    /** Nothing follows any more from its being wrong. */
    Applied trust(TaskRecord task) {
        return CheckWords.wrong(task).isEmpty()
                ? Applied.refused(Why.NOT_IN_THAT_STATE)
                : change(new Verdict.Done(), CheckSteps.trusted(task));
    }

    /** It only verifies the result that is there: its bytes are not kept. */
    private Applied completeCheck(Command.Complete complete, TaskRecord task) {
        Applied applied = complete(
                new Command.CompleteCheck(
                        complete.lease(),
                        complete.worker(),
                        complete.content(),
                        Optional.empty(),
                        complete.ending(),
                        complete.run(),
                        complete.at()),
                task);
        return dropping(complete, applied);
    }

    private Applied dropping(Command.Complete complete, Applied applied) {
        List<Effect> effects = new ArrayList<>(applied.effects());
        if (!tasks.refersTo(complete.result().hash())) {
            effects.add(new Effect.DropBlob(complete.result().hash()));
        }
        return new Applied(applied.verdict(), effects);
    }

    private Applied late(Command.Complete complete, TaskRecord task, AttemptRecord attempt) {
        boolean same = task.state() instanceof TaskState.Done done
                && done.result().hash().equals(complete.result().hash());
        boolean repeated = attempt.end() instanceof End.Delivered;
        TaskRecord noted = repeated ? task : task.ended(attempt.number(), new End.Late(complete.at()));
        return dropping(complete, change(new Verdict.Duplicate(same), noted));
    }

    /** A person gives it up. */
    Applied cancel(Command.Cancel cancel, TaskRecord task) {
        if (task.check().filter(Check::isOpen).isPresent()) {
            return change(
                    new Verdict.Done(),
                    CheckSteps.givenUp(task, CANCELLED, new End.Recalled(cancel.at()), cancel.at()));
        }
        if (task.state().ended()) {
            return Applied.refused(Why.NOT_IN_THAT_STATE);
        }
        TaskState cancelled = new TaskState.Cancelled(cancel.at());
        if (task.state() instanceof TaskState.Leased leased) {
            return change(
                    new Verdict.Done(),
                    task.ended(leased.attempt(), new End.Recalled(cancel.at())).in(cancelled));
        }
        return change(new Verdict.Done(), task.in(cancelled));
    }

    /** A file is gone without which it has no result. */
    Applied giveUp(Command.GiveUp giveUp, TaskRecord task) {
        boolean packageGone = !task.state().ended() && task.taskPackage().hash().equals(giveUp.gone());
        boolean resultGone = task.state() instanceof TaskState.Done done
                && done.publishedAs().isEmpty()
                && done.result().hash().equals(giveUp.gone());
        if (!packageGone && !resultGone) {
            return Applied.refused(Why.NOT_IN_THAT_STATE);
        }
        TaskRecord ended = task.state() instanceof TaskState.Leased leased
                ? task.ended(leased.attempt(), new End.Lost(giveUp.reason(), giveUp.at()))
                : task;
        return change(
                new Verdict.Done(),
                ended.unchecked(giveUp.at()).in(new TaskState.Failed(giveUp.reason(), giveUp.at())));
    }

    /** Queues it again, if it ended without success. */
    Applied again(TaskRecord task, boolean onlyFailed, long at, Effect... further) {
        if (!task.state().isToRunAgain(onlyFailed)) {
            return Applied.refused(Why.NOT_IN_THAT_STATE);
        }
        Effect[] effects = Arrays.copyOf(further, further.length + 1);
        effects[further.length] = new Effect.Offer(task.id());
        return change(new Verdict.Done(), task.afresh(at), effects);
    }

    /** Its result lies in results/. */
    Applied publish(Command.Publish publish, TaskRecord task) {
        if (task.state() instanceof TaskState.Done done
                && done.attempt().equals(publish.attempt())
                && done.publishedAs().isEmpty()) {
            TaskState published = new TaskState.Done(
                    done.worker(),
                    done.attempt(),
                    done.ending(),
                    done.result(),
                    Optional.of(publish.file()),
                    done.since());
            return change(new Verdict.Done(), task.in(published));
        }
        return Applied.refused(Why.NOT_IN_THAT_STATE);
    }

    /** The task as it is now, and what follows for its job and for what is remembered. */
    Applied change(Verdict verdict, TaskRecord task, Effect... further) {
        List<Effect> effects = new ArrayList<>(List.of(further));
        JobSteps.Before before = jobs.before(task);
        tasks.put(task).forEach(hash -> effects.add(new Effect.DropBlob(hash)));
        Forgotten forgotten = tasks.forgetEnded(TaskLedger.MAX_ENDED);
        forgotten.unused().forEach(hash -> effects.add(new Effect.DropBlob(hash)));
        forgotten.tasks().forEach(id -> effects.add(new Effect.Changed(id)));
        forgotten.jobs().forEach(id -> effects.add(new Effect.JobChanged(id)));
        effects.add(new Effect.Changed(task.id()));
        jobs.onChanged(task, before, task.state().since(), effects);
        return new Applied(verdict, effects);
    }
}
