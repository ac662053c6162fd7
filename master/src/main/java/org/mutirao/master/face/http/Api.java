package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.mutirao.master.cluster.GroupView;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.GridFiles;
import org.mutirao.master.door.Origin;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.master.watch.Rows;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.master.watch.Throughput;
import org.mutirao.protocol.client.PythonClient;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.Spool;

/** What can be asked by HTTP. Lists come from the board and so never wait for the loop; changes go the way of the console's. */
final class Api {
    private static final int MAX_ROWS = 500;
    private static final int MAX_REJECTED = 200;
    private static final long MAX_WAIT_SECONDS = 30;

    private final Grid grid;
    private final GroupView group;
    private final ChannelApi channel;
    private final GridFiles files;
    private final TaskBoard board;
    private final EventFeed feed;
    private final Throughput throughput;
    private final Liveness liveness;
    private final Metrics metrics;

    /** Answers for this grid. */
    Api(Grid grid) {
        this.grid = grid;
        this.group = grid.group();
        this.channel = new ChannelApi(grid);
        this.files = grid.files();
        this.board = grid.views().board();
        this.feed = grid.views().feed();
        this.throughput = grid.views().throughput();
        this.liveness = grid.views().liveness();
        this.metrics = new Metrics(grid.views());
    }

    /** What can be asked of the channel. */
    ChannelApi channel() {
        return channel;
    }

