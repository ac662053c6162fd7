package org.mutirao.master.watch;

import java.util.Optional;
import java.util.function.Function;
import org.mutirao.master.ledger.JobView;

/** The orders of a list of jobs, by the columns that people see. */
public final class JobOrders {
    private JobOrders() {}

    /**
     * The orders.
     *
     * @param figures how the tasks of a job run
     */
    public static Orders<JobView> with(Function<JobView, RunFigures> figures) {
        return new Orders<JobView>()
                .by("job", job -> Optional.of(job.id().number()))
                .by("name", job -> Optional.of(job.name()))
                .by("state", job -> Optional.of(job.status()))
                .by("tasks", job -> Optional.of(job.count()))
                .by("rate", job -> Optional.of(figures.apply(job).perSecond()))
                .by("left", job -> figures.apply(job).leftMs().or(() -> took(job)))
                .by("median", job -> figures.apply(job).medianMs())
                .by("longest", job -> figures.apply(job).longestMs())
                .by("why", job -> Optional.of(-job.counts().withoutSuccess(true)))
                .by("since", job -> Optional.of(-job.submittedAt()));
    }

    private static Optional<Long> took(JobView job) {
        return job.endedAt().isPresent()
                ? Optional.of(job.endedAt().getAsLong() - job.submittedAt())
                : Optional.empty();
    }
}
