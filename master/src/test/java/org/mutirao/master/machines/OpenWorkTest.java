package org.mutirao.master.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mutirao.master.access.AccessCommand;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/** How much of each submitter's is unfinished, whatever happens to it. */
class OpenWorkTest {
    private static final int ANA = 1;
    private static final int RUI = 2;
    private static final Blob BLOB = new Blob(Sha256.of("x".getBytes(StandardCharsets.UTF_8)), 1);
    private static final WorkerId WORKER = new WorkerId("w");

    private long now = 1;
    private final Machines here = new Machines();

    /** The machines of one master. */
    private static final class Machines {
        private final AccessMachine access = new AccessMachine();
        private final LedgerMachine tasks = new LedgerMachine(Optional.empty());
        private final OpenWork open = new OpenWork(tasks::ledger, access::access);
        private final GridMachine grid =
                new GridMachine(tasks, new ChannelMachine(news -> {}), new RankMachine(), access);

        Machines() {
            tasks.add(open);
            access.onOwned(open::onOwned);
        }

        OpenWork.Sum of(int serial) {
            return open.of(serial);
        }

        byte[] snapshot() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            grid.freeze().write(new DataOutputStream(bytes));
            return bytes.toByteArray();
        }

        void restore(byte[] snapshot) throws IOException {
            grid.readSnapshot(new DataInputStream(new ByteArrayInputStream(snapshot)));
        }
    }

    private void apply(Object command) {
        here.grid.apply(new Entry(command));
    }

    private void plain(long id, int owner) {
        apply(new Command.Submit("k" + id, "t" + id + ".zip", BLOB, CompactSize.LARGE, 0, 0, 1, now++));
        apply(new AccessCommand.Own(id, owner));
    }

    private void job(long id, int count, int owner) {
        JobPlan plan = new JobPlan(InputNames.numbered(count), JobPlan.Merge.NONE, List.of(), false);
        apply(new Command.SubmitJob("k" + id, "j" + id + ".zip", BLOB, CompactSize.LARGE, 0, 0, 1, plan, now++));
        apply(new AccessCommand.Own(id, owner));
    }

    private void lease(long task) {
        apply(new Command.GrantLease(new TaskId(task), WORKER, "pc", now + 1000, now++));
    }

    private void fail(long task) {
        apply(new Command.Complete(Lease.of(task, 1), WORKER, BLOB, new Ending.Exited(3), now++));
    }

    private static OpenWork.Sum sum(int tasks, int jobs) {
        return new OpenWork.Sum(tasks, jobs);
    }

    @Test
    void itGoesUpAndDownWithTheWork() {
        assertEquals(sum(0, 0), here.of(ANA));
        plain(1, ANA);
        job(2, 10, ANA);
        plain(12, RUI);
        apply(new Command.Submit("k13", "nobody.zip", BLOB, CompactSize.LARGE, 0, 0, 1, now++));
        assertEquals(sum(11, 2), here.of(ANA));
        assertEquals(sum(1, 1), here.of(RUI));
        lease(1);
        assertEquals(sum(11, 2), here.of(ANA), "what runs is unfinished");
        fail(1);
        lease(3);
        apply(new Command.LoseLease(Lease.of(3, 1), "gone", now++));
        assertEquals(sum(9, 1), here.of(ANA));
        apply(new Command.CancelJob(new JobId(2), now++));
        assertEquals(sum(0, 0), here.of(ANA));
        apply(new Command.RetryJob(new JobId(2), false, now++));
        assertEquals(sum(10, 1), here.of(ANA));
        apply(new Command.CancelJob(new JobId(2), now++));
        apply(new Command.ForgetJob(new JobId(2), now++));
        assertEquals(sum(0, 0), here.of(ANA));
        assertEquals(sum(1, 1), here.of(RUI));
    }

    /** So it survives a restart and a change of the leader. */
    @Test
    void itFollowsFromTheStateAlone() throws IOException {
        Random random = new Random(7);
        List<Long> known = new ArrayList<>();
        long next = 1;
        for (int i = 0; i < 400; i++) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    known.add(next);
                    plain(next++, random.nextInt(2) + 1);
                }
                case 1 -> {
                    int count = random.nextInt(4) + 2;
                    known.add(next);
                    job(next, count, random.nextInt(2) + 1);
                    next += count;
                }
                case 2 -> {
                    long task = random.nextLong(next) + 1;
                    lease(task);
                    fail(task);
                }
                case 3 -> apply(new Command.Cancel(new TaskId(random.nextLong(next) + 1), now++));
                default -> {
                    if (!known.isEmpty()) {
                        apply(new Command.RetryJob(new JobId(known.get(random.nextInt(known.size()))), false, now++));
                    }
                }
            }
            // Asked now and then only, so that it was counted anew in between.
            if (i % 50 == 49) {
                Machines other = new Machines();
                other.of(ANA);
                other.restore(here.snapshot());
                assertEquals(other.of(ANA), here.of(ANA));
                assertEquals(other.of(RUI), here.of(RUI));
                here.restore(here.snapshot());
            }
        }
    }
}
