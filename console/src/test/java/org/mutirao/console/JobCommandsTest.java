package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.CancelJobs;
import org.mutirao.protocol.message.OperatorRequest.CancelTask;
import org.mutirao.protocol.message.OperatorRequest.ChangeWorker;
import org.mutirao.protocol.message.OperatorRequest.ExplainTask;
import org.mutirao.protocol.message.OperatorRequest.ForgetJobs;
import org.mutirao.protocol.message.OperatorRequest.GetResult;
import org.mutirao.protocol.message.OperatorRequest.ListJobs;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.OperatorRequest.ReadLog;
import org.mutirao.protocol.message.OperatorRequest.RetryJobs;
import org.mutirao.protocol.message.OperatorRequest.ShowJob;
import org.mutirao.protocol.message.OperatorRequest.ShowTask;
import org.mutirao.protocol.message.OperatorRequest.SubmitTask;
import org.mutirao.protocol.message.OperatorRequest.WaitJob;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.testkit.Zips;

/** {@code console jobs}, and what the other commands do with jobs. */
class JobCommandsTest extends OnScriptedJob {
    @Test
    void submitTellsTheJobAndHowItWasUnderstood() throws IOException {
        grid.on(SubmitTask.class, submit -> taken());
        Path zip = Files.write(folder.resolve("prices.zip"), Zips.of("main.py", ""));
        grid.console("submit", zip.toString())
                .prints("job j5  prices.zip  3 tasks", "  prices.zip: 3 tasks, one for each file of inputs/");
        String told = grid.console("submit", "--json", zip.toString()).out();
        assertTrue(told.contains("\"text\":\"prices.zip: 3 tasks, one for each file of inputs/\""), told);
        assertTrue(told.contains("\"job\":{\"job\":5,"), told);
    }

    @Test
    void jobsListsTheNewestLast() {
        JobRow other = JobRow.builder()
                .job(9)
                .name("late.zip")
                .state("waiting")
                .tasks(2)
                .counts(new StatusCounts(2, 0, 0, 0, 0, 0))
                .explanation(Optional.of("waits for job j5"))
                .build();
        grid.on(ListJobs.class, new Reply.JobList(List.of(other, FAILED), true));
        grid.console("jobs")
                .prints(
                        "JOB  NAME        STATE    TASKS  SUCCEEDED  FAILED  RUNNING  WAITED  TOOK  REASON",
                        "j5   prices.zip  failed       3          2       1        0    4.0s   30s  2 of 3 tasks succeeded",
                        "j9   late.zip    waiting      2          0       0        0                waits for job j5",
                        "There are older ones: --all");
        assertTrue(grid.console("jobs", "--json").out().startsWith("[{\"job\":5,\"name\":\"prices.zip\""));
        grid.on(ListJobs.class, list -> new Reply.JobList(list.before() == 0 ? List.of(FAILED) : List.of(), false));
        grid.console("jobs", "--all", "--state=failed", "pri");
        assertEquals(
                new ListJobs(Optional.of("failed"), Optional.of("pri"), 0, 1000),
                grid.asked().get(grid.asked().size() - 1));
        grid.on(ListJobs.class, new Reply.JobList(List.of(), false));
        grid.console("jobs").prints("No jobs. 'console map main.py data/*.csv' makes one, and so does each package.");
    }

    @Test
    void watchAJob() {
        endsAs(SUCCEEDED);
        grid.console("watch", "prices")
                .prints(
                        "██████▒▒▒▒▒▒······· 1/3  1 running  1 queued",
                        "███████████████████ 3/3",
                        "job j5  prices.zip  succeeded: 3 of 3 tasks succeeded, results in results/prices/");
        assertEquals("prices", ((WaitJob) grid.asked().get(0)).job());
        assertEquals("j5", ((WaitJob) grid.asked().get(1)).job(), "another may be called so by now");
        endsAs(FAILED);
        assertEquals(1, grid.console("watch", "j5").exit());
        grid.refuse(WaitJob.class, "there is no such job");
        grid.console("watch", "nobody").refuses("there is no such job");
    }

