package org.mutirao.master.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.master.watch.Views;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;

/** What a queued task takes of the heap: in the ledger with its indexes, in the queue, and where all tasks can be looked at. */
class QueuedTaskHeapTest {
    private static final int TASKS = 40_000;
    private static final long MOST = 240;
    private static final long MOST_OF_A_JOB = 120;
    /** Other tests share this heap, so the smallest of some measurements counts. */
    private static final int TRIES = 3;

    private static long used() {
        Runtime machine = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            System.gc();
            least = Math.min(least, machine.totalMemory() - machine.freeMemory());
        }
        return least;
    }

    private static Command.Submit submit(int number) {
        String name = "package-" + number + ".zip";
        // As the inbox makes them: a name, times, and a hash.
        String key =
                Sha256.of((name + "key").getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
        Blob blob = new Blob(Sha256.of(name.getBytes(StandardCharsets.UTF_8)), 1000 + number);
        return new Command.Submit(key, name, blob, CompactSize.UNMEASURED, 0, 0, 5, 1_700_000_000_000L + number);
    }

    private record Queued(TaskLedger ledger, ReadyQueue ready, TaskBoard board) {
        static Queued nothing() {
            return new Queued(
                    new TaskLedger(), new ReadyQueue(), Views.empty(() -> 0).board());
        }
    }

    private static Queued queue() {
        Queued queued = Queued.nothing();
        for (int i = 1; i <= TASKS; i++) {
            queued.ledger().apply(submit(i));
            TaskRecord task = queued.ledger().task(new TaskId(i)).orElseThrow();
            queued.board().put(task);
            queued.ready().add(task, (TaskState.Queued) task.state(), task.submittedAt(), 0);
        }
        return queued;
    }

    private static Queued job() {
        Queued queued = Queued.nothing();
        List<String> names = IntStream.rangeClosed(1, TASKS)
                .mapToObj(i -> "measurement-of-station-" + i + ".csv")
                .toList();
        queued.ledger()
                .apply(new Command.SubmitJob(
                        "key",
                        "job.zip",
                        new Blob(Sha256.of(new byte[0]), 0),
                        CompactSize.UNMEASURED,
                        0,
                        0,
                        5,
                        new JobPlan(InputNames.of(names), JobPlan.Merge.FILES, List.of(), false),
                        1_700_000_000_000L));
        JobId job = new JobId(1);
        queued.ready()
                .add(queued.ledger().job(job).orElseThrow(), queued.ledger().waitingOf(job));
        return queued;
    }

    @Test
    void itTakesFewBytes() {
        measure(QueuedTaskHeapTest::queue, MOST);
    }

    @Test
    void ofAJobItTakesLittleMoreThanItsName() {
        measure(QueuedTaskHeapTest::job, MOST_OF_A_JOB);
    }

    private static void measure(Supplier<Queued> queue, long most) {
        assertEquals(TASKS, queue.get().ledger().counts().queued()); // loads what is loaded once, too
        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            long before = used();
            Queued queued = queue.get();
            sizes.add((used() - before) / TASKS);
            assertEquals(TASKS, queued.ledger().counts().queued());
        }
        long least = sizes.stream().mapToLong(Long::longValue).min().orElseThrow();
        assertTrue(least < most, sizes + " bytes a task");
    }
}
