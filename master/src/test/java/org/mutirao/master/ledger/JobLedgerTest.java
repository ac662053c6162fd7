package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.JobStatus;
import org.mutirao.protocol.id.TaskId;

/** Jobs of several tasks, from being handed in to being forgotten. */
class JobLedgerTest extends JobLedgerScene {
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
        assertEquals(Optional.of(new JobPart(FIRST, 2, 3, "b.csv", false, "b", false, false)), task(2).part());
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
