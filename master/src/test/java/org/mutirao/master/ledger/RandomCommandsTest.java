package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/** The ledger under commands that know nothing of its state. */
class RandomCommandsTest {
    private static final int COMMANDS = 300;

    @Property(tries = 150)
    void invariantsHoldAndReplicasAgreeAfterEveryCommand(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        TaskLedger ledger = new TaskLedger();
        TaskLedger replica = new TaskLedger();
        Map<TaskId, TaskState.Done> firstResults = new HashMap<>();
        Map<LedgerSnapshot, byte[]> frozen = new LinkedHashMap<>();
        for (int i = 0; i < COMMANDS; i++) {
            Command command = sent(command(random, i), random);
            Applied applied = ledger.apply(command);
            Invariants.check(ledger);
            applied.effects().stream()
                    .filter(Effect.DropBlob.class::isInstance)
                    .map(Effect.DropBlob.class::cast)
                    .forEach(drop -> assertTrue(!ledger.refersTo(drop.hash()), "dropped what is still needed"));
            oneResultPerTask(ledger, firstResults, command);
            assertEquals(applied, replica.apply(throughBytes(command)), "the replica decided otherwise");
            if (random.nextInt(20) == 0) {
                frozen.put(LedgerSnapshot.of(ledger), snapshot(ledger));
            }
            if (random.nextInt(40) == 0) {
                replica = LedgerSnapshot.read(new DataInputStream(new ByteArrayInputStream(snapshot(replica))));
            }
        }
        assertArrayEquals(snapshot(ledger), snapshot(replica), "same commands, same state, byte for byte");
        for (Map.Entry<LedgerSnapshot, byte[]> each : frozen.entrySet()) {
            assertArrayEquals(each.getValue(), bytes(each.getKey()), "written later, but as it was");
        }
    }

    private static void oneResultPerTask(TaskLedger ledger, Map<TaskId, TaskState.Done> firstResults, Command command) {
        if (command instanceof Command.GiveUp giveUp
                && ledger.task(giveUp.task())
                        .map(t -> t.state() instanceof TaskState.Failed)
                        .orElse(false)) {
            firstResults.remove(giveUp.task()); // its result is gone from all masters
        }
        if (command instanceof Command.Retry retry) {
            // A person asked for another result.
            if (ledger.task(retry.task())
                    .map(t -> t.state() instanceof TaskState.Queued)
                    .orElse(false)) {
                firstResults.remove(retry.task());
            }
        }
        for (TaskRecord task : ledger.tasksAfter(0)) {
            boolean mergesAgain = task.part().filter(JobPart::isMerge).isPresent();
            boolean askedAgain =
                    (command instanceof Command.RetryJob retry && retry.job().equals(task.job()))
                            || (command instanceof Command.RetryJobWith with
                                    && with.job().equals(task.job()));
            if ((mergesAgain || askedAgain) && !(task.state() instanceof TaskState.Done)) {
                firstResults.remove(task.id());
            }
            if (task.state() instanceof TaskState.Done done) {
                TaskState.Done first = firstResults.putIfAbsent(task.id(), done);
                assertTrue(first == null || first.result().equals(done.result()), "a second result replaced the first");
            } else {
                assertTrue(!firstResults.containsKey(task.id()), "a result was lost");
            }
        }
    }

    /** Some of what is handed in is somebody's. */
    private static Command sent(Command command, Random random) {
        return command instanceof Command.HandIn handIn && random.nextBoolean()
                ? new Command.HandedIn(handIn, new HandedInBy("secret", "10.0.0.7", "x.zip"))
                : command;
    }

