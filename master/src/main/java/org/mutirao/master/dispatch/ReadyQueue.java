package org.mutirao.master.dispatch;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.TaskId;

/** Queued tasks that nobody is being given: the highest priority first, then the oldest. */
final class ReadyQueue {
    private record Entry(int priority, TaskId task, long notBefore) {}

    private static final Comparator<Entry> ORDER =
            Comparator.comparingInt(Entry::priority).reversed().thenComparing(Entry::task);

    private final TreeSet<Entry> ready = new TreeSet<>(ORDER);
    private final TreeSet<Entry> delayed =
            new TreeSet<>(Comparator.comparingLong(Entry::notBefore).thenComparing(Entry::task));

    void add(TaskRecord task, TaskState.Queued queued, long wallMillis) {
        Entry entry = new Entry(task.priority(), task.id(), queued.notBefore());
        if (queued.notBefore() > wallMillis) {
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
    void wake(long wallMillis) {
        while (!delayed.isEmpty() && delayed.first().notBefore() <= wallMillis) {
            ready.add(delayed.pollFirst());
        }
    }

    void clear() {
        ready.clear();
        delayed.clear();
    }
}
