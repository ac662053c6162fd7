package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.FailureRow;
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
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.testkit.Zips;

/** {@code console map, jobs}, and what the other commands do with jobs. */
class JobCommandsTest {
    @TempDir
    private Path folder;

    private ScriptedGrid grid;

    @BeforeEach
    void open() throws IOException {
        grid = new ScriptedGrid(Files.createDirectory(folder.resolve("spool")));
    }

    @AfterEach
    void close() {
        grid.close();
    }

    private static JobRow.Builder job(String state) {
        return JobRow.builder().job(5).name("prices.zip").state(state).tasks(3).folder(Optional.of("prices"));
    }

    private static final JobRow RUNNING =
            job("running").running(1).queued(1).succeeded(1).build();
    private static final JobRow SUCCEEDED =
            job("succeeded").succeeded(3).endedAt(Optional.of(34_000L)).build();
    private static final JobRow FAILED = job("failed")
            .succeeded(2)
            .unsuccessful(1)
            .endedAt(Optional.of(34_000L))
            .explanation(Optional.of("2 of 3 tasks succeeded"))
            .build();
    private static final FailureRow WHY =
            new FailureRow("exit code 1: KeyError: 'price'", 1, 6, Optional.of("june.csv"));

    private static TaskRow part(long id, String input, String state, boolean success) {
        return TaskRow.builder()
                .id(id)
                .name("prices-" + input + ".zip")
                .state(state)
                .success(success)
                .attempts(state.equals("queued") ? 0 : 1)
                .part(5, (int) id - 4, input)
                .build();
    }

    private static Reply taken() {
        return new Reply.TaskState(
                part(5, "may.csv", "queued", false),
                true,
                Optional.of(job("queued").queued(3).build()),
                Optional.of("prices.zip: 3 tasks, one for each file of inputs/"));
    }

    private Path file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** The job ends after two looks. */
    private void endsAs(JobRow end) {
        Queue<JobRow> looks = new ArrayDeque<>(List.of(RUNNING, end));
        grid.on(
                WaitJob.class,
                wait -> new Reply.JobProgress(looks.size() > 1 ? looks.poll() : looks.peek(), List.of(), wait.seen()));
        grid.on(ShowJob.class, new Reply.JobDetails(end, end.equals(FAILED) ? List.of(WHY) : List.of()));
    }

    private Payload zip(String... namesAndContents) throws IOException {
        Path file = Files.write(Files.createTempFile(folder, "answer", ".zip"), Zips.of(namesAndContents));
        return new Payload(file, new Blob(Sha256.ofFile(file), Files.size(file)));
    }

