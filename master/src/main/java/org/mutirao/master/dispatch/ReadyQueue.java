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

    private static final Comparator<Entry> ORDER =
            Comparator.comparingInt(Entry::priority).reversed().thenComparing(Entry::task);

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

    /** Takes the first task that suits. */
    Optional<TaskId> take(Predicate<TaskId> suits) {
        for (Iterator<Entry> entries = ready.iterator(); entries.hasNext(); ) {
            TaskId task = entries.next().task();
            if (suits.test(task)) {
                entries.remove();
                return Optional.of(task);
            }
        }
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
