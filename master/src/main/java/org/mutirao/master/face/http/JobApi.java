package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mutirao.master.door.Grid;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.JobList;
import org.mutirao.master.watch.JobOrders;
import org.mutirao.master.watch.Orders;
import org.mutirao.master.watch.RunFigures;
import org.mutirao.master.watch.Scope;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.JobStatus;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;

/** Jobs by HTTP. Lists come from the board and so never wait for the loop; changes go the way of the console's. */
final class JobApi implements AutoCloseable {
    private static final int MAX_ROWS = 500;
    /** Less than a browser, and what stands between, waits for an answer. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(25);
    /** Where another master leads, which can't be asked to wait for somebody behind this one. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final Orders<JobView> SORTED =
            JobOrders.with(job -> RunFigures.none(job.id().number()));

    private final Grid grid;
    private final Asking asking;
    private final Uploads uploads;
    private final Refusals refusals;
    private final JobList jobs;
    private final JobSights sights;
    private final Recent recent;

    /** A page of jobs, and how the tasks of each run. */
    record JobPage(List<JobRow> jobs, boolean more, List<RunFigures> figures) {}

    /** A job, why tasks of it failed, and how they run. */
    record OneJob(JobRow job, List<FailureRow> failures, RunFigures figures) {}

    JobApi(Grid grid, Asking asking, Uploads uploads, Refusals refusals) {
        this.refusals = refusals;
        this.sights = new JobSights(grid, this::job);
        this.grid = grid;
        this.recent = new Recent(grid.ticker());
        this.asking = asking;
        this.uploads = uploads;
        this.jobs = grid.views().jobList();
    }

