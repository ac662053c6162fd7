package org.mutirao.master.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.JobPlan.Merge;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;

/** When a task may go. */
class AlongGateTest {
    @TempDir
    private Path temp;

    private JobScene scene;
    private final Queue<Runnable> disk = new ArrayDeque<>();
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private boolean here;
    private boolean fails;
    private int opened;
    private AlongGate gate;

    @BeforeEach
    void open() throws IOException {
        scene = new JobScene(temp);
        gate = new AlongGate(task -> look(), disk::add, (after, work) -> loop.add(work));
        gate.onOpened(() -> opened++);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private boolean look() throws IOException {
        if (fails) {
            throw new IOException("the ledger's thread is busy");
        }
        return here;
    }

    private void run() {
        disk.remove().run();
        loop.remove().run();
    }

    private boolean isOpen(JobId job, int index) {
        return gate.isOpen(scene.record(scene.task(job, index)));
    }

    @Test
    void nothingIsLookedForWhereNothingComesAlong() {
        TaskId single = scene.single("raw.zip");
        JobId job = scene.job("calc.zip", Merge.SCRIPT, "a.csv", "b.csv");
        assertTrue(gate.isOpen(scene.record(single)));
        assertTrue(isOpen(job, 1));
        assertTrue(isOpen(job, 2));
        assertTrue(disk.isEmpty());
    }

    @Test
    void aMergeTaskGoesOnceItsPartsAreHere() {
        JobId job = scene.job("calc.zip", Merge.SCRIPT, "a.csv", "b.csv");
        assertFalse(isOpen(job, 3));
        assertFalse(isOpen(job, 3));
        assertEquals(1, disk.size(), "it is looked once at a time");
        run();
        assertEquals(1, opened);
        assertFalse(isOpen(job, 3));
        fails = true;
        run();
        assertFalse(isOpen(job, 3));
        fails = false;
        here = true;
        run();
        assertEquals(3, opened);
        assertTrue(isOpen(job, 3));
        assertTrue(disk.isEmpty());
    }

    @Test
    void allTasksOfAJobGoOnceWhatItWaitedForIsHere() {
        scene.single("raw.zip");
        JobId job = scene.job(
                "calc.zip",
                new JobPlan(InputNames.of(List.of("a.csv", "b.csv")), Merge.NONE, List.of("raw.zip"), false));
        here = true;
        assertFalse(isOpen(job, 1));
        assertFalse(isOpen(job, 2));
        assertEquals(1, disk.size());
        run();
        assertTrue(isOpen(job, 1));
        assertTrue(isOpen(job, 2));
    }
}
