package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.testkit.StepLoop;

/** What is asked of jobs, at a master without disk and network. */
class JobHandlerTest {
    private final LedgerPlay play = new LedgerPlay();
    private final StepLoop loop = new StepLoop();
    private final Map<JobId, CompletableFuture<Path>> wholes = new HashMap<>();
    private final JobHandler handler = new JobHandler(
            () -> play.ledger,
            play.views.jobList(),
            play::propose,
            (delay, work) -> loop.execute(work),
            play.clock,
            play.clock::nanos,
            new WholeResults(job -> wholes.getOrDefault(job, new CompletableFuture<>()), loop));

    JobHandlerTest() {
        play.news.add(handler::onChanged);
    }

    private static Ask within(Answer answer) {
        return new Ask(answer, Scope.ALL);
    }

    private CompletableFuture<Reply> wait(String job, long seen, Duration patience) {
        return wait(job, seen, patience, 1000);
    }

    private CompletableFuture<Reply> wait(String job, long seen, Duration patience, int limit) {
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        handler.await(new OperatorRequest.WaitJob(job, seen, patience, limit), within(Answer.into(replied)));
        return replied;
    }

    private static Reply.JobProgress told(CompletableFuture<Reply> replied) {
        assertTrue(replied.isDone(), "no answer yet");
        return assertInstanceOf(Reply.JobProgress.class, replied.join());
    }

    private static List<Long> ids(Reply.JobProgress progress) {
        return progress.ended().stream().map(TaskRow::id).toList();
    }

    @Test
    void whoWaitsIsToldOfTasksInTheOrderInWhichTheyEnded() {
        play.submitJob("prices.zip", 3);
        CompletableFuture<Reply> first = wait("prices", 0, Duration.ofSeconds(20));
        loop.runAll();
        assertFalse(first.isDone());
        play.succeed(3);
        play.fail(1, "KeyError");
        loop.runAll();
        assertEquals(List.of(3L, 1L), ids(told(first)), "both at once");
        assertEquals(2, told(first).seen());
        assertEquals("running", told(first).job().state());
        CompletableFuture<Reply> second = wait("j1", 2, Duration.ofSeconds(20));
        assertFalse(second.isDone());
        play.succeed(2);
        loop.runAll();
        assertEquals(List.of(2L), ids(told(second)));
        assertEquals("failed", told(second).job().state());
        assertEquals(Optional.of("2.csv"), told(second).ended().get(0).input());
        assertEquals(List.of(), ids(told(wait("j1", 3, Duration.ofSeconds(20)))), "it has ended, so nobody waits");
        assertEquals(List.of(3L, 1L, 2L), ids(told(wait("j1", 0, Duration.ZERO))), "whoever comes late hears all");
        assertEquals(List.of(3L), ids(told(wait("j1", 0, Duration.ZERO, 1))));
    }

    /** A program that is told of a task's end fetches its result next. */
    @Test
    void aResultThatIsNotInItsPlaceYetIsNotToldOf() {
        play.submitJob("prices.zip", 2);
        Attempt attempt = play.end(1, 0, "");
        play.succeed(2);
        CompletableFuture<Reply> replied = wait("j1", 0, Duration.ofSeconds(20));
        loop.runAll();
        assertFalse(replied.isDone());
        play.publish(1, attempt);
        loop.runAll();
        assertEquals(List.of(1L, 2L), ids(told(replied)));
        assertEquals(Optional.of("prices/1.zip"), told(replied).ended().get(0).result());
    }

    @Test
    void aTaskThatRunsAgainIsToldOfWhenItHasEndedAgain() {
        play.submitJob("prices.zip", 2);
        play.fail(1, "KeyError");
        assertEquals(1, told(wait("j1", 0, Duration.ZERO)).seen());
        assertEquals(1, changed(retry("j1", true)).count());
        CompletableFuture<Reply> again = wait("j1", 1, Duration.ofSeconds(20));
        loop.runAll();
        assertFalse(again.isDone());
        play.succeed(1);
        loop.runAll();
        assertEquals(List.of(1L), ids(told(again)));
        assertEquals(2, told(again).seen());
        assertEquals(List.of(1L), ids(told(wait("j1", 0, Duration.ZERO))), "not twice");
    }

