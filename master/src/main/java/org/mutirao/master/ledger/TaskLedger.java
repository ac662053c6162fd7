package org.mutirao.master.ledger;

import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mutirao.master.ledger.Verdict.Why;
import org.mutirao.protocol.id.JobId;
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
 *
 *   Done, to be verified: Waiting --GrantLease--> Running --CompleteCheck--> Waiting, Ended   (the result stays what it is)
 *                         Waiting <--LoseLease--- Running, Waiting --EndCheck, Cancel--> Ended
 * </pre>
 */
public final class TaskLedger {
    /** Tasks that are not ended. */
    public static final int MAX_OPEN = 200_000;
    /** Ended tasks that are remembered; the oldest go first. */
    public static final int MAX_ENDED = 100_000;

    private static final SealedFunction<Command, TaskLedger, Applied> COMMANDS =
            SealedFunction.<Command, TaskLedger, Applied>of(Command.class)
                    .row(Command.Submit.class, (submit, ledger) -> ledger.apply(submit))
                    .row(Command.SubmitJob.class, (submit, ledger) -> ledger.apply(submit))
                    .row(Command.HandedIn.class, (handed, ledger) -> ledger.apply(handed.handIn()))
                    .row(Command.CancelJob.class, (c, ledger) -> ledger.apply(c))
                    .row(Command.RetryJob.class, (c, ledger) -> ledger.apply(c))
                    .row(Command.RetryJobWith.class, (c, ledger) -> ledger.apply(c))
                    .row(Command.ForgetJob.class, (c, ledger) -> ledger.apply(c))
                    .row(
                            Command.GiveUpJob.class,
                            (c, ledger) ->
                                    ledger.onJob(c.job(), job -> ledger.jobs.giveUp(job, c.gone(), c.reason(), c.at())))
                    .row(
                            Command.GrantLease.class,
                            (c, ledger) -> ledger.on(c.task(), task -> ledger.steps.grant(c, task)))
                    .row(
                            Command.LoseLease.class,
                            (c, ledger) -> ledger.on(c.lease().task(), task -> ledger.steps.lose(c, task)))
                    .row(
                            Command.Complete.class,
                            (c, ledger) -> ledger.on(c.lease().task(), task -> ledger.steps.complete(c, task)))
                    .row(
                            Command.CompleteCheck.class,
                            (c, ledger) -> ledger.on(c.lease().task(), task -> ledger.steps.complete(c, task)))
                    .row(Command.EndCheck.class, (c, ledger) -> ledger.on(c.task(), task -> ledger.steps.end(c, task)))
                    .row(Command.Trust.class, (c, ledger) -> ledger.on(c.task(), task -> ledger.steps.trust(task)))
                    .row(Command.Cancel.class, (c, ledger) -> ledger.on(c.task(), task -> ledger.steps.cancel(c, task)))
                    .row(
                            Command.Retry.class,
                            (c, ledger) -> ledger.on(c.task(), task -> ledger.steps.again(task, false, c.at())))
                    .row(Command.GiveUp.class, (c, ledger) -> ledger.on(c.task(), task -> ledger.steps.giveUp(c, task)))
                    .row(
                            Command.Publish.class,
                            (c, ledger) -> ledger.on(c.task(), task -> ledger.steps.publish(c, task)))
                    .build();

    private final TaskTable tasks;
    private final JobSteps jobs;
    private final TaskSteps steps;

    public TaskLedger() {
        this(new TaskTable());
    }

    TaskLedger(TaskTable tasks) {
        this.tasks = tasks;
        this.jobs = new JobSteps(tasks);
        this.steps = new TaskSteps(tasks, jobs);
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
        return steps.change(
                new Verdict.Accepted(id, false),
                task,
                new Effect.NeedBlob(submit.taskPackage().hash()),
                new Effect.Offer(id));
    }

    private Applied apply(Command.SubmitJob submit) {
        Optional<TaskId> known = tasks.byKey(submit.key());
        if (known.isPresent()) {
            return new Applied(new Verdict.Accepted(known.get(), true), List.of());
        }
        return tasks.open() + submit.plan().count() > MAX_OPEN ? Applied.refused(Why.LEDGER_FULL) : jobs.submit(submit);
    }

    private Applied onJob(JobId id, Function<Job, Applied> change) {
        return tasks.jobs().get(id).map(change).orElseGet(() -> Applied.refused(Why.NO_SUCH_JOB));
    }

    /** The task of a plain package is a job too. */
    private Applied apply(Command.CancelJob cancel) {
        return plain(cancel.job())
                .map(task -> steps.cancel(new Command.Cancel(task.id(), cancel.at()), task))
                .orElseGet(() -> onJob(cancel.job(), job -> jobs.cancel(job, cancel.at())));
    }

