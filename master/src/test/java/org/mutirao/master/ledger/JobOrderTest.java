package org.mutirao.master.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.JobStatus;
import org.mutirao.protocol.id.TaskId;

/** Merge tasks, and jobs that run after others. */
class JobOrderTest extends JobLedgerScene {
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

    /** From when on it waits for a worker; what comes before is no wait that more workers would shorten. */
    private long since(long task) {
        return task(task).state().since();
    }

    @Test
    void theMergeTaskWaitsForAWorkerOnlyOnceItMayRun() {
        submit("x.zip", plan(List.of("a", "b"), JobPlan.Merge.SCRIPT));
        long handedIn = since(3);
        run(1, 0);
        assertEquals(handedIn, since(3));
        now += 60_000;
        long before = now;
        run(2, 0);
        assertTrue(since(3) >= before, since(3) + " is before " + before);
    }

    @Test
    void aJobAfterAnotherWaitsForWorkersOnlyOnceItMayRun() {
        submit("first.zip", plan(List.of("a"), JobPlan.Merge.NONE));
        submit("second.zip", after("first", false));
        now += 60_000;
        long before = now;
        run(1, 0);
        assertTrue(since(2) >= before && since(3) >= before);
        assertEquals(2, job(2).counts().queued());
    }
}
