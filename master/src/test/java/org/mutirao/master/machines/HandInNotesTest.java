package org.mutirao.master.machines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.master.access.AuditNote;
import org.mutirao.master.channel.ChannelMessage;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.HandedInBy;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;

/** Who handed in, noted where the hand-in stands on the log. */
class HandInNotesTest {
    private static final Blob BLOB = new Blob(Sha256.of("x".getBytes(StandardCharsets.UTF_8)), 1);
    private static final HandedInBy ANA = new HandedInBy("submitter-3", "10.0.0.7", "ação.zip");

    private final Machines here = new Machines();

    /** The machines of one master. */
    private static final class Machines {
        private final AccessMachine access = new AccessMachine();
        private final ChannelMachine channels = new ChannelMachine(news -> {});
        private final LedgerMachine tasks = new LedgerMachine(Optional.empty());
        private final GridMachine grid = new GridMachine(tasks, channels, new RankMachine(), access);

        Machines() {
            tasks.add(new TaskNews(channels));
            tasks.add(new HandInNotes(access));
        }

        Applied apply(Command command) {
            return (Applied) grid.apply(new Entry(command));
        }

        List<AuditNote> notes() {
            return access.access().notes(0, 100);
        }

        byte[] snapshot() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            grid.freeze().write(new DataOutputStream(bytes));
            return bytes.toByteArray();
        }
    }

    private static Command.Submit plain(String key) {
        return new Command.Submit(key, "a.zip", BLOB, CompactSize.LARGE, 0, 0, 5, 10);
    }

    private static Command.SubmitJob job(String key, int tasks, String... after) {
        JobPlan plan = new JobPlan(InputNames.numbered(tasks), JobPlan.Merge.NONE, List.of(after), false);
        return new Command.SubmitJob(key, "j.zip", BLOB, CompactSize.OURS_ONLY, 0, 0, 5, plan, 20);
    }

    private static AuditNote noted(long at, String about) {
        return new AuditNote(at, "submitter-3", "10.0.0.7", "SUBMIT_TASK", about);
    }

    @Test
    void whoHandedInIsNotedWithTheNumberThatTheJobGot() {
        here.apply(new Command.HandedIn(plain("k1"), ANA));
        here.apply(new Command.HandedIn(job("k2", 3), ANA));
        here.apply(new Command.HandedIn(plain("k3"), ANA));
        assertEquals(
                List.of(noted(10, "j1 ação.zip"), noted(20, "j2 ação.zip"), noted(10, "j5 ação.zip")), here.notes());
        assertEquals(5, here.tasks.ledger().counts().queued());
        assertEquals(
                List.of("Job j2 j.zip came in: 3 tasks"),
                here.channels.channel().after(0).stream()
                        .map(ChannelMessage::text)
                        .toList(),
                "as without a name");
    }

    @Test
    void whatNobodySentIsNobodys() {
        here.apply(plain("k1"));
        here.apply(job("k2", 3));
        assertEquals(List.of(), here.notes());
        assertEquals(4, here.tasks.ledger().counts().queued());
    }

    /** It was accepted too, and says to the one who repeats it which job it is. */
    @Test
    void aRepeatedHandInIsNotedAgain() {
        here.apply(plain("k1"));
        here.apply(plain("k2"));
        assertEquals(
                2,
                assertInstanceOf(
                                Verdict.Accepted.class,
                                here.apply(new Command.HandedIn(plain("k2"), ANA))
                                        .verdict())
                        .task()
                        .number());
        assertEquals(List.of(noted(10, "j2 ação.zip")), here.notes());
        assertEquals(2, here.tasks.ledger().counts().queued());
    }

    @Test
    void whatIsRefusedIsNotNoted() {
        assertEquals(
                new Verdict.Refused(Verdict.Why.NO_SUCH_JOB),
                here.apply(new Command.HandedIn(job("k1", 3, "nobodys.zip"), ANA))
                        .verdict());
        assertEquals(List.of(), here.notes());
    }

    @Test
    void ofALongNameTheStartIsNoted() {
        HandedInBy by = new HandedInBy("anybody", "", "😀".repeat(95) + "  " + "x".repeat(50));
        here.apply(new Command.HandedIn(plain("k1"), by));
        assertEquals(List.of(new AuditNote(10, "anybody", "", "SUBMIT_TASK", "j1 " + "😀".repeat(95))), here.notes());
    }

    @Test
    void allMastersHaveTheSameNotesAndTasksKeepNoName() throws IOException {
        Machines other = new Machines();
        for (Command command : List.of(
                new Command.HandedIn(plain("k1"), ANA),
                new Command.HandedIn(job("k2", 3).verified(500), ANA),
                new Command.HandedIn(plain("k1"), new HandedInBy("secret", "10.0.0.8", "b.zip")))) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            here.grid.writeCommand(new Entry(command), new DataOutputStream(bytes));
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
            Entry read = other.grid.readCommand(in);
            assertEquals(new Entry(command), read);
            assertEquals(here.apply(command), other.grid.apply(read));
            Machines restored = new Machines();
            restored.grid.readSnapshot(new DataInputStream(new ByteArrayInputStream(other.snapshot())));
            other = restored;
        }
        assertEquals(3, other.notes().size());
        assertArrayEquals(here.snapshot(), other.snapshot());
        Machines nobodys = new Machines();
        nobodys.apply(plain("k1"));
        assertEquals(
                nobodys.tasks.ledger().records().iterator().next(),
                here.tasks.ledger().records().iterator().next());
    }
}
