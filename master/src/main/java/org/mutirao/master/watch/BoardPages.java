package org.mutirao.master.watch;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.TaskId;

/**
 * Records by id, for many readers and one writer: a reader sees each task in one state or the next. Ids follow each other, so a list of
 * pages takes a fifth of a list of records.
 */
final class BoardPages {
    private static final int LENGTH = 64;

    private static final class Page {
        private final TaskRecord[] records = new TaskRecord[LENGTH];
        /** Read before a record and written behind it, so that readers see all that was put before. */
        private volatile int used;

        TaskRecord at(int place) {
            return used == 0 ? null : records[place];
        }

        /** Returns the one before. For the writer. */
        TaskRecord replace(int place, TaskRecord task) {
            TaskRecord before = records[place];
            records[place] = task;
            int now = used + (task == null ? 0 : 1) - (before == null ? 0 : 1);
            used = now;
            return before;
        }
    }

    private final ConcurrentSkipListMap<Long, Page> pages = new ConcurrentSkipListMap<>();

    Optional<TaskRecord> get(TaskId id) {
        Page page = pages.get(pageOf(id.number()));
        return page == null ? Optional.empty() : Optional.ofNullable(page.at(placeOf(id.number())));
    }

    /** Adds or replaces one; returns the one before. For the writer. */
    Optional<TaskRecord> put(TaskRecord task) {
        long id = task.id().number();
        Page page = pages.get(pageOf(id));
        if (page == null) {
            page = new Page();
            pages.put(pageOf(id), page);
        }
        return Optional.ofNullable(page.replace(placeOf(id), task));
    }

    /** Returns the one that was there. For the writer. */
    Optional<TaskRecord> remove(TaskId id) {
        Page page = pages.get(pageOf(id.number()));
        if (page == null) {
            return Optional.empty();
        }
        TaskRecord before = page.replace(placeOf(id.number()), null);
        if (page.used == 0) {
            pages.remove(pageOf(id.number()));
        }
        return Optional.ofNullable(before);
    }

    /** Changes those with ids from the first one to before the end. For the writer. */
    void replace(long first, long end, UnaryOperator<TaskRecord> change) {
        downTo(first, end).forEach(task -> put(change.apply(task)));
    }

    /** Those with ids from the first one to before the end, the newest first. */
    Stream<TaskRecord> downTo(long first, long end) {
        return Stream.iterate(
                        before(end),
                        found -> found.filter(task -> task.id().number() >= first)
                                .isPresent(),
                        found -> before(found.get().id().number()))
                .map(Optional::get);
    }

    /** The newest one with a lower id. */
    Optional<TaskRecord> before(long id) {
        if (id <= 1) { // of the least number there is none before, but the greatest
            return Optional.empty();
        }
        int place = placeOf(id - 1);
        Map.Entry<Long, Page> page = pages.floorEntry(pageOf(id - 1));
        if (page != null && page.getKey() < pageOf(id - 1)) {
            place = LENGTH - 1;
        }
        while (page != null) {
            for (; place >= 0; place--) {
                TaskRecord found = page.getValue().at(place);
                if (found != null) {
                    return Optional.of(found);
                }
            }
            page = pages.lowerEntry(page.getKey());
            place = LENGTH - 1;
        }
        return Optional.empty();
    }

    private static long pageOf(long id) {
        return id / LENGTH;
    }

    private static int placeOf(long id) {
        return (int) (id % LENGTH);
    }
}
