package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/** A ledger with jobs of several tasks: each scene ends with a snapshot that must bring the same ledger back. */
abstract class JobLedgerScene {
    static final WorkerId ANA = new WorkerId("ana");
    static final JobId FIRST = new JobId(1);
    static final List<String> THREE = List.of("a.csv", "b.csv", "c.csv");
    final TaskLedger ledger = new TaskLedger();
    long now = 1000;

    @AfterEach
    void aSnapshotBringsItBack() throws IOException {
        Invariants.check(ledger);
        byte[] bytes = snapshot(ledger);
        TaskLedger again = LedgerSnapshot.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        Invariants.check(again);
        assertArrayEquals(bytes, snapshot(again));
        assertEquals(ledger.jobs(), again.jobs());
        assertEquals(List.copyOf(ledger.tasksAfter(0)), List.copyOf(again.tasksAfter(0)));
    }

    static byte[] snapshot(TaskLedger ledger) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LedgerSnapshot.of(ledger).write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    static Blob blob(String text) {
        return new Blob(Sha256.of(text.getBytes(StandardCharsets.UTF_8)), text.length());
    }

    Applied submit(String name, JobPlan plan) {
        return ledger.apply(new Command.SubmitJob(
                "key-" + name + now, name, blob(name), CompactSize.UNMEASURED, 0, 0, 2, plan, now++));
    }

    static JobPlan plan(List<String> inputs, JobPlan.Merge merge) {
        return new JobPlan(InputNames.of(inputs), merge, List.of(), false);
    }

    static JobPlan after(String name, boolean runsAfterFailure) {
        return new JobPlan(InputNames.numbered(2), JobPlan.Merge.NONE, List.of(name), runsAfterFailure);
    }

    Applied lease(long task) {
        return ledger.apply(new Command.GrantLease(new TaskId(task), ANA, "pc", now + 60_000, now++));
    }

    int attempts(long task) {
        return task(task).attempts().size();
    }

    Applied deliver(long task, int exit) {
        Lease lease = Lease.of(task, attempts(task));
        return ledger.apply(new Command.Complete(lease, ANA, blob("result" + now), new Ending.Exited(exit), now++));
    }

    Applied publish(long task) {
        Attempt attempt = new Attempt(attempts(task));
        return ledger.apply(new Command.Publish(new TaskId(task), attempt, "r.zip", now++));
    }

    Applied run(long task, int exit) {
        lease(task);
        deliver(task, exit);
        return publish(task);
    }

    TaskRecord task(long id) {
        return ledger.task(new TaskId(id)).orElseThrow();
    }

    String state(long id) {
        return task(id).state().status().label();
    }

    JobView job(long id) {
        return ledger.job(new JobId(id)).orElseThrow();
    }

    static boolean hasEffect(Applied applied, Effect effect) {
        return applied.effects().contains(effect);
    }
}
