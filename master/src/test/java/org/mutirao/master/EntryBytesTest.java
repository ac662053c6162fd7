package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mutirao.master.access.AccessCommand;
import org.mutirao.master.access.AuditNote;
import org.mutirao.master.channel.Audience;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.ledger.Check;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.HandedInBy;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.machines.AccessMachine;
import org.mutirao.master.machines.ChannelMachine;
import org.mutirao.master.machines.Entry;
import org.mutirao.master.machines.GridMachine;
import org.mutirao.master.machines.LedgerMachine;
import org.mutirao.master.machines.RankMachine;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.table.SealedTable;

/** Entries of the log are written byte for byte as ever, and those of earlier versions are read. A line of the file is never changed. */
class EntryBytesTest {
    private static final Sha256 HASH = new Sha256("0123456789abcdef".repeat(4));
    private static final Blob BLOB = new Blob(HASH, 77);
    private static final WorkerId WORKER = new WorkerId("worker-1");
    private static final String ANA = "ana";
    private static final String SESSION = "session-of-ana";
    private static final String OLD = "old-";
    /** Compressed: other versions of the JDK may come to other bytes, which are read all the same. */
    private static final String PACKED = "packed-";

    private final ChannelMachine channels = new ChannelMachine(channel -> {});
    private final GridMachine machine =
            new GridMachine(new LedgerMachine(Optional.empty()), channels, new RankMachine(), new AccessMachine());

