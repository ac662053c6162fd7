package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;

/** What must be true of a ledger after every command, computed afresh from its records. */
final class Invariants {
    private Invariants() {}

    static void check(TaskLedger ledger) {
        TaskCounts counts = TaskCounts.NONE;
        Set<Sha256> blobs = new HashSet<>();
        Map<WorkerId, Set<Lease>> leases = new HashMap<>();
        Set<String> resultNames = new HashSet<>();
        Set<String> keys = new HashSet<>();
        long last = 0;
        for (TaskRecord task : ledger.tasksAfter(0)) {
            assertTrue(task.id().number() > last, "ids in order");
            last = task.id().number();
            counts = counts.plus(task.state(), 1);
            assertEquals(task, ledger.task(task.id()).orElseThrow());
            String job = task.resultName().contains("/") ? task.job() + " " : ""; // jobs of one name share a folder
            assertTrue(resultNames.add(job + task.resultName().toLowerCase(Locale.ROOT)), "result names are unique");
            if (task.part().isEmpty()) {
                assertTrue(keys.add(task.key()), "keys are unique");
                assertEquals(task, ledger.taskByKey(task.key()).orElseThrow());
            }
            if (task.needsPackage()) {
                blobs.add(task.taskPackage().hash());
            }
            task.leased().ifPresent(leased -> leases.computeIfAbsent(leased.worker(), worker -> new HashSet<>())
                    .add(task.lease(leased.attempt())));
            check(task, blobs);
        }
        assertEquals(counts, ledger.counts());
        ledger.jobsOfSeveral().forEach(job -> check(job, ledger));
        assertEquals(blobs, ledger.blobs());
        leases.forEach((worker, held) -> assertEquals(held, ledger.leasesOf(worker)));
    }

    private static void check(JobView job, TaskLedger ledger) {
        TaskCounts counts = TaskCounts.NONE;
        int known = 0;
        boolean allOut = true;
        for (TaskRecord task : ledger.tasksAfter(job.id().number() - 1)) {
            if (task.job().equals(job.id())) {
                known++;
                counts = counts.plus(task.state(), 1).with(counts.checks().plus(CheckCounts.of(task)));
                allOut &= task.state().ended()
                        && !(task.state() instanceof TaskState.Done done
                                && done.publishedAs().isEmpty());
            }
        }
        assertEquals(job.count(), known, "nothing was forgotten");
        assertEquals(counts, job.counts());
        assertEquals(allOut, job.ended());
        assertTrue(job.waitsFor().isEmpty() || counts.running() == 0, "it waits, so nothing of it runs");
    }

    private static void check(TaskRecord task, Set<Sha256> blobs) {
        long running = task.attempts().stream()
                .filter(attempt -> attempt.end() instanceof AttemptRecord.End.Running)
                .count();
        assertEquals(task.leased().isPresent() ? 1 : 0, running, "one running attempt, if leased");
        for (int i = 0; i < task.attempts().size(); i++) {
            assertEquals(i + 1, task.attempts().get(i).number().number());
        }
        task.leased()
                .ifPresent(leased ->
                        assertEquals(task.attempts().size(), leased.attempt().number(), "only the last attempt runs"));
        assertTrue(task.check().isEmpty() || task.state() instanceof TaskState.Done, "only results are verified");
        if (task.state() instanceof TaskState.Queued) {
            assertTrue(task.attemptsLeft() > 0, "a queued task may be tried");
        }
        if (task.state() instanceof TaskState.Done done && done.publishedAs().isEmpty()) {
            blobs.add(done.result().hash());
        }
    }
}
