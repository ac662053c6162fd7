package org.mutirao.master.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.group.blob.Replication;
import org.mutirao.master.durable.DurablePath;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.HandedInBy;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.StepLoop;
import org.mutirao.testkit.Zips;

/** What becomes of a package's bytes. */
class PackageIntakeTest {
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)");
    private static final Taken ELSEWHERE = new Taken(
            new Applied(new Verdict.Accepted(new TaskId(7), false), List.of()),
            Optional.of("as the leader says"),
            List.of());

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private final StepLoop loop = new StepLoop();
    private final TaskLedger ledger = new TaskLedger();
    private final List<Command> proposed = new ArrayList<>();
    private final List<OperatorRequest.SubmitTask> handedOn = new ArrayList<>();
    private final CompletableFuture<Taken> byTheLeader = new CompletableFuture<>();
    private boolean elsewhere;
    private BlobStore blobs;
    private Intake intake;

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
            handedOn.add(task);
            return byTheLeader;
        }
    }

    /** What was told of jobs: their packages, with what each has in inputs and shared files. */
    private final Map<Sha256, Integer> known = new HashMap<>();

    @BeforeEach
    void open() throws IOException {
        blobs = BlobStore.open(folder.resolve("blobs"), clock);
        DurablePath path = new DurablePath(
                blobs,
                new NoOthers(),
                (command, inlineBytes) -> {
                    proposed.add(command);
                    return CompletableFuture.completedFuture(ledger.apply(command));
                },
                loop,
                ledger::refersTo);
        intake = new Intake(
                blobs,
                path,
                new Leader(),
                new IntakeLimits(PackageLimits.defaults(), new ByteSize(1024), 5, false),
                clock,
                (hash, contents) -> known.put(hash, contents.weight()));
    }

    private Payload received(byte[] bytes) throws IOException {
        Spool.Sink sink = blobs.spool(ByteSize.mebi(1)).open();
        sink.write(bytes, 0, bytes.length);
        return sink.finish();
    }

    private Taken accept(byte[] bytes, String key) throws IOException, RefusedPackage {
        CompletableFuture<Taken> accepted = intake.accept(received(bytes), "a.zip", key);
        loop.runAll();
        return accepted.join();
    }

    private boolean lies(Payload payload) {
        return blobs.memory().used() > 0
                || Files.exists(blobs.pathOf(payload.blob().hash()));
    }

    private void assertRefused(byte[] bytes) throws IOException {
        long before = ledger.counts().queued();
        Payload payload = received(bytes);
        assertThrows(RefusedPackage.class, () -> intake.accept(payload, "a.zip", "key"));
        loop.runAll();
        assertFalse(Files.exists(blobs.pathOf(payload.blob().hash())));
        assertEquals(before, ledger.counts().queued());
    }

    @Test
    void aPackageBecomesATaskAndItsBytesStay() throws Exception {
        Taken applied = accept(PACKAGE, "key");
        assertEquals(new Verdict.Accepted(new TaskId(1), false), applied.verdict());
        TaskRecord task = ledger.task(new TaskId(1)).orElseThrow();
        assertEquals("a.zip", task.name());
        assertEquals(5, task.attemptsAllowed());
        assertTrue(Files.exists(blobs.pathOf(task.taskPackage().hash())));
    }

    @Test
    void whatSomebodySentSaysWhoAndWhatLayInTheFolderDoesNot() throws Exception {
        accept(PACKAGE, "key");
        HandedInBy by = new HandedInBy("submitter-3", "10.0.0.7", "b.zip");
        CompletableFuture<Taken> sent =
                intake.accept(received(PACKAGE), "a.zip", "key2", Optional.empty(), Optional.of(by));
        loop.runAll();
        assertEquals(new Verdict.Accepted(new TaskId(2), false), sent.join().verdict());
        Command.Submit ofNobody = assertInstanceOf(Command.Submit.class, proposed.get(0));
        Command.HandedIn ofSomebody = assertInstanceOf(Command.HandedIn.class, proposed.get(1));
        assertEquals("key", ofNobody.key());
        assertEquals(by, ofSomebody.by());
        assertEquals(2, proposed.size());
    }

    @Test
    void aRepetitionIsTheSameTask() throws Exception {
        accept(PACKAGE, "key");
        assertEquals(
                new Verdict.Accepted(new TaskId(1), true),
                accept(PACKAGE, "key").verdict());
        assertEquals(1, ledger.counts().queued());
        assertTrue(Files.exists(blobs.pathOf(Sha256.of(PACKAGE))));
    }

    @Test
    void whatIsRefusedIsThrownAway() throws IOException {
        assertRefused("no ZIP".getBytes(StandardCharsets.UTF_8));
        assertRefused(Zips.of("readme.txt", "there is no main.py"));
        assertRefused(new byte[1025]);
    }

    @Test
    void whatTheLeaderGetsGoesHereWhateverItSays() throws Exception {
        elsewhere = true;
        Payload payload = received(PACKAGE);
        CompletableFuture<Taken> accepted = intake.accept(payload, "a.zip", "key");
        assertEquals(List.of(new OperatorRequest.SubmitTask("a.zip", "key", payload)), handedOn);
        assertTrue(lies(payload), "it is on its way");
        byTheLeader.complete(ELSEWHERE);
        assertEquals(ELSEWHERE, accepted.join());
        assertFalse(lies(payload));
        assertEquals(0, ledger.counts().queued());
    }

    private Command.SubmitJob job(long id) {
        return ledger.job(new JobId(id)).orElseThrow().handIn();
    }

    @Test
    void aPackageWithInputsIsAJobOfAllOfThem() throws Exception {
        Taken taken = accept(
                Zips.of(
                        "main.py",
                        "",
                        "inputs/10.csv",
                        "",
                        "inputs/2.csv",
                        "",
                        "task.json",
                        "{\"priority\":3,\"name\":\"n\"}"),
                "key");
        assertEquals(new Verdict.Accepted(new TaskId(1), false), taken.verdict());
        assertEquals(2, ledger.counts().queued());
        Command.SubmitJob submitted = job(1);
        assertEquals("n.zip", submitted.name());
        assertEquals(3, submitted.priority());
        assertEquals("2.csv", submitted.plan().inputs().get(1));
        assertEquals(Map.of(submitted.taskPackage().hash(), 3), known);
        assertEquals(JobPlan.Merge.FILES, submitted.plan().merge());
        assertEquals(
                Optional.of(
                        "a.zip: 2 tasks, one for each file of inputs/; say \"each\": false in task.json to make it one"),
                taken.text());
    }

    @Test
    void aPackageToBeSplitIsKeptSplit() throws Exception {
        byte[] zip = Zips.of("main.py", "", "merge.py", "", "input.csv", "h\n1\n2\n3\n", "task.json", "{\"split\":2}");
        Taken taken = accept(zip, "key");
        assertEquals(
                Optional.of(
                        "a.zip: 2 tasks, each with at most 2 rows of input.csv, and then merge.py over all results"),
                taken.text());
        assertEquals(JobPlan.Merge.SCRIPT, job(1).plan().merge());
        assertEquals(3, job(1).plan().count());
        Blob kept = job(1).taskPackage();
        assertEquals(Map.of(kept.hash(), 4), known);
        assertTrue(Files.exists(blobs.pathOf(kept.hash())));
        assertFalse(Files.exists(blobs.pathOf(Sha256.of(zip))));
        assertEquals(kept, intake.asKept(received(zip)).blob(), "so a repetition after a crash is known");
        assertEquals(
                new Verdict.Accepted(new TaskId(1), true), accept(zip, "key").verdict());
    }

    @Test
    void theLeaderSplits() throws Exception {
        elsewhere = true;
        Payload payload = received(Zips.of("main.py", "", "input.csv", "h\n1\n2\n3\n", "task.json", "{\"split\":2}"));
        CompletableFuture<Taken> accepted = intake.accept(payload, "a.zip", "key");
        assertEquals(List.of(new OperatorRequest.SubmitTask("a.zip", "key", payload)), handedOn);
        byTheLeader.complete(ELSEWHERE);
        assertEquals(Optional.of("as the leader says"), accepted.join().text());
    }

    @Test
    void aCsvThatCannotBeSplitIsThrownAway() throws IOException {
        assertRefused(Zips.of("main.py", "", "input.csv", "h\n\"1\n", "task.json", "{\"split\":2}"));
        String rows = "a quite random row".repeat(3) + "\n" + "1\n".repeat(50);
        assertRefused(Zips.of("main.py", "", "input.csv", rows, "task.json", "{\"split\":1}"));
    }

    @Test
    void aJobWaitsForOneThatIsKnown() throws Exception {
        byte[] zip = Zips.of("main.py", "", "task.json", "{\"after\":[\"a\"],\"name\":\"b\",\"after_failed\":\"run\"}");
        Taken early = accept(zip, "key");
        assertTrue(early.waitsForNobody());
        assertEquals(List.of("a.zip"), early.after());
        assertFalse(Files.exists(blobs.pathOf(Sha256.of(zip))));
        accept(PACKAGE, "first");
        assertTrue(accept(zip, "key").verdict() instanceof Verdict.Accepted);
        assertTrue(job(2).plan().runsAfterFailure());
        assertRefused(Zips.of("main.py", "", "task.json", "{\"after\":[\"a.zip\"]}"));
    }
}
