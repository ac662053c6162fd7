package org.mutirao.master.watch;

import java.util.Optional;
import org.mutirao.master.ledger.AttemptRecord;
import org.mutirao.master.ledger.AttemptRecord.End;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;

/** Counts along how the tasks of one job run, change by change, so that nobody must look at all of them. Safe for any thread. */
final class RunTally {
    private final RunTimes times = new RunTimes();
    private final RecentEndings endings = new RecentEndings();
    private final FailureGroups failures = new FailureGroups();
    private long firstLease = Long.MAX_VALUE;

    /** A task came out of one record into another. */
    synchronized void changed(Optional<TaskRecord> before, TaskRecord after) {
        before.ifPresent(task -> {
            runOf(task).ifPresent(times::remove);
            if (FailureGroups.hasFailed(task)) {
                failures.remove(task);
            }
        });
        runOf(after).ifPresent(times::add);
        if (FailureGroups.hasFailed(after)) {
            failures.add(after);
        }
        boolean hadEnded = before.map(task -> task.state().ended()).orElse(false);
        if (after.state().ended() && !hadEnded && !(after.state() instanceof TaskState.Cancelled)) {
            endings.add(after.state().since());
        }
        if (!after.attempts().isEmpty()) {
            firstLease = Math.min(firstLease, after.attempts().get(0).leasedAt());
        }
    }

    /** When a worker had one of its tasks first, in milliseconds since 1970. */
    synchronized Optional<Long> beganAt() {
        return firstLease == Long.MAX_VALUE ? Optional.empty() : Optional.of(firstLease);
    }

    /** How long its script ran, if that came of the last attempt and its worker told. */
    private static Optional<Long> runOf(TaskRecord task) {
        return task.decisive()
                .map(AttemptRecord::end)
                .flatMap(end -> end instanceof End.Delivered delivered
                                && delivered.run().isKnown()
                        ? Optional.of(delivered.run().millis())
                        : Optional.empty());
    }

    /**
     * The numbers.
     *
     * @param now in milliseconds since 1970
     */
    synchronized RunFigures figures(JobView job, long now) {
        double perSecond = job.ended() ? 0 : endings.perSecond(now, firstLease);
        return new RunFigures(
                job.id().number(),
                Math.round(perSecond * 100) / 100.0,
                times.median(),
                times.longest(),
                left(job, perSecond),
                failures.rows());
    }

    /** Where no task ended lately, as many at a time as run now, each as long as the median. */
    private Optional<Long> left(JobView job, double perSecond) {
        int running = job.counts().running();
        int open = job.counts().queued() + running;
        if (open == 0) {
            return Optional.empty();
        }
        if (perSecond > 0) {
            return Optional.of(Math.round(open / perSecond * 1000));
        }
        return running == 0 ? Optional.empty() : times.median().map(median -> median * open / running);
    }
}
