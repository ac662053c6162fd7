package org.mutirao.master.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;

class BoardPagesTest {
    private static final int TASKS = 500;
    private static final Blob PACKAGE = new Blob(Sha256.of(new byte[0]), 0);

    private final BoardPages pages = new BoardPages();
    private final TreeMap<Long, TaskRecord> tree = new TreeMap<>();

    private static List<TaskRecord> records() {
        TaskLedger ledger = new TaskLedger();
        List<TaskRecord> records = new ArrayList<>();
        for (int i = 1; i <= TASKS; i++) {
            ledger.apply(new Command.Submit("key" + i, i + ".zip", PACKAGE, CompactSize.UNMEASURED, 0, 0, 5, i));
            records.add(ledger.task(new TaskId(i)).orElseThrow());
        }
        return records;
    }

    @Test
    void itFindsWhatATreeFinds() {
        List<TaskRecord> records = records();
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            TaskRecord task = records.get(random.nextInt(TASKS));
            long id = task.id().number();
            if (random.nextInt(i < 2500 ? 3 : 8) < 2) {
                assertEquals(Optional.ofNullable(tree.put(id, task)), pages.put(task));
            } else {
                assertEquals(Optional.ofNullable(tree.remove(id)), pages.remove(task.id()));
            }
            long other = random.nextInt(TASKS + 100) - 20L;
            assertEquals(Optional.ofNullable(tree.get(id)), pages.get(task.id()));
            assertEquals(
                    Optional.ofNullable(tree.lowerEntry(other)).map(entry -> entry.getValue()), pages.before(other));
        }
        for (long first : new long[] {1, 63, 64, 65, 200}) {
            for (long end : new long[] {first, first + 1, 250, 333, TASKS + 1, Long.MAX_VALUE}) {
                List<TaskRecord> meant = List.copyOf(
                        tree.subMap(first, true, end, false).descendingMap().values());
                assertEquals(meant, pages.downTo(first, end).toList());
            }
        }
    }

    @Test
    void itReplacesThoseThatAreMeant() {
        records().forEach(pages::put);
        Blob other = new Blob(Sha256.of(new byte[1]), 1);
        pages.replace(60, 70, task -> task.repacked(other, CompactSize.UNMEASURED));
        assertEquals(
                10,
                pages.downTo(1, TASKS + 1)
                        .filter(task -> task.taskPackage().equals(other))
                        .count());
        assertEquals(PACKAGE, pages.get(new TaskId(59)).orElseThrow().taskPackage());
        assertEquals(other, pages.get(new TaskId(60)).orElseThrow().taskPackage());
        assertEquals(other, pages.get(new TaskId(69)).orElseThrow().taskPackage());
        assertEquals(PACKAGE, pages.get(new TaskId(70)).orElseThrow().taskPackage());
    }

    /** A client may ask for what comes before any number. */
    @ParameterizedTest
    @ValueSource(longs = {1, 0, -1, -64, Long.MIN_VALUE + 1, Long.MIN_VALUE})
    void nothingComesBeforeTheFirst(long end) {
        records().forEach(pages::put);
        assertEquals(Optional.empty(), pages.before(end));
        assertEquals(List.of(), pages.downTo(1, end).toList());
    }
}
