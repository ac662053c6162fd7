package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.Check.Finding;
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

/** Results that are verified by running their tasks again. */
class CheckLedgerTest {
    private static final TaskId TASK = new TaskId(1);
    private static final JobId JOB = new JobId(1);
    private static final WorkerId ANA = new WorkerId("ana");
    private static final WorkerId BIA = new WorkerId("bia");
    private static final WorkerId CAIO = new WorkerId("caio");

    private TaskLedger ledger = new TaskLedger();
    private int at;

    private static Sha256 hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Blob blob(String text) {
        return new Blob(hash(text), 3);
    }

    private void submit(int tasks, int share) {
        JobPlan plan = new JobPlan(InputNames.numbered(tasks), JobPlan.Merge.NONE, List.of(), false).verified(share);
        ledger.apply(new Command.SubmitJob("key", "j.zip", blob("p"), CompactSize.OURS_ONLY, 0, 0, 5, plan, at++));
    }

    private Verdict apply(Command command) {
        Verdict verdict = ledger.apply(command).verdict();
        Invariants.check(ledger);
        return verdict;
    }

    private Verdict lease(WorkerId worker) {
        return apply(new Command.GrantLease(TASK, worker, worker.value(), at, at++));
    }

    private TaskRecord task() {
        return ledger.task(TASK).orElseThrow();
    }

    private Lease held() {
        return task().lease(task().leased().orElseThrow().attempt());
    }

    /** The first result. */
    private void brings(WorkerId worker, String content) {
        lease(worker);
        Lease lease = held();
        apply(new Command.Complete(lease, worker, blob(content), new Ending.Exited(0), at).with(hash(content)));
        apply(new Command.Publish(TASK, lease.attempt(), "j.zip", at++));
    }

    private Verdict checks(WorkerId worker, String content) {
        return checks(worker, content, 0);
    }

    private Verdict checks(WorkerId worker, String content, int exit) {
        lease(worker);
        return apply(new Command.CompleteCheck(
                held(),
                worker,
                Optional.of(hash(content)),
                Optional.of(new Check.Difference(1, "a", content, List.of("b.csv"))),
                new Ending.Exited(exit),
                ScriptRun.UNKNOWN,
                at++));
    }

    private Finding finding() {
        return task().check().orElseThrow().finding().orElseThrow();
    }

    private String words() {
        return CheckWords.of(task()).orElseThrow();
    }

