package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.OperatorRequest.CancelTask;
import org.mutirao.protocol.message.OperatorRequest.ExplainTask;
import org.mutirao.protocol.message.OperatorRequest.GetResult;
import org.mutirao.protocol.message.OperatorRequest.GetStatus;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.OperatorRequest.ReadLog;
import org.mutirao.protocol.message.OperatorRequest.RetryFailed;
import org.mutirao.protocol.message.OperatorRequest.RetryTask;
import org.mutirao.protocol.message.OperatorRequest.ShowTask;
import org.mutirao.protocol.message.OperatorRequest.SubmitTask;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.testkit.Zips;

/** {@code console submit, tasks, show, explain, cancel, retry, logs, watch} and {@code results get}. */
class TaskCommandsTest extends OnScriptedGrid {
    private static final String WHY =
            "exit code 1: ValueError: the table of the second quarter has no column called price, so no sum";

    private Reply taken(SubmitTask submit) {
        return new Reply.TaskState(ScriptedGrid.task(7, submit.name(), "queued"), true);
    }

    @Test
    void submitHandsInAZipAndAFolderWithoutWhatIsHidden() throws IOException {
        Queue<Map<String, String>> packages = new ArrayDeque<>();
        grid.on(SubmitTask.class, submit -> {
            packages.add(Zips.read(submit.taskPackage().file()));
            return taken(submit);
        });
        Path zip = Files.write(folder.resolve("job.zip"), Zips.of("main.py", "print(1)"));
        Path work = Files.createDirectories(folder.resolve("work"));
        Files.writeString(work.resolve("main.py"), "print(2)");
        Files.writeString(work.resolve(".secret"), "x");
        Files.createDirectories(work.resolve(".git"));
        Files.writeString(work.resolve(".git/config"), "x");
        Files.createDirectories(work.resolve("data"));
        Files.writeString(work.resolve("data/in.csv"), "1");
        grid.console("submit", zip.toString(), work.toString()).prints("task 7  job.zip", "task 7  work");
        assertEquals(Map.of("main.py", "print(1)"), packages.poll());
        assertEquals(Map.of("main.py", "print(2)", "data/in.csv", "1"), packages.poll());
    }

    @Test
    void submitGoesAtTheMastersPaceAndSaysSoOnce() throws IOException {
        List<String> keys = new CopyOnWriteArrayList<>();
        grid.on(SubmitTask.class, submit -> {
            keys.add(submit.key());
            return keys.size() % 3 == 0
                    ? taken(submit)
                    : new Reply.Failure(
                            Reply.Refusal.TRY_LATER,
                            "there are too many unfinished tasks; wait until some of them have ended");
        });
        Path one = Zips.drop(folder, "one.zip", Zips.of("main.py", "print(1)"));
        Path two = Zips.drop(folder, "two.zip", Zips.of("main.py", "print(2)"));
        ScriptedGrid.Shown shown = grid.console("submit", one.toString(), two.toString());
        assertEquals(0, shown.exit(), shown.err());
        assertEquals(
                "console: the master takes no more packages just now (there are too many unfinished tasks; wait until some of them have ended); going on when it does"
                        + System.lineSeparator(),
                shown.err());
        assertEquals(6, keys.size());
        assertEquals(List.of(keys.get(0), keys.get(0)), keys.subList(1, 3), "the same hand-in again");
        assertEquals(2, Set.copyOf(keys).size());
    }

    @Test
    void submitSaysOfEachWhyItWasNotTakenAndTakesTheOthers() throws IOException {
        grid.on(
                SubmitTask.class,
                submit -> submit.name().startsWith("bad")
                        ? new Reply.Failure(Reply.Refusal.BAD_REQUEST, "it is not a ZIP file")
                        : taken(submit));
        Path bad = Files.writeString(folder.resolve("bad.zip"), "no");
        Path good = Files.write(folder.resolve("good.zip"), Zips.of("main.py", "print(1)"));
        Path gone = folder.resolve("gone.zip");
        Shown shown = grid.console("submit", bad.toString(), gone.toString(), good.toString());
        assertEquals(1, shown.exit());
        assertEquals(List.of("task 7  good.zip"), shown.out().lines().toList());
        assertEquals(
                List.of(
                        "console: " + bad + " was not handed in: it is not a ZIP file",
                        "console: " + gone + " was not handed in: there is no such file or folder"),
                shown.err().lines().toList());
    }