    static Map<String, Entry> entries() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        Ending noted = new Ending.Exited(3, "because");
        ScriptRun run = new ScriptRun(40, 2);
        put(entries, "submit", new Command.Submit("k1", "ação.zip", BLOB, new CompactSize(88), 1, 2, 3, 10));
        TaskNeeds needs = new TaskNeeds(
                Optional.of(new PythonRange(">=3.12")),
                List.of("numpy", "pandas"),
                Optional.of("linux"),
                List.of("lab3"),
                2,
                2L << 30,
                1);
        put(
                entries,
                "submit-with-needs",
                new Command.Submit("k4", "n.zip", BLOB, new CompactSize(88), 1, 2, 3, needs, 10));
        put(
                entries,
                "submit-in-environment",
                new Command.Submit(
                        "k8",
                        "n.zip",
                        BLOB,
                        new CompactSize(88),
                        1,
                        2,
                        3,
                        needs.in(Optional.of("0123abcd"), Optional.empty()),
                        10));
        HandedInBy by = new HandedInBy("submitter-3", "10.0.0.7", "ação.zip");
        put(
                entries,
                "handed-in",
                new Command.HandedIn(
                        new Command.Submit("k9", "n.zip", BLOB, new CompactSize(88), 1, 2, 3, needs, 10), by));
        put(entries, "grant", new Command.GrantLease(new TaskId(1), WORKER, "pc", 1000, 13));
        put(entries, "lose", new Command.LoseLease(Lease.of(2, 1), "it went away", 18));
        put(entries, "lose-uncounted", new Command.LoseLease(Lease.of(2, 1), "it went away", 18).uncounted());
        put(entries, "complete", new Command.Complete(Lease.of(1, 1), WORKER, BLOB, noted, run, 15));
        put(
                entries,
                "complete-stopped",
                new Command.Complete(Lease.of(1, 2), WORKER, BLOB, new Ending.Stopped(Ending.Limit.TIME), run, 15));
        put(
                entries,
                "complete-memory",
                new Command.Complete(Lease.of(1, 2), WORKER, BLOB, new Ending.Stopped(Ending.Limit.MEMORY), run, 15));
        put(
                entries,
                "complete-processes",
                new Command.Complete(
                        Lease.of(1, 2), WORKER, BLOB, new Ending.Stopped(Ending.Limit.PROCESSES), run, 15));
        for (Ending.Limit limit : List.of(Ending.Limit.CPU, Ending.Limit.DISK, Ending.Limit.FILES)) {
            put(
                    entries,
                    "complete-" + limit.name().toLowerCase(Locale.ROOT),
                    new Command.Complete(Lease.of(1, 2), WORKER, BLOB, new Ending.Stopped(limit), run, 15));
        }
        put(
                entries,
                "complete-unreported",
                new Command.Complete(Lease.of(1, 3), WORKER, BLOB, new Ending.Unreported(), run, 15));
        put(entries, "cancel", new Command.Cancel(new TaskId(2), 19));
        put(entries, "retry", new Command.Retry(new TaskId(2), 20));
        put(entries, "give-up", new Command.GiveUp(new TaskId(2), HASH, "gone", 21));
        put(entries, "publish", new Command.Publish(new TaskId(1), new Attempt(4), "r.zip", 22));
        JobPlan plan = new JobPlan(
                InputNames.of(List.of("1.csv", "ação.csv")), JobPlan.Merge.SCRIPT, List.of("first.zip"), true);
        put(
                entries,
                PACKED + "submit-job",
                new Command.SubmitJob("k2", "j.zip", BLOB, new CompactSize(88), 1, 2, 3, plan, 10));
        JobPlan repeated = new JobPlan(InputNames.numbered(100), JobPlan.Merge.FILES_WITH_SOURCE, List.of(), false);
        put(
                entries,
                "submit-job-repeated",
                new Command.SubmitJob("k3", "j.zip", BLOB, new CompactSize(88), 1, 2, 3, repeated, 10));
        put(
                entries,
                "submit-job-with-needs",
                new Command.SubmitJob("k5", "j.zip", BLOB, new CompactSize(88), 1, 2, 3, repeated.with(needs), 10));
        put(
                entries,
                "submit-job-verified",
                new Command.SubmitJob("k6", "j.zip", BLOB, new CompactSize(88), 1, 2, 3, repeated.verified(500), 10));
        put(
                entries,
                "submit-job-trusted",
                new Command.SubmitJob(
                        "k7", "j.zip", BLOB, new CompactSize(88), 1, 2, 3, repeated.with(needs.trusted(true)), 10));
        put(
                entries,
                "handed-in-job",
                new Command.HandedIn(
                        new Command.SubmitJob(
                                "k10", "j.zip", BLOB, new CompactSize(88), 1, 2, 3, repeated.verified(500), 10),
                        by));
        put(entries, "grant-without-key", new Command.GrantLease(new TaskId(1), WORKER, "pc", 1000, true, 13));
        put(
                entries,
                "complete-to-verify",
                new Command.Complete(Lease.of(1, 1), WORKER, BLOB, noted, run, 15).with(HASH));
        put(
                entries,
                "complete-check",
                new Command.CompleteCheck(
                        Lease.of(1, 2),
                        WORKER,
                        Optional.of(HASH),
                        Optional.of(new Check.Difference(7, "ação", "b", List.of("a.csv"))),
                        noted,
                        run,
                        28));
        put(
                entries,
                "complete-check-unseen",
                new Command.CompleteCheck(Lease.of(1, 2), WORKER, Optional.empty(), Optional.empty(), noted, run, 29));
        put(entries, "end-check", new Command.EndCheck(new TaskId(2), "nobody was there", 30));
        put(entries, "trust", new Command.Trust(new TaskId(2), 31));
        put(entries, "cancel-job", new Command.CancelJob(new JobId(2), 23));
        put(entries, "retry-job", new Command.RetryJob(new JobId(2), true, 24));
        put(entries, "retry-job-with", new Command.RetryJobWith(new JobId(2), BLOB, new CompactSize(88), true, 27));
        put(entries, "forget-job", new Command.ForgetJob(new JobId(2), 25));
        put(entries, "give-up-job", new Command.GiveUpJob(new JobId(2), HASH, "gone", 26));
        put(entries, "log-in", new ChannelCommand.LogIn(ANA, SESSION, true, 5, 12));
        put(entries, "log-out", new ChannelCommand.LogOut(ANA, SESSION, "why", 13));
        put(entries, "make-topic", new ChannelCommand.MakeTopic(ANA, SESSION, "news", 14));
        put(entries, "say", new ChannelCommand.Say(ANA, SESSION, 1, new Audience.Topic("news"), "olá", 6, 15));
        put(entries, "say-person", new ChannelCommand.Say(ANA, SESSION, 2, new Audience.Person("bia"), "oi", 7, 16));
        put(entries, "say-all", new ChannelCommand.Say(ANA, SESSION, 3, new Audience.Everyone(), "oi", 8, 17));
        put(entries, "confirm", new ChannelCommand.Confirm(ANA, SESSION, 9, 18));
        put(entries, "announce", new ChannelCommand.Announce("Worker pc is gone", 21));
        entries.put("give-rank", new Entry(new RankMachine.GiveRank("master-1")));
        put(entries, "issue", new AccessCommand.Issue(Role.SUBMITTER, "Ana", 32));
        put(entries, "take-back", new AccessCommand.TakeBack(3, 33));
        put(entries, "own", new AccessCommand.Own(7, 3));
        put(
                entries,
                "noted",
                new AccessCommand.Noted(new AuditNote(34, "submitter-3", "10.0.0.7", "SUBMIT_TASK", "j7")));
        put(entries, "retire", new AccessCommand.Retire("0123456789abcdef"));
        return entries;
    }

    private static void put(Map<String, Entry> entries, String name, Command command) {
        entries.put(name, new Entry(command));
    }

    private static void put(Map<String, Entry> entries, String name, AccessCommand command) {
        entries.put(name, new Entry(command));
    }

    private static void put(Map<String, Entry> entries, String name, ChannelCommand command) {
        entries.put(name, new Entry(command));
    }

    private String written(Entry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        machine.writeCommand(entry, new DataOutputStream(bytes));
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private Entry read(String hex) throws IOException {
        DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));
        Entry entry = machine.readCommand(in);
        assertEquals(0, in.available());
        return entry;
    }

    private static Map<String, String> golden() throws IOException {
        Map<String, String> golden = new LinkedHashMap<>();
        try (InputStream in = EntryBytesTest.class.getResourceAsStream("entries.hex")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" "))
                    .forEach(words -> golden.put(words[0], words[1]));
        }
        return golden;
    }

    @Test
    void areWrittenAsEverAndReadBack() throws IOException {
        Map<String, String> golden = golden();
        for (Map.Entry<String, Entry> each : entries().entrySet()) {
            if (each.getKey().startsWith(PACKED)) {
                assertEquals(each.getValue(), read(written(each.getValue())));
            } else {
                assertEquals(golden.get(each.getKey()), written(each.getValue()), each.getKey());
            }
            assertEquals(each.getValue(), read(golden.get(each.getKey())));
        }
    }

    @Test
    void thoseOfEarlierVersionsAreRead() throws IOException {
        Map<String, String> golden = golden();
        assertEquals(
                new Entry(new Command.Submit("k1", "a.zip", BLOB, CompactSize.LARGE, 1, 2, 3, 10)),
                read(golden.get(OLD + "submit")));
        assertEquals(
                new Entry(new Command.Complete(Lease.of(1, 1), WORKER, BLOB, new Ending.Exited(3), 15)),
                read(golden.get(OLD + "complete")));
    }

    @Test
    void everyTypeIsInTheFile() {
        Set<Class<?>> types = new HashSet<>();
        entries().values().forEach(entry -> types.add(entry.command().getClass()));
        Set<Class<?>> expected = new HashSet<>(SealedTable.leavesOf(Command.class));
        expected.add(RankMachine.GiveRank.class);
        expected.addAll(SealedTable.leavesOf(ChannelCommand.class));
        expected.addAll(SealedTable.leavesOf(AccessCommand.class));
        assertEquals(expected, types);
    }

    @Test
    void whatIsOfALaterVersionIsSaid() {
        assertEquals(
                "command tag 63 is of a later version",
                assertThrows(IOException.class, () -> read("3f")).getMessage());
        assertEquals(
                "command tag 95 is of a later version",
                assertThrows(IOException.class, () -> read("5f")).getMessage());
        assertEquals(
                "command tag 97 is of a later version",
                assertThrows(IOException.class, () -> read("61")).getMessage());
        assertEquals(new Channel().lastId(), channels.channel().lastId());
    }
}
