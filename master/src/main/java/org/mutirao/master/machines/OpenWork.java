package org.mutirao.master.machines;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.mutirao.master.access.Access;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.Effect;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.protocol.id.JobId;

/**
 * How much of each badge's work is unfinished. It follows from the ledger and from whose each job is, so it is on no log and in no snapshot.
 * Each change costs the same however much there is; after a start all is counted once. For the loop.
 */
public final class OpenWork implements LedgerMachine.Listener {
    private final Supplier<TaskLedger> ledger;
    private final Supplier<Access> access;
    /** Of these two all that follows is. A snapshot puts others in their place. */
    private TaskLedger tasks;

    private Access owners;
    private final NavigableMap<JobId, Open> jobs = new TreeMap<>();
    private final Map<Integer, Sum> sums = new HashMap<>();

    /** A job with tasks that are queued or running. */
    private record Open(int owner, int tasks) {}

    /** What of one badge's is queued or running. */
    public record Sum(int tasks, int jobs) {
        private static final Sum NONE = new Sum(0, 0);

        private Sum plus(int moreTasks, int moreJobs) {
            return new Sum(tasks + moreTasks, jobs + moreJobs);
        }
    }

    /**
     * Counts from now on.
     *
     * @param ledger the one in force
     * @param access the one in force
     */
    public OpenWork(Supplier<TaskLedger> ledger, Supplier<Access> access) {
        this.ledger = ledger;
        this.access = access;
    }

    /** That of a badge. */
    public Sum of(int serial) {
        if (!isCurrent()) {
            countAll();
        }
        return sums.getOrDefault(serial, Sum.NONE);
    }

    private boolean isCurrent() {
        return tasks == ledger.get() && owners == access.get();
    }

    private void forgetAll() {
        tasks = null;
        owners = null;
        jobs.clear();
        sums.clear();
    }

    private void countAll() {
        forgetAll();
        tasks = ledger.get();
        owners = access.get();
        owners.owners().keySet().forEach(job -> look(new JobId(job)));
    }

    @Override
    public void onApplied(Command command, Applied applied, TaskLedger changed) {
        if (!isCurrent()) {
            forgetAll(); // all is counted anew when somebody asks
            return;
        }
        for (Effect effect : applied.effects()) {
            if (effect instanceof Effect.JobChanged job) {
                look(job.job());
            } else if (effect instanceof Effect.Changed task) {
                look(JobId.of(task.task())); // the task of a plain package is a job of that number
            }
        }
    }

    /** From now on a job is somebody's. */
    public void onOwned(JobId job) {
        if (!isCurrent()) {
            forgetAll();
            return;
        }
        look(job);
        while (!jobs.isEmpty() && owners.ownerOf(jobs.firstKey().number()).isEmpty()) {
            forget(jobs.firstKey()); // of very many jobs the oldest are nobody's any more
        }
    }

    private void look(JobId job) {
        owners.ownerOf(job.number()).ifPresent(owner -> {
            forget(job);
            int open = tasks.openOf(job);
            if (open > 0) {
                jobs.put(job, new Open(owner, open));
                sums.put(owner, sums.getOrDefault(owner, Sum.NONE).plus(open, 1));
            }
        });
    }

    private void forget(JobId job) {
        Open before = jobs.remove(job);
        if (before != null) {
            Sum left = sums.get(before.owner()).plus(-before.tasks(), -1);
            if (left.equals(Sum.NONE)) {
                sums.remove(before.owner());
            } else {
                sums.put(before.owner(), left);
            }
        }
    }
}
