package org.mutirao.master.handlers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.NameGlob;

/**
 * Finds the tasks and jobs that a person means, and says so when there are none. For the loop.
 *
 * @param scope what is outside of it is not there
 */
record Selectors(Supplier<TaskLedger> ledger, Scope scope) {
    private static final String ZIP = ".zip";

    private static final SealedFunction<Selector, Selectors, Selection> FOUND =
            SealedFunction.<Selector, Selectors, Selection>of(Selector.class)
                    .row(Selector.OneTask.class, (one, by) -> by.task(one.id()))
                    .row(Selector.Range.class, (range, by) -> by.range(range))
                    .row(Selector.OneJob.class, (one, by) -> by.job(one.id()))
                    .row(Selector.Named.class, (named, by) -> by.named(named.name()))
                    .row(Selector.Matching.class, (matching, by) -> by.matching(matching.names()))
                    .row(
                            Selector.Last.class,
                            (last, by) -> by.newest().map(Selection::of).orElse(Selection.NOTHING))
                    .row(Selector.All.class, (all, by) -> by.all())
                    .build();

    /** Of all jobs. */
    Selectors(Supplier<TaskLedger> ledger) {
        this(ledger, Scope.ALL);
    }

    /** The same for one who sees only these. */
    Selectors within(Scope narrower) {
        return new Selectors(ledger, narrower);
    }

    /** What is meant; nothing, if there is no such thing. */
    Selection find(String which) {
        return FOUND.apply(Selector.of(which), this);
    }

    /** The one job that is meant. A number is a job's, or that of one of its tasks. */
    Optional<JobView> findJob(String which) {
        Selection found = find(which);
        TaskLedger now = ledger.get();
        if (found.isOneJob()) {
            return now.job(found.jobs().get(0));
        }
        return found.isOneTask()
                ? now.task(found.tasks().get(0)).map(TaskRecord::job).flatMap(now::job)
                : Optional.empty();
    }

    /** The one task that is meant, which may be the only one of a job. */
    Optional<TaskRecord> findTask(String which) {
        Selection found = find(which);
        TaskLedger now = ledger.get();
        if (found.isOneTask()) {
            return now.task(found.tasks().get(0));
        }
        return found.isOneJob()
                ? now.job(found.jobs().get(0))
                        .filter(job -> job.count() == 1)
                        .flatMap(job -> now.task(job.id().firstTask()))
                : Optional.empty();
    }

    /** The one job of several tasks that is meant, if one is. */
    Optional<JobView> findJobOfSeveral(String which) {
        return Optional.of(find(which))
                .filter(Selection::isOneJob)
                .flatMap(found -> ledger.get().job(found.jobs().get(0)))
                .filter(job -> job.count() > 1);
    }

    /** Why no task was found. */
    Reply noTask(String which) {
        Optional<JobView> job = findJobOfSeveral(which);
        if (job.isPresent()) {
            return new Reply.Failure(
                    Refusal.CONFLICT,
                    Text.of(
                            "that is job %1$s of %2$d tasks; say which of them: 'console tasks %1$s' lists them",
                            job.get().id(), job.get().count()));
        }
        boolean isNothing = find(which).isEmpty();
        if (isNothing && Selector.of(which).meansAJob()) {
            return noJob(which);
        }
        return isNothing
                ? new Reply.Failure(Refusal.NOT_FOUND, Text.of("there is no such task; 'console tasks' lists them"))
                : new Reply.Failure(Refusal.CONFLICT, Text.of("more than one task is meant; say which one"));
    }

    /** Why no job was found. */
    Reply noJob(String which) {
        return find(which).isEmpty()
                ? new Reply.Failure(Refusal.NOT_FOUND, Text.of("there is no such job; 'console jobs' lists them"))
                : new Reply.Failure(Refusal.CONFLICT, Text.of("more than one job is meant; say which one"));
    }

    static Reply nothing() {
        return new Reply.Failure(
                Refusal.NOT_FOUND,
                Text.of("there is no such task or job; 'console jobs' and 'console tasks' list them"));
    }

    private Optional<JobId> newest() {
        return scope.isAll() ? ledger.get().newestJob() : newestOf(job -> true);
    }

    private Selection all() {
        return scope.isAll()
                ? Selection.EVERYTHING
                : new Selection(own().map(JobView::id).toList(), List.of(), false);
    }

    private Stream<JobView> own() {
        return ledger.get().jobs().stream().filter(job -> scope.has(job.id()));
    }

    private Optional<JobId> newestOf(Predicate<JobView> wanted) {
        return own().filter(wanted).map(JobView::id).reduce((older, newer) -> newer);
    }

    private Selection task(TaskId id) {
        return ledger.get().task(id).filter(task -> scope.has(task.job())).isPresent()
                ? Selection.of(List.of(id))
                : named(id.toString());
    }

    private Selection job(JobId id) {
        return ledger.get().job(id).isPresent() && scope.has(id) ? Selection.of(id) : named(id.toString());
    }

    private Selection range(Selector.Range range) {
        List<TaskId> found = new ArrayList<>();
        for (TaskRecord task : ledger.get().tasksAfter(range.from() - 1)) {
            if (task.id().number() > range.to()) {
                break;
            }
            if (scope.has(task.job())) {
                found.add(task.id());
            }
        }
        return found.isEmpty() ? named(range.text()) : Selection.of(found);
    }

    private Selection named(String name) {
        Optional<JobId> job = scope.isAll()
                ? ledger.get().newestJobNamed(name)
                : newestOf(each -> each.name().equals(name) || each.name().equals(name + ZIP));
        if (job.isPresent()) {
            return Selection.of(job.get());
        }
        return ledger.get()
                .newestNamed(name)
                .filter(task -> scope.has(task.job()))
                .map(task -> Selection.of(List.of(task.id())))
                .orElse(Selection.NOTHING);
    }

    private Selection matching(NameGlob names) {
        List<JobId> jobs = new ArrayList<>();
        List<TaskId> tasks = new ArrayList<>();
        for (JobView job : own().toList()) {
            if (matches(names, job.name())) {
                jobs.add(job.id());
            } else if (job.count() > 1) {
                addMatching(names, job, tasks);
            }
        }
        return new Selection(jobs, tasks, false);
    }

    private static boolean matches(NameGlob names, String name) {
        return names.matches(name)
                || (name.endsWith(ZIP) && names.matches(name.substring(0, name.length() - ZIP.length())));
    }

    /** A task of a job of several is called as its input. */
    private static void addMatching(NameGlob names, JobView job, List<TaskId> tasks) {
        InputNames inputs = job.plan().inputs();
        for (int index = 1; index <= inputs.size() && !inputs.areNumbers(); index++) {
            if (names.matches(inputs.get(index))) {
                tasks.add(new TaskId(job.id().number() + index - 1));
            }
        }
    }
}