    private Applied apply(Command.RetryJob retry) {
        return plain(retry.job())
                .map(task -> steps.again(task, retry.onlyFailed(), retry.at()))
                .orElseGet(() -> onJob(retry.job(), job -> jobs.retry(job, retry.onlyFailed(), retry.at())));
    }

    private Applied apply(Command.RetryJobWith retry) {
        Effect need = new Effect.NeedBlob(retry.taskPackage().hash());
        return plain(retry.job())
                .map(task -> task.repacked(retry.taskPackage(), retry.compact()))
                .map(task -> steps.again(task, retry.onlyFailed(), retry.at(), need))
                .orElseGet(() -> onJob(retry.job(), job -> jobs.retryWith(job, retry)));
    }

    private Applied apply(Command.ForgetJob forget) {
        return plain(forget.job()).map(jobs::forget).orElseGet(() -> onJob(forget.job(), jobs::forget));
    }

    private Optional<TaskRecord> plain(JobId job) {
        return Optional.ofNullable(tasks.recordOf(job.firstTask()))
                .filter(task -> task.part().isEmpty());
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

    /** Those that are kept as records, by id: all but the tasks of jobs that never had a lease. A live view, for the ledger's own thread. */
    public Collection<TaskRecord> records() {
        return Collections.unmodifiableCollection(tasks.records());
    }

    /** A job as it is now; the task of a plain package is one too. */
    public Optional<JobView> job(JobId id) {
        return jobs.view(id);
    }

    /** All jobs, those of plain packages too, in the order in which they were handed in. */
    public List<JobView> jobs() {
        return Stream.concat(
                        jobs.all().stream().map(Job::view),
                        tasks.records().stream()
                                .filter(task -> task.part().isEmpty())
                                .flatMap(task -> jobs.view(task.job()).stream()))
                .sorted(Comparator.comparing(JobView::id))
                .toList();
    }

    /** The jobs that were handed in as such, without those of plain packages, in that order. */
    public List<JobView> jobsOfSeveral() {
        return jobs.all().stream().map(Job::view).toList();
    }

    /** The one that was handed in last; a plain package is one too. */
    public Optional<JobId> newestJob() {
        return tasks.newestJob();
    }

    public Optional<JobId> newestJobNamed(String name) {
        return jobs.newestNamed(name);
    }

    /**
     * Tasks of a job that ended, in that order; one that ended again is there again.
     *
     * @param from how many to leave out
     */
    public List<TaskId> endedOf(JobId id, int from, int limit) {
        Optional<Job> job = tasks.jobs().get(id);
        if (job.isPresent()) {
            return job.get().endedFrom(from, limit);
        }
        boolean isEnded = plain(id).filter(task -> task.state().ended()).isPresent();
        return isEnded && from < 1 && limit > 0 ? List.of(id.firstTask()) : List.of();
    }

    /** Tasks of a job that never had a lease and are queued, by their place in the job, from 1; empty while they may not run. */
    public BitSet waitingOf(JobId id) {
        Optional<Job> job = tasks.jobs().get(id).filter(each -> each.waitsFor().isEmpty());
        BitSet waiting = new BitSet();
        job.ifPresent(each -> each.untouched().forEach((state, indexes) -> {
            if (state instanceof TaskState.Queued) {
                waiting.or(indexes);
            }
        }));
        // The merge task is offered by itself, once it may run.
        job.flatMap(Job::mergeTask).ifPresent(merge -> waiting.clear(job.get().indexOf(merge)));
        return waiting;
    }

    /** How many tasks of a job are queued or running; none of one that is not known. */
    public int openOf(JobId id) {
        return tasks.jobs()
                .get(id)
                .map(Job::open)
                .orElseGet(() -> plain(id).filter(task -> !task.state().ended()).isPresent() ? 1 : 0);
    }

    /** Whether a queued task may be leased: it waits neither for other jobs nor, to merge, for the others of its own. */
    public boolean mayRun(TaskRecord task) {
        return jobs.mayRun(task);
    }

    /** Whether a task's result is compared with that of a further run, once it has one. */
    public boolean isToVerify(TaskRecord task) {
        return jobs.isToVerify(task);
    }

    /** What a task waits for besides a worker, in words. */
    public Optional<String> whyHeld(TaskRecord task) {
        return jobs.whyHeld(task);
    }

    /** By id, those after the given one, also the tasks of jobs that never had a lease; a live view for the ledger's own thread. */
    public Collection<TaskRecord> tasksAfter(long id) {
        return Collections.unmodifiableCollection(tasks.after(id));
    }

    /** What a worker has been leased and has not lost or delivered. */
    public Set<Lease> leasesOf(WorkerId worker) {
        return tasks.leasesOf(worker);
    }

    /** Whether a worker has that lease, and has neither lost nor delivered it. */
    public boolean holds(WorkerId worker, Lease lease) {
        return tasks.holds(worker, lease);
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