    private static Command command(Random random, int step) {
        long at = step * 1000L;
        TaskId task = new TaskId(1 + random.nextInt(12));
        JobId job = new JobId(1 + random.nextInt(8));
        WorkerId worker = new WorkerId("w" + random.nextInt(3));
        Lease lease = Lease.of(task.number(), 1 + random.nextInt(6));
        return switch (random.nextInt(14)) {
            case 10 -> {
                JobPlan plan = new JobPlan(
                                random.nextBoolean()
                                        ? InputNames.numbered(1 + random.nextInt(3))
                                        : InputNames.of(List.of("a.csv", "A.csv", "b.csv")),
                                random.nextBoolean() ? JobPlan.Merge.SCRIPT : JobPlan.Merge.FILES,
                                random.nextInt(3) == 0 ? List.of("x") : List.of(),
                                random.nextInt(3) == 0)
                        .verified(random.nextBoolean() ? JobPlan.ALL : 0);
                yield new Command.SubmitJob(
                        "key" + random.nextInt(12),
                        random.nextBoolean() ? "x.zip" : "y.zip",
                        blob("package" + random.nextInt(4)),
                        CompactSize.UNMEASURED,
                        random.nextInt(3),
                        random.nextInt(3),
                        1 + random.nextInt(3),
                        plan,
                        at);
            }
            case 11 ->
                switch (random.nextInt(7)) {
                    case 0 -> new Command.CancelJob(job, at);
                    case 1 ->
                        new Command.GiveUpJob(
                                job, blob("package" + random.nextInt(4)).hash(), "gone", at);
                    case 2 -> random.nextInt(4) == 0 ? new Command.ForgetJob(job, at) : new Command.CancelJob(job, at);
                    case 3, 4 ->
                        new Command.RetryJobWith(
                                job,
                                blob("package" + random.nextInt(4)),
                                new CompactSize(random.nextInt(3) - 1),
                                random.nextBoolean(),
                                at);
                    default -> new Command.RetryJob(job, random.nextBoolean(), at);
                };
            case 0, 1 ->
                new Command.Submit(
                        "key" + random.nextInt(12),
                        random.nextBoolean() ? "x.zip" : "X" + random.nextInt(3) + ".zip",
                        blob("package" + random.nextInt(4)),
                        new CompactSize(random.nextInt(3) - 1),
                        random.nextInt(3),
                        random.nextInt(3),
                        1 + random.nextInt(3),
                        at);
            case 2, 3, 4 -> new Command.GrantLease(task, worker, "pc", at + 60_000, at);
            case 5 -> new Command.LoseLease(lease, "silent", at);
            case 6, 7 ->
                new Command.Complete(
                        lease,
                        worker,
                        blob("result" + random.nextInt(6)),
                        ending(random),
                        new ScriptRun(random.nextInt(2), 5),
                        random.nextBoolean() ? content(random) : Optional.empty(),
                        at);
            case 12, 13 ->
                random.nextInt(8) == 0
                        ? random.nextBoolean()
                                ? new Command.EndCheck(task, "nobody was there", at)
                                : new Command.Trust(task, at)
                        : new Command.CompleteCheck(
                                lease,
                                worker,
                                random.nextInt(5) == 0 ? Optional.empty() : content(random),
                                Optional.of(new Check.Difference(1, "a", "b", List.of("c.csv"))),
                                ending(random),
                                new ScriptRun(random.nextInt(2), 5),
                                at);
            case 8 ->
                random.nextInt(3) > 0
                        ? new Command.Publish(task, lease.attempt(), "x.zip", at)
                        : new Command.Cancel(task, at);
            default ->
                random.nextInt(3) > 0
                        ? new Command.Retry(task, at)
                        : new Command.GiveUp(
                                task,
                                blob((random.nextBoolean() ? "package" : "result") + random.nextInt(4))
                                        .hash(),
                                "gone",
                                at);
        };
    }

    private static Optional<Sha256> content(Random random) {
        return Optional.of(blob("content" + random.nextInt(2)).hash());
    }

    private static Ending ending(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new Ending.Exited(1, "KeyError: 'x'");
            case 1 -> new Ending.Stopped(Ending.Limit.TIME);
            case 2 -> new Ending.Unreported();
            default -> new Ending.Exited(0);
        };
    }

    private static Blob blob(String text) {
        return new Blob(Sha256.of(text.getBytes(StandardCharsets.UTF_8)), text.length());
    }

    private static Command throughBytes(Command command) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LedgerCodec.write(command, new DataOutputStream(bytes));
        Command read = LedgerCodec.readCommand(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertEquals(command, read);
        return read;
    }

    private static byte[] snapshot(TaskLedger ledger) throws IOException {
        return bytes(LedgerSnapshot.of(ledger));
    }

    private static byte[] bytes(LedgerSnapshot snapshot) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        snapshot.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
