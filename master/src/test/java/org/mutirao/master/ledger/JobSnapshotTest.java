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
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;

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
        return LedgerCodec.readSnapshot(new DataInputStream(new ByteArrayInputStream(snapshot)));
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

    /** Whoever changes what a snapshot has must give it another number, and read the one before. */
    @Test
    void aSnapshotHasTheBytesOfItsFormat() throws IOException {
        byte[] expected = kept(5);
        for (int earlier : new int[] {3, 4}) {
            TaskLedger old = read(kept(earlier));
            handInWithNeeds(old);
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