    /** The table of routes. */
    List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                Route.get("/api/status", "How the grid stands.", context -> json(context, status())),
                Route.get(
                        "/api/tasks",
                        "A page of the list of tasks, the newest first.",
                        this::tasks,
                        "state: " + String.join(", ", TaskBoard.LABELS),
                        "name: a part of it",
                        "worker: the start of its id, or its name",
                        "job: only tasks of the job with this number",
                        "before: only tasks older than this id",
                        "limit: 1 to " + MAX_ROWS),
                Route.get("/api/tasks/{id}", "One task with its attempts.", this::task),
                Route.get("/api/tasks/{id}/explain", "Why it is where it is.", this::explain),
                Route.get("/api/tasks/{id}/package", "Its package.", this::taskPackage)
                        .answering("application/zip"),
                Route.get("/api/tasks/{id}/result", "Its result.", this::result).answering("application/zip"),
                Route.get("/api/tasks/{id}/files", "What is in its result.", this::listFiles),
                Route.get(
                                "/api/tasks/{id}/preview",
                                "The start of a file of its result.",
                                this::preview,
                                "name: of the file, as /files has it")
                        .answering("text/plain"),
                Route.get(
                        "/api/tasks/{id}/log",
                        "What its script printed, from some byte on, also while it runs.",
                        this::log,
                        "stream: stdout or stderr",
                        "from: how many bytes are known already"),
                Route.get("/api/workers", "Everybody who works for this grid.", this::workers),
                Route.get(
                        "/api/masters",
                        "The group of masters: who leads, who is behind, whether one more may be lost.",
                        context -> json(context, ask(new OperatorRequest.ListMasters()))),
                Route.get(
                        "/api/servers",
                        "Masters and workers: ranks, when each was last heard, and how its clock stands.",
                        context -> json(context, ask(new RegistryRequest.ListServers()))),
                Route.get("/api/rejected", "Packages that were not accepted, with the reason.", this::rejected),
                Route.get(
                        "/api/events",
                        "What happened lately, the oldest first.",
                        context -> json(context, feed.after(Query.number(context, "after", 0), MAX_ROWS)),
                        "after: only events with a higher number")));
        routes.addAll(List.of(
                Route.post("/api/tasks", "Hands in a package: the body is the ZIP.", this::submit, "name: of the task"),
                Route.post(
                        "/api/tasks/{id}/cancel",
                        "Gives a task up.",
                        context -> change(context, new OperatorRequest.CancelTask(id(context)))),
                Route.post(
                        "/api/tasks/{id}/retry",
                        "Queues an ended task again.",
                        context -> change(context, new OperatorRequest.RetryTask(id(context)))),
                Route.post(
                        "/api/retry-failed",
                        "Queues every failed and unsuccessful task again.",
                        context -> change(context, new OperatorRequest.RetryFailed())),
                Route.post(
                        "/api/workers/{id}/{change}",
                        "Changes what a worker gets: drain, resume, aside or forget.",
                        this::changeWorker),
                Route.get("/health", "Whether the program lives.", context -> json(context, Map.of("status", "up"))),
                Route.get("/ready", "Whether it takes and hands out tasks.", this::ready),
                Route.get("/metrics", "Numbers for Prometheus.", context -> {
                            context.contentType("text/plain; version=0.0.4; charset=utf-8");
                            context.result(metrics.text());
                        })
                        .answering("text/plain"),
                Route.get("/client.py", "The client in Python, one file; nobody needs a token for it.", context -> {
                            context.contentType("text/x-python; charset=utf-8");
                            context.result(PythonClient.text());
                        })
                        .answering("text/x-python")));
        routes.addAll(channel.routes());
        Map<String, Object> document = OpenApi.of(routes);
        routes.add(Route.get("/openapi.json", "This document.", context -> json(context, document)));
        return routes;
    }

    private static void json(Context context, Object value) {
        context.result(Json.write(value));
        context.contentType(Route.JSON);
    }

    /** What every page shows. */
    public Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("counts", board.counts());
        status.put("per_second", Math.round(throughput.perSecond() * 100) / 100.0);
        status.put("history", throughput.history());
        status.put("span_ms", Throughput.SPAN.toMillis());
        status.put("last_event", feed.lastId());
        status.put("tasks_folder", files.tasks().toString());
        status.put("alone", group.isAlone());
        status.put("leads", group.isAlone() || group.serves());
        status.put("group", group.isAlone() ? "" : group.whoLeads());
        return status;
    }

    private void tasks(Context context) {
        int limit = Query.limit(context, MAX_ROWS);
        Optional<TaskId> before = Query.text(context, "before").isPresent()
                ? Optional.of(taskId(context.queryParam("before")))
                : Optional.empty();
        TaskBoard.Filter filter = new TaskBoard.Filter(
                Query.oneOf(context, "state", TaskBoard.LABELS),
                Query.text(context, "name"),
                Query.text(context, "worker"),
                Query.text(context, "job").map(Query::job));
        TaskBoard.Page page = board.page(filter, before, limit);
        json(context, Map.of("tasks", page.tasks().stream().map(Rows::task).toList(), "more", page.more()));
    }

    private static TaskId taskId(String text) {
        try {
            return TaskId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(404, "Not found", "There is no such task: an id is a whole number.");
        }
    }

    private static String id(Context context) {
        return String.valueOf(taskId(context.pathParam("id")).number());
    }

    private TaskRecord record(Context context) {
        return board.task(taskId(context.pathParam("id")))
                .orElseThrow(() -> new Problem(
                        404, "Not found", "There is no such task, or it ended so long ago that it " + "is forgotten."));
    }

    private void task(Context context) {
        json(context, Rows.details(record(context)));
    }

    private void explain(Context context) {
        json(context, ask(new OperatorRequest.ExplainTask(id(context))));
    }

    private void taskPackage(Context context) throws IOException {
        TaskRecord task = record(context);
        Path file = files.packageOf(task);
        if (!Files.isRegularFile(file)) {
            throw new Problem(410, "Gone", "The package is kept only as long as the task may be run again.");
        }
        download(context, file, task.name());
    }

    private void result(Context context) throws IOException {
        TaskRecord task = record(context);
        Path file = resultOf(task);
        download(context, file, FileNames.nameOf(file));
    }

    private Path resultOf(TaskRecord task) {
        try {
            return files.resultOf(task);
        } catch (IOException e) {
            throw new Problem(404, "No result", Told.of(e, "its file can't be read") + ".");
        }
    }

    private static void download(Context context, Path file, String name) throws IOException {
        context.contentType("application/zip");
        // The name is a plain one already; quotes and line ends could not be in it, and are replaced all the same.
        context.header(
                "Content-Disposition",
                "attachment; filename*=UTF-8''"
                        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
        context.result(Files.newInputStream(file));
    }

    private void listFiles(Context context) throws IOException {
        Path zip = resultOf(record(context));
        try {
            json(context, ResultZip.list(zip));
        } catch (IOException e) {
            throw notReadable(e);
        }
    }

    private static Problem notReadable(IOException failure) {
        return new Problem(
                422,
                "Not readable",
                "The result can't be looked into: " + Told.of(failure, "a part of it is damaged") + ".");
    }

    private void preview(Context context) throws IOException {
        String name = Query.text(context, "name").orElse("");
        ResultZip.Preview preview;
        try {
            preview = ResultZip.preview(resultOf(record(context)), name)
                    .orElseThrow(
                            () -> new Problem(404, "No preview", "There is no such file, or none that can be shown."));
        } catch (IOException e) {
            throw notReadable(e);
        }
        context.header("Content-Security-Policy", "default-src 'none'; sandbox");
        context.header("X-Mutirao-Cut", String.valueOf(preview.cut()));
        context.contentType(preview.contentType());
        context.result(preview.bytes());
    }

    private void log(Context context) throws IOException {
        TaskRecord task = record(context);
        try {
            json(
                    context,
                    files.log(task, Query.text(context, "stream").orElse("stdout"), Query.number(context, "from", 0)));
        } catch (IOException e) {
            throw new Problem(404, "No output", Told.of(e, "the result's file is damaged") + ".");
        }
    }

    private void workers(Context context) {
        json(context, ask(new OperatorRequest.ListWorkers()));
    }

    private void rejected(Context context) throws IOException {
        List<Map<String, Object>> found = new ArrayList<>();
        Path rejected = files.tasks().resolve("rejected");
        if (Files.isDirectory(rejected)) {
            try (DirectoryStream<Path> reasons = Files.newDirectoryStream(rejected, "*.txt")) {
                for (Path reason : reasons) {
                    if (found.size() < MAX_REJECTED) {
                        String name = FileNames.nameOf(reason);
                        found.add(Map.of(
                                "name", name.substring(0, name.length() - ".txt".length()),
                                "at", Files.getLastModifiedTime(reason).toMillis(),
                                "reason", Files.readString(reason)));
                    }
                }
            }
        }
        json(context, found);
    }

    /** Says no while what everything waits for does not move, with the reason. Does not itself wait for that. */
    private void ready(Context context) {
        String stalls = liveness.stalls().stream().map(Stall::sentence).collect(Collectors.joining("; "));
        if (!stalls.isEmpty()) {
            throw new Problem(503, "Not ready", stalls + ".");
        }
        if (!group.serves() && group.leaderElsewhere().isEmpty()) {
            throw new Problem(503, "Not ready", group.whoLeads() + ".");
        }
        if (ask(new OperatorRequest.GetStatus()) instanceof Reply.Status status) {
            json(context, status.status());
        }
    }

    /** Streams to the disk; only then looked at. */
    private void submit(Context context) throws IOException {
        String name = Query.text(context, "name").orElse("upload.zip");
        Payload received = receive(context);
        Reply reply = ask(new OperatorRequest.SubmitTask(name, "http-" + UUID.randomUUID(), received));
        context.status(201);
        json(context, reply);
    }

    private Payload receive(Context context) throws IOException {
        Spool.Sink sink = files.uploads().open();
        try (InputStream body = context.req().getInputStream()) {
            byte[] block = new byte[64 * 1024];
            long total = 0;
            for (int count = read(body, block); count >= 0; count = read(body, block)) {
                total += count;
                if (total > files.maxPackage().bytes()) {
                    throw new Problem(
                            413,
                            "Too large",
                            "It is larger than " + files.maxPackage()
                                    + ". Make it smaller, or start the master with a larger --max-package.");
                }
                sink.write(block, 0, count);
            }
            return sink.finish();
        } catch (IOException | Problem e) {
            sink.discard();
            throw e;
        }
    }

    private static int read(InputStream body, byte[] block) {
        try {
            return body.read(block);
        } catch (IOException e) {
            throw new Problem(408, "Broken off", "The upload stopped, or was too slow. Try again.");
        }
    }

    private void change(Context context, OperatorRequest request) {
        json(context, ask(request));
    }

    private void changeWorker(Context context) {
        WorkerChange change;
        try {
            change = WorkerChange.valueOf(context.pathParam("change").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new Problem(404, "Not found", "A worker can be told to drain, resume, aside or forget.");
        }
        json(context, ask(new OperatorRequest.ChangeWorker(context.pathParam("id"), change)));
    }

    /** Waits for the master's loop, and turns what it refuses into a problem. */
    private Reply ask(Request request) {
        return await(grid.ask(request, Origin.inside()));
    }

    private static Reply await(CompletableFuture<Reply> answer) {
        Reply reply;
        try {
            reply = answer.get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new Problem(503, "Try again later", "The master is too busy to answer.");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, "Try again later", "The master is stopping.");
        }
        if (reply instanceof Reply.Failure failure) {
            throw Problem.of(failure);
        }
        return reply;
    }
}
