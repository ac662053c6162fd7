package org.mutirao.master.watch;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.mutirao.master.ledger.JobTasks;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskCounts;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.JobStatus;
import org.mutirao.protocol.id.TaskId;

/** The jobs of several tasks as the ledger has them, for any thread. The tasks of plain packages are in {@link TaskBoard} only. */
public final class JobBoard {
    private final ConcurrentSkipListMap<JobId, JobView> jobs = new ConcurrentSkipListMap<>();
    /** Made when it is first asked for. */
    private final ConcurrentHashMap<JobId, JobTasks> made = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<JobId, RunTally> tallies = new ConcurrentHashMap<>();
    private volatile TaskCounts counts = TaskCounts.NONE;

    /** Called on the loop: a job is new or has changed. */
    public void put(JobView job) {
        Optional<JobView> before = Optional.ofNullable(jobs.put(job.id(), job));
        if (before.filter(one -> one.taskPackage().equals(job.taskPackage())).isEmpty()) {
            made.remove(job.id());
        }
        count(before, Optional.of(job));
    }

    /** Called on the loop: the ledger has forgotten a job. */
    public void remove(JobId id) {
        made.remove(id);
        tallies.remove(id);
        count(Optional.ofNullable(jobs.remove(id)), Optional.empty());
    }

    /** Called on the loop: a task of a job is new, or has changed. */
    void changed(Optional<TaskRecord> before, TaskRecord after) {
        tallies.computeIfAbsent(after.job(), id -> new RunTally()).changed(before, after);
    }

    /** How its tasks run, if any had a lease yet. */
    Optional<RunTally> tally(JobId id) {
        return Optional.ofNullable(tallies.get(id));
    }

    private void count(Optional<JobView> less, Optional<JobView> more) {
        TaskCounts without = less.map(job -> counts.minus(job.counts())).orElse(counts);
        counts = more.map(job -> without.plus(job.counts())).orElse(without);
    }

    /** How many of their tasks there are in each state. */
    TaskCounts counts() {
        return counts;
    }

    /** How many of them are there. */
    public long countOf(JobStatus status) {
        return jobs.values().stream().filter(job -> job.status() == status).count();
    }

    /** How many tasks of those that have not ended there are in each state. */
    public TaskCounts openTasks() {
        return jobs.values().stream()
                .filter(job -> !job.ended())
                .map(JobView::counts)
                .reduce(TaskCounts.NONE, TaskCounts::plus);
    }

    public Optional<JobView> job(JobId id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** The newest first. */
    public Collection<JobView> newestFirst() {
        return jobs.descendingMap().values();
    }

    /** The newest one with a lower number. */
    Optional<JobView> before(long number) {
        return number < 2
                ? Optional.empty()
                : Optional.ofNullable(jobs.lowerEntry(new JobId(number))).map(Map.Entry::getValue);
    }

    /** The job that a task is of. */
    Optional<JobView> of(TaskId task) {
        return Optional.ofNullable(jobs.floorEntry(JobId.of(task)))
                .map(Map.Entry::getValue)
                .filter(job -> task.number() < job.id().number() + job.count());
    }

    /** A task of a job that never had a lease, if it is one. */
    Optional<TaskRecord> untouched(JobView job, TaskId task) {
        return job.untouched().map(state -> made.computeIfAbsent(job.id(), id -> JobTasks.of(job))
                .record((int) (task.number() - job.id().number()) + 1, state));
    }
}
