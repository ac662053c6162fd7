package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.Verdict.Why;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

class TaskLedgerTest {
    private static final TaskId ONE = new TaskId(1);
    private static final WorkerId ANA = new WorkerId("ana");
    private static final WorkerId BOB = new WorkerId("bob");
    private static final Ending FINE = new Ending.Exited(0);
    private static final Ending BAD = new Ending.Exited(3);

    private final TaskLedger ledger = new TaskLedger();

    private static Blob blob(String text) {
        return new Blob(Sha256.of(text.getBytes(StandardCharsets.UTF_8)), text.length());
    }

    private Applied submit(String key, String name, int retries, int attempts) {
        return ledger.apply(new Command.Submit(key, name, blob(name), CompactSize.LARGE, 0, retries, attempts, 10));
    }

    private Applied lease(WorkerId worker) {
        return ledger.apply(new Command.GrantLease(ONE, worker, worker.value(), 60_000, 20));
    }

    private Applied lose(int attempt) {
        return ledger.apply(new Command.LoseLease(Lease.of(1, attempt), "silent", 30));
    }

    private Applied loseUncounted(int attempt) {
        return ledger.apply(new Command.LoseLease(Lease.of(1, attempt), "no wheel", 30).uncounted());
    }

    private Applied complete(int attempt, WorkerId worker, String result, Ending ending) {
        return ledger.apply(new Command.Complete(Lease.of(1, attempt), worker, blob(result), ending, 40));
    }

    private Applied publish(int attempt) {
        return ledger.apply(new Command.Publish(ONE, new Attempt(attempt), "x.zip", 50));
    }

    private Applied retry() {
        return ledger.apply(new Command.Retry(ONE, 60));
    }

    private Applied giveUp(String gone) {
        return ledger.apply(new Command.GiveUp(ONE, blob(gone).hash(), "gone", 65));
    }

    private Applied cancel() {
        return ledger.apply(new Command.Cancel(ONE, 70));
    }

    private TaskState state() {
        return ledger.task(ONE).orElseThrow().state();
    }

    /** As the state's class is called, which tells one more than its status. */
    private static String wordOf(TaskState state) {
        return wordOf(state.getClass());
    }

