package org.mutirao.master.machines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.mutirao.group.log.Frozen;
import org.mutirao.master.channel.Audience;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.channel.ChannelMessage;
import org.mutirao.master.channel.ChannelSnapshot;
import org.mutirao.master.ledger.AttemptRecord;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.LedgerCodec;
import org.mutirao.master.ledger.LedgerSnapshot;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.registry.Ranks;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.table.SealedTable;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;

/** Both state machines on one log. */
class GridMachineTest {
    private static final Blob BLOB = new Blob(Sha256.of("x".getBytes(StandardCharsets.UTF_8)), 1);
    private static final WorkerId WORKER = new WorkerId("w");
    private static final List<Entry> ENTRIES = List.of(
            new Entry(new Command.Submit("k1", "a.zip", BLOB, CompactSize.LARGE, 0, 0, 3, 10)),
            new Entry(new Command.Submit("k2", "b.zip", BLOB, CompactSize.LARGE, 0, 0, 1, 11)),
            new Entry(new ChannelCommand.LogIn("ana", "session-of-ana", false, 0, 12)),
            new Entry(new Command.GrantLease(new TaskId(1), WORKER, "pc", 1000, 13)),
            new Entry(new ChannelCommand.Say(
                    "ana", "session-of-ana", 1, new Audience.Topic("general"), "how is it?", 0, 14)),
            new Entry(new Command.Complete(Lease.of(1, 1), WORKER, BLOB, new Ending.Exited(3), 15)),
            new Entry(new Command.Complete(Lease.of(1, 1), WORKER, BLOB, new Ending.Exited(3), 16)),
            new Entry(new Command.GrantLease(new TaskId(2), WORKER, "pc", 1000, 17)),
            new Entry(new Command.LoseLease(Lease.of(2, 1), "it went away", 18)),
            new Entry(new Command.Cancel(new TaskId(2), 19)),
            new Entry(new Command.Cancel(new TaskId(9), 20)),
            new Entry(new RankMachine.GiveRank("master-1")),
            new Entry(new RankMachine.GiveRank("pc7")),
            new Entry(new RankMachine.GiveRank("master-1")),
            new Entry(new ChannelCommand.Announce("Worker pc is gone", 21)));

    /** All machines on one log. */
    private static final class All {
        private final ChannelMachine channels = new ChannelMachine(news -> {});
        private final RankMachine ranks = new RankMachine();
        private final LedgerMachine tasks = new LedgerMachine(Optional.empty());
        private final GridMachine grid = new GridMachine(tasks, channels, ranks);

        All() {
            tasks.add(new TaskNews(channels));
        }

        TaskLedger ledger() {
            return tasks.ledger();
        }

        Channel channel() {
            return channels.channel();
        }

        Ranks ranks() {
            return ranks.ranks();
        }

        Object apply(Entry entry) {
            return grid.apply(entry);
        }

        Entry readCommand(DataInputStream in) throws IOException {
            return grid.readCommand(in);
        }

        void readSnapshot(DataInputStream in) throws IOException {
            grid.readSnapshot(in);
        }
    }

