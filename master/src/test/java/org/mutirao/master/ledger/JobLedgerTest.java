package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.JobStatus;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerId;

/** Jobs of several tasks: each scene ends with a snapshot that must bring the same ledger back. */
class JobLedgerTest {
    private static final WorkerId ANA = new WorkerId("ana");
    private static final JobId FIRST = new JobId(1);
    private static final List<String> THREE = List.of("a.csv", "b.csv", "c.csv");

    private final TaskLedger ledger = new TaskLedger();
    private long now = 1000;

    @AfterEach
    void aSnapshotBringsItBack() throws IOException {
        Invariants.check(ledger);
        byte[] bytes = snapshot(ledger);
        TaskLedger again = LedgerCodec.readSnapshot(new DataInputStream(new ByteArrayInputStream(bytes)));
        Invariants.check(again);
        assertArrayEquals(bytes, snapshot(again));
        assertEquals(ledger.jobs(), again.jobs());
        assertEquals(List.copyOf(ledger.tasksAfter(0)), List.copyOf(again.tasksAfter(0)));
    }

    private static byte[] snapshot(TaskLedger ledger) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LedgerCodec.writeSnapshot(ledger, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static Blob blob(String text) {
        return new Blob(Sha256.of(text.getBytes(StandardCharsets.UTF_8)), text.length());
    }

    private Applied submit(String name, JobPlan plan) {
        return ledger.apply(new Command.SubmitJob(
                "key-" + name + now, name, blob(name), CompactSize.UNMEASURED, 0, 0, 2, plan, now++));
    }

    private static JobPlan plan(List<String> inputs, JobPlan.Merge merge) {
        return new JobPlan(InputNames.of(inputs), merge, List.of(), false);
    }

    private static JobPlan after(String name, boolean runsAfterFailure) {
        return new JobPlan(InputNames.numbered(2), JobPlan.Merge.NONE, List.of(name), runsAfterFailure);
    }

    private Applied lease(long task) {
        return ledger.apply(new Command.GrantLease(new TaskId(task), ANA, "pc", now + 60_000, now++));
    }

    private int attempts(long task) {
        return task(task).attempts().size();
    }

    private Applied deliver(long task, int exit) {
        Lease lease = Lease.of(task, attempts(task));
        return ledger.apply(new Command.Complete(lease, ANA, blob("result" + now), new Ending.Exited(exit), now++));
    }

    private Applied publish(long task) {
        Attempt attempt = new Attempt(attempts(task));
        return ledger.apply(new Command.Publish(new TaskId(task), attempt, "r.zip", now++));
    }

    private Applied run(long task, int exit) {
        lease(task);
        deliver(task, exit);
        return publish(task);
    }

    private TaskRecord task(long id) {
        return ledger.task(new TaskId(id)).orElseThrow();
    }

    private String state(long id) {
        return task(id).state().status().label();
    }

    private JobView job(long id) {
        return ledger.job(new JobId(id)).orElseThrow();
    }

    private static boolean hasEffect(Applied applied, Effect effect) {
        return applied.effects().contains(effect);
    }

    @Test
    void aTaskIsARecordOnlyFromItsFirstLeaseOn() {
        Applied applied = submit("sales.zip", plan(THREE, JobPlan.Merge.FILES));
        assertEquals(new Verdict.Accepted(new TaskId(1), false), applied.verdict());
        assertTrue(hasEffect(applied, new Effect.OfferJob(FIRST)));
        assertEquals(0, ledger.records().size());
        assertEquals(3, ledger.tasksAfter(0).size());
        lease(2);
        assertEquals(1, ledger.records().size());
        assertEquals(
                List.of("sales-a.zip queued", "sales-b.zip running", "sales-c.zip queued"),
                ledger.tasksAfter(0).stream()
                        .map(each -> each.name() + " " + each.state().status().label())
                        .toList());
        assertEquals(
                List.of(3L),
                ledger.tasksAfter(2).stream().map(each -> each.id().number()).toList());
        assertEquals("sales/b.zip", task(2).resultName());
        assertEquals(Optional.of(new JobPart(FIRST, 2, 3, "b.csv", "b", false, false)), task(2).part());
        assertEquals("[1, 3]", ledger.waitingOf(FIRST).stream().boxed().toList().toString());
        submit("next.zip", plan(List.of("x", "y"), JobPlan.Merge.NONE));
        assertEquals("next/x.zip", task(4).resultName());
        assertEquals(Optional.of(new JobId(4)), ledger.newestJobNamed("next"));
        assertTrue(ledger.task(new TaskId(6)).isEmpty());
    }

    @Test
    void aRepeatedHandInIsTheSameJob() {
        JobPlan plan = plan(THREE, JobPlan.Merge.NONE);
        Command.SubmitJob submit =
                new Command.SubmitJob("key", "x.zip", blob("x"), CompactSize.UNMEASURED, 0, 0, 2, plan, now);
        ledger.apply(submit);
        assertEquals(
                new Verdict.Accepted(new TaskId(1), true), ledger.apply(submit).verdict());
        assertEquals(3, ledger.counts().queued());
        assertEquals(FIRST, ledger.taskByKey("key").orElseThrow().job());
    }

    private static byte[] kept(int format) throws IOException {
        try (InputStream in =
                JobLedgerTest.class.getResourceAsStream("/org/mutirao/master/snapshot-" + format + ".hex")) {
            byte[] bytes = HexFormat.of().parseHex(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
            assertEquals(format, bytes[0]);
            return bytes;
        }
    }

    private static TaskLedger read(byte[] snapshot) throws IOException {
        return LedgerCodec.readSnapshot(new DataInputStream(new ByteArrayInputStream(snapshot)));
    }

    /** It was written when a job knew only the names of those that it waited for: clean, train after it, again after train, clean once more. */
    @Test
    void aSnapshotThatSaysOnlyByNameWhatAJobWaitedForIsRead() throws IOException {
        TaskLedger old = read(kept(3));
        Invariants.check(old);
        assertEquals(List.of(FIRST), old.job(new JobId(2)).orElseThrow().after(), "not the later one of that name");
        JobView again = old.job(new JobId(4)).orElseThrow();
        assertEquals(List.of(new JobId(2)), again.after());
        assertEquals(again.after(), again.waitsFor());
    }

    /** Whoever changes what a snapshot has must give it another number, and read the one before. */
    @Test
    void aSnapshotHasTheBytesOfItsFormat() throws IOException {
        byte[] expected = kept(5);
        for (int earlier : new int[] {3, 4}) {
            TaskLedger old = read(kept(earlier));
            handInWithNeeds(old);
            assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(snapshot(old)));
        }
        assertArrayEquals(expected, snapshot(read(expected)));
    }

    private static final TaskNeeds NEEDS = new TaskNeeds(
            Optional.of(new PythonRange(">=3.12")),
            List.of("pandas"),
            Optional.empty(),
            List.of("lab3"),
            2,
            1 << 30,
            0);

    /** A plain package and a job, at times that no other command has. */
    private static void handInWithNeeds(TaskLedger to) {
        Command.Submit plain =
                new Command.Submit("n1", "plain.zip", blob("n1"), CompactSize.OURS_ONLY, 0, 0, 5, NEEDS, 90_001);
        JobPlan plan = new JobPlan(InputNames.numbered(3), JobPlan.Merge.NONE, List.of(), false, NEEDS);
        to.apply(plain);
        to.apply(new Command.SubmitJob("n2", "job.zip", blob("n2"), CompactSize.OURS_ONLY, 0, 0, 5, plan, 90_002));
    }

    @Test
    void whatTasksAskOfTheirMachinesIsKept() {
        handInWithNeeds(ledger);
        assertEquals(NEEDS, ledger.task(new TaskId(1)).orElseThrow().needs());
        assertEquals(NEEDS, ledger.task(new TaskId(3)).orElseThrow().needs(), "of a task without a lease");
        lease(1);
        lease(3);
        assertEquals(NEEDS, ledger.task(new TaskId(1)).orElseThrow().needs());
        assertEquals(NEEDS, ledger.task(new TaskId(3)).orElseThrow().needs());
        assertEquals(NEEDS, job(2).plan().needs());
    }

    @Test
    void itEndsWhenTheLastResultLiesInItsFolder() {
        submit("x.zip", plan(THREE, JobPlan.Merge.NONE));
        assertEquals(JobStatus.QUEUED, job(1).status());
        run(2, 0);
        run(1, 0);
        assertEquals(JobStatus.RUNNING, job(1).status());
        lease(3);
        deliver(3, 0);
        assertFalse(job(1).ended());
        assertTrue(ledger.refersTo(blob("x.zip").hash()), "its package is needed until all is out");
        Applied last = publish(3);
        assertTrue(hasEffect(last, new Effect.DropBlob(blob("x.zip").hash())));
        assertEquals(JobStatus.SUCCEEDED, job(1).status());
        assertEquals(
                List.of(2L, 1L, 3L),
                ledger.endedOf(FIRST, 0, 9).stream().map(TaskId::number).toList());
        assertEquals(List.of(new TaskId(3)), ledger.endedOf(FIRST, 2, 9));
    }

    @Test
    void whatFailedOfItIsRunAgainAndTheRestIsNot() {
        submit("x.zip", plan(THREE, JobPlan.Merge.NONE));
        run(1, 0);
        run(2, 1);
        run(3, 1);
        assertEquals(JobStatus.FAILED, job(1).status());
        Applied retried = ledger.apply(new Command.RetryJob(FIRST, true, now++));
        assertTrue(hasEffect(retried, new Effect.Offer(new TaskId(2))));
        assertEquals(List.of("succeeded", "queued", "queued"), List.of(state(1), state(2), state(3)));
        run(2, 0);
        run(3, 0);
        assertEquals(JobStatus.SUCCEEDED, job(1).status());
    }

    @Test
    void itIsCancelledAsAWholeAndRunAsAWhole() {
        submit("x.zip", plan(THREE, JobPlan.Merge.NONE));
        run(1, 0);
        lease(2);
        ledger.apply(new Command.CancelJob(FIRST, now++));
        assertEquals(JobStatus.CANCELLED, job(1).status());
        assertEquals(2, ledger.counts().cancelled());
        assertEquals(2, ledger.records().size(), "what never ran is no record yet");
        assertEquals(
                new Verdict.Refused(Verdict.Why.NOT_IN_THAT_STATE),
                ledger.apply(new Command.RetryJob(FIRST, true, now++)).verdict(),
                "none failed");
        ledger.apply(new Command.RetryJob(FIRST, false, now++));
        assertEquals(List.of("succeeded", "queued", "queued"), List.of(state(1), state(2), state(3)));
        assertTrue(lease(3).verdict() instanceof Verdict.Granted);
    }

    @Test
    void aTaskOfItMayBeCancelledByItself() {
        submit("x.zip", plan(THREE, JobPlan.Merge.NONE));
        ledger.apply(new Command.Cancel(new TaskId(2), now++));
        assertEquals(1, job(1).counts().cancelled());
        run(1, 0);
        run(3, 0);
        assertTrue(job(1).ended());
    }

    @Test
    void itIsForgottenOnceItHasEnded() {
        submit("x.zip", plan(THREE, JobPlan.Merge.NONE));
        run(1, 1);
        assertTrue(ledger.apply(new Command.ForgetJob(FIRST, now++)).verdict() instanceof Verdict.Refused);
        ledger.apply(new Command.CancelJob(FIRST, now++));
        Applied forgotten = ledger.apply(new Command.ForgetJob(FIRST, now++));
        assertTrue(hasEffect(forgotten, new Effect.DropBlob(blob("x.zip").hash())));
        assertTrue(ledger.job(FIRST).isEmpty());
        assertEquals(TaskCounts.NONE, ledger.counts());
        assertEquals(0, ledger.tasksAfter(0).size());
        submit("y.zip", plan(THREE, JobPlan.Merge.NONE));
        assertEquals("y/a.zip", task(4).resultName(), "no number is given twice");
    }

    @Test
    void theTaskOfAPlainPackageIsAJobToo() {
        ledger.apply(new Command.Submit("k", "p.zip", blob("p"), CompactSize.UNMEASURED, 0, 0, 2, now++));
        assertEquals(JobStatus.QUEUED, job(1).status());
        assertEquals(Optional.of(FIRST), ledger.newestJobNamed("p"));
        run(1, 1);
        assertEquals(JobStatus.FAILED, job(1).status());
        ledger.apply(new Command.RetryJob(FIRST, true, now++));
        assertEquals("queued", state(1));
        ledger.apply(new Command.CancelJob(FIRST, now++));
        assertEquals(JobStatus.CANCELLED, job(1).status());
        ledger.apply(new Command.ForgetJob(FIRST, now++));
        assertTrue(ledger.task(new TaskId(1)).isEmpty());
    }

    @Test
    void theMergeTaskRunsLast() {
        submit("x.zip", plan(List.of("a.csv", "b.csv"), JobPlan.Merge.SCRIPT));
        assertEquals("merge.py", task(3).part().orElseThrow().input());
        assertEquals("[1, 2]", ledger.waitingOf(FIRST).stream().boxed().toList().toString());
        run(1, 0);
        lease(2);
        deliver(2, 1);
        assertTrue(lease(3).verdict() instanceof Verdict.Refused, "a result is not in its folder yet");
        assertTrue(ledger.whyHeld(task(3)).isPresent());
        assertTrue(hasEffect(publish(2), new Effect.Offer(new TaskId(3))));
        run(3, 0);
        assertTrue(job(1).ended());
        assertEquals(JobStatus.FAILED, job(1).status(), "one input failed");
    }

    @Test
    void theMergeTaskRunsAgainWhenMoreIsThere() {
        submit("x.zip", plan(List.of("a.csv", "b.csv"), JobPlan.Merge.SCRIPT));
        run(1, 0);
        run(2, 1);
        run(3, 0);
        ledger.apply(new Command.RetryJob(FIRST, true, now++));
        assertEquals("succeeded", state(3));
        assertTrue(hasEffect(run(2, 0), new Effect.Offer(new TaskId(3))));
        assertEquals("queued", state(3));
        run(3, 0);
        assertEquals(JobStatus.SUCCEEDED, job(1).status());
    }

    @Test
    void aMergeThatRunsIsRecalledWhenAnInputRunsAgain() {
        submit("x.zip", plan(List.of("a.csv", "b.csv"), JobPlan.Merge.SCRIPT));
        run(1, 0);
        run(2, 1);
        lease(3);
        ledger.apply(new Command.Retry(new TaskId(2), now++));
        assertEquals("queued", state(3));
        assertTrue(lease(3).verdict() instanceof Verdict.Refused);
        run(2, 0);
        assertTrue(lease(3).verdict() instanceof Verdict.Granted);
    }

    @Test
    void nothingIsMergedWhereNothingSucceeded() {
        submit("x.zip", plan(List.of("a.csv", "b.csv"), JobPlan.Merge.SCRIPT));
        run(1, 1);
        run(2, 1);
        assertTrue(task(3).state() instanceof TaskState.Failed failed
                && failed.reason().contains("nothing to merge"));
        assertTrue(job(1).ended());
    }

    @Test
    void aJobWaitsForAnother() {
        submit("clean.zip", plan(List.of("a.csv"), JobPlan.Merge.NONE));
        Applied next = submit("train.zip", after("clean", false));
        assertFalse(hasEffect(next, new Effect.OfferJob(new JobId(2))));
        assertEquals(JobStatus.WAITING, job(2).status());
        assertTrue(lease(2).verdict() instanceof Verdict.Refused);
        assertEquals(
                "[]", ledger.waitingOf(new JobId(2)).stream().boxed().toList().toString());
        assertTrue(hasEffect(run(1, 0), new Effect.OfferJob(new JobId(2))));
        assertEquals(JobStatus.QUEUED, job(2).status());
        assertTrue(lease(2).verdict() instanceof Verdict.Granted);
    }

    @Test
    void aJobWhoseForerunnerFailsFailsAndSoOn() {
        ledger.apply(new Command.Submit("k", "clean.zip", blob("p"), CompactSize.UNMEASURED, 0, 0, 2, now++));
        submit("second.zip", after("clean.zip", false));
        submit("third.zip", after("second", false));
        submit("anyway.zip", after("second", true));
        run(1, 1);
        assertEquals(JobStatus.FAILED, job(2).status());
        assertTrue(task(2).state() instanceof TaskState.Failed failed
                && failed.reason().contains("after job j1"));
        assertEquals(JobStatus.FAILED, job(4).status());
        assertEquals(JobStatus.QUEUED, job(6).status());
        submit("late.zip", after("second", false));
        assertEquals(JobStatus.FAILED, job(8).status(), "it had failed before");
        ledger.apply(new Command.RetryJob(new JobId(2), true, now++));
        assertTrue(lease(2).verdict() instanceof Verdict.Granted, "a person wants it all the same");
    }

    /** The name alone would lead to an earlier job, whose results are not what was waited for. */
    @Test
    void aJobKnowsWhichOneItWaitedForWhenThatIsForgotten() {
        submit("clean.zip", plan(List.of("a.csv"), JobPlan.Merge.NONE));
        run(1, 0);
        submit("clean.zip", plan(List.of("a.csv"), JobPlan.Merge.NONE));
        run(2, 0);
        submit("train.zip", after("clean", false));
        ledger.apply(new Command.ForgetJob(new JobId(2), now++));
        assertEquals(List.of(new JobId(2)), job(3).after());
        assertTrue(ledger.job(new JobId(2)).isEmpty());
    }

    @Test
    void aJobAfterAnUnknownOneIsRefused() {
        assertEquals(
                new Verdict.Refused(Verdict.Why.NO_SUCH_JOB),
                submit("x.zip", after("nobody", false)).verdict());
        assertEquals(List.of(), ledger.jobs());
    }

    @Test
    void aJobWhosePackageIsGoneFails() {
        submit("x.zip", plan(THREE, JobPlan.Merge.NONE));
        run(1, 0);
        lease(2);
        ledger.apply(new Command.GiveUpJob(FIRST, blob("other").hash(), "gone", now++));
        assertEquals("running", state(2));
        ledger.apply(new Command.GiveUpJob(FIRST, blob("x.zip").hash(), "gone", now++));
        assertEquals(List.of("succeeded", "lost", "lost"), List.of(state(1), state(2), state(3)));
    }

    @Test
    void moreThanMayBeOpenIsRefused() {
        JobPlan large = new JobPlan(InputNames.numbered(TaskLedger.MAX_OPEN), JobPlan.Merge.NONE, List.of(), false);
        submit("x.zip", plan(THREE, JobPlan.Merge.NONE));
        assertEquals(
                new Verdict.Refused(Verdict.Why.LEDGER_FULL),
                submit("large.zip", large).verdict());
    }

    @Test
    void noTwoResultsHaveOneNameOnAnySystem() {
        submit(
                "job.zip",
                plan(List.of("a.csv", "A.csv", "a.json", "b.csv", "summary.csv", "job.csv"), JobPlan.Merge.SCRIPT));
        assertEquals(
                List.of(
                        "job/a.csv-1.zip",
                        "job/A.csv-2.zip",
                        "job/a.json-3.zip",
                        "job/b.zip",
                        "job/summary.csv-5.zip",
                        "job/job.csv-6.zip",
                        "job/merge.py.zip"),
                IntStream.rangeClosed(1, 7).mapToObj(i -> task(i).resultName()).toList());
        submit("odd.zip", plan(List.of("x.csv", "X.csv", "x.csv-1.zip", "ação 😀.csv", ".hidden"), JobPlan.Merge.NONE));
        assertEquals(
                List.of(
                        "odd/x.csv-1.zip",
                        "odd/X.csv-2.zip",
                        "odd/x.csv-1.zip-3.zip",
                        "odd/ação 😀.zip",
                        "odd/.hidden.zip"),
                IntStream.rangeClosed(8, 12).mapToObj(i -> task(i).resultName()).toList());
    }
}
