package org.mutirao.master.watch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.JobStatus;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.Reply;

/** All jobs, those of plain packages too, for readers that must not disturb the loop. Safe for any thread. */
public record JobList(TaskBoard tasks, JobBoard jobs) {
    /**
     * Which jobs to list. What is empty lets everything through.
     *
     * @param status where it is
     * @param name a part of the job's name, in any case
     * @param scope only these
     */
    public record Filter(Optional<JobStatus> status, Optional<String> name, Scope scope) {
        /** Every job. */
        public static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), Scope.ALL);

        boolean matches(JobView job) {
            return scope.has(job.id())
                    && status.map(job.status()::equals).orElse(true)
                    && name.map(part -> job.name().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)))
                            .orElse(true);
        }
    }

    /**
     * A page of the list, the newest first.
     *
     * @param before only those with a lower number
     */
    public Reply.JobList page(Filter filter, Optional<JobId> before, int limit) {
        Iterator<JobView> all = new Newest(filter, before.map(JobId::number).orElse(Long.MAX_VALUE));
        List<JobRow> rows = new ArrayList<>();
        while (all.hasNext() && rows.size() < limit) {
            rows.add(row(all.next()));
        }
        return new Reply.JobList(rows, all.hasNext());
    }

    /** All jobs, the newest first. */
    public Iterator<JobView> all(Filter filter) {
        return new Newest(filter, Long.MAX_VALUE);
    }

    /** Those that a filter lets through. */
    private final class Newest implements Iterator<JobView> {
        private final Filter filter;
        private Optional<JobView> next;

        Newest(Filter filter, long before) {
            this.filter = filter;
            next = look(before);
        }

        private Optional<JobView> look(long before) {
            Optional<JobView> found = JobList.this.before(before);
            while (found.isPresent() && !filter.matches(found.get())) {
                found = JobList.this.before(found.get().id().number());
            }
            return found;
        }

        @Override
        public boolean hasNext() {
            return next.isPresent();
        }

        @Override
        public JobView next() {
            JobView found = next.orElseThrow(NoSuchElementException::new);
            next = look(found.id().number());
            return found;
        }
    }

    /** One job, if it is known. */
    public Optional<JobView> job(JobId id) {
        Optional<JobView> several = jobs.job(id);
        return several.isPresent() ? several : tasks.record(id.firstTask()).flatMap(JobList::alone);
    }

    /** A job as people see it. */
    public JobRow row(JobView job) {
        JobRow.Builder row = Rows.rowOf(
                job, tasks.task(job.id().firstTask()), jobs.tally(job.id()).flatMap(RunTally::beganAt));
        if (job.waitsFor().isEmpty()) {
            tasks.machines().unmet(job).ifPresent(why -> row.explanation(Optional.of(why)));
        }
        return row.build();
    }

    /**
     * How its tasks run.
     *
     * @param now in milliseconds since 1970
     */
    public RunFigures figures(JobView job, long now) {
        RunTally tally = jobs.tally(job.id()).orElseGet(() -> {
            RunTally ofOne = new RunTally();
            tasks.record(job.id().firstTask())
                    .filter(task -> task.part().isEmpty())
                    .ifPresent(task -> ofOne.changed(Optional.empty(), task));
            return ofOne;
        });
        return tally.figures(job, now);
    }

    private static Optional<JobView> alone(TaskRecord task) {
        return task.part().isEmpty() ? Optional.of(JobView.of(task)) : Optional.empty();
    }

    /** The newest job with a lower number. Tasks of jobs of several are passed over all at once. */
    private Optional<JobView> before(long number) {
        Optional<JobView> several = jobs.before(number);
        for (Optional<TaskRecord> task = tasks.recordBefore(number); task.isPresent(); ) {
            JobId job = task.get().job();
            if (several.isPresent() && several.get().id().compareTo(job) >= 0) {
                return several;
            }
            if (task.get().part().isEmpty()) {
                return Optional.of(JobView.of(task.get()));
            }
            task = tasks.recordBefore(job.number()); // its job is not told of yet, or is forgotten already
        }
        return several;
    }
}
