package org.mutirao.master.watch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskCounts;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.StatusCounts;

/**
 * All tasks as they are now, for readers that must not disturb the loop. The loop writes; any thread reads, and sees each task in one
 * state or the next.
 */
public final class TaskBoard {
    /**
     * Which tasks to list. What is empty lets everything through.
     *
     * @param states those that are meant
     * @param name part of the task's name, in any case
     * @param worker start of the id of a worker that had it, or its name
     * @param job the job whose tasks are meant
     * @param scope only tasks of these jobs
     */
    public record Filter(
            Set<TaskStatus> states, Optional<String> name, Optional<String> worker, Optional<JobId> job, Scope scope) {
        /** Every task. */
        public static final Filter ALL =
                new Filter(Set.of(), Optional.empty(), Optional.empty(), Optional.empty(), Scope.ALL);

        /** Whether tasks of a job that never had a lease may match. */
        boolean mayMatchUntouched(JobView of) {
            return scope.has(of.id())
                    && worker.isEmpty()
                    && of.untouched().map(waits -> isMeant(waits.status())).orElse(false);
        }

        boolean matches(TaskRecord task) {
            return scope.has(task.job())
                    && isMeant(task.state().status())
                    && name.map(part -> task.name().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)))
                            .orElse(true)
                    && worker.map(who -> hadIt(task, who)).orElse(true)
                    && job.map(task.job()::equals).orElse(true);
        }

        private boolean isMeant(TaskStatus status) {
            return states.isEmpty() || states.contains(status);
        }

        private static boolean hadIt(TaskRecord task, String who) {
            return task.attempts().stream()
                    .anyMatch(attempt -> attempt.worker().value().startsWith(who)
                            || attempt.workerName().equals(who));
        }
    }

    /**
     * A page of the list, the newest first.
     *
     * @param more whether older ones were left out
     */
    public record Page(List<TaskRecord> tasks, boolean more) {}

    private final BoardPages tasks = new BoardPages();
    /** Of jobs that are still known, so that nobody takes them for such as never had a lease. */
    private final Set<TaskId> gone = ConcurrentHashMap.newKeySet();

    /** Of those that are in no job of several tasks. */
    private volatile TaskCounts counts = TaskCounts.NONE;

    private final JobBoard jobs;
    private final KnownMachines machines = new KnownMachines();

    /** @param jobs knows how many tasks are in which state in each job */
    public TaskBoard(JobBoard jobs) {
        this.jobs = jobs;
    }

    /** Of the workers that could run them. */
    public KnownMachines machines() {
        return machines;
    }

    /** Called on the loop: a task is new or has changed. Returns it as it was before. */
    public Optional<TaskRecord> put(TaskRecord task) {
        Optional<TaskRecord> before = tasks.put(task);
        if (task.part().isEmpty()) {
            count(before, Optional.of(task));
            return before;
        }
        jobs.changed(before, task); // its job has the count
        return before.isPresent() ? before : untouched(task.id());
    }

    /** Called on the loop: a job has another package. */
    void repack(JobView job) {
        long first = job.id().number();
        tasks.replace(
                first,
                first + job.count(),
                task -> task.repacked(job.taskPackage(), job.handIn().compact()));
    }

    /** Called on the loop: the ledger has forgotten a task. */
    public void remove(TaskId id) {
        Optional<TaskRecord> before = tasks.remove(id);
        if (before.filter(task -> task.part().isPresent()).isPresent()) {
            gone.add(id);
        } else {
            count(before, Optional.empty());
        }
    }

    /** Called on the loop: the ledger has forgotten a job. */
    void forget(JobView job) {
        for (int i = 0; i < job.count(); i++) {
            gone.remove(new TaskId(job.id().number() + i));
        }
    }

    private void count(Optional<TaskRecord> less, Optional<TaskRecord> more) {
        TaskCounts without = less.map(task -> counts.plus(task.state(), -1)).orElse(counts);
        counts = more.map(task -> without.plus(task.state(), 1)).orElse(without);
    }

    /** How many tasks there are in each state. */
    public StatusCounts counts() {
        return Rows.counts(counts.plus(jobs.counts()));
    }

    /** How many there are in one state. */
    public long count(TaskStatus status) {
        return (long) counts.in(status) + jobs.counts().in(status);
    }

    /** Also one of a job that never had a lease. */
    public Optional<TaskRecord> task(TaskId id) {
        Optional<TaskRecord> record = record(id);
        return record.isPresent() ? record : untouched(id);
    }

    private Optional<TaskRecord> untouched(TaskId id) {
        return gone.contains(id) ? Optional.empty() : jobs.of(id).flatMap(job -> jobs.untouched(job, id));
    }

    Optional<TaskRecord> record(TaskId id) {
        return tasks.get(id);
    }

    /**
     * The tasks of a job that ever had a lease, the newest first.
     *
     * @param before only those with a lower id
     */
    public List<TaskRecord> ran(JobView job, long before, int limit) {
        long first = job.id().number();
        return tasks.downTo(first, Math.min(before, first + job.count()))
                .filter(task -> !task.attempts().isEmpty())
                .limit(limit)
                .toList();
    }

    /** The newest one with a lower id that ever had a lease, or is in no job of several. */
    Optional<TaskRecord> recordBefore(long id) {
        return tasks.before(id);
    }

    /**
     * Lists tasks, the newest first.
     *
     * @param before only older ones than this
     */
    public Page page(Filter filter, Optional<TaskId> before, int limit) {
        Iterator<TaskRecord> all = all(filter, before);
        List<TaskRecord> found = new ArrayList<>();
        while (all.hasNext() && found.size() < limit) {
            found.add(all.next());
        }
        return new Page(found, all.hasNext());
    }

    /** All tasks, the newest first. */
    public Iterator<TaskRecord> all(Filter filter) {
        return all(filter, Optional.empty());
    }

    private Iterator<TaskRecord> all(Filter filter, Optional<TaskId> before) {
        Iterable<TaskRecord> newest = () -> new Newest(filter, before);
        return StreamSupport.stream(newest.spliterator(), false)
                .filter(filter::matches)
                .iterator();
    }

    /** Records and, between them, tasks of jobs that never had a lease, the newest first. */
    private final class Newest implements Iterator<TaskRecord> {
        private final Filter filter;
        private final long first;
        private long cursor;
        private Optional<JobView> job;
        private Optional<TaskRecord> next;

        Newest(Filter filter, Optional<TaskId> before) {
            this.filter = filter;
            long upper = before.map(TaskId::number).orElse(Long.MAX_VALUE);
            Optional<JobView> only = filter.job().flatMap(jobs::job);
            first = filter.job().map(JobId::number).orElse(1L);
            cursor = filter.job().isPresent()
                    ? Math.min(upper, first + only.map(JobView::count).orElse(1))
                    : upper;
            job = untouchedBefore(cursor);
            next = look();
        }

        private Optional<JobView> untouchedBefore(long number) {
            Optional<JobView> found = jobs.before(number);
            while (found.isPresent() && !filter.mayMatchUntouched(found.get())) {
                found = jobs.before(found.get().id().number());
            }
            return found;
        }

        private Optional<TaskRecord> look() {
            while (true) {
                Optional<TaskRecord> record = recordBefore(cursor);
                long waits = job.map(this::lastOf).orElse(0L);
                long number = Math.max(record.map(task -> task.id().number()).orElse(0L), waits);
                if (number < first) {
                    return Optional.empty();
                }
                cursor = number;
                Optional<TaskRecord> found = record.filter(task -> task.id().number() == number);
                if (found.isEmpty() && !gone.contains(new TaskId(number))) {
                    found = jobs.untouched(job.orElseThrow(), new TaskId(number));
                }
                if (job.isPresent() && number == job.get().id().number()) {
                    job = untouchedBefore(number);
                }
                if (found.isPresent()) {
                    return found;
                }
            }
        }

        private long lastOf(JobView view) {
            return Math.min(view.id().number() + view.count(), cursor) - 1;
        }

        @Override
        public boolean hasNext() {
            return next.isPresent();
        }

        @Override
        public TaskRecord next() {
            TaskRecord found = next.orElseThrow(NoSuchElementException::new);
            next = look();
            return found;
        }
    }

    /** Those of these events that are about jobs of a scope. One who sees only some jobs is told nothing of workers either. */
    public List<EventRow> among(Scope scope, List<EventRow> events) {
        return scope.isAll()
                ? events
                : events.stream().filter(event -> isAbout(scope, event)).toList();
    }

    private boolean isAbout(Scope scope, EventRow event) {
        Optional<JobId> job = event.job().map(JobId::new);
        return job.or(() -> event.task().map(TaskId::new).flatMap(this::task).map(TaskRecord::job))
                .filter(scope::has)
                .isPresent();
    }
}
