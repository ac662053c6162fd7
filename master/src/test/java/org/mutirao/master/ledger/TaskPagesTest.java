package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;

class TaskPagesTest {
    private static final int IDS = 300;
    private static final Blob PACKAGE = new Blob(Sha256.of(new byte[0]), 0);

    private static TaskRecord task(long id, long at) {
        return TaskRecord.submitted(
                new TaskId(id),
                "a.zip",
                new Command.Submit("key", "a.zip", PACKAGE, CompactSize.UNMEASURED, 0, 0, 5, at));
    }

    @Property(tries = 100)
    void theyHoldWhatATreeHolds(
            @ForAll @Size(max = 300) List<@IntRange(min = -IDS, max = IDS) Integer> steps,
            @ForAll @IntRange(max = IDS) int first,
            @ForAll @IntRange(max = IDS) int more) {
        TaskPages pages = new TaskPages();
        TreeMap<Long, TaskRecord> model = new TreeMap<>();
        int at = 0;
        for (int step : steps) {
            long id = Math.abs(step);
            if (step > 0) {
                TaskRecord task = task(id, ++at);
                assertEquals(model.put(id, task), pages.put(task));
            } else if (step < 0) {
                model.remove(id);
                pages.remove(new TaskId(id));
            }
        }
        for (long id = 1; id <= IDS; id++) {
            assertEquals(model.get(id), pages.get(new TaskId(id)));
        }
        assertEquals(model.size(), pages.size());
        assertEquals(model.size(), pages.all().size());
        assertEquals(List.copyOf(model.values()), List.copyOf(pages.all()));
        assertEquals(
                List.copyOf(model.descendingMap().values()), pages.newestFirst().toList());
        assertEquals(Optional.ofNullable(model.lastEntry()).map(last -> last.getValue()), pages.newest());
        long last = (long) first + more;
        assertEquals(
                List.copyOf(model.subMap((long) first, true, last, true).values()),
                List.copyOf(pages.between(first, last)));
        assertEquals(
                List.copyOf(model.tailMap((long) first, true).values()),
                List.copyOf(pages.between(first, Long.MAX_VALUE)));
    }

    @Test
    void whatIsRemovedWhileSomebodyLooksIsNoFault() {
        TaskPages pages = new TaskPages();
        for (long id = 1; id <= IDS; id++) {
            pages.put(task(id, id));
        }
        List<Long> seen = new ArrayList<>();
        for (TaskRecord task : pages.between(1, IDS)) {
            seen.add(task.id().number());
            pages.put(task(task.id().number(), 0));
        }
        assertEquals(IDS, seen.size());
        pages.remove(new TaskId(IDS));
        assertNull(pages.get(new TaskId(IDS)));
    }
}