    @Test
    void tasksListsAllPages() {
        grid.on(
                ListTasks.class,
                list -> list.after() == 0
                        ? new Reply.TaskList(List.of(ScriptedGrid.task(1, "a.zip", "queued")), true)
                        : new Reply.TaskList(
                                List.of(ScriptedGrid.task(
                                        2, "b.zip", "succeeded", Optional.of("exit code 0"), Optional.empty())),
                                false));
        grid.console("tasks")
                .prints(
                        "ID  NAME   STATE      TRIES  WAITED  TOOK  WORKER  REASON",
                        " 1  a.zip  queued         1    2.0s        pc7",
                        " 2  b.zip  succeeded      1    2.0s   28s  pc7     exit code 0");
        assertEquals(1, ((ListTasks) grid.asked().get(1)).after(), "the second page begins behind the first");
        assertTrue(
                grid.console("tasks", "--json").out().startsWith("[{\"id\":1,\"name\":\"a.zip\",\"state\":\"queued\""));
    }

    @Test
    void tasksAsksForAStateAndSaysWhatToDoWithoutAny() {
        grid.on(ListTasks.class, new Reply.TaskList(List.of(), false));
        grid.console("tasks", "--state=failed").prints("No such tasks");
        grid.console("tasks").prints("No tasks. Drop a ZIP into the master's tasks folder, or use 'console submit'.");
        assertEquals(Optional.of("failed"), ((ListTasks) grid.asked().get(0)).state());
        Shown wrong = grid.console("tasks", "--state=leased");
        assertEquals(2, wrong.exit());
        assertTrue(wrong.err().contains("queued, running, succeeded, failed, lost or cancelled"), wrong.err());
    }

    /** A name may hold what moves the cursor. */
    @Test
    void whatAStrangerCalledItsTaskIsShownHarmlessly() {
        grid.on(ListTasks.class, new Reply.TaskList(List.of(ScriptedGrid.task(1, "\u001b[2Jx", "queued")), false));
        assertFalse(grid.console("tasks").out().contains("\u001b"));
    }

