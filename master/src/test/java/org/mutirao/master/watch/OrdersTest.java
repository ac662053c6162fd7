package org.mutirao.master.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mutirao.master.handlers.LedgerPlay;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;

/** A page of a sorted list is a part of the whole list, sorted. */
class OrdersTest {
    @Test
    void pagesMakeUpTheWholeListInItsOrder() {
        List<Integer> all = new Random(3).ints(2_000, 0, 500).boxed().toList(); // many are equal, and stay as they came
        Orders<Integer> orders = new Orders<Integer>().by("tens", number -> Optional.of(number / 10));
        List<Integer> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparing(number -> number / 10));
        List<Integer> found = new ArrayList<>();
        Orders.Page<Integer> page = orders.page(all.iterator(), "tens", 0, 77);
        while (page.more()) {
            found.addAll(page.rows());
            page = orders.page(all.iterator(), "tens", found.size(), 77);
        }
        found.addAll(page.rows());
        assertEquals(sorted, found);
        sorted.sort(Comparator.comparing((Integer number) -> number / 10).reversed());
        assertEquals(
                sorted.subList(500, 600),
                orders.page(all.iterator(), "-tens", 500, 100).rows());
    }

    @Test
    void whatHasNoNumberComesLastInBothDirections() {
        Orders<Integer> orders =
                new Orders<Integer>().by("even", number -> Optional.of(number).filter(each -> each % 2 == 0));
        List<Integer> all = List.of(1, 4, 3, 2);
        assertEquals(
                List.of(2, 4, 1, 3), orders.page(all.iterator(), "even", 0, 9).rows());
        assertEquals(
                List.of(4, 2, 1, 3), orders.page(all.iterator(), "-even", 0, 9).rows());
        assertEquals(List.of("even", "-even"), orders.words());
    }

    @Test
    void tasksAndJobsAreSortedByEachColumnThatPeopleSee() {
        LedgerPlay play = new LedgerPlay();
        IntStream.of(10, 2, 1).forEach(number -> play.submit("part-" + number + ".zip"));
        play.submitJob("many.zip", 4);
        play.succeed(2);
        play.fail(5, "KeyError: price");
        TaskBoard board = play.views.board();
        Orders<TaskRecord> tasks = TaskOrders.at(play.clock.millis());
        assertEquals(
                List.of("part-1.zip", "part-2.zip", "part-10.zip"),
                tasks.page(board.all(TaskBoard.Filter.ALL), "name", 4, 3).rows().stream()
                        .map(TaskRecord::name)
                        .toList(),
                "2 before 10");
        assertEquals(
                5,
                tasks.page(board.all(TaskBoard.Filter.ALL), "note", 0, 1)
                        .rows()
                        .get(0)
                        .id()
                        .number());
        for (String word : tasks.words()) {
            assertEquals(
                    7,
                    tasks.page(board.all(TaskBoard.Filter.ALL), word, 0, 9)
                            .rows()
                            .size(),
                    word);
        }
        JobList list = play.views.jobList();
        Orders<JobView> jobs = JobOrders.with(job -> list.figures(job, play.clock.millis()));
        for (String word : jobs.words()) {
            assertEquals(
                    4,
                    jobs.page(list.all(JobList.Filter.ALL), word, 0, 9).rows().size(),
                    word);
        }
        assertTrue(jobs.page(list.all(JobList.Filter.ALL), "why", 0, 1).more());
        assertEquals(
                "many.zip",
                jobs.page(list.all(JobList.Filter.ALL), "why", 0, 1)
                        .rows()
                        .get(0)
                        .name());
    }
}
