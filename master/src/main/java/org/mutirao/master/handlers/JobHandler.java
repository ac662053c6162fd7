package org.mutirao.master.handlers;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mutirao.master.dispatch.Journal;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskCounts;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.JobList;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.JobStatus;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.wire.WireServer.Answer;

/** What operators ask of jobs, and of many tasks at a time. For the loop. */
public final class JobHandler {
    private static final int MAX_NAME = 60;
    /** Changes of many at once: so many without a pause, and so many more each second. */
    private static final int AT_ONCE = 20;

    private static final int A_SECOND = 5;

    private final Supplier<TaskLedger> ledger;
    private final Selectors selectors;
    private final JobList lists;
    private final InstantSource clock;
    private final WholeResults results;
    private final BulkChange bulk;
    private final JobWaits waits;
    private final Allowance changes;

    /**
     * Answers from now on.
     *
     * @param ledger the one in force, read on the loop only
     * @param lists of all jobs
     * @param loop where to do something in a while
     * @param ticker monotonic, in nanoseconds
     * @param results all that came of a job
     */
    public JobHandler(
            Supplier<TaskLedger> ledger,
            JobList lists,
            Journal journal,
            ChannelHandler.Later loop,
            InstantSource clock,
            LongSupplier ticker,
            WholeResults results) {
        this.ledger = ledger;
        this.results = results;
        this.selectors = new Selectors(ledger);
        this.lists = lists;
        this.clock = clock;
        this.bulk = new BulkChange(journal, work -> loop.execute(Duration.ZERO, work));
        this.waits = new JobWaits(ledger, loop, ticker);
        this.changes = new Allowance(AT_ONCE, A_SECOND, ticker);
    }

    Reply list(OperatorRequest.ListJobs list, Scope scope) {
        Optional<JobId> before = list.before() > 0 ? Optional.of(new JobId(list.before())) : Optional.empty();
        Optional<JobStatus> status = list.state().flatMap(JobStatus::named);
        if (list.state().isPresent() && status.isEmpty()) {
            return new Reply.Failure(
                    Refusal.BAD_REQUEST,
                    Text.of("there is no such state of a job; there are %s", String.join(", ", JobStatus.LABELS)));
        }
        return lists.page(new JobList.Filter(status, list.name(), scope), before, list.limit());
    }

    Reply show(OperatorRequest.ShowJob show, Scope scope) {
        Selectors own = selectors.within(scope);
        return own.findJob(show.job())
                .<Reply>map(job -> new Reply.JobDetails(
                        lists.row(job), lists.figures(job, clock.millis()).failures()))
                .orElseGet(() -> own.noJob(show.job()));
    }

    void await(OperatorRequest.WaitJob wait, Ask ask) {
        Selectors own = selectors.within(ask.scope());
        Optional<JobView> job = own.findJob(wait.job());
        if (job.isPresent()) {
            waits.add(job.get(), wait.seen(), wait.patience(), wait.limit(), ask.answer());
        } else {
            ask.answer().send(own.noJob(wait.job()));
        }
    }

    /** Answers with all that came of a job of several tasks; returns whether one is meant. */
    boolean sendResult(OperatorRequest.GetResult get, Ask ask) {
        Optional<JobView> job = selectors.within(ask.scope()).findJobOfSeveral(get.task());
        job.ifPresent(several -> results.send(several, ask.answer()));
        return job.isPresent();
    }

    void cancel(OperatorRequest.CancelJobs cancel, Ask ask) {
        change(
                selectors.within(ask.scope()).find(cancel.what()),
                ask,
                new Change(
                        JobHandler::cancelled,
                        job -> Text.of("job %s %s; there is nothing to cancel", nameOf(job), job.isInWords()),
                        () -> Text.of("all of that has ended already"),
                        counts -> (long) counts.queued() + counts.running(),
                        job -> new Command.CancelJob(job, clock.millis()),
                        task -> new Command.Cancel(task, clock.millis())));
    }

    void retry(OperatorRequest.RetryJobs retry, Ask ask) {
        Selection found = selectors.within(ask.scope()).find(retry.what());
        Optional<Reply> full = ask.share().runAgain(() -> toRunAgain(found, retry.onlyFailed()));
        if (full.isPresent()) {
            ask.answer().send(full.get());
            return;
        }
        change(
                found,
                ask,
                new Change(
                        JobHandler::runAgain,
                        job -> retry.onlyFailed()
                                ? Text.of("job %s %s; no task of it has failed", nameOf(job), job.isInWords())
                                : Text.of(
                                        "job %s %s; no task of it has failed or was cancelled",
                                        nameOf(job), job.isInWords()),
                        () -> retry.onlyFailed()
                                ? Text.of("none of that has failed")
                                : Text.of("none of that has failed or was cancelled"),
                        counts -> counts.withoutSuccess(retry.onlyFailed()),
                        job -> new Command.RetryJob(job, retry.onlyFailed(), clock.millis()),
                        task -> new Command.Retry(task, clock.millis())));
    }

    /** How many tasks of each job. */
    private Map<JobId, Long> toRunAgain(Selection found, boolean onlyFailed) {
        Map<JobId, Long> tasks = new HashMap<>();
        jobIds(found)
                .flatMap(id -> ledger.get().job(id).stream())
                .forEach(job -> tasks.merge(job.id(), job.counts().withoutSuccess(onlyFailed), Long::sum));
        found.tasks().stream()
                .flatMap(id -> ledger.get().task(id).stream())
                .filter(task -> task.state().isToRunAgain(onlyFailed))
                .forEach(task -> tasks.merge(task.job(), 1L, Long::sum));
        tasks.values().removeIf(count -> count == 0);
        return tasks;
    }

