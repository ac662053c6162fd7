package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.GetStatus;
import org.mutirao.protocol.message.OperatorRequest.ListJobs;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.protocol.message.WorkerRow;

/** States, ranges, patterns and {@code last} behind {@code tasks}, {@code jobs} and {@code workers}. */
class PicksTest extends OnScriptedGrid {
    private static JobRow job(long number) {
        return JobRow.builder()
                .job(number)
                .name(number % 2 == 0 ? "even-" + number : "odd-" + number)
                .state(number % 3 == 0 ? "failed" : "succeeded")
                .tasks(1)
                .build();
    }

    /** As a master does it: the newest first, some at a time. */
    private void has(int jobs) {
        grid.on(ListJobs.class, list -> {
            List<JobRow> meant = LongStream.rangeClosed(1, jobs)
                    .map(i -> jobs + 1 - i)
                    .filter(number -> list.before() == 0 || number < list.before())
                    .mapToObj(PicksTest::job)
                    .filter(job -> list.state().map(job.state()::equals).orElse(true))
                    .filter(job -> list.name().map(job.name()::contains).orElse(true))
                    .toList();
            int limit = Math.min(list.limit(), 100);
            return new Reply.JobList(meant.stream().limit(limit).toList(), meant.size() > limit);
        });
    }

    private String jobs(String... words) {
        List<String> all = new ArrayList<>(List.of("jobs"));
        all.addAll(List.of(words));
        return grid.console(all.toArray(String[]::new))
                .out()
                .lines()
                .map(line -> line.split(" ", -1)[0])
                .filter(word -> word.matches("j\\d+"))
                .reduce((one, other) -> one + " " + other)
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "j5, j5",
        "5, j5",
        "j3-j6, j3 j4 j5 j6",
        "3-5, j3 j4 j5",
        "last, j250",
        "failed last, j249",
        "failed j1-j10, j3 j6 j9",
        "failed succeeded j8-j9, j8 j9",
        "even-2?, j20 j22 j24 j26 j28",
        "odd-24* failed, j243 j249",
        "en-24, j24 j240 j242 j244 j246 j248",
        "j1 odd-24*, j1 j241 j243 j245 j247 j249",
        "nothing-such, ''"
    })
    void jobsAreMeantByManyWords(String words, String meant) {
        has(250);
        assertEquals(meant, jobs(words.split(" ")));
    }

    @Test
    void moreThanTheNewestAreListedOnlyWhenAskedFor() {
        has(250);
        assertEquals(50, jobs().split(" ").length);
        assertTrue(grid.console("jobs").out().contains("There are older ones: --all"));
        assertEquals(250, jobs("--all").split(" ").length);
        assertEquals(50, jobs("even*").split(" ").length);
        assertTrue(grid.console("jobs", "even*").out().contains("There are older ones: --all"));
        assertFalse(grid.console("jobs", "last").out().contains("There are older ones"));
        has(3);
        assertEquals("j1 j2 j3", jobs());
    }

    @Test
    void tasksAskForEachStateOfEachSelector() {
        grid.on(
                ListTasks.class,
                list -> new Reply.TaskList(
                        List.of(ScriptedGrid.task(
                                list.job().equals(Optional.of("j5")) ? 5 : 7,
                                "a.zip",
                                list.state().orElseThrow())),
                        false));
        assertEquals(
                3,
                grid.console("tasks", "failed", "lost", "j5", "slow*", "failed")
                        .out()
                        .lines()
                        .count(),
                "each task once");
        assertEquals(
                List.of("j5 failed", "j5 lost", "slow* failed", "slow* lost"),
                grid.asked().stream()
                        .map(ListTasks.class::cast)
                        .map(list ->
                                list.job().orElseThrow() + " " + list.state().orElseThrow())
                        .toList());
    }

    @Test
    void workersAreMeantByWhatTheyAreAtAndByName() {
        WorkerRow busy =
                WorkerRow.builder().id("0a1").name("lab-1").holding(List.of(1L)).build();
        WorkerRow idle = WorkerRow.builder().id("0a2").name("lab-2").build();
        WorkerRow aside = WorkerRow.builder()
                .id("b3")
                .name("pc7")
                .aside(Optional.of("drains"))
                .build();
        grid.on(ListWorkers.class, new Reply.WorkerList(List.of(busy, idle, aside)));
        assertEquals(List.of("lab-1", "lab-2"), workers("lab*"));
        assertEquals(List.of("lab-1"), workers("busy"));
        assertEquals(List.of("lab-2", "pc7"), workers("idle", "aside"));
        assertEquals(List.of("lab-2"), workers("idle", "0a"));
        assertEquals(List.of("pc7"), workers("pc7"));
        grid.console("workers", "nobody").prints("No such workers");
    }

    @ParameterizedTest
    @CsvSource({
        "pc1-pc9, pc1 pc02 pc9",
        "pc10-pc12 lab-1, lab-1 pc10",
        "pc9-pc1, ''",
        "pc1-pc9 idle, pc1 pc9",
        "lab-1-lab-3, lab-1",
        "lab-1, lab-1",
        "last, pc9",
        "busy last, pc02",
        "'', lab-1 pc1 pc02 pc9 pc10"
    })
    void workersAreMeantByTheNumbersInTheirNamesAndTheLastThatJoined(String words, String meant) {
        grid.on(
                ListWorkers.class,
                new Reply.WorkerList(List.of(at("pc10"), at("pc1"), at("lab-1"), at("pc02", 7L), at("pc9"))));
        assertEquals(meant, String.join(" ", words.isEmpty() ? workers() : workers(words.split(" "))));
    }

    @Test
    void whoWasOnlyHeardIsNotTheLastThatJoined() {
        WorkerRow heard = WorkerRow.builder().id("c1").kind("unregistered").build();
        grid.on(ListWorkers.class, new Reply.WorkerList(List.of(at("pc1"), at("pc2"), heard)));
        assertEquals(List.of("pc2"), workers("last"));
    }

    private static WorkerRow at(String name, Long... tasks) {
        return WorkerRow.builder().id(name).name(name).holding(List.of(tasks)).build();
    }

    private List<String> workers(String... words) {
        List<String> all = new ArrayList<>(List.of("workers"));
        all.addAll(List.of(words));
        return grid.console(all.toArray(String[]::new))
                .out()
                .lines()
                .skip(1)
                .map(line -> line.split(" +", -1)[1])
                .toList();
    }

    @Test
    void watchSaysThatThereIsNothing() {
        grid.on(GetStatus.class, new Reply.Status(StatusRow.of("g", StatusCounts.NONE, 2, 4)));
        ScriptedGrid.Shown shown = grid.console("watch");
        assertEquals(0, shown.exit());
        assertTrue(shown.out().startsWith("There are no tasks yet, and 2 workers wait for some."), shown.out());
        assertEquals(1, shown.out().lines().count());
    }
}