    private static String wordOf(Class<?> state) {
        return state.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static Verdict refused(Why why) {
        return new Verdict.Refused(why);
    }

    @Test
    void aTaskLivesFromSubmitToPublished() {
        assertEquals(
                new Verdict.Accepted(ONE, false), submit("k", "x.zip", 0, 5).verdict());
        assertEquals(new Verdict.Granted(Lease.of(1, 1)), lease(ANA).verdict());
        assertEquals(Set.of(Lease.of(1, 1)), ledger.leasesOf(ANA));
        Applied done = complete(1, ANA, "r", FINE);
        assertEquals(new Verdict.Done(), done.verdict());
        assertTrue(done.effects().contains(new Effect.PublishResult(ONE)));
        assertTrue(ledger.refersTo(blob("x.zip").hash()), "it may have to be run again until its result is out");
        Applied published = publish(1);
        assertTrue(
                published.effects().contains(new Effect.DropBlob(blob("x.zip").hash())), "the package is not needed");
        assertTrue(published.effects().contains(new Effect.DropBlob(blob("r").hash())), "nor is the stored result");
        assertEquals(Set.of(), ledger.blobs());
    }

    @Test
    void theSameHandInTwiceIsOneTask() {
        submit("k", "x.zip", 0, 5);
        assertEquals(new Verdict.Accepted(ONE, true), submit("k", "x.zip", 0, 5).verdict());
        assertEquals(
                new Verdict.Accepted(new TaskId(2), false),
                submit("other", "x.zip", 0, 5).verdict());
    }

    @Test
    void tasksOfOneNameGetResultsOfDifferentNames() {
        submit("a", "x.zip", 0, 5);
        submit("b", "X.zip", 0, 5);
        submit("c", "x-2.zip", 0, 5);
        List<String> names =
                ledger.tasksAfter(0).stream().map(TaskRecord::resultName).toList();
        assertEquals(List.of("x.zip", "X-2.zip", "x-2-3.zip"), names);
    }

    @Test
    void aLostLeaseIsTriedAgainAndGivenUpAtLast() {
        submit("k", "x.zip", 0, 2);
        lease(ANA);
        assertTrue(lose(1).effects().contains(new Effect.Offer(ONE)));
        assertEquals(new TaskState.Queued(30, 30), state(), "the first time at once");
        lease(BOB);
        lose(2);
        assertTrue(state() instanceof TaskState.Failed failed && failed.reason().contains("2 times, last: silent"));
        assertEquals(2, ledger.task(ONE).orElseThrow().attempts().size());
    }

    /** Clients say after which task a list begins. */
    @Test
    void afterAnyNumberThereIsAListOfTasks() {
        submit("k", "x.zip", 0, 2);
        for (long id : new long[] {Long.MIN_VALUE, -1, 0}) {
            assertEquals(1, ledger.tasksAfter(id).size());
        }
        for (long id : new long[] {1, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            assertEquals(0, ledger.tasksAfter(id).size());
        }
    }

    /** So one task has a bounded list of attempts. */
    @Test
    void anUncountedAttemptLeavesTheOthersButNotForEver() {
        submit("k", "x.zip", 0, 2);
        for (int attempt = 1; attempt < 1_000; attempt++) {
            lease(attempt % 2 == 0 ? ANA : BOB);
            assertTrue(loseUncounted(attempt).effects().contains(new Effect.Offer(ONE)));
            assertEquals(2, ledger.task(ONE).orElseThrow().attemptsLeft());
        }
        lease(ANA);
        loseUncounted(1_000);
        assertEquals(1, ledger.task(ONE).orElseThrow().attemptsLeft());
    }

    /** A task that comes back again and again must not fill the master's memory with why. */
    @Test
    void onlyTheLastAttemptsTellTheirReasonsInFull() {
        submit("k", "x.zip", 0, 2);
        String reason = "r".repeat(2_000);
        for (int attempt = 1; attempt <= 30; attempt++) {
            lease(ANA);
            ledger.apply(new Command.LoseLease(Lease.of(1, attempt), reason, 30).uncounted());
        }
        List<Integer> lengths = ledger.task(ONE).orElseThrow().attempts().stream()
                .map(each -> ((AttemptRecord.End.Returned) each.end()).reason().length())
                .toList();
        assertEquals(20, Collections.frequency(lengths, 100));
        assertEquals(10, Collections.frequency(lengths.subList(20, 30), 2_000));
    }

    @Test
    void aStaleAttemptChangesNothing() {
        submit("k", "x.zip", 0, 5);
        lease(ANA);
        lose(1);
        lease(BOB);
        assertEquals(refused(Why.STALE_ATTEMPT), lose(1).verdict());
        assertTrue(state() instanceof TaskState.Leased leased && leased.worker().equals(BOB));
    }

    @Test
    void theFirstValidResultWinsEvenFromALostLease() {
        submit("k", "x.zip", 0, 5);
        lease(ANA);
        lose(1);
        lease(BOB);
        assertEquals(new Verdict.Done(), complete(1, ANA, "ana's", FINE).verdict());
        Applied late = complete(2, BOB, "bob's", FINE);
        assertEquals(new Verdict.Duplicate(false), late.verdict());
        assertTrue(late.effects().contains(new Effect.DropBlob(blob("bob's").hash())));
        assertEquals(
                new Verdict.Duplicate(true), complete(1, ANA, "ana's", FINE).verdict());
        assertTrue(state() instanceof TaskState.Done done && done.worker().equals(ANA));
    }

    @Test
    void aResultOfATaskNeverLeasedIsRefused() {
        assertEquals(refused(Why.NO_SUCH_TASK), complete(1, ANA, "r", FINE).verdict());
        submit("k", "x.zip", 0, 5);
        assertEquals(refused(Why.NEVER_LEASED), complete(1, ANA, "r", FINE).verdict());
        lease(ANA);
        assertEquals(refused(Why.NEVER_LEASED), complete(1, BOB, "r", FINE).verdict());
        assertEquals(refused(Why.NEVER_LEASED), complete(2, ANA, "r", FINE).verdict());
    }

    @Test
    void aFailedScriptIsAResultUnlessRetriesWereAskedFor() {
        submit("k", "x.zip", 1, 5);
        lease(ANA);
        complete(1, ANA, "first", BAD);
        assertTrue(state() instanceof TaskState.Queued, "one retry");
        lease(ANA);
        complete(2, ANA, "second", BAD);
        assertTrue(state() instanceof TaskState.Done done && done.ending().equals(BAD));
        assertEquals(1, ledger.counts().failed());
    }

    @Test
    void cancelAndRetry() {
        submit("k", "x.zip", 0, 5);
        assertEquals(refused(Why.NOT_IN_THAT_STATE), retry().verdict());
        lease(ANA);
        cancel();
        assertTrue(state() instanceof TaskState.Cancelled);
        assertEquals(Set.of(), ledger.leasesOf(ANA));
        assertEquals(refused(Why.NOT_IN_THAT_STATE), cancel().verdict());
        assertEquals(new Verdict.Duplicate(false), complete(1, ANA, "r", FINE).verdict());
        assertEquals(new Verdict.Done(), retry().verdict());
        assertTrue(state() instanceof TaskState.Queued);
    }

    /** The moves that ARCHITECTURE.md draws; a command that moves a task otherwise fails this test. */
    @Test
    void theLegalMovesAreTheseAndNoOthers() {
        Set<String> moves = new TreeSet<>();
        List<Consumer<TaskLedgerTest>> preparations = List.of(
                t -> {},
                t -> t.lease(ANA),
                t -> {
                    t.lease(ANA);
                    t.lose(1);
                },
                t -> {
                    t.lease(ANA);
                    t.lose(1);
                    t.lease(BOB);
                },
                t -> {
                    t.lease(ANA);
                    t.lose(1);
                    t.lease(BOB);
                    t.lose(2);
                },
                t -> {
                    t.lease(ANA);
                    t.complete(1, ANA, "r", FINE);
                },
                t -> {
                    t.lease(ANA);
                    t.complete(1, ANA, "r", BAD);
                    t.publish(1);
                },
                t -> t.cancel());
        List<Consumer<TaskLedgerTest>> commands = List.of(
                t -> t.submit("k", "x.zip", 0, 2),
                t -> t.lease(ANA),
                t -> t.lose(1),
                t -> t.lose(2),
                t -> t.complete(1, ANA, "r", FINE),
                t -> t.complete(2, BOB, "r2", BAD),
                t -> t.publish(1),
                t -> t.retry(),
                t -> t.giveUp("x.zip"),
                t -> t.giveUp("r"),
                t -> t.cancel());
        for (Consumer<TaskLedgerTest> preparation : preparations) {
            for (Consumer<TaskLedgerTest> command : commands) {
                TaskLedgerTest scene = new TaskLedgerTest();
                scene.submit("k", "x.zip", 0, 2);
                preparation.accept(scene);
                String before = wordOf(scene.state());
                command.accept(scene);
                if (!before.equals(wordOf(scene.state()))) {
                    moves.add(before + " -> " + wordOf(scene.state()));
                }
                Invariants.check(scene.ledger);
            }
        }
        Set<String> drawn = Set.of(
                "queued -> leased",
                "queued -> cancelled",
                "queued -> done",
                "queued -> failed",
                "done -> failed",
                "leased -> queued",
                "leased -> done",
                "leased -> failed",
                "leased -> cancelled",
                "failed -> queued",
                "failed -> done",
                "cancelled -> queued",
                "done -> queued");
        assertEquals(new TreeSet<>(drawn), moves);
        assertEquals(
                Set.of("queued", "leased", "done", "failed", "cancelled"),
                List.of(TaskState.class.getPermittedSubclasses()).stream()
                        .map(TaskLedgerTest::wordOf)
                        .collect(Collectors.toSet()));
    }

    @Test
    void theOldestEndedTasksAreForgottenOnceTheirResultsAreOut() {
        TaskTable table = new TaskTable();
        TaskLedger small = new TaskLedger(table);
        for (int i = 1; i <= 5; i++) {
            small.apply(new Command.Submit("k" + i, "x" + i + ".zip", blob("p" + i), CompactSize.LARGE, 0, 0, 1, 0));
            small.apply(new Command.GrantLease(new TaskId(i), ANA, "ana", 1, 0));
            small.apply(new Command.Complete(Lease.of(i, 1), ANA, blob("r" + i), FINE, 0));
        }
        small.apply(new Command.Publish(new TaskId(1), new Attempt(1), "x1.zip", 0));
        small.apply(new Command.Publish(new TaskId(3), new Attempt(1), "x3.zip", 0));
        table.forgetEnded(2);
        assertEquals(
                List.of(2L, 4L, 5L),
                small.tasksAfter(0).stream().map(task -> task.id().number()).toList(),
                "what is not published stays");
        Invariants.check(small);
    }
}
