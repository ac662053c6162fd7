package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.blob.Replication;
import org.mutirao.master.MemoryLog;
import org.mutirao.master.dispatch.DispatchPolicy;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.dispatch.WorkerKind;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.CheckWords;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.machines.LedgerMachine;
import org.mutirao.master.results.ComparedResults;
import org.mutirao.master.results.Delivered;
import org.mutirao.master.results.Outputs;
import org.mutirao.master.results.OwnResults;
import org.mutirao.master.watch.LogTails;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.WorkerRequest.Delivery;
import org.mutirao.protocol.message.WorkerRequest.SubmitResult;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.StepLoop;
import org.mutirao.testkit.Zips;

/** What becomes of a result's bytes, and what its worker hears. */
class ResultHandlerTest {
    private static final ByteSize LARGEST = new ByteSize(1024);
    private static final GridId GRID = GridId.random();
    private static final WorkerId WORKER = new WorkerId("pc");
    private static final Lease LEASE = Lease.of(1, 1);
    private static final byte[] RESULT = Zips.of("stdout.txt", "hello");
    private static final Sha256 HASH = Sha256.of(RESULT);

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private final StepLoop loop = new StepLoop();
    private CompletableFuture<Void> replicated = CompletableFuture.completedFuture(null);
    private BlobStore blobs;
    private LedgerMachine machine;
    private MemoryLog<Command, Applied> log;
    private Dispatcher dispatcher;
    private ResultHandler handler;

    private final class PlayedReplication implements Replication {
        @Override
        public byte[] inlineBytes(Blob blob) {
            return new byte[0];
        }

        @Override
        public CompletableFuture<Void> replicate(Blob blob, byte[] inlineBytes) {
            return replicated;
        }
    }

    @BeforeEach
    void open() throws IOException {
        blobs = BlobStore.open(folder.resolve("blobs"), clock);
        machine = new LedgerMachine(Optional.of(blobs));
        log = new MemoryLog<>(machine, loop);
        Duration patience = Duration.ofSeconds(60);
        dispatcher = new Dispatcher(
                log::propose,
                DispatchPolicy.of(patience, patience, patience),
                clock,
                clock::nanos,
                loop,
                new MasterListener() {},
                (task, worker) -> true);
        DurablePath path = new DurablePath(
                blobs,
                new PlayedReplication(),
                (command, inlineBytes) -> log.propose(command),
                loop,
                hash -> machine.ledger().refersTo(hash));
        handler = new ResultHandler(
                dispatcher,
                path,
                blobs::discard,
                new HandlerThreads(loop, loop, loop),
                () -> GRID,
                LARGEST,
                new ComparedResults(new Outputs(
                        new OwnResults(folder, Delivered.open(folder.resolve("delivered"))), new LogTails())));
        Blob taskPackage = new Blob(Sha256.of("a package".getBytes(StandardCharsets.UTF_8)), 9);
        log.propose(new Command.Submit("key", "a.zip", taskPackage, CompactSize.LARGE, 0, 0, 5, 10));
        log.propose(new Command.GrantLease(new TaskId(1), WORKER, "pc", 60_000, 20));
        loop.runAll();
        dispatcher.lead(machine.ledger());
        dispatcher.onRegister(
                WORKER,
                new WorkerProfile("pc", WorkerKind.OURS, "mutirao", "", 0, 0, 1, 0, Optional.of(patience)),
                Optional.empty());
    }

    private Payload received(byte[] bytes) throws IOException {
        Spool.Sink sink = blobs.spool(ByteSize.mebi(1)).open();
        sink.write(bytes, 0, bytes.length);
        return sink.finish();
    }

    private static SubmitResult result(Payload payload, GridId grid, Lease lease) {
        return new SubmitResult(
                WORKER,
                "x.zip",
                payload,
                Optional.of(new Delivery(grid, lease, new Ending.Exited(0), Duration.ofMillis(5))));
    }

    private CompletableFuture<Reply> send(SubmitResult submit, Optional<Reply> objection) {
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        handler.submit(submit, () -> objection, Answer.into(replied));
        loop.runAll();
        return replied;
    }

    private CompletableFuture<Reply> send(byte[] bytes) throws IOException {
        return send(result(received(bytes), GRID, LEASE), Optional.empty());
    }

    private boolean lies(Sha256 hash) {
        return Files.exists(blobs.pathOf(hash));
    }

    private String state() {
        return machine.ledger()
                .task(new TaskId(1))
                .orElseThrow()
                .state()
                .status()
                .label();
    }

    private void assertRefused(SubmitResult submit, Optional<Reply> objection, Refusal refusal) {
        Reply reply = send(submit, objection).join();
        assertEquals(refusal, ((Reply.Failure) reply).refusal(), reply.toString());
        assertEquals(0, blobs.memory().used(), "its bytes go no further");
        assertFalse(lies(submit.result().blob().hash()));
        assertEquals("running", state());
    }

    @Test
    void okComesWhenAMajorityHasTheResult() throws IOException {
        replicated = new CompletableFuture<>();
        CompletableFuture<Reply> replied = send(RESULT);
        assertFalse(replied.isDone());
        assertEquals("running", state());
        replicated.complete(null);
        loop.runAll();
        assertEquals(new Reply.Ok(false), replied.join());
        assertEquals("succeeded", state());
        assertTrue(lies(HASH));
    }