    @Test
    void patienceEndsWithAnEmptyAnswer() {
        play.submitJob("prices.zip", 2);
        CompletableFuture<Reply> replied = wait("j1", 0, Duration.ofSeconds(20));
        play.clock.advance(Duration.ofSeconds(19));
        handler.tick();
        assertFalse(replied.isDone());
        play.clock.advance(Duration.ofSeconds(1));
        handler.tick();
        assertEquals(List.of(), ids(told(replied)));
        assertEquals("queued", told(replied).job().state());
        assertEquals(List.of(), ids(told(wait("j1", 0, Duration.ZERO))), "without patience at once");
        CompletableFuture<Reply> tooLong = wait("j1", 0, Duration.ofDays(1));
        play.clock.advance(Duration.ofSeconds(30));
        handler.tick();
        assertTrue(tooLong.isDone(), "nobody waits longer");
    }

    @Test
    void whoWaitsIsSentAwayWhenAnotherLeadsAndWhenTheJobIsForgotten() {
        JobId job = play.submitJob("prices.zip", 1);
        CompletableFuture<Reply> replied = wait("j1", 0, Duration.ofSeconds(20));
        handler.onFollowing();
        assertEquals(Refusal.TRY_LATER, ((Reply.Failure) replied.join()).refusal());
        loop.runAll();
        play.clock.advance(Duration.ofMinutes(1));
        handler.tick(); // nobody is answered twice
        assertEquals(new JobId(1), job);
    }

