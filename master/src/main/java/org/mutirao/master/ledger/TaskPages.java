package org.mutirao.master.ledger;

import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mutirao.protocol.id.TaskId;

/** Records by id. Ids follow each other, so a tree of pages takes a tenth of a tree of records. For one thread, also to look. */
final class TaskPages {
    private static final int LENGTH = 64;

    /** A power of two. */
    private static final int RECENT = 256;

    private static final class Page {
        private final long number;
        private final TaskRecord[] records = new TaskRecord[LENGTH];
        private int used;

        Page(long number) {
            this.number = number;
        }
    }

    /** In order, for those who walk. */
    private final TreeMap<Long, Page> pages = new TreeMap<>();
    /** The same, for the loop: it looks at several tasks for each event. */
    private final Map<Long, Page> byNumber = new HashMap<>();

    /** Those that were looked at last: most looks find their page here, with fewer steps through memory. */
    private final Page[] recent = new Page[RECENT];

    private int size;

    /** Null if there is none. */
    private Page page(long number) {
        int place = (int) number & (RECENT - 1);
        Page page = recent[place];
        if (page == null || page.number != number) {
            page = byNumber.get(number);
            recent[place] = page;
        }
        return page;
    }

    /** Null if there is none. */
    TaskRecord get(TaskId id) {
        Page page = page(pageOf(id.number()));
        return page == null ? null : page.records[placeOf(id.number())];
    }

    /** Adds or replaces one; returns the one before, or null. */
    TaskRecord put(TaskRecord task) {
        long id = task.id().number();
        Page page = page(pageOf(id));
        if (page == null) {
            page = new Page(pageOf(id));
            pages.put(pageOf(id), page);
            byNumber.put(pageOf(id), page);
        }
        TaskRecord before = page.records[placeOf(id)];
        page.records[placeOf(id)] = task;
        if (before == null) {
            page.used++;
            size++;
        }
        return before;
    }

    void remove(TaskId id) {
        Page page = page(pageOf(id.number()));
        if (page == null || page.records[placeOf(id.number())] == null) {
            return;
        }
        page.records[placeOf(id.number())] = null;
        page.used--;
        size--;
        if (page.used == 0) {
            pages.remove(pageOf(id.number()));
            byNumber.remove(pageOf(id.number()));
            recent[(int) pageOf(id.number()) & (RECENT - 1)] = null;
        }
    }

    int size() {
        return size;
    }

    /** All of them, in order; a live view. */
    Collection<TaskRecord> all() {
        return new View(0, Long.MAX_VALUE) {
            @Override
            public int size() {
                return size;
            }
        };
    }

    /** The same as they are now. */
    TaskRecord[] copy() {
        TaskRecord[] copy = new TaskRecord[size];
        int at = 0;
        for (Page page : pages.values()) {
            for (TaskRecord record : page.records) {
                if (record != null) {
                    copy[at++] = record;
                }
            }
        }
        return copy;
    }

    /** Those with ids from the first to the last, in order; a live view. */
    Collection<TaskRecord> between(long first, long last) {
        return new View(first, last);
    }

    /** The newest first. */
    Stream<TaskRecord> newestFirst() {
        return pages.descendingMap().values().stream().flatMap(page -> {
            List<TaskRecord> records = new ArrayList<>();
            for (int place = LENGTH - 1; place >= 0; place--) {
                if (page.records[place] != null) {
                    records.add(page.records[place]);
                }
            }
            return records.stream();
        });
    }

    Optional<TaskRecord> newest() {
        return newestFirst().findFirst();
    }

    private static long pageOf(long id) {
        return id / LENGTH;
    }

    private static int placeOf(long id) {
        return (int) (id % LENGTH);
    }

    private class View extends AbstractCollection<TaskRecord> {
        private final long first;
        private final long last;

        View(long first, long last) {
            this.first = first;
            this.last = last;
        }

        @Override
        public Iterator<TaskRecord> iterator() {
            return new Walk(pages.subMap(pageOf(first), true, pageOf(last), true), first, last);
        }

        @Override
        public int size() {
            int count = 0;
            for (Iterator<TaskRecord> all = iterator(); all.hasNext(); all.next()) {
                count++;
            }
            return count;
        }
    }

    private static final class Walk implements Iterator<TaskRecord> {
        private final Iterator<Map.Entry<Long, Page>> further;
        private final long last;
        private TaskRecord[] page = new TaskRecord[0];
        private long start;
        private long id;
        private TaskRecord next;

        Walk(NavigableMap<Long, Page> pages, long first, long last) {
            this.further = pages.entrySet().iterator();
            this.id = first;
            this.last = last;
            step();
        }

        private void step() {
            next = null;
            while (next == null) {
                if (id - start >= page.length) {
                    if (!further.hasNext()) {
                        return;
                    }
                    Map.Entry<Long, Page> entry = further.next();
                    page = entry.getValue().records;
                    start = entry.getKey() * LENGTH;
                    id = Math.max(id, start);
                }
                if (id > last) {
                    return;
                }
                next = page[(int) (id - start)];
                id++;
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public TaskRecord next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            TaskRecord found = next;
            step();
            return found;
        }
    }
}
