package org.mutirao.master.handlers;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;

/** The tasks that a selection means, those of its jobs too, by id. For the loop. */
final class TaskRanges {
    private final TaskLedger ledger;
    /** The last id of each range, by its first. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    TaskRanges(Selection selection, TaskLedger ledger) {
        this.ledger = ledger;
        for (JobId id : selection.jobs()) {
            ledger.job(id).ifPresent(job -> add(id.number(), id.number() + job.count() - 1));
        }
        for (TaskId id : selection.tasks()) {
            add(id.number(), id.number());
        }
    }

    /** Neighbours become one range, so that some hundred tasks in a row are found at once. */
    private void add(long first, long last) {
        Map.Entry<Long, Long> before = ranges.floorEntry(first);
        if (before != null && before.getValue() >= first - 1) {
            ranges.put(before.getKey(), Math.max(last, before.getValue()));
        } else {
            ranges.put(first, last);
        }
    }

    /** Those with a higher id, looked up as they are asked for. */
    Iterator<TaskRecord> after(long id) {
        return new Iterator<>() {
            private final Iterator<Map.Entry<Long, Long>> further =
                    ranges.entrySet().iterator();
            private Iterator<TaskRecord> now = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!now.hasNext() && further.hasNext()) {
                    Map.Entry<Long, Long> range = further.next();
                    now = range.getValue() > id
                            ? within(Math.max(id, range.getKey() - 1), range.getValue())
                            : Collections.emptyIterator();
                }
                return now.hasNext();
            }

            @Override
            public TaskRecord next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return now.next();
            }
        };
    }

    private Iterator<TaskRecord> within(long after, long last) {
        return ledger.tasksAfter(after).stream()
                .takeWhile(task -> task.id().number() <= last)
                .iterator();
    }
}