    @Test
    void notEverybodyMayWait() {
        play.submitJob("prices.zip", 2);
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int i = 0; i < JobWaits.MOST; i++) {
            all.add(wait("j1", 0, Duration.ofSeconds(20)));
        }
        long before = LimitsReached.here().times(Limit.PARKED);
        Reply.Failure refused =
                (Reply.Failure) wait("j1", 0, Duration.ofSeconds(20)).join();
        assertEquals(before + 1, LimitsReached.here().times(Limit.PARKED));
        assertEquals(Refusal.TRY_LATER, refused.refusal());
        assertTrue(all.stream().noneMatch(CompletableFuture::isDone));
        play.succeed(1);
        loop.runAll();
        assertTrue(all.stream().allMatch(CompletableFuture::isDone));
        CompletableFuture<Reply> next = wait("j1", 1, Duration.ofSeconds(20));
        assertFalse(next.isDone(), "there is room again");
    }

    @Test
    void aPlainPackageIsAJobOfOneTask() {
        play.submit("quick.zip");
        CompletableFuture<Reply> replied = wait("quick", 0, Duration.ofSeconds(20));
        loop.runAll();
        assertFalse(replied.isDone());
        play.succeed(1);
        loop.runAll();
        assertEquals(List.of(1L), ids(told(replied)));
        assertEquals("succeeded", told(replied).job().state());
    }

    private Reply ask(Consumer<Answer> question) {
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        question.accept(Answer.into(replied));
        loop.runAll();
        return replied.join();
    }

    private Reply cancel(String what) {
        return ask(answer -> handler.cancel(new OperatorRequest.CancelJobs(what), within(answer)));
    }

    private Reply retry(String what, boolean onlyFailed) {
        return ask(answer -> handler.retry(new OperatorRequest.RetryJobs(what, onlyFailed), within(answer)));
    }

    private Reply forget(String what) {
        return ask(answer -> handler.forget(new OperatorRequest.ForgetJobs(what), within(answer)));
    }

    private static Reply.Changed changed(Reply reply) {
        return assertInstanceOf(Reply.Changed.class, reply);
    }

    private static void assertRefused(Refusal refusal, String sentence, Reply reply) {
        assertEquals(new Reply.Failure(refusal, sentence), reply);
    }

    @Test
    void aJobIsCancelledRunAgainAndForgottenAsAWhole() {
        play.submitJob("prices.zip", 4);
        play.succeed(1);
        play.lease(2);
        assertEquals(
                new Reply.Changed(3, Optional.of("3 tasks are cancelled, of job j1 prices.zip")), cancel("prices"));
        assertRefused(Refusal.CONFLICT, "job j1 prices.zip is cancelled; there is nothing to cancel", cancel("prices"));
        assertRefused(Refusal.CONFLICT, "job j1 prices.zip is cancelled; no task of it has failed", retry("j1", true));
        assertEquals(
                new Reply.Changed(3, Optional.of("3 tasks are run again, of job j1 prices.zip")), retry("j1", false));
        assertRefused(
                Refusal.CONFLICT, "that job has not ended; cancel it first, or wait for its end", forget("prices"));
        assertEquals(3, changed(cancel("last")).count());
        assertEquals(
                new Reply.Changed(1, Optional.of("1 job is forgotten; results stay where they are")), forget("prices"));
        assertRefused(
                Refusal.NOT_FOUND,
                "there is no such task or job; 'console jobs' and 'console tasks' list them",
                forget("prices"));
        assertEquals(List.of(), list(Optional.empty()));
    }

    @Test
    void rangesPatternsAndAllAreChangedToo() {
        play.submit("one.zip");
        play.submitJob("slow-a.zip", 3);
        play.submitJob("slow-b.zip", 3);
        play.submit("two.zip");
        assertEquals(new Reply.Changed(3, Optional.of("3 tasks are cancelled")), cancel("1-3"));
        assertEquals(4, changed(cancel("slow*")).count(), "two are cancelled already");
        assertRefused(Refusal.CONFLICT, "all of that has ended already", cancel("slow*"));
        assertEquals(1, changed(cancel("all")).count());
        assertEquals(8, changed(retry("all", false)).count());
        assertRefused(Refusal.CONFLICT, "none of that has failed", retry("1-8", true));
        play.fail(2, "KeyError");
        assertEquals(1, changed(retry("1-8", true)).count());
        assertRefused(
                Refusal.CONFLICT,
                "a job is forgotten as a whole; name jobs, as 'console jobs' lists them",
                forget("1-3"));
        cancel("slow-a");
        assertEquals(1, changed(forget("all")).count(), "only what has ended");
        assertEquals(List.of("two.zip queued", "slow-b.zip queued", "one.zip queued"), list(Optional.empty()));
    }

    @Test
    void manyAreChangedSomeAtATime() {
        for (int i = 0; i < BulkChange.SLICE * 2 + 10; i++) {
            play.clock.advance(Duration.ofMillis(1));
            play.submit("t" + i + ".zip");
        }
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        handler.cancel(new OperatorRequest.CancelJobs("all"), within(Answer.into(replied)));
        assertEquals(BulkChange.SLICE, play.ledger.counts().cancelled(), "others on the loop come first");
        loop.runAll();
        assertEquals(BulkChange.SLICE * 2 + 10, changed(replied.join()).count());
    }

    @Test
    void nobodyChangesManyAllTheTime() {
        play.submitJob("prices.zip", 4);
        long before = LimitsReached.here().times(Limit.RATES);
        Reply last = null;
        for (int i = 0; i < 50; i++) {
            last = cancel("1-4");
        }
        assertEquals(Refusal.TRY_LATER, ((Reply.Failure) last).refusal());
        assertTrue(LimitsReached.here().times(Limit.RATES) > before, "it was counted");
        assertEquals(
                Refusal.CONFLICT, ((Reply.Failure) cancel("prices")).refusal(), "one job is no more than one task");
        play.clock.advance(Duration.ofSeconds(1));
        assertEquals(Refusal.CONFLICT, ((Reply.Failure) cancel("1-4")).refusal());
    }

    private List<String> list(Optional<String> state) {
        Reply.JobList list =
                (Reply.JobList) handler.list(new OperatorRequest.ListJobs(state, Optional.empty(), 0, 100), Scope.ALL);
        return list.jobs().stream().map(job -> job.name() + " " + job.state()).toList();
    }

    @Test
    void jobsAreListedNewestFirstInPages() {
        play.submit("one.zip");
        play.submitJob("prices.zip", 3);
        play.submit("two.zip");
        play.submitJob("after.zip", 2, "prices.zip");
        play.succeed(3);
        assertEquals(
                List.of("after.zip waiting", "two.zip queued", "prices.zip running", "one.zip queued"),
                list(Optional.empty()));
        assertEquals(List.of("two.zip queued", "one.zip queued"), list(Optional.of("queued")));
        Reply.JobList page = (Reply.JobList)
                handler.list(new OperatorRequest.ListJobs(Optional.empty(), Optional.empty(), 5, 1), Scope.ALL);
        assertTrue(page.more());
        JobRow prices = page.jobs().get(0);
        assertEquals(2, prices.job());
        assertEquals(Optional.of("prices"), prices.folder());
        assertEquals(
                List.of(3L, 2L, 0L, 1L),
                List.of(prices.tasks(), prices.queued(), prices.running(), prices.succeeded()));
        Reply.JobList named = (Reply.JobList)
                handler.list(new OperatorRequest.ListJobs(Optional.empty(), Optional.of("TWO"), 0, 10), Scope.ALL);
        assertEquals(1, named.jobs().size());
        assertFalse(named.more());
    }

    @Test
    void aJobTellsWhyItsTasksFailed() {
        play.submitJob("prices.zip", 5);
        play.fail(1, "KeyError: 'price'");
        play.fail(2, "no room");
        play.fail(4, "KeyError: 'price'");
        Reply.JobDetails details = (Reply.JobDetails) handler.show(new OperatorRequest.ShowJob("2"), Scope.ALL);
        assertEquals(3, details.job().counts().failed());
        assertEquals(
                List.of(
                        new FailureRow("exit code 1: KeyError: 'price'", 2, 1, Optional.of("1.csv")),
                        new FailureRow("exit code 1: no room", 1, 2, Optional.of("2.csv"))),
                details.failures());
        assertEquals(
                Refusal.NOT_FOUND,
                ((Reply.Failure) handler.show(new OperatorRequest.ShowJob("nobody"), Scope.ALL)).refusal());
    }

    private CompletableFuture<Reply> get(String which) {
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        if (!handler.sendResult(new OperatorRequest.GetResult(which), within(Answer.into(replied)))) {
            replied.cancel(false);
        }
        return replied;
    }

    @Test
    void allThatCameOfAJobIsOneFileOnceItHasEnded(@TempDir Path folder) throws IOException {
        JobId job = play.submitJob("prices.zip", 2);
        play.succeed(1);
        assertRefused(
                Refusal.CONFLICT,
                "job j1 has not ended yet, it is running; results of tasks that have ended can be had one by one",
                get("prices").join());
        play.succeed(2);
        Path zip = Files.writeString(folder.resolve("prices.zip"), "a zip");
        wholes.put(job, new CompletableFuture<>());
        CompletableFuture<Reply> replied = get("j1");
        loop.runAll();
        assertFalse(replied.isDone(), "it is being put together");
        wholes.get(job).complete(zip);
        loop.runAll();
        Reply.ResultFile file = assertInstanceOf(Reply.ResultFile.class, replied.join());
        assertEquals("prices.zip", file.name());
        assertEquals(new Payload(zip, new Blob(Sha256.ofFile(zip), 5)), file.result());
        wholes.put(job, CompletableFuture.failedFuture(new Told("its results were moved away")));
        replied = get("j1");
        loop.runAll();
        assertRefused(Refusal.CONFLICT, "its results were moved away", replied.join());
        wholes.put(job, CompletableFuture.failedFuture(new TimeoutException()));
        replied = get("j1");
        loop.runAll();
        assertEquals(Refusal.TRY_LATER, ((Reply.Failure) replied.join()).refusal(), "it is made all the same");
    }

    /** A task's own result, and that of a plain package, is no whole. */
    @Test
    void theResultOfOneTaskIsNotThatOfItsJob() {
        play.submitJob("prices.zip", 2);
        play.submit("one.zip");
        for (String which : List.of("1", "j3", "one", "nobody", "1-2")) {
            assertTrue(get(which).isCancelled(), which);
        }
    }
}
