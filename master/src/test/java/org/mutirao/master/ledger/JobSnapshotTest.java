package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerId;

/** Jobs in snapshots of this and of earlier formats. */
class JobSnapshotTest extends JobLedgerScene {
    private static byte[] kept(int format) throws IOException {
        try (InputStream in =
                JobSnapshotTest.class.getResourceAsStream("/org/mutirao/master/snapshot-" + format + ".hex")) {
            byte[] bytes = HexFormat.of().parseHex(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
            assertEquals(format, bytes[0]);
            return bytes;
        }
    }

    private static TaskLedger read(byte[] snapshot) throws IOException {
        return LedgerSnapshot.read(new DataInputStream(new ByteArrayInputStream(snapshot)));
    }

    /** It was written when a job knew only the names of those that it waited for: clean, train after it, again after train, clean once more. */
    @Test
    void aSnapshotThatSaysOnlyByNameWhatAJobWaitedForIsRead() throws IOException {
        TaskLedger old = read(kept(3));
        Invariants.check(old);
        assertEquals(List.of(FIRST), old.job(new JobId(2)).orElseThrow().after(), "not the later one of that name");
        JobView again = old.job(new JobId(4)).orElseThrow();
        assertEquals(List.of(new JobId(2)), again.after());
        assertEquals(again.after(), again.waitsFor());
    }

    /** A snapshot with other parts needs another number, and the one before is still read. */
    @Test
    void aSnapshotHasTheBytesOfItsFormat() throws IOException {
        byte[] expected = kept(6);
        for (int earlier : new int[] {3, 4, 5}) {
            TaskLedger old = read(kept(earlier));
            if (earlier < 5) {
                handInWithNeeds(old);
            }
            verify(old);
            assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(snapshot(old)));
        }
        assertArrayEquals(expected, snapshot(read(expected)));
    }

    private static final TaskNeeds NEEDS = new TaskNeeds(
            Optional.of(new PythonRange(">=3.12")),
            List.of("pandas"),
            Optional.empty(),
            List.of("lab3"),
            2,
            1 << 30,
            0);

    /** A plain package and a job, at times that no other command has. */
    private static void handInWithNeeds(TaskLedger to) {
        Command.Submit plain =
                new Command.Submit("n1", "plain.zip", blob("n1"), CompactSize.OURS_ONLY, 0, 0, 5, NEEDS, 90_001);
        JobPlan plan = new JobPlan(InputNames.numbered(3), JobPlan.Merge.NONE, List.of(), false, NEEDS);
        to.apply(plain);
        to.apply(new Command.SubmitJob("n2", "job.zip", blob("n2"), CompactSize.OURS_ONLY, 0, 0, 5, plan, 90_002));
    }

    /** A job of one task whose result was run again, and came to another result, at times that no other command has. */
    private static void verify(TaskLedger to) {
        JobPlan plan = new JobPlan(InputNames.numbered(1), JobPlan.Merge.NONE, List.of(), false).verified(JobPlan.ALL);
        to.apply(new Command.SubmitJob("v1", "v.zip", blob("v1"), CompactSize.OURS_ONLY, 0, 0, 5, plan, 90_003));
        TaskId task = to.taskByKey("v1").orElseThrow().id();
        WorkerId bia = new WorkerId("bia");
        to.apply(new Command.GrantLease(task, new WorkerId("ana"), "pc1", 99_000, 90_004));
        to.apply(new Command.Complete(
                        new Lease(task, new Attempt(1)), new WorkerId("ana"), blob("v2"), new Ending.Exited(0), 90_005)
                .with(blob("v2").hash()));
        to.apply(new Command.GrantLease(task, bia, "pc2", 99_000, true, 90_006));
        to.apply(new Command.CompleteCheck(
                new Lease(task, new Attempt(2)),
                bia,
                Optional.of(blob("v3").hash()),
                Optional.of(new Check.Difference(1, "a", "b", List.of("c.csv"))),
                new Ending.Exited(0),
                ScriptRun.UNKNOWN,
                90_007));
        to.apply(new Command.GrantLease(task, new WorkerId("caio"), "pc3", 99_000, 90_008));
        assertEquals(1, to.job(JobId.of(task)).orElseThrow().counts().checks().open());
    }

    @Test
    void whatTasksAskOfTheirMachinesIsKept() {
        handInWithNeeds(ledger);
        assertEquals(NEEDS, ledger.task(new TaskId(1)).orElseThrow().needs());
        assertEquals(NEEDS, ledger.task(new TaskId(3)).orElseThrow().needs(), "of a task without a lease");
        lease(1);
        lease(3);
        assertEquals(NEEDS, ledger.task(new TaskId(1)).orElseThrow().needs());
        assertEquals(NEEDS, ledger.task(new TaskId(3)).orElseThrow().needs());
        assertEquals(NEEDS, job(2).plan().needs());
    }
}