    @Test
    void showTellsAJobAndATableOfMany() {
        grid.on(ShowJob.class, new Reply.JobDetails(FAILED, List.of(WHY)));
        Shown shown = grid.console("show", "prices");
        List<String> lines = shown.out().lines().toList();
        assertEquals("job j5  prices.zip", lines.get(0));
        assertTrue(lines.get(1).matches("failed since \\S+ \\S+: 2 of 3 tasks succeeded"), lines.get(1));
        assertEquals("3 tasks: 2 succeeded, 1 failed", lines.get(3));
        assertEquals("results in results/prices/", lines.get(4));
        assertEquals("  1 task: exit code 1: KeyError: 'price' (june.csv, console logs 6 --stderr)", lines.get(5));
        grid.on(
                ListTasks.class,
                new Reply.TaskList(
                        List.of(part(5, "may.csv", TaskStatus.SUCCEEDED), part(6, "june.csv", TaskStatus.FAILED)),
                        false));
        assertEquals(3, grid.console("show", "5-6").out().lines().count());
        assertEquals(Optional.of("5-6"), ((ListTasks) grid.asked().get(1)).job());
    }

    /** What a plain package shows stays as it was. */
    @Test
    void showOfAJobOfOneTaskShowsTheTask() {
        JobRow one = JobRow.builder()
                .job(4)
                .name("a.zip")
                .state("succeeded")
                .tasks(1)
                .counts(new StatusCounts(0, 0, 1, 0, 0, 0))
                .build();
        grid.on(ShowJob.class, new Reply.JobDetails(one, List.of()));
        grid.on(
                ShowTask.class,
                new Reply.TaskDetails(ScriptedGrid.task(4, "a.zip", "succeeded"), List.of(), Optional.empty()));
        assertTrue(grid.console("show", "a.zip").out().startsWith("task 4  a.zip  2KiB"));
        assertEquals(new ShowTask("4"), grid.asked().get(1));
    }

    @Test
    void cancelAndRetryTakeJobsRangesPatternsAndAll() {
        grid.on(
                CancelJobs.class,
                cancel -> new Reply.Changed(3, Optional.of("3 tasks are cancelled: " + cancel.what())));
        grid.on(RetryJobs.class, retry -> new Reply.Changed(2, Optional.of("2 tasks are run again")));
        grid.console("cancel", "j5", "1-40", "slow*", "last")
                .prints(
                        "3 tasks are cancelled: j5",
                        "3 tasks are cancelled: 1-40",
                        "3 tasks are cancelled: slow*",
                        "3 tasks are cancelled: last");
        grid.console("cancel", "--all").prints("3 tasks are cancelled: all");
        assertEquals(2, grid.console("cancel").exit(), "it needs to know which");
        grid.console("retry", "j5", "--failed").prints("2 tasks are run again");
        assertEquals(new RetryJobs("j5", true), grid.asked().get(grid.asked().size() - 1));
        grid.console("retry", "7", "--failed").prints("2 tasks are run again");
        assertEquals(new RetryJobs("7", true), grid.asked().get(grid.asked().size() - 1));
        assertEquals(
                "[{\"count\":3,\"text\":\"3 tasks are cancelled: j5\"}]",
                grid.console("cancel", "--json", "j5").out().strip());
    }

    @Test
    void forgetTakesJobsAndWorkers() {
        grid.on(ForgetJobs.class, new Reply.Changed(1, Optional.of("1 job is forgotten")));
        grid.on(ChangeWorker.class, new Reply.Failure(Reply.Refusal.NOT_FOUND, "there is no such worker"));
        grid.console("forget", "j5").prints("1 job is forgotten");
        grid.console("forget", "--finished").prints("1 job is forgotten");
        assertEquals(new ForgetJobs("all"), grid.asked().get(1));
        assertEquals(2, grid.asked().size(), "no worker is called so");
        grid.console("forget", "prices").prints("1 job is forgotten");
        grid.refuse(ForgetJobs.class, "there is no such job");
        grid.console("forget", "nobody").refuses("there is no such worker; and no job is called so");
    }

    @Test
    void logsOfAJobShowEachTaskThatFailed() {
        grid.on(
                ListTasks.class,
                new Reply.TaskList(
                        List.of(
                                part(5, "may.csv", TaskStatus.SUCCEEDED),
                                part(6, "june.csv", TaskStatus.FAILED),
                                part(7, "july.csv", TaskStatus.LOST),
                                part(8, "august.csv", TaskStatus.QUEUED)),
                        false));
        grid.on(ReadLog.class, read -> new Reply.LogPart(0, 3, read.stream() + " " + read.task() + "\n", false));
        grid.console("logs", "prices", "--failed")
                .prints("== task 6  june.csv ==", "stderr 6", "== task 7  july.csv ==", "stderr 7");
        grid.console("logs", "j5")
                .prints(
                        "== task 5  may.csv ==",
                        "stdout 5",
                        "== task 6  june.csv ==",
                        "stdout 6",
                        "== task 7  july.csv ==",
                        "stdout 7");
        grid.on(ListTasks.class, new Reply.TaskList(List.of(part(5, "may.csv", TaskStatus.SUCCEEDED)), false));
        grid.console("logs", "j5", "--failed").prints("no task of it has failed");
    }

