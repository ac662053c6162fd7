package org.mutirao.master.watch;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
        private final AtomicReferenceArray<TaskRecord> records = new AtomicReferenceArray<>(LENGTH);
        /** For the writer. */
        private int used;
    }

    private final ConcurrentSkipListMap<Long, Page> pages = new ConcurrentSkipListMap<>();

    Optional<TaskRecord> get(TaskId id) {
        Page page = pages.get(pageOf(id.number()));
        return page == null ? Optional.empty() : Optional.ofNullable(page.records.get(placeOf(id.number())));
    }

    /** Adds or replaces one; returns the one before. For the writer. */
    Optional<TaskRecord> put(TaskRecord task) {
        long id = task.id().number();
        Page page = pages.get(pageOf(id));
        if (page == null) {
            page = new Page();
            pages.put(pageOf(id), page);
        }
        TaskRecord before = page.records.getAndSet(placeOf(id), task);
        if (before == null) {
            page.used++;
        }
        return Optional.ofNullable(before);
    }

    /** Returns the one that was there. For the writer. */
    Optional<TaskRecord> remove(TaskId id) {
        Page page = pages.get(pageOf(id.number()));
        TaskRecord before = page == null ? null : page.records.getAndSet(placeOf(id.number()), null);
        if (before != null) {
            page.used--;
            if (page.used == 0) {
                pages.remove(pageOf(id.number()));
            }
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
        int place = placeOf(id - 1);
        Map.Entry<Long, Page> page = pages.floorEntry(pageOf(id - 1));
        if (page != null && page.getKey() < pageOf(id - 1)) {
            place = LENGTH - 1;
        }
        while (page != null) {
            for (; place >= 0; place--) {
                TaskRecord found = page.getValue().records.get(place);
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
