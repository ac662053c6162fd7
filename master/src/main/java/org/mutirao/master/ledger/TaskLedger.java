package org.mutirao.master.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.mutirao.master.ledger.AttemptRecord.End;
import org.mutirao.master.ledger.Verdict.Why;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.table.SealedFunction;

/**
 * All tasks and their states. {@link #apply} is the only way to change it; it never throws, whatever the command.
 *
 * <pre>
 *   Queued --GrantLease--> Leased --Complete--> Done --Publish--> Done, published
 *     ^                      |
 *     |<------LoseLease------+--LoseLease, no attempt left--> Failed
 *     |<--Retry-- Failed, Cancelled, Done without success
 *   Queued, Leased --Cancel--> Cancelled
 *   Queued, Leased, Done before it is published --GiveUp--> Failed
 *   Queued, Leased, Failed --Complete of an earlier attempt--> Done
 * </pre>
 */
public final class TaskLedger {
    /** Tasks that are not ended. */
    public static final int MAX_OPEN = 200_000;
    /** Ended tasks that are remembered; the oldest go first. */
    public static final int MAX_ENDED = 100_000;
    /** How much longer a task waits after each lost lease. */
    private static final long BACK_OFF_MILLIS = 2_000;

    private static final SealedFunction<Command, TaskLedger, Applied> COMMANDS =
            SealedFunction.<Command, TaskLedger, Applied>of(Command.class)
                    .row(Command.Submit.class, (submit, ledger) -> ledger.apply(submit))
                    .row(Command.GrantLease.class, (c, ledger) -> ledger.on(c.task(), task -> ledger.apply(c, task)))
                    .row(
                            Command.LoseLease.class,
                            (c, ledger) -> ledger.on(c.lease().task(), task -> ledger.apply(c, task)))
                    .row(
                            Command.Complete.class,
                            (c, ledger) -> ledger.on(c.lease().task(), task -> ledger.apply(c, task)))
                    .row(Command.Cancel.class, (c, ledger) -> ledger.on(c.task(), task -> ledger.apply(c, task)))
                    .row(Command.Retry.class, (c, ledger) -> ledger.on(c.task(), task -> ledger.apply(c, task)))
                    .row(Command.GiveUp.class, (c, ledger) -> ledger.on(c.task(), task -> ledger.apply(c, task)))
                    .row(Command.Publish.class, (c, ledger) -> ledger.on(c.task(), task -> ledger.apply(c, task)))
                    .build();

    private final TaskTable tasks;

    public TaskLedger() {
        this(new TaskTable());
    }

    TaskLedger(TaskTable tasks) {
        this.tasks = tasks;
    }

    /** Changes the state as the command says, or not at all. */
    public Applied apply(Command command) {
        return COMMANDS.apply(command, this);
    }

    private Applied on(TaskId id, Function<TaskRecord, Applied> change) {
        TaskRecord task = tasks.get(id);
        return task == null ? Applied.refused(Why.NO_SUCH_TASK) : change.apply(task);
    }

    private Applied apply(Command.Submit submit) {
        Optional<TaskId> known = tasks.byKey(submit.key());
        if (known.isPresent()) {
            return new Applied(new Verdict.Accepted(known.get(), true), List.of());
        }
        if (tasks.open() >= MAX_OPEN) {
            return Applied.refused(Why.LEDGER_FULL);
        }
        TaskId id = tasks.nextId();
        TaskRecord task = TaskRecord.submitted(id, tasks.freeResultName(submit.name(), id), submit);
        return change(
                new Verdict.Accepted(id, false),
                task,
                new Effect.NeedBlob(submit.taskPackage().hash()),
                new Effect.Offer(id));
    }

    private Applied apply(Command.GrantLease grant, TaskRecord task) {
        if (!(task.state() instanceof TaskState.Queued)) {
            return Applied.refused(Why.NOT_IN_THAT_STATE);
        }
        AttemptRecord attempt = new AttemptRecord(
                task.nextAttempt(), grant.worker(), grant.workerName(), grant.at(), new End.Running());
        TaskState.Leased lease = new TaskState.Leased(grant.worker(), attempt.number(), grant.until(), grant.at());
        return change(new Verdict.Granted(task.lease(attempt.number())), task.leased(attempt, lease));
    }