    @Test
    void showTellsATaskWithItsAttempts() {
        AttemptRow lost = new AttemptRow(
                1, "w1", "pc7", 0, Optional.of(65_000L), Optional.of("lost"), Optional.empty(), Optional.empty());
        AttemptRow now = new AttemptRow(
                3, "w2", "", 70_000, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        AttemptRow failed = new AttemptRow(
                2, "w1", "pc7", 0, Optional.of(65_000L), Optional.of(WHY), Optional.of(1_000L), Optional.of(62_000L));
        grid.on(
                ShowTask.class,
                new Reply.TaskDetails(
                        ScriptedGrid.task(4, "a.zip", "running", Optional.of("it runs"), Optional.of("a.zip")),
                        List.of(lost, failed, now),
                        Optional.empty()));
        Shown shown = grid.console("show", "4");
        assertEquals(0, shown.exit(), shown.err());
        List<String> lines = shown.out().lines().toList();
        assertEquals("task 4  a.zip  2KiB", lines.get(0));
        assertTrue(lines.get(1).matches("running since \\S+ \\S+: it runs"), lines.get(1));
        assertTrue(lines.get(2).matches("accepted \\S+ \\S+, priority 5"), lines.get(2));
        assertEquals("result in results/a.zip", lines.get(3));
        assertTrue(lines.get(6).matches(" +1 +pc7 +\\S+ \\S+ +lost"), lines.get(6));
        assertTrue(lines.get(7).matches(" +2 +pc7 .* 1m 2s +" + WHY), lines.get(7));
        assertTrue(lines.get(8).matches(" +3 +w2 .* running"), lines.get(8));
        assertEquals("4", ((ShowTask) grid.asked().get(0)).task());
    }

    @Test
    void showTellsWhatAScriptTookAsFarAsItIsKnown() {
        tookSays(
                new ResourceUse(Optional.of(300L << 20), Optional.of(12_500L), Optional.of(4096L), Optional.of(0L)),
                "took 300MiB of memory at most, 12s of processor time, 4KiB read from the disk, 0B written to it");
        tookSays(
                new ResourceUse(Optional.of(1L << 30), Optional.of(20L), Optional.empty(), Optional.empty()),
                "took 1GiB of memory at most, 20ms of processor time");
    }

    private void tookSays(ResourceUse used, String expected) {
        grid.on(
                ShowTask.class,
                new Reply.TaskDetails(ScriptedGrid.task(4, "a.zip", "succeeded"), List.of(), Optional.of(used)));
        assertEquals(expected, grid.console("show", "4").out().lines().toList().get(3));
    }

    /** A list cuts a reason; here it is whole, however narrow the terminal is. */
    @Test
    void showTellsTheWholeOutcomeOfAnAttempt() {
        AttemptRow failed = new AttemptRow(
                1, "w1", "pc7", 0, Optional.of(65_000L), Optional.of(WHY), Optional.of(1_000L), Optional.of(62_000L));
        grid.on(
                ShowTask.class,
                new Reply.TaskDetails(ScriptedGrid.task(4, "a.zip", "failed"), List.of(failed), Optional.empty()));
        Shown shown = grid.console(Screen.of(60, false), "show", "4");
        List<String> attempt = shown.out().lines().skip(5).toList();
        assertTrue(attempt.size() > 1, shown.out());
        assertTrue(attempt.stream().allMatch(line -> line.length() <= 60), shown.out());
        assertTrue(String.join(" ", attempt).replaceAll(" +", " ").contains(WHY), shown.out());
    }

    @Test
    void showAndExplainAndLogsSayWhenThereIsNoSuchTask() {
        String why = "there is no task '99'";
        grid.refuse(ShowTask.class, why).refuse(ExplainTask.class, why).refuse(ReadLog.class, why);
        for (String command : List.of("show", "explain", "logs")) {
            Shown shown = grid.console(command, "99");
            shown.refuses(why);
            assertEquals("", shown.out());
        }
    }

    @Test
    void explainTellsTheReasons() {
        grid.on(
                ExplainTask.class,
                new Reply.Explanation(
                        ScriptedGrid.task(4, "a.zip", "queued"), List.of("nobody is free", "pc7 drains")));
        grid.console("explain", "4").prints("task 4  a.zip  queued", "  nobody is free", "  pc7 drains");
    }

    @Test
    void cancelAndRetryChangeEachForItself() {
        grid.on(CancelTask.class, cancel -> answer(cancel.task(), "cancelled"));
        grid.on(RetryTask.class, retry -> answer(retry.task(), "queued"));
        for (String command : List.of("cancel", "retry")) {
            Shown shown = grid.console(command, "1", "2", "3");
            assertEquals(1, shown.exit(), "one of them was not changed");
            String state = command.equals("cancel") ? "cancelled" : "queued";
            assertEquals(
                    List.of("task 1  t1.zip  " + state, "task 3  t3.zip  " + state),
                    shown.out().lines().toList());
            assertEquals("console: 2: it has ended" + System.lineSeparator(), shown.err());
            assertEquals(0, grid.console(command, "1").exit());
        }
    }

    private static Reply answer(String task, String state) {
        return task.equals("2")
                ? new Reply.Failure(Reply.Refusal.CONFLICT, "it has ended")
                : new Reply.TaskState(ScriptedGrid.task(Long.parseLong(task), "t" + task + ".zip", state), true);
    }

    @Test
    void retryFailedRunsAllAgain() {
        grid.on(RetryFailed.class, new Reply.Changed(3));
        grid.console("retry", "--failed").prints("3 tasks are run again");
        assertEquals(2, grid.console("retry").exit(), "it needs to know which");
        grid.refuse(RetryFailed.class, "not now");
        grid.console("retry", "--failed").refuses("not now");
    }

    @Test
    void logsPrintsWhatThereIsWithoutColoursAndSaysWhereTheBeginningIsGone() {
        grid.on(
                ReadLog.class,
                read -> read.from() == 0
                        ? new Reply.LogPart(100, 108, "\u001b[31mred\u001b[0m\n", true)
                        : new Reply.LogPart(108, 108, "", true));
        grid.console("logs", "4").prints("[…]", "red");
        assertEquals("stdout", ((ReadLog) grid.asked().get(0)).stream());
        grid.console("logs", "--stderr", "4");
        assertEquals("stderr", ((ReadLog) grid.asked().get(2)).stream());
    }

    @Test
    void logsFollowsUntilTheScriptHasEnded() {
        grid.on(ReadLog.class, read -> switch ((int) read.from()) {
            case 0 -> new Reply.LogPart(0, 4, "one\n", true);
            case 4 -> new Reply.LogPart(4, 8, "two\n", true);
            default -> new Reply.LogPart(8, 12, "end\n", false);
        });
        grid.on(ListTasks.class, new Reply.TaskList(List.of(ScriptedGrid.task(4, "a.zip", "queued")), false));
        grid.console("logs", "-f", "a.zip").prints("one", "two", "end");
    }

    private static Reply status(long queued, long ended, long failed, long lost) {
        return new Reply.Status(StatusRow.of("g", new StatusCounts(queued, 0, ended - failed, failed, lost, 0), 2, 4));
    }

    @Test
    void watchEndsWithTheLastTaskAndItsExitCodeTellsWhetherAllWentWell() {
        int[] asked = {0};
        grid.on(GetStatus.class, status -> asked[0]++ == 0 ? status(1, 2, 0, 0) : status(0, 3, 0, 0));
        grid.console("watch")
                .prints(
                        "2 of 3 ended, 0 running, 1 queued, 0 failed or lost, 2 workers",
                        "3 of 3 ended, 0 running, 0 queued, 0 failed or lost, 2 workers",
                        "all ended");
        assertEquals(1, watched(status(1, 3, 0, 0), status(0, 4, 1, 0)), "a script failed");
        assertEquals(1, watched(status(1, 3, 0, 0), status(0, 3, 0, 1)), "a task was given up");
        grid.refuse(GetStatus.class, "not now");
        grid.console("watch").refuses("not now");
    }

    private int watched(Reply... statuses) {
        Queue<Reply> next = new ArrayDeque<>(List.of(statuses));
        grid.on(GetStatus.class, status -> next.size() > 1 ? next.poll() : next.peek());
        return grid.console("watch").exit();
    }

    /** One old failure must not make each later call fail. */
    @Test
    void watchJudgesOnlyWhatEndsMeanwhile() {
        assertEquals(0, watched(status(0, 3, 1, 1)), "nothing was open");
        assertEquals(0, watched(status(1, 3, 1, 1), status(0, 4, 1, 1)));
        assertEquals(0, watched(status(1, 3, 1, 1), status(0, 4, 0, 1)), "an old one was run again and went well");
        assertEquals(
                1, watched(status(1, 3, 1, 1), status(1, 3, 0, 1), status(0, 4, 1, 1)), "and one failed all the same");
    }

    @Test
    void watchWaitsForAsManyTasksAsItIsTold() {
        int[] asked = {0};
        grid.on(GetStatus.class, status -> asked[0]++ == 0 ? status(0, 0, 0, 0) : status(0, 1, 0, 0));
        assertEquals(0, grid.console("watch", "--at-least=1").exit());
        assertEquals(2, asked[0]);
    }

    /** The name is a stranger's word. */
    private void resultsOfTwo() throws IOException {
        Path file = Files.write(folder.resolve("result.zip"), Zips.of("stdout.txt", "42"));
        Payload result = new Payload(file, new Blob(Sha256.ofFile(file), Files.size(file)));
        grid.on(
                ListTasks.class,
                new Reply.TaskList(
                        List.of(
                                ScriptedGrid.task(1, "a.zip", "succeeded", Optional.empty(), Optional.of("a.zip")),
                                ScriptedGrid.task(2, "b.zip", "succeeded", Optional.empty(), Optional.of("b.zip")),
                                ScriptedGrid.task(3, "none", "succeeded")),
                        false));
        grid.on(GetResult.class, get -> switch (get.task()) {
            case "1" -> new Reply.ResultFile("a.zip", result);
            case "2" -> new Reply.ResultFile("b.zip", result);
            case "evil" -> new Reply.ResultFile("../../evil.zip", result);
            default -> new Reply.Failure(Reply.Refusal.NOT_FOUND, "it has no result yet");
        });
    }

    private List<String> names(Path in) {
        try (var files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void resultsGetFetchesWhatIsNotThereYet() throws IOException {
        resultsOfTwo();
        Path mine = folder.resolve("mine");
        grid.console("results", "get", mine.toString()).prints("2 results fetched into " + mine);
        assertEquals(List.of("a.zip", "b.zip"), names(mine));
        assertEquals(Map.of("stdout.txt", "42"), Zips.read(mine.resolve("a.zip")));
        grid.console("results", "get", mine.toString()).prints("0 results fetched into " + mine);
        Files.delete(mine.resolve("b.zip"));
        grid.console("results", "get", mine.toString()).prints("1 result fetched into " + mine);
        assertEquals("[\"b.zip\"]", fetchedAgain(mine));
    }

    private String fetchedAgain(Path mine) throws IOException {
        Files.delete(mine.resolve("b.zip"));
        return grid.console("results", "get", "--json", mine.toString()).out().strip();
    }

    @Test
    void resultsGetOfOneTaskSaysWhenThereIsNoneAndNeverLeavesItsFolder() throws IOException {
        resultsOfTwo();
        Path mine = folder.resolve("mine");
        grid.console("results", "get", "--task=9", mine.toString()).refuses("it has no result yet");
        assertEquals(
                0,
                grid.console("results", "get", "--task=evil", mine.toString()).exit());
        assertEquals(1, names(mine).size());
        assertFalse(Files.exists(folder.resolve("evil.zip")));
        assertEquals(2, grid.console("results").exit());
    }
}