    /** The disk's thread and the loop are one here: one step each, and one with the log's answer. */
    @Test
    void aSmallResultComesToTheLoopOnceBeforeItIsProposed() throws IOException {
        assertEquals(3, stepsOf(RESULT));
        submitVerified();
        assertEquals(4, stepsOf(Zips.of("stdout.txt", "1")), "now somebody has to look first whether it is compared");
        dispatcher.follow();
        dispatcher.lead(machine.ledger());
        assertEquals(4, stepsOf(Zips.of("stdout.txt", "2")), "also after a change of the leader");
        dispatcher.lead(new TaskLedger());
        assertFalse(dispatcher.held().mayVerify());
        dispatcher.follow();
        assertTrue(dispatcher.held().mayVerify(), "who does not lead can't know");
    }

    private void submitVerified() {
        JobPlan plan = new JobPlan(InputNames.numbered(1), JobPlan.Merge.NONE, List.of(), false).verified(JobPlan.ALL);
        Blob taskPackage = new Blob(Sha256.of("a job".getBytes(StandardCharsets.UTF_8)), 5);
        log.propose(new Command.SubmitJob("job", "j.zip", taskPackage, CompactSize.OURS_ONLY, 0, 0, 5, plan, 30));
        loop.runAll();
        dispatcher.onChanged(new JobId(2));
    }

    private int stepsOf(byte[] bytes) throws IOException {
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        handler.submit(result(received(bytes), GRID, LEASE), Optional::empty, Answer.into(replied));
        int steps = loop.runAll();
        assertInstanceOf(Reply.Ok.class, replied.join());
        return steps;
    }

    /** Its bytes are compared, and go no further. */
    @Test
    void whatOnlyVerifiesAResultIsNotKept() throws IOException {
        WorkerId other = new WorkerId("other");
        TaskId task = new TaskId(2);
        submitVerified();
        log.propose(new Command.GrantLease(task, WORKER, "pc", 60_000, 40));
        loop.runAll();
        send(
                result(received(Zips.of("stdout.txt", "1", "stderr.txt", "at 10:00")), GRID, Lease.of(2, 1)),
                Optional.empty());
        log.propose(new Command.GrantLease(task, other, "pc2", 60_000, 50));
        loop.runAll();
        Payload again = received(Zips.of("stdout.txt", "1", "stderr.txt", "at 11:00"));
        SubmitResult verifying = new SubmitResult(
                other,
                "x.zip",
                again,
                Optional.of(new Delivery(GRID, Lease.of(2, 2), new Ending.Exited(0), Duration.ofMillis(5))));
        assertEquals(new Reply.Ok(false), send(verifying, Optional.empty()).join());
        assertEquals(
                Optional.of("verified: pc and pc2 brought the same"),
                CheckWords.of(machine.ledger().task(task).orElseThrow()));
        assertFalse(lies(again.blob().hash()));
    }

    @Test
    void anotherResultOfTheTaskIsADuplicateWhoseBytesGo() throws IOException {
        send(RESULT);
        byte[] another = Zips.of("stdout.txt", "good evening");
        assertEquals(new Reply.Ok(true), send(another).join());
        assertFalse(lies(Sha256.of(another)));
        assertTrue(lies(HASH));
    }

    @Test
    void whatNobodyMayTakeIsThrownAway() throws IOException {
        assertRefused(result(received(new byte[1025]), GRID, LEASE), Optional.empty(), Refusal.BAD_REQUEST);
        assertRefused(
                result(received(RESULT), GRID, LEASE),
                Optional.of(new Reply.Failure(Refusal.CONFLICT, "another's")),
                Refusal.CONFLICT);
        assertRefused(result(received(RESULT), GridId.random(), LEASE), Optional.empty(), Refusal.NOT_LEASED);
        assertRefused(result(received(RESULT), GRID, Lease.of(1, 2)), Optional.empty(), Refusal.NOT_LEASED);
        assertRefused(
                result(received("no ZIP".getBytes(StandardCharsets.UTF_8)), GRID, LEASE),
                Optional.empty(),
                Refusal.BAD_REQUEST);
        dispatcher.follow();
        assertRefused(result(received(RESULT), GRID, LEASE), Optional.empty(), Refusal.TRY_LATER);
    }

    @Test
    void aDiskThatTakesNothingIsSaidAndTheBytesGo() throws IOException {
        Files.writeString(folder.resolve("blobs").resolve(HASH.hex().substring(0, 2)), "in the way");
        Path file = Files.write(folder.resolve("in.part"), RESULT); // as one that is too large for memory
        Payload large = new Payload(file, new Blob(HASH, RESULT.length));
        assertRefused(result(large, GRID, LEASE), Optional.empty(), Refusal.TRY_LATER);
        assertFalse(Files.exists(file));
    }

    @Test
    void withoutAMajorityTheWorkerKeepsItsCopyAndHearsWhy() throws IOException {
        replicated = CompletableFuture.failedFuture(new Told("too few masters could store it"));
        assertEquals(
                new Reply.Failure(Refusal.TRY_LATER, "too few masters could store it"),
                send(RESULT).join());
        assertEquals("running", state());
    }

    @Test
    void afterAnUnknownOutcomeTheBytesStay() throws IOException {
        log.loseAnswers(true);
        assertEquals(
                new Reply.Failure(Refusal.TRY_LATER, "the log did not take it"),
                send(RESULT).join());
        assertEquals("succeeded", state(), "the log had taken it");
        assertTrue(lies(HASH));
        log.loseAnswers(false);
        assertTrue(send(RESULT).join() instanceof Reply.Ok, "the worker sends it again");
        assertTrue(lies(HASH));
    }
}