    private Applied apply(Command.LoseLease lose, TaskRecord task) {
        if (!holds(task, lose.lease())) {
            return Applied.refused(Why.STALE_ATTEMPT);
        }
        TaskRecord lost = task.ended(lose.lease().attempt(), new End.Lost(lose.reason(), lose.at()))
                .oneAttemptLess();
        if (lost.attemptsLeft() <= 0) {
            String reason = "its lease was lost " + lost.attemptsAllowed() + " times, last: " + lose.reason();
            return change(new Verdict.Done(), lost.in(new TaskState.Failed(reason, lose.at())));
        }
        long waiting = (lost.attemptsAllowed() - lost.attemptsLeft() - 1) * BACK_OFF_MILLIS;
        return change(
                new Verdict.Done(),
                lost.in(new TaskState.Queued(lose.at() + waiting, lose.at())),
                new Effect.Offer(task.id()));
    }

    private static boolean holds(TaskRecord task, Lease lease) {
        return task.state() instanceof TaskState.Leased leased
                && leased.attempt().equals(lease.attempt());
    }

    private Applied apply(Command.Complete complete, TaskRecord task) {
        Optional<AttemptRecord> attempt = task.attempt(complete.lease().attempt(), complete.worker());
        if (attempt.isEmpty()) {
            return Applied.refused(Why.NEVER_LEASED);
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
        return change(
                new Verdict.Done(),
                delivered.in(done),
                new Effect.NeedBlob(complete.result().hash()),
                new Effect.PublishResult(task.id()));
    }

    private Applied late(Command.Complete complete, TaskRecord task, AttemptRecord attempt) {
        boolean same = task.state() instanceof TaskState.Done done
                && done.result().hash().equals(complete.result().hash());
        boolean repeated = attempt.end() instanceof End.Delivered;
        TaskRecord noted = repeated ? task : task.ended(attempt.number(), new End.Late(complete.at()));
        Applied applied = change(new Verdict.Duplicate(same), noted);
        List<Effect> effects = new ArrayList<>(applied.effects());
        if (!tasks.refersTo(complete.result().hash())) {
            effects.add(new Effect.DropBlob(complete.result().hash()));
        }
        return new Applied(applied.verdict(), effects);
    }

    private Applied apply(Command.Cancel cancel, TaskRecord task) {
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

    private Applied apply(Command.GiveUp giveUp, TaskRecord task) {
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
        return change(new Verdict.Done(), ended.in(new TaskState.Failed(giveUp.reason(), giveUp.at())));
    }

    private Applied apply(Command.Retry retry, TaskRecord task) {
        boolean done = task.state() instanceof TaskState.Done state
                && (state.ending().succeeded() || state.publishedAs().isEmpty());
        if (!task.state().ended() || done) {
            return Applied.refused(Why.NOT_IN_THAT_STATE);
        }
        return change(new Verdict.Done(), task.afresh(retry.at()), new Effect.Offer(task.id()));
    }

    private Applied apply(Command.Publish publish, TaskRecord task) {
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

    private Applied change(Verdict verdict, TaskRecord task, Effect... further) {
        List<Effect> effects = new ArrayList<>(List.of(further));
        tasks.put(task).forEach(hash -> effects.add(new Effect.DropBlob(hash)));
        TaskTable.Forgotten forgotten = tasks.forgetEnded(MAX_ENDED);
        forgotten.unused().forEach(hash -> effects.add(new Effect.DropBlob(hash)));
        forgotten.tasks().forEach(id -> effects.add(new Effect.Changed(id)));
        effects.add(new Effect.Changed(task.id()));
        return new Applied(verdict, effects);
    }

    public Optional<TaskRecord> task(TaskId id) {
        return Optional.ofNullable(tasks.get(id));
    }

    /** The task that was handed in with this key. */
    public Optional<TaskRecord> taskByKey(String key) {
        return tasks.byKey(key).map(tasks::get);
    }

    /** The newest task that was handed in under this name. */
    public Optional<TaskRecord> newestNamed(String name) {
        return tasks.newestNamed(name);
    }

    /** By id, those after the given one; a live view for the ledger's own thread. */
    public Collection<TaskRecord> tasksAfter(long id) {
        return Collections.unmodifiableCollection(tasks.after(id));
    }

    /** What a worker has been leased and has not lost or delivered. */
    public Set<Lease> leasesOf(WorkerId worker) {
        return tasks.leasesOf(worker);
    }

    public boolean refersTo(Sha256 hash) {
        return tasks.refersTo(hash);
    }

    public Set<Sha256> blobs() {
        return tasks.blobs();
    }

    public TaskCounts counts() {
        return tasks.counts();
    }

    TaskTable table() {
        return tasks;
    }
}