    @Test
    void explainOfAJobExplainsWhatIsNotEnded() {
        grid.on(
                ListTasks.class,
                new Reply.TaskList(
                        List.of(part(5, "may.csv", TaskStatus.SUCCEEDED), part(6, "june.csv", TaskStatus.QUEUED)),
                        false));
        grid.on(
                ExplainTask.class,
                explain -> new Reply.Explanation(part(6, "june.csv", TaskStatus.QUEUED), List.of("nobody is free")));
        grid.console("explain", "last").prints("task 6  prices-june.csv.zip  queued", "  nobody is free");
        assertEquals(new ExplainTask("6"), grid.asked().get(1));
    }

    @Test
    void resultsGetFetchesAJobAsOneFileOrOnlyWhatWasMerged() throws IOException {
        grid.on(ShowJob.class, new Reply.JobDetails(SUCCEEDED, List.of()));
        Queue<Reply> replies = new ArrayDeque<>();
        replies.add(new Reply.Failure(Reply.Refusal.TRY_LATER, "it is being put together"));
        replies.add(new Reply.ResultFile("prices.zip", zip("summary.csv", "s", "merged/all.csv", "m")));
        replies.add(new Reply.ResultFile("prices.zip", zip("summary.csv", "s", "merged/all.csv", "m")));
        grid.on(GetResult.class, get -> replies.poll());
        Path mine = folder.resolve("mine");
        grid.console("results", "get", "j5", mine.toString())
                .prints("results of 3 tasks fetched into " + mine.resolve("prices.zip"));
        assertEquals("s", Zips.read(mine.resolve("prices.zip")).get("summary.csv"));
        Path merged = folder.resolve("merged-only");
        grid.console("results", "get", "prices", merged.toString(), "--merge").prints("1 file fetched into " + merged);
        assertEquals(List.of("merged/all.csv"), names(merged));
        grid.on(ShowJob.class, new Reply.JobDetails(RUNNING, List.of()));
        grid.console("results", "get", "last")
                .refuses("job j5  prices.zip is running, 1 of 3 tasks have ended; 'console watch j5' waits for it");
        grid.console("results", "get", "--merge").refuses("say of which job: console results get JOB --merge");
    }

    /** Results of two jobs may be called alike. */
    @Test
    void resultsGetPutsTasksOfAJobIntoAFolderOfItsName() throws IOException {
        TaskRow row = TaskRow.builder()
                .id(6)
                .name("prices-june.zip")
                .status(TaskStatus.SUCCEEDED)
                .result(Optional.of("prices/june.zip"))
                .part(5, 2, "june.csv")
                .build();
        grid.on(ListTasks.class, new Reply.TaskList(List.of(row), false));
        Payload result = zip("stdout.txt", "1");
        grid.on(GetResult.class, get -> new Reply.ResultFile("prices/june.zip", result));
        Path mine = folder.resolve("mine");
        grid.console("results", "get", mine.toString()).prints("1 result fetched into " + mine);
        assertEquals(List.of("prices/june.zip"), names(mine));
        grid.console("results", "get", mine.toString()).prints("0 results fetched into " + mine);
    }

    @Test
    void aNameThatNoJobHasIsNoNewFolder() {
        grid.refuse(ShowJob.class, "there is no such job");
        grid.console("results", "get", "pricess")
                .refuses(
                        "no job is called pricess, and there is no such folder here; for a new folder write ./pricess");
    }

    @Test
    void withJsonARefusalIsJsonToo() {
        grid.refuse(ShowTask.class, "there is no \"x\"");
        grid.refuse(ShowJob.class, "there is no such job");
        grid.console("show", "x").refuses("no task and no job is called x");
        grid.console("show", "j99").refuses("there is no such job");
        Shown shown = grid.console("show", "7", "--json");
        assertEquals(1, shown.exit());
        assertEquals("{\"error\":\"there is no \\\"x\\\"\"}" + System.lineSeparator(), shown.err());
        grid.on(CancelTask.class, new Reply.Failure(Reply.Refusal.CONFLICT, "it has ended"));
        Shown each = grid.console("cancel", "7", "--json");
        assertEquals("{\"error\":\"7: it has ended\"}" + System.lineSeparator(), each.err());
        assertEquals("[]" + System.lineSeparator(), each.out());
        Shown usage = grid.console("show", "--json");
        assertEquals(2, usage.exit());
        assertTrue(usage.err().startsWith("{\"error\":\"WHICH is missing"), usage.err());
        assertEquals(1, usage.err().lines().count(), usage.err());
    }
}