    /** The table of routes. */
    List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                Route.get(
                                "/api/jobs",
                                "A page of the list of jobs, the newest first; a plain package is a job of one task.",
                                this::list,
                                Param.oneOf("state", JobStatus.LABELS, "only jobs in this state"),
                                Param.text("name", "a part of it"),
                                Param.text("before", "only jobs with a lower number"),
                                Param.oneOf("sort", SORTED.words(), "the order of all of them; -name is down"),
                                Param.number("skip", "how many rows stand before, in that order"),
                                Param.limit(MAX_ROWS))
                        .returning(JobPage.class),
                Route.get("/api/jobs/{id}", "One job, and why tasks of it failed.", this::show)
                        .returning(OneJob.class),
                Route.get(
                                "/api/jobs/{id}/tasks",
                                "A page of its tasks, the newest first.",
                                this::tasks,
                                Param.oneOf("state", TaskStatus.LABELS, "only tasks in this state"),
                                Param.number("before", "only tasks older than this id"),
                                Param.limit(MAX_ROWS))
                        .returning(TaskApi.TaskPage.class),
                Route.get(
                                "/api/jobs/{id}/wait",
                                "Waits until more of its tasks have ended, and tells which, in that order.",
                                this::await,
                                Param.number("seen", "how many are known already, as the answer before said"),
                                Param.number("wait_ms", "how long to wait, at most 25 seconds"),
                                Param.limit(MAX_ROWS))
                        .returning(Reply.JobProgress.class),
                Route.get("/api/jobs/{id}/result", "All that came of it, as one ZIP, once it has ended.", this::result)
                        .answering("application/zip"),
                Route.post(
                                "/api/jobs",
                                "Hands in a script with its inputs: a form with files.",
                                this::submit,
                                Param.text("name", "of the job"))
                        .creating()
                        .taking(
                                Route.FORM,
                                Param.file("script", "the Python script"),
                                Param.files("inputs", "one for each task"),
                                Param.files("files", "what all tasks share, by its path"),
                                Param.text("name", "of the job"),
                                Param.text("task", "fields of task.json, as JSON"))
                        .returning(Reply.TaskState.class),
                Route.post(
                                "/api/jobs/{id}/cancel",
                                "Gives up what is not ended.",
                                context -> answer(
                                        context,
                                        new OperatorRequest.CancelJobs(
                                                id(context).toString())))
                        .returning(Reply.Changed.class),
                Route.post(
                                "/api/jobs/{id}/retry",
                                "Queues tasks again that were no success; with another script if a form brings one.",
                                this::retry,
                                Param.flag("only_failed", "true to leave out what was cancelled"))
                        .taking(Route.FORM, Param.file("script", "the main.py with which they run from now on"))
                        .returning(Reply.Changed.class),
                Route.post(
                                "/api/jobs/{id}/forget",
                                "Takes an ended job off the lists; its results stay.",
                                context -> answer(
                                        context,
                                        new OperatorRequest.ForgetJobs(
                                                id(context).toString())))
                        .returning(Reply.Changed.class)));
        routes.addAll(sights.routes());
        return routes;
    }

    @Override
    public void close() {
        sights.close();
    }

    private void show(Context context) {
        Reply.JobDetails details = (Reply.JobDetails)
                asking.ask(context, new OperatorRequest.ShowJob(id(context).toString()));
        RunFigures figures = jobs.job(new JobId(details.job().job()))
                .map(job -> jobs.figures(job, grid.clock().millis()))
                .orElseGet(() -> RunFigures.none(details.job().job()));
        Api.json(context, new OneJob(details.job(), details.failures(), figures));
    }

    private void answer(Context context, OperatorRequest request) {
        Api.json(context, asking.ask(context, request));
    }

    private static JobId id(Context context) {
        return Query.job(context.pathParam("id"));
    }

    private JobView job(Context context) {
        return jobs.job(id(context))
                .filter(job -> Visitor.of(context).scope().has(job.id()))
                .orElseThrow(() -> new Problem(
                        404,
                        Text.of("Not found"),
                        Text.of("There is no such job, or it ended so long ago that it is forgotten.")));
    }

    private void list(Context context) {
        JobList.Filter filter = new JobList.Filter(
                Query.oneOf(context, "state", JobStatus.LABELS).flatMap(JobStatus::named),
                Query.text(context, "name"),
                Visitor.of(context).scope());
        int limit = Query.limit(context, MAX_ROWS);
        Optional<String> order = Query.oneOf(context, "sort", SORTED.words());
        if (order.isPresent()) {
            int skip = Query.skip(context);
            Object question = List.of(filter, order, skip, limit);
            Api.json(context, recent.get(question, () -> sorted(filter, order.get(), skip, limit)));
            return;
        }
        Api.json(context, page(filter, Query.text(context, "before").map(Query::job), limit));
    }

    private JobPage sorted(JobList.Filter filter, String order, int skip, int limit) {
        long now = grid.clock().millis();
        Orders<JobView> orders = JobOrders.with(job -> jobs.figures(job, now));
        Orders.Page<JobView> page = orders.page(jobs.all(filter), order, skip, limit);
        return page(page.rows().stream().map(jobs::row).toList(), page.more());
    }

    /** A page of the list, the newest first. */
    JobPage page(JobList.Filter filter, Optional<JobId> before, int limit) {
        Reply.JobList page = jobs.page(filter, before, limit);
        return page(page.jobs(), page.more());
    }

    private JobPage page(List<JobRow> rows, boolean more) {
        long now = grid.clock().millis();
        List<RunFigures> figures = rows.stream()
                .map(row -> jobs.job(new JobId(row.job())).map(job -> jobs.figures(job, now)))
                .flatMap(Optional::stream)
                .toList();
        return new JobPage(rows, more, figures);
    }

    private void tasks(Context context) {
        JobId id = job(context).id();
        TaskBoard.Filter filter = new TaskBoard.Filter(
                Query.states(context), Optional.empty(), Optional.empty(), Optional.of(id), Scope.ALL);
        Optional<TaskId> before = Query.text(context, "before").map(TaskApi::taskId);
        TaskBoard board = grid.views().board();
        Api.json(context, TaskApi.page(board.page(filter, before, Query.limit(context, MAX_ROWS)), board.machines()));
    }

    private void await(Context context) throws InterruptedException {
        String job = id(context).toString();
        long seen = Query.number(context, "seen", 0);
        int limit = Query.limit(context, MAX_ROWS);
        Duration patience =
                Duration.ofMillis(Math.max(0, Math.min(MAX_WAIT.toMillis(), Query.number(context, "wait_ms", 0))));
        long until = grid.ticker().getAsLong() + patience.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, until - grid.ticker().getAsLong()));
            Reply reply = asking.ask(context, new OperatorRequest.WaitJob(job, Math.max(0, seen), left, limit));
            boolean isEmpty = reply instanceof Reply.JobProgress progress
                    && progress.ended().isEmpty()
                    && !progress.job().hasEnded();
            if (!isEmpty || left.isZero()) {
                Api.json(context, reply);
                return;
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    private void submit(Context context) throws IOException {
        String name = Query.text(context, "name").orElse("job.zip");
        try {
            Uploads.Upload upload = uploads.job(context);
            name = upload.name().orElse(name);
            Reply reply = asking.ask(
                    context, new OperatorRequest.SubmitTask(name, "http-" + UUID.randomUUID(), upload.zip()));
            context.status(201);
            Api.json(context, reply);
        } catch (Problem e) {
            refusals.add(name, e);
            throw e;
        }
    }

    private void retry(Context context) throws IOException {
        String job = id(context).toString();
        boolean onlyFailed = Query.flag(context, "only_failed");
        Optional<Payload> script = uploads.script(context);
        answer(
                context,
                script.isPresent()
                        ? new OperatorRequest.RetryWith(job, onlyFailed, script.get())
                        : new OperatorRequest.RetryJobs(job, onlyFailed));
    }

    private void result(Context context) throws IOException, InterruptedException {
        JobView job = job(context);
        Path file = job.count() == 1 ? ofOneTask(job) : whole(job);
        ResultApi.download(context, file, FileNames.nameOf(file));
    }

    private Path ofOneTask(JobView job) throws IOException {
        TaskRecord task = grid.views().board().task(job.id().firstTask()).orElseThrow();
        try {
            return grid.files().resultOf(task);
        } catch (Told e) {
            throw new Problem(404, Text.of("No result"), Problem.sentence(e.getMessage()));
        }
    }

    private Path whole(JobView job) throws InterruptedException {
        try {
            return grid.files().wholeOf(job.id()).copy().get(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new Problem(503, Text.of("Try again later"), Text.of("The job's results are being put together."));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Told told
                    ? new Problem(409, Text.of("Not possible now"), Problem.sentence(told.getMessage()))
                    : new Problem(503, Text.of("Try again later"), Text.of("The job's results can't be read now."));
        }
    }
}
