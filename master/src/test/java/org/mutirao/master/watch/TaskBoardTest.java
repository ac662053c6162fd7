package org.mutirao.master.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mutirao.master.handlers.LedgerPlay;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.StatusCounts;

/** The board shows what the ledger knows, also the tasks of jobs that no worker ever had. */
class TaskBoardTest {
    private final LedgerPlay play = new LedgerPlay();

    private List<Long> page(TaskBoard.Filter filter, Optional<TaskId> before, int limit) {
        return play.views.board().page(filter, before, limit).tasks().stream()
                .map(task -> task.id().number())
                .toList();
    }

    private static TaskBoard.Filter of(String state, long job) {
        return new TaskBoard.Filter(
                TaskStatus.named(state),
                Optional.empty(),
                Optional.empty(),
                job > 0 ? Optional.of(new JobId(job)) : Optional.empty(),
                Scope.ALL);
    }

    /** Tasks 1, 2 to 6, 7, 8 to 10. */
    private void someJobs() {
        play.submit("one.zip");
        play.submitJob("prices.zip", 5);
        play.submit("two.zip");
        play.submitJob("slow.zip", 3);
        play.succeed(3);
        play.fail(5, "KeyError");
        play.lease(9);
    }

    @Test
    void tasksThatWaitInTheirJobStandBetweenTheOthers() {
        someJobs();
        assertEquals(
                List.of(10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L), page(TaskBoard.Filter.ALL, Optional.empty(), 100));
        assertEquals(List.of(8L, 7L, 6L), page(TaskBoard.Filter.ALL, Optional.of(new TaskId(9)), 3));
        assertEquals(List.of(10L, 8L, 7L, 6L, 4L, 2L, 1L), page(of("queued", 0), Optional.empty(), 100));
        assertEquals(List.of(5L, 3L), page(of("done", 2), Optional.empty(), 100));
        assertEquals(List.of(6L, 5L, 4L, 3L, 2L), page(of("", 2), Optional.empty(), 100));
        assertEquals(List.of(4L, 3L), page(of("", 2), Optional.of(new TaskId(5)), 2));
        assertEquals(List.of(7L), page(of("", 7), Optional.empty(), 100));
        assertEquals(List.of(), page(of("", 99), Optional.empty(), 100));
        assertEquals(new StatusCounts(7, 1, 1, 1, 0, 0), play.views.board().counts());
    }

    @Test
    void eachIsWhatTheLedgerSays() {
        someJobs();
        play.propose(new Command.CancelJob(new JobId(2), 9));
        List<TaskRecord> all = new ArrayList<>(play.ledger.tasksAfter(0));
        Collections.reverse(all);
        assertEquals(
                all,
                play.views
                        .board()
                        .page(TaskBoard.Filter.ALL, Optional.empty(), 100)
                        .tasks());
        all.forEach(task -> assertEquals(Optional.of(task), play.views.board().task(task.id())));
        assertEquals(List.of(6L, 4L, 2L), page(of("cancelled", 0), Optional.empty(), 100));
    }

    @Test
    void whatIsForgottenIsNoMoreShown() {
        someJobs();
        play.views.board().remove(new TaskId(3));
        assertFalse(play.views.board().task(new TaskId(3)).isPresent(), "it is not taken for one that waits");
        assertEquals(List.of(6L, 5L, 4L, 2L), page(of("", 2), Optional.empty(), 100));
        play.propose(new Command.CancelJob(new JobId(2), 9));
        play.propose(new Command.ForgetJob(new JobId(2), 9));
        assertEquals(List.of(10L, 9L, 8L, 7L, 1L), page(TaskBoard.Filter.ALL, Optional.empty(), 100));
        assertTrue(play.views.jobList().job(new JobId(2)).isEmpty());
    }

    @Test
    void aJobOfSeveralIsOneThingAmongTheEventsUnlessItsTasksAreAskedFor() {
        someJobs();
        play.propose(new Command.CancelJob(new JobId(2), play.clock.millis()));
        List<EventRow> all = play.views.feed().after(0, 100);
        assertEquals(
                List.of(
                        "Job j2 prices.zip is queued: 5 tasks",
                        "Job j2 prices.zip is running",
                        "Job j2 prices.zip failed: 1 of 5 tasks succeeded"),
                all.stream()
                        .filter(event -> event.job().equals(Optional.of(2L)))
                        .map(EventRow::text)
                        .toList());
        assertTrue(all.stream().anyMatch(event -> event.text().contains("Task 1 ")), "a plain package is one task");
        List<EventRow> ofJob = play.views.feed().ofJob(2, 0, 100);
        assertEquals(ofJob.stream().sorted(Comparator.comparing(EventRow::id)).toList(), ofJob);
        List<String> words = ofJob.stream().map(EventRow::text).toList();
        assertTrue(
                words.containsAll(List.of("Job j2 prices.zip is running", "Task 3 prices-2.zip succeeded")),
                words.toString());
        assertTrue(words.stream().noneMatch(text -> text.contains("Task 1 ")), words.toString());
        assertEquals(List.of(ofJob.get(ofJob.size() - 1)), play.views.feed().ofJob(2, 0, 1));
    }

    @Test
    void aJobThatGotAnotherScriptHasItInAllItsTasks() {
        someJobs();
        play.propose(new Command.CancelJob(new JobId(2), 9));
        assertTrue(play.views.board().task(new TaskId(6)).isPresent(), "looked at while it had the first one");
        Blob other = new Blob(Sha256.of(new byte[] {1}), 1);
        play.propose(new Command.RetryJobWith(new JobId(2), other, CompactSize.UNMEASURED, false, 10));
        assertEquals(
                List.of(other, other, other, other, other),
                Stream.of(2, 3, 4, 5, 6)
                        .map(id -> play.views
                                .board()
                                .task(new TaskId(id))
                                .orElseThrow()
                                .taskPackage())
                        .toList());
    }
}
