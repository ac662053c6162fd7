package org.mutirao.master.handlers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.NameGlob;

/** Finds the tasks and jobs that a person means, and says so when there are none. For the loop. */
record Selectors(Supplier<TaskLedger> ledger) {
    private static final String ZIP = ".zip";

    private static final SealedFunction<Selector, Selectors, Selection> FOUND =
            SealedFunction.<Selector, Selectors, Selection>of(Selector.class)
                    .row(Selector.OneTask.class, (one, by) -> by.task(one.id()))
                    .row(Selector.Range.class, (range, by) -> by.range(range))
                    .row(Selector.OneJob.class, (one, by) -> by.job(one.id()))
                    .row(Selector.Named.class, (named, by) -> by.named(named.name()))
                    .row(Selector.Matching.class, (matching, by) -> by.matching(matching.names()))
                    .row(Selector.Last.class, (last, by) -> by.ledger
                            .get()
                            .newestJob()
                            .map(Selection::of)
                            .orElse(Selection.NOTHING))
                    .row(Selector.All.class, (all, by) -> Selection.EVERYTHING)
                    .build();

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

    private Selection task(TaskId id) {
        return ledger.get().task(id).isPresent() ? Selection.of(List.of(id)) : named(id.toString());
    }

    private Selection job(JobId id) {
        return ledger.get().job(id).isPresent() ? Selection.of(id) : named(id.toString());
    }

    private Selection range(Selector.Range range) {
        List<TaskId> found = new ArrayList<>();
        for (TaskRecord task : ledger.get().tasksAfter(range.from() - 1)) {
            if (task.id().number() > range.to()) {
                break;
            }
            found.add(task.id());
        }
        return found.isEmpty() ? named(range.text()) : Selection.of(found);
    }

    private Selection named(String name) {
        Optional<JobId> job = ledger.get().newestJobNamed(name);
        if (job.isPresent()) {
            return Selection.of(job.get());
        }
        return ledger.get()
                .newestNamed(name)
                .map(task -> Selection.of(List.of(task.id())))
                .orElse(Selection.NOTHING);
    }

    private Selection matching(NameGlob names) {
        List<JobId> jobs = new ArrayList<>();
        List<TaskId> tasks = new ArrayList<>();
        for (JobView job : ledger.get().jobs()) {
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