    private static All machine() {
        return new All();
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    private static byte[] snapshot(All machine) throws IOException {
        return bytes(machine.grid.freeze());
    }

    private static byte[] bytes(Frozen state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static Entry throughBytes(All machine, Entry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        machine.grid.writeCommand(entry, new DataOutputStream(bytes));
        return machine.readCommand(in(bytes.toByteArray()));
    }

    @Test
    void whatTasksDoIsSaidBetweenWhatPeopleSay() {
        All machine = machine();
        ENTRIES.forEach(machine::apply);
        assertEquals(
                List.of(
                        "ana: ",
                        "ana: how is it?",
                        ": Task 1 a.zip failed: exit code 3",
                        ": Task 2 b.zip is lost: its lease was lost 1 times, last: it went away",
                        ": Worker pc is gone"),
                machine.channel().after(0).stream()
                        .map(message -> message.sender() + ": " + message.text())
                        .toList());
    }

    @Test
    void aJobOfManyTasksHasALineWhenItCameInAndOneWhenItHasEnded() {
        All machine = machine();
        JobPlan plan = new JobPlan(InputNames.numbered(3), JobPlan.Merge.NONE, List.of(), false);
        Command submit = new Command.SubmitJob("k", "prices.zip", BLOB, CompactSize.UNMEASURED, 0, 0, 2, plan, 1);
        JobPlan waiting = new JobPlan(InputNames.numbered(2), JobPlan.Merge.NONE, List.of("prices.zip"), false);
        machine.apply(new Entry(submit));
        machine.apply(new Entry(submit));
        machine.apply(
                new Entry(new Command.SubmitJob("k2", "sum.zip", BLOB, CompactSize.UNMEASURED, 0, 0, 2, waiting, 1)));
        for (int task = 1; task <= 3; task++) {
            machine.apply(new Entry(new Command.GrantLease(new TaskId(task), WORKER, "pc", 1000, 2)));
            Ending ending = new Ending.Exited(task == 2 ? 1 : 0);
            machine.apply(new Entry(new Command.Complete(Lease.of(task, 1), WORKER, BLOB, ending, 3)));
            machine.apply(new Entry(new Command.Publish(new TaskId(task), new Attempt(1), "r.zip", 4)));
        }
        machine.apply(new Entry(new Command.Complete(Lease.of(3, 1), WORKER, BLOB, new Ending.Exited(0), 5)));
        machine.apply(new Entry(new Command.RetryJob(new JobId(1), false, 6)));
        machine.apply(new Entry(new Command.CancelJob(new JobId(1), 7)));
        assertEquals(
                List.of(
                        "Job j1 prices.zip came in: 3 tasks",
                        "Job j4 sum.zip came in: 2 tasks",
                        "Job j1 prices.zip failed: 2 of 3 tasks succeeded",
                        "Job j4 sum.zip failed: 0 of 2 tasks succeeded",
                        "Job j1 prices.zip is cancelled: 2 of 3 tasks succeeded"),
                machine.channel().after(0).stream().map(ChannelMessage::text).toList());
    }

    @Test
    void allMastersHaveTheSameByteForByteWithAndWithoutSnapshots() throws IOException {
        All one = machine();
        All other = machine();
        for (Entry entry : ENTRIES) {
            Entry read = throughBytes(one, entry);
            assertEquals(entry, read);
            assertEquals(one.apply(entry), other.apply(read));
            All restored = machine();
            restored.readSnapshot(in(snapshot(other)));
            other = restored;
        }
        assertArrayEquals(snapshot(one), snapshot(other));
        assertEquals(
                5,
                other.channel().after(0).stream()
                        .mapToLong(ChannelMessage::id)
                        .max()
                        .orElse(0));
    }

    @Test
    void aFrozenStateIsWrittenAsItWas() throws IOException {
        All machine = machine();
        Map<Frozen, byte[]> frozen = new LinkedHashMap<>();
        for (Entry entry : ENTRIES) {
            frozen.put(machine.grid.freeze(), snapshot(machine));
            machine.apply(entry);
        }
        for (Map.Entry<Frozen, byte[]> each : frozen.entrySet()) {
            assertArrayEquals(each.getValue(), bytes(each.getKey()));
        }
    }

    @Test
    void mastersOfTwoLanguagesHaveTheSameAndEachSaysItInItsOwn() throws IOException {
        All english = machine();
        ENTRIES.forEach(english::apply);
        All portuguese = machine();
        Text.speak(Language.PORTUGUESE);
        try {
            ENTRIES.forEach(portuguese::apply);
            assertArrayEquals(snapshot(english), snapshot(portuguese));
            assertEquals(
                    List.of(
                            "A tarefa 2 b.zip foi perdida: perdas demais (1), a última: it went away",
                            "O trabalhador pc saiu"),
                    portuguese.channel().after(3).stream()
                            .map(message -> Text.again(message.text()))
                            .toList());
        } finally {
            Text.speak(Language.ENGLISH);
        }
    }

    @Test
    void twoMachinesWithTheSameTagsAreRefused() {
        All all = machine();
        String refused = assertThrows(
                        IllegalArgumentException.class,
                        () -> new GridMachine(all.tasks, all.channels, all.ranks, new RankMachine()))
                .getMessage();
        assertEquals("two machines have commands with tag 96", refused);
    }

    /** Else an older master would skip what it can't read, and its state would differ from the others'. */
    @Test
    void eachNewKindOfCommandRaisesTheVersion() {
        GridMachine grid = machine().grid;
        int ofTheLedger = SealedTable.leavesOf(Command.class).size();
        assertEquals(ofTheLedger, GridMachine.kinds(Command.class));
        assertEquals(LedgerCodec.forms() + GridMachine.kinds(ChannelCommand.class) + 1, grid.version());
        assertTrue(LedgerCodec.forms() > ofTheLedger, "of all earlier masters");
    }

    /** So does a mark before a command, another ending of a script, or what a task asks for. */
    @Test
    void eachNewFormOfACommandRaisesTheVersionToo() {
        int tagsThatAreReadOnly = 7;
        int kindsOfNeeds = 9;
        int endings = SealedTable.leavesOf(Ending.class).size() + Ending.Limit.values().length + 1;
        assertEquals(
                GridMachine.kinds(Command.class) + tagsThatAreReadOnly + endings + kindsOfNeeds, LedgerCodec.forms());
    }

    @Test
    void aRankIsGivenOnce() {
        All machine = machine();
        ENTRIES.forEach(machine::apply);
        assertEquals(Map.of("master-1", 1, "pc7", 2), machine.ranks().all());
        assertEquals(OptionalInt.of(2), machine.apply(new Entry(new RankMachine.GiveRank("pc7"))));
        assertEquals(OptionalInt.of(3), machine.apply(new Entry(new RankMachine.GiveRank("pc8"))));
        for (int number = 0; number < 9_997; number++) {
            machine.apply(new Entry(new RankMachine.GiveRank("n" + number)));
        }
        assertEquals(OptionalInt.empty(), machine.apply(new Entry(new RankMachine.GiveRank("one more"))));
    }

    @Test
    void aSnapshotFromBeforeThereWereRanksIsRead() throws IOException {
        All before = machine();
        ENTRIES.forEach(before::apply);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(64);
        LedgerSnapshot.of(before.ledger()).write(out);
        ChannelSnapshot.of(before.channel()).write(out);
        All now = machine();
        now.readSnapshot(in(bytes.toByteArray()));
        assertEquals(5, now.channel().lastId());
        assertEquals(Map.of(), now.ranks().all());
    }

    /** A result's command and an attempt's end as they were written before they said when the script ran. */
    @Test
    void whatWasWrittenBeforeWorkersSaidWhenIsRead() throws IOException {
        Command complete =
                new Command.Complete(Lease.of(1, 1), WORKER, BLOB, new Ending.Exited(3), new ScriptRun(1234, 56), 15);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LedgerCodec.write(complete, new DataOutputStream(bytes));
        assertEquals(complete, LedgerCodec.readCommand(in(bytes.toByteArray())));
        byte[] old = without(bytes.toByteArray(), 1, 16);
        old[0] = 4;
        assertEquals(
                new Command.Complete(Lease.of(1, 1), WORKER, BLOB, new Ending.Exited(3), 15),
                LedgerCodec.readCommand(in(old)));

        All machine = machine();
        machine.apply(ENTRIES.get(0));
        machine.apply(new Entry(new Command.GrantLease(new TaskId(1), WORKER, "pc", 1000, 13)));
        machine.apply(new Entry(complete));
        bytes.reset();
        LedgerSnapshot.of(machine.ledger()).write(new DataOutputStream(bytes));
        assertEquals(new ScriptRun(1234, 56), run(LedgerSnapshot.read(in(bytes.toByteArray()))));
        // Behind the run: when it ended (8 bytes), and the list of the one ended task (4 and 8). Before it: tag, how it
        // ended (1 and 5).
        int run = bytes.size() - 20 - 16;
        byte[] oldSnapshot = without(bytes.toByteArray(), run, 16);
        assertEquals(6, oldSnapshot[run - 6]);
        oldSnapshot[run - 6] = 3;
        assertEquals(ScriptRun.UNKNOWN, run(LedgerSnapshot.read(in(oldSnapshot))));
    }

    private static byte[] without(byte[] bytes, int from, int count) {
        byte[] rest = Arrays.copyOf(bytes, bytes.length - count);
        System.arraycopy(bytes, from + count, rest, from, rest.length - from);
        return rest;
    }

    private static ScriptRun run(TaskLedger ledger) {
        AttemptRecord attempt =
                ledger.task(new TaskId(1)).orElseThrow().attempts().get(0);
        return ((AttemptRecord.End.Delivered) attempt.end()).run();
    }

    @Test
    void aSnapshotFromBeforeThereWasAChannelIsRead() throws IOException {
        All before = machine();
        ENTRIES.forEach(before::apply);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LedgerSnapshot.of(before.ledger()).write(new DataOutputStream(bytes));
        All now = machine();
        now.readSnapshot(in(bytes.toByteArray()));
        assertEquals(2, now.ledger().tasksAfter(0).size());
        assertEquals(0, now.channel().lastId());
        assertThrows(IOException.class, () -> machine().readSnapshot(in(new byte[] {99, 0})));
        assertThrows(IOException.class, () -> machine().readCommand(in(new byte[] {100, 0})));
    }
}
