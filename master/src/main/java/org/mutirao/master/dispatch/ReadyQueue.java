package org.mutirao.master.dispatch;

import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;

/**
 * Queued tasks that nobody is being given: the highest priority first, then the oldest. Jobs of one priority are served in turns, and all
 * tasks that are in none, or were in a worker's hands before, are served as one more. So a large job does not keep a small one waiting.
 *
 * <p>A delay is waited for by a clock that only goes
 * forward, and never longer than it was meant to be: the masters' wall clocks may differ, and jump.
 */
final class ReadyQueue {
    private record Entry(int priority, TaskId task, long due) {}

    /** How far a worker has looked through tasks that do not suit it. */
    static final class Place {
        private Entry last;
    }

    private static final Comparator<Entry> ORDER =
            Comparator.comparingInt(Entry::priority).reversed().thenComparing(Entry::task);

    private final JobTurns jobs = new JobTurns();

    /** How many that do not suit are looked at, at the front and then where the worker's last look ended. */
    static final int MAX_LOOKS = 128;

    private final TreeSet<Entry> ready = new TreeSet<>(ORDER);
    private final TreeSet<Entry> delayed =
            new TreeSet<>(Comparator.comparingLong(Entry::due).thenComparing(Entry::task));

    /**
     * Adds one.
     *
     * @param wallMillis now, by the clock of the task's times
     * @param millis now, by the clock that is waited by
     */
    void add(TaskRecord task, TaskState.Queued queued, long wallMillis, long millis) {
        long meant = Math.max(0, queued.notBefore() - queued.since());
        long wait = Math.min(queued.notBefore() - wallMillis, meant);
        Entry entry = new Entry(task.priority(), task.id(), millis + wait);
        if (wait > 0) {
            delayed.add(entry);
        } else {
            ready.add(entry);
        }
    }

    /** The tasks of a job that never had a lease, by their places in the job; they replace those that it had here. */
    void add(JobView job, BitSet waiting) {
        jobs.put(job, waiting);
    }

    /** A job has nothing that waits any more. */
    void remove(JobId job) {
        jobs.remove(job);
    }

    boolean isEmpty() {
        return ready.isEmpty() && jobs.isEmpty();
    }

    /**
     * Takes the first task that suits, in the order of this queue.
     *
     * @param place where this worker's last look ended
     */
    Optional<TaskId> take(Place place, Predicate<TaskId> suits) {
        boolean looked = false;
        for (int priority : jobs.priorities()) {
            if (!looked && isTurnOfOthers(priority)) {
                looked = true;
                Optional<TaskId> other = takeOther(place, suits);
                if (other.isPresent()) {
                    jobs.tookOther(priority);
                    return other;
                }
            }
            Optional<TaskId> task = jobs.take(priority, suits);
            if (task.isPresent()) {
                return task;
            }
        }
        return looked ? Optional.empty() : takeOther(place, suits);
    }

    /** Takes just this one; false if it does not wait here. */
    boolean take(TaskRecord task) {
        return ready.remove(new Entry(task.priority(), task.id(), 0)) || jobs.take(task.job(), task.id());
    }

    private boolean isTurnOfOthers(int priority) {
        int highest = ready.isEmpty() ? Integer.MIN_VALUE : ready.first().priority();
        return highest > priority || (highest == priority && jobs.isTurnOfOthers(priority));
    }

    /**
     * Takes the first task that suits, of those that are here one by one. Where very many in front do not, a worker finds it in several looks: none of them costs more than
     * another.
     *
     * @param place where this worker's last look ended
     */
    private Optional<TaskId> takeOther(Place place, Predicate<TaskId> suits) {
        Iterator<Entry> front = ready.iterator();
        Entry last = null;
        for (int looks = 0; looks < MAX_LOOKS && front.hasNext(); looks++) {
            last = front.next();
            if (suits.test(last.task())) {
                front.remove();
                return Optional.of(last.task());
            }
        }
        if (!front.hasNext()) {
            place.last = null;
            return Optional.empty();
        }
        Entry from = place.last == null || ORDER.compare(place.last, last) < 0 ? last : place.last;
        Iterator<Entry> further = ready.tailSet(from, false).iterator();
        for (int looks = 0; looks < MAX_LOOKS && further.hasNext(); looks++) {
            from = further.next();
            if (suits.test(from.task())) {
                further.remove();
                place.last = from;
                return Optional.of(from.task());
            }
        }
        place.last = further.hasNext() ? from : null;
        return Optional.empty();
    }

    /** Whatever waited long enough joins the rest. */
    void wake(long millis) {
        while (!delayed.isEmpty() && delayed.first().due() <= millis) {
            ready.add(delayed.pollFirst());
        }
    }

    void clear() {
        ready.clear();
        delayed.clear();
        jobs.clear();
    }
}
