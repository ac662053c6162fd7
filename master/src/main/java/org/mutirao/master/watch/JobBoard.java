package org.mutirao.master.watch;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskCounts;
import org.mutirao.protocol.id.JobId;

/** The jobs of several tasks as the ledger has them, for any thread. The tasks of plain packages are in {@link TaskBoard} only. */
public final class JobBoard {
    private final ConcurrentSkipListMap<JobId, JobView> jobs = new ConcurrentSkipListMap<>();
    private volatile Map<String, Long> counts = Map.of();

    /** Called on the loop: a job is new or has changed. */
    public void put(JobView job) {
        count(Optional.ofNullable(jobs.put(job.id(), job)), Optional.of(job));
    }

    /** Called on the loop: the ledger has forgotten a job. */
    public void remove(JobId id) {
        count(Optional.ofNullable(jobs.remove(id)), Optional.empty());
    }

    private void count(Optional<JobView> less, Optional<JobView> more) {
        Map<String, Long> changed = new TreeMap<>(counts);
        less.ifPresent(job -> add(changed, job.counts(), -1));
        more.ifPresent(job -> add(changed, job.counts(), 1));
        counts = Map.copyOf(changed);
    }

    private static void add(Map<String, Long> sums, TaskCounts counts, int sign) {
        sums.merge("queued", (long) sign * counts.queued(), Long::sum);
        sums.merge("leased", (long) sign * counts.leased(), Long::sum);
        sums.merge("done", (long) sign * (counts.done() - counts.unsuccessful()), Long::sum);
        sums.merge("unsuccessful", (long) sign * counts.unsuccessful(), Long::sum);
        sums.merge("failed", (long) sign * counts.failed(), Long::sum);
        sums.merge("cancelled", (long) sign * counts.cancelled(), Long::sum);
    }

    /** How many of their tasks there are by {@link TaskBoard#labelOf}. */
    Map<String, Long> counts() {
        return counts;
    }

    public Optional<JobView> job(JobId id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** The newest first. */
    public Collection<JobView> newestFirst() {
        return jobs.descendingMap().values();
    }
}
