package org.mutirao.master.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.Reply;

class SelectorsTest {
    private final LedgerPlay play = new LedgerPlay();
    private final Selectors selectors = new Selectors(() -> play.ledger);

    /** Tasks 1, 2 to 6, 7, and 8 to 10. */
    SelectorsTest() {
        play.submit("slow-one.zip");
        play.submitJob("prices.zip", 5);
        play.submit("quick.zip");
        play.submitJob("slow.zip", 3);
    }

    private String found(String which) {
        Selection selection = selectors.find(which);
        return selection.everything() ? "everything" : selection.jobs() + " " + ids(selection.tasks());
    }

    private static List<Long> ids(List<TaskId> tasks) {
        return tasks.stream().map(TaskId::number).toList();
    }

    @Test
    void eachWayOfSayingItMeansWhatItSays() {
        assertEquals("[] [7]", found("7"));
        assertEquals("[] [4]", found("4"), "a task that waits in its job");
        assertEquals("[] [5, 6, 7, 8]", found("5-8"));
        assertEquals("[j2] []", found("j2"));
        assertEquals("[j7] []", found("j7"), "a plain package is a job too");
        assertEquals("[j2] []", found("prices.zip"));
        assertEquals("[j2] []", found("prices"));
        assertEquals("[j1, j8] []", found("slow*"));
        assertEquals("[j8] []", found("s??w"), "without .zip");
        assertEquals("[] [4, 10]", found("3.cs?"), "tasks are called as their inputs");
        assertEquals("[j8] []", found("last"));
        assertEquals("everything", found("all"));
    }

    @Test
    void whatIsNotThereIsNothing() {
        for (String which : List.of("99", "j99", "j3", "90-99", "nobody", "nobody*", "", "0", "-1", "8-5", "PRICES")) {
            assertTrue(selectors.find(which).isEmpty(), which);
        }
    }

    @Test
    void theNewestOfSeveralIsMeant() {
        play.clock.advance(Duration.ofSeconds(1));
        play.submitJob("prices.zip", 2);
        assertEquals("[j11] []", found("prices"));
        play.clock.advance(Duration.ofSeconds(1));
        play.submit("prices.zip");
        assertEquals("[j13] []", found("prices"));
        assertEquals("[j13] []", found("last"));
    }

    /** Somebody may call a package 17.zip, j5.zip, or 5-40.zip. */
    @Test
    void whatLooksLikeANumberMayBeAName() {
        play.submit("99.zip");
        play.submit("j98.zip");
        play.submit("70-80.zip");
        assertEquals("[j11] []", found("99"));
        assertEquals("[j12] []", found("j98"));
        assertEquals("[j13] []", found("70-80"));
    }

    @Test
    void oneJobIsMeantByItsNumberOrByOneOfItsTasks() {
        for (String which : List.of("2", "j2", "4", "prices", "prices.zip")) {
            assertEquals(Optional.of(new JobId(2)), selectors.findJob(which).map(JobView::id), which);
        }
        assertEquals(Optional.empty(), selectors.findJob("slow*").map(JobView::id));
        assertEquals(
                new Reply.Failure(Reply.Refusal.CONFLICT, "more than one job is meant; say which one"),
                selectors.noJob("all"));
        assertEquals(
                new Reply.Failure(Reply.Refusal.NOT_FOUND, "there is no such job; 'console jobs' lists them"),
                selectors.noJob("nobody"));
    }

    @Test
    void oneTaskIsMeantByItsIdOrAsTheOnlyOneOfItsJob() {
        assertEquals(Optional.of(7L), task("7"));
        assertEquals(Optional.of(7L), task("quick"));
        assertEquals(Optional.of(7L), task("j7"));
        assertEquals(Optional.of(4L), task("4"));
        assertEquals(Optional.empty(), task("prices"));
        assertEquals(
                new Reply.Failure(
                        Reply.Refusal.CONFLICT,
                        "that is job j2 of 5 tasks; say which of them: 'console tasks j2' lists them"),
                selectors.noTask("prices"));
        assertEquals(
                new Reply.Failure(Reply.Refusal.CONFLICT, "more than one task is meant; say which one"),
                selectors.noTask("5-8"));
        assertEquals(noSuch("task"), selectors.noTask("99"));
        assertEquals(noSuch("task"), selectors.noTask("nobody"));
        assertEquals(noSuch("job"), selectors.noTask("j99"));
        assertEquals(noSuch("job"), new Selectors(TaskLedger::new).noTask("last"), "of an empty grid");
    }

    private static Reply noSuch(String what) {
        return new Reply.Failure(
                Reply.Refusal.NOT_FOUND, "there is no such " + what + "; 'console " + what + "s' lists them");
    }

    private Optional<Long> task(String which) {
        return selectors.findTask(which).map(TaskRecord::id).map(TaskId::number);
    }

    @Test
    void theTasksOfAJobAreFoundInPagesWithThoseThatWait() {
        play.succeed(3);
        Selection found = selectors.find("prices");
        assertEquals(List.of(2L, 3L, 4L, 5L, 6L), after(found, 0));
        assertEquals(List.of(4L, 5L, 6L), after(found, 3));
        assertEquals(
                List.of(1L, 2L, 5L, 8L, 9L, 10L),
                after(
                        new Selection(
                                List.of(new JobId(8), new JobId(1)), List.of(new TaskId(5), new TaskId(2)), false),
                        0));
        assertEquals(List.of(), after(found, 6));
    }

    private List<Long> after(Selection selection, long id) {
        List<Long> ids = new ArrayList<>();
        new TaskRanges(selection, play.ledger)
                .after(id)
                .forEachRemaining(task -> ids.add(task.id().number()));
        return ids;
    }
}