    private String text(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private List<String> names(Path in) throws IOException {
        try (Stream<Path> files = Files.walk(in)) {
            return files.filter(Files::isRegularFile)
                    .map(each -> in.relativize(each).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void mapMakesAPackageShowsHowFarItIsAndFetchesTheAnswer() throws IOException {
        Path script = file("script/calc.py", "print(1)");
        file("data/may.csv", "a\n1\n");
        file("data/june.csv", "a\n2\n");
        file("data/.hidden.csv", "x");
        file("data/notes.txt", "x");
        file("lib/util.py", "x = 1");
        Path table = file("table.csv", "k,v\n");
        Map<String, String> sent = new TreeMap<>();
        List<String> keys = new CopyOnWriteArrayList<>();
        grid.on(SubmitTask.class, submit -> {
            keys.add(submit.name() + " " + submit.key().length());
            sent.putAll(Zips.read(submit.taskPackage().file()));
            return taken();
        });
        endsAs(SUCCEEDED);
        Payload answer =
                zip("june.zip", "x", "summary.csv", "s", "merged/all.csv", "a\n1\n2\n", "merged/stdout.txt", "o");
        grid.on(GetResult.class, get -> new Reply.ResultFile("prices.zip", answer));
        Path out = folder.resolve("out");
        Path merged = folder.resolve("all.csv");
        Shown shown = grid.console(
                "map",
                script.toString(),
                folder.resolve("data") + "/*.csv",
                "--shared=" + folder.resolve("lib"),
                "--shared=" + table,
                "--source",
                "--priority=3",
                "--timeout=90s",
                "--after=clean.zip",
                "--out=" + out,
                "--merge=" + merged);
        shown.prints(
                "job j5  prices.zip  3 tasks",
                "  one for each .csv file; lib, table.csv go along",
                "Ctrl-C leaves it to the grid; 'console watch j5' comes back to it",
                "[██████··············] 1/3  1 running  1 waiting",
                "[████████████████████] 3/3",
                "job j5  prices.zip  succeeded: 3 of 3 tasks succeeded, results in results/prices/",
                "4 files put into " + out,
                "merged into " + merged);
        assertEquals(List.of("calc 36"), keys);
        assertEquals(
                new TreeSet<>(List.of(
                        "main.py", "task.json", "lib/util.py", "table.csv", "inputs/may.csv", "inputs/june.csv")),
                sent.keySet());
        assertEquals("a\n2\n", sent.get("inputs/june.csv"));
        assertEquals(
                Map.of(
                        "each",
                        "inputs/*",
                        "merge",
                        "source",
                        "priority",
                        3,
                        "timeout",
                        "90s",
                        "after",
                        List.of("clean.zip")),
                Json.readMap(sent.get("task.json").getBytes(StandardCharsets.UTF_8)));
        assertEquals("a\n1\n2\n", text("all.csv"));
        assertEquals(List.of("june.zip", "merged/all.csv", "merged/stdout.txt", "summary.csv"), names(out));
        assertEquals(new GetResult("j5"), grid.asked().get(grid.asked().size() - 1));
    }

    @Test
    void mapTellsWhatFailedAndItsExitCodeTellsItToo() throws IOException {
        grid.on(SubmitTask.class, submit -> taken());
        endsAs(FAILED);
        Shown shown = grid.console(
                "map", file("main.py", "").toString(), file("may.csv", "a").toString());
        assertEquals(1, shown.exit());
        List<String> lines = shown.out().lines().toList();
        assertEquals(
                List.of(
                        "job j5  prices.zip  failed: 2 of 3 tasks succeeded, results in results/prices/",
                        "  1 task: exit code 1: KeyError: 'price' (june.csv, console logs 6 --stderr)",
                        "'console retry j5' runs it again, with another script if you say --with main.py"),
                lines.subList(lines.size() - 3, lines.size()));
        assertEquals(
                folder.getFileName().toString(),
                ((SubmitTask) grid.asked().get(0)).name(),
                "called as the folder of its main.py");
    }

    @Test
    void mapGoesAwayAtOnceIfItIsTold() throws IOException {
        grid.on(SubmitTask.class, submit -> taken());
        grid.console("map", file("main.py", "").toString(), file("may.csv", "a").toString(), "--no-wait", "--name=N")
                .prints(
                        "job j5  prices.zip  3 tasks",
                        "  for may.csv",
                        "'console watch j5' waits for it, 'console results get j5' fetches it");
        assertEquals("N", ((SubmitTask) grid.asked().get(0)).name());
        assertEquals(1, grid.asked().size());
        grid.console("map", "main.py", "x.csv", "--no-wait", "--merge=all.csv")
                .refuses("--out and --merge wait for the answer; leave --no-wait out");
    }

    @Test
    void mapSaysWhatIsWrongWithItsFiles() throws IOException {
        String script = file("main.py", "").toString();
        String nowhere = folder.resolve("nowhere").toString();
        grid.console("map", nowhere, script).refuses("there is no script " + nowhere);
        grid.console("map", script, nowhere).refuses("there is no file " + nowhere);
        grid.console("map", script, nowhere + "/*.csv").refuses("there is no file " + nowhere + "/*.csv");
        grid.console("map", script, script, "--shared=" + nowhere).refuses("there is no file or folder " + nowhere);
        String input = file("input.csv", "").toString();
        grid.console("map", script, script, "--shared=" + input)
                .refuses("input.csv can't go along under that name: the package has input.csv of its own");
        assertEquals(2, grid.console("map", script).exit(), "it needs inputs");
        assertEquals(List.of(), grid.asked());
    }

    @Test
    void whatEndsLikeTheFirstFileIsAnInputAndTheRestGoesAlong() throws IOException {
        Path script = file("job/main.py", "");
        Path first = file("data/may.csv", "1");
        Path second = file("data/JUNE.CSV", "2");
        Path module = file("job/lib/util.py", "x");
        Path merge = file("merge.py", "m");
        Path folder2 = file("tables/k.txt", "k").getParent();
        Map<String, String> sent = new TreeMap<>();
        grid.on(SubmitTask.class, submit -> {
            sent.clear();
            sent.putAll(Zips.read(submit.taskPackage().file()));
            return taken();
        });
        String words = map(script, first, module, second, merge, folder2);
        assertEquals("one for each .csv file, and then merge.py over all results; util.py, tables go along", words);
        assertEquals(
                new TreeSet<>(List.of(
                        "main.py",
                        "task.json",
                        "lib/util.py",
                        "merge.py",
                        "tables/k.txt",
                        "inputs/may.csv",
                        "inputs/JUNE.CSV")),
                sent.keySet());
        assertEquals("one for each file of data; util.py goes along", map(script, first.getParent(), module));
        assertTrue(sent.keySet().containsAll(List.of("inputs/may.csv", "inputs/JUNE.CSV")), sent.toString());
        assertEquals("for util.py; may.csv goes along", map(script, module, first));
    }

    /** What was understood, of the JSON that tells it. */
    private String map(Path script, Path... files) throws IOException {
        List<String> words = new ArrayList<>(List.of("map", "--json", "--no-wait", script.toString()));
        Stream.of(files).map(Path::toString).forEach(words::add);
        Map<String, Object> told = ScriptedGrid.json(grid.console(words.toArray(String[]::new)));
        assertEquals(3, ((Map<?, ?>) told.get("job")).get("tasks"));
        return (String) told.get("text");
    }

    @Test
    void inputsOfOneNameGetThoseOfTheirFoldersToo() throws Exception {
        Path may = file("runs/may/out.csv", "1");
        Path june = file("runs/june/out.csv", "2");
        Path other = file("other.csv", "3");
        JobPackage made = new JobPackage(file("main.py", ""), List.of(), List.of(may, june, other));
        List<String> names = List.copyOf(made.inputNames());
        assertTrue(names.get(0).endsWith("-runs-may-out.csv"), names.toString());
        assertTrue(names.get(1).endsWith("-runs-june-out.csv"), names.toString());
        assertEquals("other.csv", names.get(2));
    }

    @Test
    void wordsMeanFilesAsAShellWouldHaveIt() throws Exception {
        file("d/a1.csv", "");
        file("d/a2.csv", "");
        file("d/b.txt", "");
        file("d/.a3.csv", "");
        file("d/sub/a4.csv", "");
        file("d/sub/deep/a5.csv", "");
        String d = folder.resolve("d") + "/";
        assertEquals(List.of("a1.csv", "a2.csv"), given(d + "*.csv"));
        assertEquals(List.of("a1.csv"), given(d + "a?.csv", d + "a1.csv").subList(0, 1));
        assertEquals(List.of("a1.csv", "a2.csv"), given(d + "a?.csv", d + "a1.csv"), "each once");
        assertEquals(List.of(".a3.csv"), given(d + ".a*"));
        assertEquals(List.of("a1.csv", "a2.csv", "b.txt"), given(d), "the files of a folder, not those below");
        assertEquals(List.of("sub/a4.csv"), given(d + "*/a*.csv"));
        assertEquals(List.of("a1.csv", "a2.csv", "sub/a4.csv", "sub/deep/a5.csv"), given(d + "**/*.csv"));
    }

    private List<String> given(String... words) throws Exception {
        return GivenFiles.of(List.of(words)).stream()
                .map(each -> folder.resolve("d").relativize(each).toString().replace('\\', '/'))
                .toList();
    }

    @Test
    void oneTableIsChosenOrItIsSaidWhyNot() throws Exception {
        Path target = folder.resolve("all.csv");
        new JobAnswer(zip("merged/x.csv", "1", "merged/stdout.txt", "o").file(), "merged/").writeMerged(target);
        assertEquals("1", text("all.csv"));
        new JobAnswer(zip("merged/x.csv", "1", "merged/all.csv", "2").file(), "merged/").writeMerged(target);
        assertEquals("2", text("all.csv"), "the one called so");
        assertEquals(
                "there are several: x.csv, y.csv; give the file the name of the one you want, or fetch all of them with --out",
                refusal(zip("merged/x.csv", "1", "merged/y.csv", "2")));
        assertEquals(
                "nothing was merged: a.csv has other columns",
                refusal(zip("merged/x.why.txt", "a.csv has other columns\n")));
        assertEquals(
                "nothing was merged: no CSV file was left under one name by each task that succeeded",
                refusal(zip("summary.csv", "s")));
    }

    private String refusal(Payload answer) {
        return assertThrows(CommandFailed.class, () -> new JobAnswer(answer.file(), "merged/")
                        .writeMerged(folder.resolve("all.csv")))
                .getMessage();
    }

    /** The master is another machine's program. */
    @Test
    void noNameInAnAnswerLeadsOutOfItsFolder() throws Exception {
        Path out = Files.createDirectory(folder.resolve("out"));
        for (String name :
                List.of("../evil.csv", "/evil.csv", "a/../../evil.csv", "a\\b.csv", "c:evil.csv", "a//b", "x.")) {
            JobAnswer answer = new JobAnswer(zip(name, "x").file(), "merged/");
            CommandFailed refused = assertThrows(CommandFailed.class, () -> answer.unpackTo(out, wanted -> true), name);
            assertTrue(refused.getMessage().contains("name can't be used here"), refused.getMessage());
        }
        assertEquals(List.of(), names(out));
        assertFalse(Files.exists(folder.resolve("evil.csv")));
    }

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
                .queued(2)
                .explanation(Optional.of("waits for job j5"))
                .build();
        grid.on(ListJobs.class, new Reply.JobList(List.of(other, FAILED), true));
        grid.console("jobs")
                .prints(
                        "JOB  NAME        STATE    TASKS  DONE  FAILED  RUNNING  TOOK  NOTE",
                        "j5   prices.zip  failed   3      2     1       0        34s   2 of 3 tasks succeeded",
                        "j9   late.zip    waiting  2      0     0       0              waits for job j5",
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
                        "[██████··············] 1/3  1 running  1 waiting",
                        "[████████████████████] 3/3",
                        "job j5  prices.zip  succeeded: 3 of 3 tasks succeeded, results in results/prices/");
        assertEquals("prices", ((WaitJob) grid.asked().get(0)).job());
        assertEquals("j5", ((WaitJob) grid.asked().get(1)).job(), "another may be called so by now");
        endsAs(FAILED);
        assertEquals(1, grid.console("watch", "j5").exit());
        grid.refuse(WaitJob.class, "there is no such job");
        grid.console("watch", "nobody").refuses("there is no such job");
    }

    @Test
    void theLineOfProgressFitsANarrowTerminal() {
        String line = new Progress(99_999, 100_000)
                .count(12_345, "without success")
                .count(1_000, "running")
                .count(100_000, "waiting")
                .rate(1234.5, 1)
                .line();
        assertEquals("[███████████████████·] 99999/100000  12345 without success  1000 running", line);
        assertTrue(line.length() <= Progress.WIDTH);
        assertEquals(
                "[····················] 0/4  4 waiting  2.0/s  2s left",
                new Progress(0, 4).count(4, "waiting").rate(2, 4).line());
    }

    @Test
    void showTellsAJobAndATableOfMany() {
        grid.on(ShowJob.class, new Reply.JobDetails(FAILED, List.of(WHY)));
        Shown shown = grid.console("show", "prices");
        List<String> lines = shown.out().lines().toList();
        assertEquals("job j5  prices.zip", lines.get(0));
        assertTrue(lines.get(1).matches("failed since \\S+ \\S+: 2 of 3 tasks succeeded"), lines.get(1));
        assertEquals("3 tasks: 2 succeeded, 1 whose script failed", lines.get(3));
        assertEquals("results in results/prices/", lines.get(4));
        assertEquals("  1 task: exit code 1: KeyError: 'price' (june.csv, console logs 6 --stderr)", lines.get(5));
        grid.on(
                ListTasks.class,
                new Reply.TaskList(
                        List.of(part(5, "may.csv", "done", true), part(6, "june.csv", "done", false)), false));
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
                .succeeded(1)
                .build();
        grid.on(ShowJob.class, new Reply.JobDetails(one, List.of()));
        grid.on(ShowTask.class, new Reply.TaskDetails(ScriptedGrid.task(4, "a.zip", "done"), List.of()));
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
                                part(5, "may.csv", "done", true),
                                part(6, "june.csv", "done", false),
                                part(7, "july.csv", "failed", false),
                                part(8, "august.csv", "queued", false)),
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
        grid.on(ListTasks.class, new Reply.TaskList(List.of(part(5, "may.csv", "done", true)), false));
        grid.console("logs", "j5", "--failed").prints("no task of it has failed");
    }

    @Test
    void explainOfAJobExplainsWhatIsNotEnded() {
        grid.on(
                ListTasks.class,
                new Reply.TaskList(
                        List.of(part(5, "may.csv", "done", true), part(6, "june.csv", "queued", false)), false));
        grid.on(
                ExplainTask.class,
                explain -> new Reply.Explanation(part(6, "june.csv", "queued", false), List.of("nobody is free")));
        grid.console("explain", "last").prints("task 6  prices-june.csv.zip  is queued", "  nobody is free");
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
        grid.console("results", "get", "prices", merged.toString(), "--merge").prints("1 files fetched into " + merged);
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
                .state("done")
                .success(true)
                .result(Optional.of("prices/june.zip"))
                .part(5, 2, "june.csv")
                .build();
        grid.on(ListTasks.class, new Reply.TaskList(List.of(row), false));
        Payload result = zip("stdout.txt", "1");
        grid.on(GetResult.class, get -> new Reply.ResultFile("prices/june.zip", result));
        Path mine = folder.resolve("mine");
        grid.console("results", "get", mine.toString()).prints("1 results fetched into " + mine);
        assertEquals(List.of("prices/june.zip"), names(mine));
        grid.console("results", "get", mine.toString()).prints("0 results fetched into " + mine);
    }

    @Test
    void withJsonARefusalIsJsonToo() {
        grid.refuse(ShowJob.class, "not now").refuse(ShowTask.class, "there is no \"x\"");
        Shown shown = grid.console("show", "x", "--json");
        assertEquals(1, shown.exit());
        assertEquals("{\"error\":\"there is no \\\"x\\\"\"}" + System.lineSeparator(), shown.err());
        grid.on(CancelTask.class, new Reply.Failure(Reply.Refusal.CONFLICT, "it has ended"));
        Shown each = grid.console("cancel", "7", "--json");
        assertEquals("{\"error\":\"7: it has ended\"}" + System.lineSeparator(), each.err());
        assertEquals("[]" + System.lineSeparator(), each.out());
        Shown usage = grid.console("show", "--json");
        assertEquals(2, usage.exit());
        assertTrue(usage.err().startsWith("{\"error\":\"Missing required parameter"), usage.err());
        assertEquals(1, usage.err().lines().count(), usage.err());
    }
}
