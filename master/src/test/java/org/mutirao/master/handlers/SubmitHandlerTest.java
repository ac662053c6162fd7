package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.blob.Replication;
import org.mutirao.master.MemoryLog;
import org.mutirao.master.access.AuditNote;
import org.mutirao.master.door.Origin;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.inbox.HandOn;
import org.mutirao.master.inbox.Intake;
import org.mutirao.master.inbox.IntakeLimits;
import org.mutirao.master.inbox.Taken;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.master.machines.AccessMachine;
import org.mutirao.master.machines.ChannelMachine;
import org.mutirao.master.machines.Entry;
import org.mutirao.master.machines.GridMachine;
import org.mutirao.master.machines.HandInNotes;
import org.mutirao.master.machines.LedgerMachine;
import org.mutirao.master.machines.OpenWork;
import org.mutirao.master.machines.Proposals;
import org.mutirao.master.machines.RankMachine;
import org.mutirao.master.watch.KnownMachines;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.NoteRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.Connection;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.StepLoop;
import org.mutirao.testkit.Zips;

/** What a hand-in by a request puts on the log, and when it is answered. */
class SubmitHandlerTest {
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)");
    private static final Badge ANA = new Badge(Role.SUBMITTER, 3);

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private final StepLoop loop = new StepLoop();
    private final AccessMachine access = new AccessMachine();
    private final LedgerMachine ledger = new LedgerMachine(Optional.empty());
    private final MemoryLog<Entry, Object> log =
            new MemoryLog<>(new GridMachine(ledger, new ChannelMachine(news -> {}), new RankMachine(), access), loop);
    private final Proposals proposals = new Proposals(CompletableFuture.completedFuture(log));
    private boolean elsewhere;
    private BlobStore blobs;
    private AccessHandler asking;
    private SubmitHandler handler;

    private static final class NoOthers implements Replication {
        @Override
        public byte[] inlineBytes(Blob blob) {
            return new byte[0];
        }

        @Override
        public CompletableFuture<Void> replicate(Blob blob, byte[] inlineBytes) {
            return CompletableFuture.completedFuture(null);
        }
    }

    private final class Leader implements HandOn {
        @Override
        public boolean isElsewhere() {
            return elsewhere;
        }

        @Override
        public CompletableFuture<Taken> submit(OperatorRequest.SubmitTask task) {
            Verdict accepted = new Verdict.Accepted(new TaskId(1), false);
            return CompletableFuture.completedFuture(
                    new Taken(new Applied(accepted, List.of()), Optional.empty(), List.of()));
        }
    }

    /** A program somewhere. */
    private record Far(InetSocketAddress remote, Entrant entrant) implements Connection {
        static Origin as(Entrant entrant) throws UnknownHostException {
            InetAddress address = InetAddress.getByName("10.0.0.7");
            return Origin.wire(Dialects.own(), new Far(new InetSocketAddress(address, 5000), entrant));
        }

        @Override
        public boolean isOpen() {
            return true;
        }
    }

    @BeforeEach
    void open() throws IOException {
        OpenWork open = new OpenWork(ledger::ledger, access::access);
        ledger.add(open);
        ledger.add(new HandInNotes(access));
        access.onOwned(open::onOwned);
        blobs = BlobStore.open(folder.resolve("blobs"), clock);
        DurablePath path = new DurablePath(blobs, new NoOthers(), proposals::propose, loop, hash -> ledger.ledger()
                .refersTo(hash));
        Intake intake = new Intake(
                blobs,
                path,
                new Leader(),
                new IntakeLimits(PackageLimits.defaults(), ByteSize.mebi(1), 5, false),
                clock,
                (hash, contents) -> {});
        handler = new SubmitHandler(
                ledger::ledger, intake, new HandlerThreads(loop, loop, loop), new KnownMachines(), () -> {});
        asking = new AccessHandler(
                access::access,
                command -> proposals.<AccessMachine.Outcome>propose(command).thenApply(AccessMachine.Outcome::badge),
                () -> "grid",
                true,
                List.of(),
                new Shares(open, ledger::ledger, Shares.Most.DEFAULT),
                clock);
    }

    private OperatorRequest.SubmitTask request(String name, String key, byte[] zip) throws IOException {
        Spool.Sink sink = blobs.spool(ByteSize.mebi(1)).open();
        sink.write(zip, 0, zip.length);
        return new OperatorRequest.SubmitTask(name, key, sink.finish());
    }

    private CompletableFuture<Reply> begin(OperatorRequest.SubmitTask request, Origin origin) {
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        handler.submit(request, asking.asking(request, origin, Answer.into(replied)));
        return replied;
    }

    private Reply handIn(String name, String key, byte[] zip, Origin origin) throws IOException {
        CompletableFuture<Reply> replied = begin(request(name, key, zip), origin);
        loop.runAll();
        assertTrue(replied.isDone());
        return replied.join();
    }

    private List<String> notes() {
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        asking.answer(new AccessRequest.ListNotes(0, 100), Entrant.MEMBER, Answer.into(replied));
        return ((Reply.NoteList) replied.join())
                .notes().stream().map(SubmitHandlerTest::line).toList();
    }

    private static String line(NoteRow note) {
        return note.at() + " " + note.who() + " " + note.from() + " " + note.what() + " " + note.about();
    }

    @Test
    void aHandInIsOneCommandAndNotedBeforeItIsAnswered() throws IOException {
        CompletableFuture<Reply> replied = begin(request("ação.zip", "k", PACKAGE), Far.as(Entrant.MEMBER));
        while (log.size() == 0) {
            assertTrue(loop.runNext());
            assertFalse(replied.isDone());
        }
        assertEquals(List.of(clock.millis() + " secret 10.0.0.7 SUBMIT_TASK j1 ação.zip"), notes());
        loop.runAll();
        assertInstanceOf(Reply.TaskState.class, replied.join());
        assertEquals(1, log.size());
    }

    @Test
    void whatIsNotedIsAsTheNameWasSaidAndFitToBeShown() throws IOException {
        byte[] job =
                Zips.of("main.py", "", "task.json", "{\"name\":\"other\"}", "inputs/1.csv", "", "inputs/2.csv", "");
        handIn("a\u001b[2J/b " + "x".repeat(200), "k1", job, Far.as(Entrant.ANYBODY));
        handIn("c", "k2", PACKAGE, Origin.visitor(Entrant.of(new Badge(Role.OPERATOR, 7)), Optional.empty()));
        handIn("d.zip ", "k3", PACKAGE, Origin.inside());
        assertEquals(
                List.of(
                        clock.millis() + " anybody 10.0.0.7 SUBMIT_TASK j1 a [2J/b " + "x".repeat(89),
                        clock.millis() + " operator-7  SUBMIT_TASK j3 c",
                        clock.millis() + " secret  SUBMIT_TASK j4 d.zip"),
                notes());
        assertEquals(
                AuditNote.MAX_ABOUT, access.access().notes(0, 1).get(0).about().length());
        assertEquals(3, log.size());
    }

    @Test
    void aRepetitionIsNotedAndARefusalIsNot() throws IOException {
        handIn("a.zip", "k", PACKAGE, Far.as(Entrant.MEMBER));
        handIn("a.zip", "k", PACKAGE, Far.as(Entrant.MEMBER));
        assertEquals(2, notes().size());
        byte[] waiting = Zips.of("main.py", "", "task.json", "{\"after\":[\"nobodys\"]}");
        assertEquals(
                Refusal.NOT_FOUND, ((Reply.Failure) handIn("b.zip", "k2", waiting, Far.as(Entrant.MEMBER))).refusal());
        assertEquals(
                Refusal.BAD_REQUEST,
                ((Reply.Failure) handIn("c.zip", "k3", Zips.of("x", ""), Far.as(Entrant.MEMBER))).refusal());
        log.refuse(true);
        assertEquals(
                Refusal.TRY_LATER, ((Reply.Failure) handIn("d.zip", "k4", PACKAGE, Far.as(Entrant.MEMBER))).refusal());
        assertEquals(2, notes().size());
    }

    /** That master notes what comes from this one, as it does with all that it is sent. */
    @Test
    void whatIsHandedOnToTheLeaderIsNotNotedHere() throws IOException {
        handIn("a.zip", "k", PACKAGE, Far.as(Entrant.MEMBER));
        elsewhere = true;
        assertInstanceOf(Reply.TaskState.class, handIn("b.zip", "k2", PACKAGE, Far.as(Entrant.MEMBER)));
        assertEquals(1, notes().size());
        assertEquals(1, log.size());
    }

    @Test
    void aSubmittersJobIsHisBeforeHeIsAnswered() throws IOException {
        CompletableFuture<Reply> replied = begin(request("a.zip", "k", PACKAGE), Far.as(Entrant.of(ANA)));
        while (access.access().ownerOf(1).isEmpty()) {
            assertTrue(loop.runNext());
            assertEquals(access.access().ownerOf(1).isPresent(), replied.isDone());
        }
        assertInstanceOf(Reply.TaskState.class, replied.join());
        assertEquals(OptionalInt.of(ANA.serial()), access.access().ownerOf(1));
        assertEquals(List.of(clock.millis() + " submitter-3 10.0.0.7 SUBMIT_TASK j1 a.zip"), notes());
        assertEquals(2, log.size());
    }

    @Test
    void whoseItIsMustBeKnownOrItIsHandedInAgain() throws IOException {
        CompletableFuture<Reply> replied = begin(request("a.zip", "k", PACKAGE), Far.as(Entrant.of(ANA)));
        while (log.size() == 0) {
            assertTrue(loop.runNext());
        }
        log.refuse(true);
        loop.runAll();
        Reply.Failure later = assertInstanceOf(Reply.Failure.class, replied.join());
        assertEquals(Refusal.TRY_LATER, later.refusal());
        assertTrue(later.message().contains("whose it is"), later.message());
        log.refuse(false);
        assertInstanceOf(Reply.TaskState.class, handIn("a.zip", "k", PACKAGE, Far.as(Entrant.of(ANA))));
        assertEquals(OptionalInt.of(ANA.serial()), access.access().ownerOf(1));
    }
}
