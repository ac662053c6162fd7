package org.mutirao.master.dispatch;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.TaskId;

/**
 * Queued tasks that nobody is being given: the highest priority first, then the oldest. A delay is waited for by a clock that only goes
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

    boolean isEmpty() {
        return ready.isEmpty();
    }

    /**
     * Takes the first task that suits. Where very many in front do not, a worker finds it in several looks: none of them costs more than
     * another.
     *
     * @param place where this worker's last look ended
     */
    Optional<TaskId> take(Place place, Predicate<TaskId> suits) {
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
    }
}
