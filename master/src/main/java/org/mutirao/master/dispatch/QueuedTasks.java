package org.mutirao.master.dispatch;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.mutirao.protocol.id.TaskId;

/** The tasks of a lane that wait one by one: the highest priority first, then the oldest. As ids follow each other, each task is one bit of a word. */
final class QueuedTasks implements Iterable<QueuedTask> {
    private final Lane lane;
    /** By priority, and then by the number of the word. No word is 0. */
    private final NavigableMap<Integer, NavigableMap<Long, Long>> words = new TreeMap<>(Comparator.reverseOrder());

    QueuedTasks(Lane lane) {
        this.lane = lane;
    }

    void add(QueuedTask task) {
        words.computeIfAbsent(task.priority(), none -> new TreeMap<>())
                .merge(wordOf(idOf(task)), bitOf(idOf(task)), (before, bit) -> before | bit);
    }

    void remove(QueuedTask task) {
        words.computeIfPresent(task.priority(), (priority, tasks) -> {
            tasks.computeIfPresent(wordOf(idOf(task)), (word, bits) -> {
                long left = bits & ~bitOf(idOf(task));
                return left == 0 ? null : left;
            });
            return tasks.isEmpty() ? null : tasks;
        });
    }

    boolean contains(QueuedTask task) {
        NavigableMap<Long, Long> tasks = words.get(task.priority());
        return tasks != null && (tasks.getOrDefault(wordOf(idOf(task)), 0L) & bitOf(idOf(task))) != 0;
    }

    boolean isEmpty() {
        return words.isEmpty();
    }

    void clear() {
        words.clear();
    }

    @Override
    public Iterator<QueuedTask> iterator() {
        return new Walk(words.isEmpty() ? Optional.empty() : from(words.firstKey(), 0));
    }

    /** Those behind one, which need not be there. */
    Iterable<QueuedTask> after(QueuedTask task) {
        return () -> new Walk(behind(task));
    }

    private Optional<QueuedTask> behind(QueuedTask task) {
        return from(task.priority(), idOf(task) + 1);
    }

    /** The first one of a priority with such an id or a later one, or the first of lower priority. */
    private Optional<QueuedTask> from(int priority, long id) {
        for (Map.Entry<Integer, NavigableMap<Long, Long>> one :
                words.tailMap(priority, true).entrySet()) {
            long first = one.getKey() == priority ? id : 0;
            for (Map.Entry<Long, Long> word :
                    one.getValue().tailMap(wordOf(first), true).entrySet()) {
                long bits = word.getKey() == wordOf(first) ? word.getValue() & -bitOf(first) : word.getValue();
                if (bits != 0) {
                    TaskId found = new TaskId(word.getKey() * Long.SIZE + Long.numberOfTrailingZeros(bits));
                    return Optional.of(new QueuedTask(one.getKey(), found, lane));
                }
            }
        }
        return Optional.empty();
    }

    private static long idOf(QueuedTask task) {
        return task.task().number();
    }

    private static long wordOf(long id) {
        return id / Long.SIZE;
    }

    private static long bitOf(long id) {
        return 1L << id % Long.SIZE;
    }

    private final class Walk implements Iterator<QueuedTask> {
        private Optional<QueuedTask> next;

        Walk(Optional<QueuedTask> first) {
            next = first;
        }

        @Override
        public boolean hasNext() {
            return next.isPresent();
        }

        @Override
        public QueuedTask next() {
            QueuedTask found = next.orElseThrow(NoSuchElementException::new);
            next = behind(found);
            return found;
        }
    }
}
