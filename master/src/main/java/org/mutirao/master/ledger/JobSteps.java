package org.mutirao.master.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.ledger.AttemptRecord.End;
import org.mutirao.master.ledger.Verdict.Why;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.text.Text;

/** What commands do to a job as a whole, and what follows for a job when one of its tasks changed. */
final class JobSteps {
    private static final JobPlan ONE = new JobPlan(InputNames.numbered(1), JobPlan.Merge.NONE, List.of(), false);

    private final TaskTable tasks;
    private final JobTable jobs;

    JobSteps(TaskTable tasks) {
        this.tasks = tasks;
        this.jobs = tasks.jobs();
    }

    /** Adds a job, unless it is to run after one that is not known. */
    Applied submit(Command.SubmitJob submit) {
        List<JobId> after = new ArrayList<>();
        for (String name : submit.plan().after()) {
            Optional<JobId> other = newestNamed(name);
            if (other.isEmpty()) {
                return Applied.refused(Why.NO_SUCH_JOB);
            }
            after.add(other.get());
        }
        TaskId first = tasks.nextId();
        boolean isOne = submit.plan().count() == 1;
        Job job = new Job(
                JobId.of(first),
                submit,
                isOne ? tasks.freeResultName(submit.name(), first) : Job.folderOf(submit.name()),
                after);
        tasks.add(job);
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.NeedBlob(submit.taskPackage().hash()));
        after.forEach(other -> jobs.await(job, other));
        after.stream().filter(this::hasEnded).forEach(other -> release(other, submit.at(), effects));
        if (job.waitsFor().isEmpty()) {
            effects.add(new Effect.OfferJob(job.id()));
        }
        effects.add(new Effect.JobChanged(job.id()));
        return new Applied(new Verdict.Accepted(first, false), effects);
    }

    /** The newest job of that name, which a plain package is too. */
    Optional<JobId> newestNamed(String name) {
        Optional<JobId> job = jobs.newestNamed(name).map(Job::id);
        Optional<JobId> single =
                tasks.newestNamed(name).filter(task -> task.part().isEmpty()).map(TaskRecord::job);
        return job.isPresent() && (single.isEmpty() || job.get().compareTo(single.get()) > 0) ? job : single;
    }

    private boolean hasEnded(JobId id) {
        Optional<Job> job = jobs.get(id);
        return job.isPresent() ? job.get().ended() : isOut(tasks.get(id.firstTask()));
    }

    private static boolean isOut(TaskRecord task) {
        return task == null
                || (task.state().ended()
                        && !(task.state() instanceof TaskState.Done done
                                && done.publishedAs().isEmpty()));
    }

    private boolean succeeded(JobId id) {
        Optional<Job> job = jobs.get(id);
        TaskRecord single = tasks.get(id.firstTask());
        return job.map(Job::succeeded).orElseGet(() -> single != null && single.hasSucceeded());
    }

    /** Whether a task's result is compared with that of a further run, once it has one. */
    boolean isToVerify(TaskRecord task) {
        return task.part()
                .flatMap(part -> jobs.get(part.job())
                        .filter(job -> job.handIn().plan().verifies(job.handIn().key(), part.index())))
                .isPresent();
    }

    /** Whether a queued task may be leased: it waits neither for other jobs nor for the others of its own. */
    boolean mayRun(TaskRecord task) {
        return whyHeld(task).isEmpty();
    }

    Optional<String> whyHeld(TaskRecord task) {
        Optional<Job> found = task.part().flatMap(part -> jobs.get(part.job()));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Job job = found.get();
        if (!job.waitsFor().isEmpty()) {
            JobId other = job.waitsFor().iterator().next();
            return Optional.of(view(other)
                    .map(view ->
                            Text.of("its job is to run after job %s (%s), which has not ended", other, view.name()))
                    .orElseGet(() -> Text.of("its job is to run after job %s, which has not ended", other)));
        }
        return task.part().get().isMerge() && !job.partsEnded(Optional.of(task.state()))
                ? Optional.of(Text.of("it merges what the other tasks of its job leave, which have not all ended"))
                : Optional.empty();
    }

    /**
     * What follows when a task has changed.
     *
     * @param before what {@link #before} said
     * @param at when
     */
    void onChanged(TaskRecord task, Before before, long at, List<Effect> effects) {
        Optional<Job> found = task.part().flatMap(part -> jobs.get(part.job()));
        if (found.isEmpty()) {
            if (jobs.hasDependents(task.job()) && isOut(task)) {
                release(task.job(), at, effects);
            }
            return;
        }
        Job job = found.get();
        if (!task.part().get().isMerge()) {
            if (!before.couldMerge() && canMerge(job)) {
                mergeNow(job, at, effects);
            } else if (before.couldMerge() && !canMerge(job)) {
                recallMerge(job, at, effects);
            }
        }
        if (job.ended()) {
            if (!before.ended()) {
                effects.add(new Effect.JobEnded(job.id()));
            }
            release(job.id(), at, effects);
        }
        effects.add(new Effect.JobChanged(job.id()));
    }

    /**
     * How the job of a task stands.
     *
     * @param couldMerge whether all but the merge task is there
     */
    record Before(boolean couldMerge, boolean ended) {}

    /** How it stands before its task changes. */
    Before before(TaskRecord task) {
        return task.part()
                .flatMap(part -> jobs.get(part.job()))
                .map(job -> new Before(canMerge(job), job.ended()))
                .orElse(new Before(false, false));
    }

    private boolean canMerge(Job job) {
        Optional<TaskRecord> merge = job.mergeTask().map(tasks::get);
        return merge.isPresent() && job.partsEnded(merge.map(TaskRecord::state));
    }

    private void mergeNow(Job job, long at, List<Effect> effects) {
        TaskRecord merge = tasks.get(job.mergeTask().orElseThrow());
        boolean hasParts =
                tasks.recordsOf(job).stream().anyMatch(part -> !part.id().equals(merge.id()) && part.hasSucceeded());
        if (!hasParts) {
            if (!merge.state().ended()) {
                put(
                        merge.in(new TaskState.Failed(
                                Text.kept("no task of the job succeeded, so there is nothing to merge"), at)),
                        effects);
            }
            return;
        }
        if (merge.state() instanceof TaskState.Done || merge.state() instanceof TaskState.Failed) {
            put(merge.afresh(at), effects); // what it merged before was not all
        }
        if (merge.state() instanceof TaskState.Queued) {
            put(merge.in(new TaskState.Queued(at, at)), effects); // only from now on it waits for a worker
        }
        if (tasks.get(merge.id()).state() instanceof TaskState.Queued) {
            effects.add(new Effect.Offer(merge.id()));
        }
    }

    /** It runs, and what it merges is not all any more. */
    private void recallMerge(Job job, long at, List<Effect> effects) {
        TaskRecord merge = tasks.get(job.mergeTask().orElseThrow());
        if (merge.state() instanceof TaskState.Leased leased) {
            put(merge.ended(leased.attempt(), new End.Recalled(at)).in(new TaskState.Queued(at, at)), effects);
        }
    }

    private void put(TaskRecord task, List<Effect> effects) {
        tasks.put(task).forEach(hash -> effects.add(new Effect.DropBlob(hash)));
        effects.add(new Effect.Changed(task.id()));
    }

    /** A job has ended: those that waited for it begin, or fail, which may let others begin or fail. */
    private void release(JobId ended, long at, List<Effect> effects) {
        Deque<JobId> due = new ArrayDeque<>(List.of(ended));
        while (!due.isEmpty()) {
            JobId other = due.remove();
            for (JobId id : jobs.takeDependents(other)) {
                Job job = jobs.get(id).orElse(null);
                if (job == null || !job.waitsFor().remove(other)) {
                    continue;
                }
                if (!succeeded(other) && !job.handIn().plan().runsAfterFailure()) {
                    job.waitsFor().clear();
                    String reason = Text.kept("it was to run after job %s, which did not succeed", other);
                    if (tasks.moveUntouched(job, state -> !state.ended(), new TaskState.Failed(reason, at))) {
                        effects.add(new Effect.JobEnded(id));
                    }
                    due.add(id);
                } else if (job.waitsFor().isEmpty()) {
                    // Only from now on it waits for a worker.
                    tasks.moveUntouched(job, state -> !state.ended(), new TaskState.Queued(at, at));
                    effects.add(new Effect.OfferJob(id));
                }
                effects.add(new Effect.JobChanged(id));
            }
        }
    }

    /** Gives up all that is open. */
    Applied cancel(Job job, long at) {
        return endOpen(job, at, new TaskState.Cancelled(at), new End.Recalled(at), TaskSteps.CANCELLED);
    }

    /** The package is gone: all that is open fails. */
    Applied giveUp(Job job, Sha256 gone, String reason, long at) {
        return job.handIn().taskPackage().hash().equals(gone)
                ? endOpen(job, at, new TaskState.Failed(reason, at), new End.Lost(reason, at), reason)
                : Applied.refused(Why.NOT_IN_THAT_STATE);
    }

    private Applied endOpen(Job job, long at, TaskState state, End end, String why) {
        List<Effect> effects = new ArrayList<>();
        boolean hadEnded = job.ended();
        boolean changed = tasks.moveUntouched(job, each -> !each.ended(), state);
        for (TaskRecord task : List.copyOf(tasks.recordsOf(job))) {
            if (!task.state().ended()) {
                TaskRecord ended =
                        task.state() instanceof TaskState.Leased leased ? task.ended(leased.attempt(), end) : task;
                put(ended.in(state), effects);
                changed = true;
            } else if (task.check().filter(Check::isOpen).isPresent()) {
                put(CheckSteps.givenUp(task, why, end, at), effects);
                changed = true;
            }
        }
        if (!changed) {
            return Applied.refused(Why.NOT_IN_THAT_STATE);
        }
        job.waitsFor().clear();
        if (job.ended() && !hadEnded) {
            effects.add(new Effect.JobEnded(job.id()));
            release(job.id(), at, effects);
        }
        effects.add(new Effect.JobChanged(job.id()));
        return new Applied(new Verdict.Done(), effects);
    }

    /** Queues again what ended without success. */
    Applied retry(Job job, boolean onlyFailed, long at) {
        List<Effect> effects = new ArrayList<>();
        boolean changed =
                tasks.moveUntouched(job, state -> state.isToRunAgain(onlyFailed), new TaskState.Queued(at, at));
        for (TaskRecord task : List.copyOf(tasks.recordsOf(job))) {
            if (task.state().isToRunAgain(onlyFailed)) {
                put(task.afresh(at), effects);
                effects.add(new Effect.Offer(task.id()));
                changed = true;
            }
        }
        if (!changed) {
            return Applied.refused(Why.NOT_IN_THAT_STATE);
        }
        if (job.mergeTask().isPresent() && !canMerge(job)) {
            recallMerge(job, at, effects);
        }
        effects.add(new Effect.OfferJob(job.id()));
        effects.add(new Effect.JobChanged(job.id()));
        return new Applied(new Verdict.Done(), effects);
    }

    /** The same with another script. What runs now goes on with the one it has; all that begins later gets the new one. */
    Applied retryWith(Job job, Command.RetryJobWith retry) {
        boolean any = job.untouched().keySet().stream().anyMatch(state -> state.isToRunAgain(retry.onlyFailed()))
                || tasks.recordsOf(job).stream().anyMatch(task -> task.state().isToRunAgain(retry.onlyFailed()));
        if (!any) {
            return Applied.refused(Why.NOT_IN_THAT_STATE);
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.NeedBlob(retry.taskPackage().hash()));
        tasks.repack(job, retry.taskPackage(), retry.compact())
                .forEach(unused -> effects.add(new Effect.DropBlob(unused)));
        effects.addAll(retry(job, retry.onlyFailed(), retry.at()).effects());
        return new Applied(new Verdict.Done(), effects);
    }

    /** Takes a job that has ended out of the ledger. */
    Applied forget(Job job) {
        return job.ended() ? forgotten(job.id(), tasks.forget(job)) : Applied.refused(Why.NOT_IN_THAT_STATE);
    }

    /** The same of a plain package's task. */
    Applied forget(TaskRecord task) {
        return isOut(task) ? forgotten(task.job(), tasks.forget(task)) : Applied.refused(Why.NOT_IN_THAT_STATE);
    }

    private static Applied forgotten(JobId job, Forgotten forgotten) {
        List<Effect> effects = new ArrayList<>();
        forgotten.unused().forEach(hash -> effects.add(new Effect.DropBlob(hash)));
        forgotten.tasks().forEach(task -> effects.add(new Effect.Changed(task)));
        effects.add(new Effect.JobChanged(job));
        return new Applied(new Verdict.Done(), effects);
    }

    /** As it is now; a plain package's task is a job too. */
    Optional<JobView> view(JobId id) {
        Optional<Job> job = jobs.get(id);
        return job.isPresent()
                ? job.map(Job::view)
                : Optional.ofNullable(tasks.recordOf(id.firstTask()))
                        .filter(task -> task.part().isEmpty())
                        .map(JobSteps::viewOfOne);
    }

    static JobView viewOfOne(TaskRecord task) {
        return new JobView(
                task.job(),
                "",
                task.submitted().asJob(ONE),
                TaskCounts.NONE.plus(task.state(), 1),
                List.of(),
                List.of(),
                task.state().since(),
                isOut(task),
                Optional.empty());
    }

    /** All jobs of several tasks. */
    Collection<Job> all() {
        return jobs.all();
    }
}