    /**
     * Something done to many tasks.
     *
     * @param done what happened to so many, in words, and of which job if it is one
     * @param noneOfJob why it happened to no task of a job
     * @param none why it happened to nothing at all
     * @param worth how many of so many tasks it concerns
     */
    private record Change(
            BiFunction<Long, Optional<String>, String> done,
            Function<JobView, String> noneOfJob,
            Supplier<String> none,
            Function<TaskCounts, Long> worth,
            Function<JobId, Command> ofJob,
            Function<TaskId, Command> ofTask) {
        Optional<BulkChange.Step> of(JobView job) {
            long count = worth.apply(job.counts());
            return count == 0 ? Optional.empty() : Optional.of(new BulkChange.Step(ofJob.apply(job.id()), count));
        }

        Optional<BulkChange.Step> of(TaskRecord task) {
            return worth.apply(TaskCounts.of(task.state())) == 0
                    ? Optional.empty()
                    : Optional.of(new BulkChange.Step(ofTask.apply(task.id()), 1));
        }
    }

    private static String cancelled(long count, Optional<String> job) {
        return job.map(name ->
                        Text.count(count, "%d task is cancelled, of job %s", "%d tasks are cancelled, of job %s", name))
                .orElseGet(() -> Text.count(count, "%d task is cancelled", "%d tasks are cancelled"));
    }

    private static String runAgain(long count, Optional<String> job) {
        return job.map(name ->
                        Text.count(count, "%d task is run again, of job %s", "%d tasks are run again, of job %s", name))
                .orElseGet(() -> Text.count(count, "%d task is run again", "%d tasks are run again"));
    }

    private void change(Selection found, Ask ask, Change change) {
        Answer answer = ask.answer();
        if (found.isEmpty()) {
            answer.send(Selectors.nothing());
        } else if (!isSmall(found) && !changes.take()) {
            answer.send(changes.refusal(Text.of("many tasks are changed at once")));
        } else {
            bulk.run(
                    steps(found, change),
                    (changed, commands) -> changed > 0
                            ? new Reply.Changed(
                                    changed, Optional.of(change.done().apply(changed, within(found))))
                            : new Reply.Failure(Refusal.CONFLICT, nothingChanged(found, change)),
                    answer);
        }
    }

    /** One command is no more work than any other request. */
    private static boolean isSmall(Selection found) {
        return found.isOneJob() || found.isOneTask();
    }

    private Iterator<Optional<BulkChange.Step>> steps(Selection found, Change change) {
        Stream<Optional<BulkChange.Step>> jobs =
                jobIds(found).map(id -> ledger.get().job(id).flatMap(change::of));
        Stream<Optional<BulkChange.Step>> tasks =
                found.tasks().stream().map(id -> ledger.get().task(id).flatMap(change::of));
        return Stream.concat(jobs, tasks).iterator();
    }

    private Stream<JobId> jobIds(Selection found) {
        return found.everything() ? ledger.get().jobs().stream().map(JobView::id) : found.jobs().stream();
    }

    /** Which job, if it is one. */
    private Optional<String> within(Selection found) {
        return found.isOneJob() ? ledger.get().job(found.jobs().get(0)).map(JobHandler::nameOf) : Optional.empty();
    }

    private static String nameOf(JobView job) {
        return job.id() + " " + SafeText.of(job.name(), '?', MAX_NAME);
    }

    private String nothingChanged(Selection found, Change change) {
        if (found.isOneJob()) {
            return ledger.get()
                    .job(found.jobs().get(0))
                    .map(change.noneOfJob())
                    .orElseGet(() -> Text.of("that job is not known any more"));
        }
        return change.none().get();
    }

    void forget(OperatorRequest.ForgetJobs forget, Ask ask) {
        Answer answer = ask.answer();
        Selectors own = selectors.within(ask.scope());
        Selection found = own.find(forget.what());
        if (found.isEmpty()) {
            answer.send(Selectors.nothing());
            return;
        }
        Optional<JobView> one = found.isOneTask() ? own.findJob(forget.what()) : Optional.empty();
        boolean isPart = one.isPresent() && one.get().count() > 1;
        if (!found.tasks().isEmpty() && (isPart || one.isEmpty())) {
            answer.send(new Reply.Failure(
                    Refusal.CONFLICT,
                    Text.of("a job is forgotten as a whole; name jobs, as 'console jobs' lists them")));
        } else if (!isSmall(found) && !changes.take()) {
            answer.send(changes.refusal(Text.of("many jobs are changed at once")));
        } else {
            forget(one.isPresent() ? Selection.of(one.get().id()) : found, answer);
        }
    }

    private void forget(Selection found, Answer answer) {
        Iterator<Optional<BulkChange.Step>> steps = jobIds(found)
                .map(id -> ledger.get()
                        .job(id)
                        .filter(JobView::ended)
                        .map(job -> new BulkChange.Step(new Command.ForgetJob(id, clock.millis()), 1)))
                .iterator();
        bulk.run(
                steps,
                (changed, commands) -> changed == 0 && found.isOneJob()
                        ? new Reply.Failure(
                                Refusal.CONFLICT,
                                Text.of("that job has not ended; cancel it first, or wait for its end"))
                        : new Reply.Changed(
                                changed,
                                Optional.of(Text.count(
                                        changed,
                                        "%d job is forgotten; results stay where they are",
                                        "%d jobs are forgotten; results stay where they are"))),
                answer);
    }

    /** A job changed, or was forgotten. */
    public void onChanged(JobId job) {
        waits.onChanged(job);
    }

    /** Another leads: whoever waits here is to ask there. */
    public void onFollowing() {
        waits.onFollowing();
    }

    /** Answers those whose patience is over; returns when to look again. */
    public Duration tick() {
        return waits.tick();
    }
}