    @Test
    void twoThatBringTheSameVerifyAResult() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        assertTrue(ledger.job(JOB).orElseThrow().ended(), "nobody waits for that");
        assertTrue(ledger.refersTo(hash("p")), "its package is needed once more");
        assertInstanceOf(Verdict.Refused.class, lease(ANA), "it is the same worker");
        checks(BIA, "a");
        assertEquals(Finding.SAME, finding());
        assertEquals("verified: ana and bia brought the same", words());
        assertFalse(ledger.refersTo(hash("p")));
        assertEquals(
                new CheckCounts(0, 1, 0, 0),
                ledger.job(JOB).orElseThrow().counts().checks());
    }

    @Test
    void threeThatAllDifferAreOfAScriptThatIsNotDeterministic() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        checks(BIA, "b");
        assertTrue(task().check().orElseThrow().isOpen());
        checks(CAIO, "c");
        assertEquals(Finding.NOT_DETERMINISTIC, finding());
        assertEquals("this script is not deterministic: ana, bia and caio brought different results", words());
    }

    @Test
    void oneThatTwoOthersDoNotAgreeWithIsNamed() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        checks(BIA, "b");
        checks(CAIO, "a");
        assertEquals(Finding.SECOND_DIFFERS, finding());
        assertEquals(Optional.of(BIA), CheckWords.wrong(task()));
        assertEquals("worker bia differs from 2 others", words());
    }

    @Test
    void theResultStaysAlsoWhenItIsTheWrongOne() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        checks(BIA, "b");
        checks(CAIO, "b");
        assertEquals(Finding.FIRST_DIFFERS, finding());
        assertEquals(Optional.of(ANA), CheckWords.wrong(task()));
        assertEquals("worker ana differs from 2 others, and the result is of that worker", words());
        assertEquals(blob("a"), ((TaskState.Done) task().state()).result());
        assertTrue(task().hasSucceeded());
    }

    @Test
    void aWorkerThatDiffersFromItselfShowsThatTheScriptIsNotDeterministic() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        checks(BIA, "b");
        checks(BIA, "c");
        assertEquals(Finding.NOT_DETERMINISTIC, finding());
        assertEquals(Optional.empty(), CheckWords.wrong(task()));
    }

    @Test
    void oneThatOnlyAgreesWithItselfDecidesNothing() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        checks(BIA, "b");
        checks(BIA, "b");
        assertEquals(Finding.UNDECIDED, finding());
        assertEquals(Optional.empty(), CheckWords.wrong(task()));
    }

    @Test
    void anotherExitCodeIsAnotherResult() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        checks(BIA, "a", 3);
        checks(CAIO, "a", 0);
        assertEquals(Finding.SECOND_DIFFERS, finding());
    }

    @Test
    void leasesThatAreLostAreGivenAgainAFewTimes() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        for (int i = 0; i < Check.MAX_LOST; i++) {
            lease(BIA);
            apply(new Command.LoseLease(held(), "silent", at++));
        }
        assertEquals(Finding.NOT_VERIFIED, finding());
        assertEquals("not verified: silent", words());
        assertTrue(task().hasSucceeded());
    }

    @Test
    void leasesThatAreGivenBackPolitelyAreNoneOfThose() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        for (int i = 0; i < 3 * Check.MAX_LOST; i++) {
            lease(BIA);
            apply(new Command.LoseLease(held(), "somebody uses it", at++).uncounted());
        }
        assertTrue(task().check().orElseThrow().isOpen(), "it still waits for another worker");
        lease(BIA);
    }

    @Test
    void whatNobodyElseRanIsSaidToBeNotVerified() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        apply(new Command.EndCheck(TASK, "nobody was there", at++));
        assertEquals("not verified: nobody was there", words());
        assertInstanceOf(Verdict.Refused.class, apply(new Command.EndCheck(TASK, "nobody was there", at++)));
        assertEquals(
                new CheckCounts(0, 0, 0, 1),
                ledger.job(JOB).orElseThrow().counts().checks());
    }

    @Test
    void cancellingEndsOnlyTheVerifying() {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        lease(BIA);
        Lease late = held();
        assertInstanceOf(Verdict.Done.class, apply(new Command.CancelJob(JOB, at++)));
        assertTrue(task().hasSucceeded());
        assertEquals(Finding.NOT_VERIFIED, finding());
        assertEquals(
                new Verdict.Duplicate(false),
                apply(new Command.CompleteCheck(
                        late,
                        BIA,
                        Optional.of(hash("a")),
                        Optional.empty(),
                        new Ending.Exited(0),
                        ScriptRun.UNKNOWN,
                        at++)));
    }

    @Test
    void aTaskThatIsRunAgainIsVerifiedAnew() {
        submit(1, JobPlan.ALL);
        lease(ANA);
        Lease first = held();
        apply(new Command.Complete(first, ANA, blob("x"), new Ending.Exited(1), at).with(hash("x")));
        apply(new Command.Publish(TASK, first.attempt(), "j.zip", at++));
        lease(BIA);
        assertInstanceOf(Verdict.Done.class, apply(new Command.Retry(TASK, at++)));
        assertEquals(Optional.empty(), task().check());
        assertEquals(0, ledger.leasesOf(BIA).size());
        brings(BIA, "a");
        checks(ANA, "a");
        assertEquals(Finding.SAME, finding());
    }

    @Test
    void whatIsStoppedAtALimitIsNotCompared() {
        submit(1, JobPlan.ALL);
        lease(ANA);
        apply(new Command.Complete(held(), ANA, blob("x"), new Ending.Stopped(Ending.Limit.TIME), at++));
        assertEquals("not verified: its script was stopped at a limit", words());
    }

    @Test
    void aShareIsChosenOfWhichAtLeastOneIsThere() {
        submit(1000, 500);
        long chosen = ledger.tasksAfter(0).stream().filter(ledger::isToVerify).count();
        assertTrue(chosen > 20 && chosen < 90, () -> chosen + " of 1000 at 5 %");
        ledger = new TaskLedger();
        submit(3, 1);
        assertEquals(1, ledger.tasksAfter(0).stream().filter(ledger::isToVerify).count());
        ledger = new TaskLedger();
        submit(3, 0);
        assertEquals(0, ledger.tasksAfter(0).stream().filter(ledger::isToVerify).count());
        ledger = new TaskLedger();
        submit(3, JobPlan.ALL);
        assertEquals(3, ledger.tasksAfter(0).stream().filter(ledger::isToVerify).count());
    }

    @Test
    void aSnapshotKeepsAllOfIt() throws IOException {
        submit(1, JobPlan.ALL);
        brings(ANA, "a");
        checks(BIA, "b");
        lease(CAIO);
        TaskRecord before = task();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LedgerSnapshot.of(ledger).write(new DataOutputStream(bytes));
        ledger = LedgerSnapshot.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        Invariants.check(ledger);
        assertEquals(before, task());
        assertEquals(new Attempt(3), held().attempt());
    }
}
