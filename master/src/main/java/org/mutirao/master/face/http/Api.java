package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mutirao.master.cluster.GroupView;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.GridFiles;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.protocol.client.PythonClient;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.RegistryRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;

/** What can be asked by HTTP. Lists come from the board and so never wait for the loop; changes go the way of the console's. */
final class Api implements AutoCloseable {
    private static final int MAX_ROWS = 500;
    private static final int MAX_REJECTED = 200;
    private final GroupView group;
    private final Asking asking;
    private final ResultApi results;
    private final JobApi jobs;
    private final TaskApi tasks;
    private final ChannelApi channel;
    private final RoomApi room;
    private final Refusals refusals;
    private final FirstScreen status;
    private final GridFiles files;
    private final EventFeed feed;
    private final TaskBoard board;
    private final Liveness liveness;
    private final Metrics metrics;

    /** Answers for this grid. */
    Api(Grid grid) {
        this.group = grid.group();
        this.asking = new Asking(grid);
        Uploads uploads = new Uploads(grid.files());
        this.results = new ResultApi(grid.files(), grid.views().board());
        this.refusals = new Refusals(grid.clock(), grid.views().tallies());
        this.jobs = new JobApi(grid, asking, uploads, refusals);
        this.tasks = new TaskApi(grid, asking, uploads, refusals);
        this.room = new RoomApi(grid, asking);
        Crew crew = new Crew(grid);
        this.status = new FirstScreen(grid, crew, jobs);
        this.channel = new ChannelApi(grid);
        this.files = grid.files();
        this.feed = grid.views().feed();
        this.board = grid.views().board();
        this.liveness = grid.views().liveness();
        this.metrics = new Metrics(grid, crew);
    }

    /** What can be asked of the channel. */
    ChannelApi channel() {
        return channel;
    }

    /** How the grid stands, and what the page shows first. */
    FirstScreen firstScreen() {
        return status;
    }

    /** The table of routes. */
    List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                Route.get("/api/status", "How the grid stands.", context -> json(context, status.now()))
                        .returning(FirstScreen.GridStatus.class),
                Route.get("/api/workers", "Everybody who works for this grid.", this::workers)
                        .returning(Reply.WorkerList.class),
                Route.get(
                                "/api/workers/{id}",
                                "One worker with all that it told of its machine.",
                                context -> json(
                                        context, ask(context, new OperatorRequest.ShowWorker(context.pathParam("id")))))
                        .returning(Reply.WorkerState.class),
                Route.get(
                                "/api/masters",
                                "The group of masters: who leads, who is behind, whether one more may be lost.",
                                context -> json(context, ask(context, new OperatorRequest.ListMasters())))
                        .returning(Reply.Group.class),
                Route.get(
                                "/api/servers",
                                "Masters and workers: ranks, when each was last heard, and how its clock stands.",
                                context -> json(context, ask(context, new RegistryRequest.ListServers())))
                        .returning(Reply.ServerList.class),
                Route.get(
                                "/api/whoami",
                                "As whom you came in, and what you may.",
                                context -> json(context, ask(context, new AccessRequest.WhoAmI())))
                        .returning(Reply.Who.class),
                Route.get("/api/rejected", "Packages that were not accepted, with the reason.", this::rejected)
                        .returning(Schemas.listOf(Rejected.class)),
                Route.get(
                                "/api/events",
                                "What happened lately, the oldest first; a job of several tasks is told of as a whole.",
                                this::events,
                                Param.number("after", "only events with a higher number"),
                                Param.text("job", "only those of one job, and of each of its tasks"))
                        .returning(Schemas.listOf(EventRow.class))));
        routes.addAll(List.of(
                Route.post("/api/workers/{id}/{change}", "Changes what a worker gets.", this::changeWorker)
                        .returning(Reply.WorkerState.class),
                Route.post("/api/sign-out", "Forgets in this browser who you are.", context -> {
                            Guard.signOut(context);
                            json(context, new Reply.Changed(1));
                        })
                        .returning(Reply.Changed.class),
                Route.get("/health", "Whether the program lives.", context -> json(context, new Health("up")))
                        .returning(Health.class),
                Route.get("/ready", "Whether it takes and hands out tasks.", this::ready)
                        .returning(StatusRow.class),
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
        routes.addAll(results.routes());
        routes.addAll(jobs.routes());
        routes.addAll(room.routes());
        routes.addAll(new AccessApi(asking).routes());
        routes.addAll(tasks.routes());
        routes.addAll(channel.routes());
        List<Route> told = new ArrayList<>(routes);
        told.add(Route.get(HttpServer.EVENTS, "How the grid stands and what happens, as events 'state'.", context -> {})
                .answering(Route.EVENTS));
        told.add(ChannelApi.stream(HttpServer.CHANNEL));
        told.add(Route.get("/openapi.json", "This document.", context -> {}));
        Map<Language, Map<String, Object>> documents = new EnumMap<>(Language.class);
        for (Language each : Language.values()) {
            documents.put(each, OpenApi.of(told, each));
        }
        routes.add(Route.get("/openapi.json", "This document.", context -> {
            context.header("Vary", "Accept-Language");
            json(context, documents.get(SignInNeeded.languageOf(context)));
        }));
        return routes;
    }

    @Override
    public void close() {
        jobs.close();
    }

    static void json(Context context, Object value) {
        context.result(Json.write(value));
        context.contentType(Route.JSON);
    }

    /** Whether the program lives. */
    record Health(String status) {}

    /** A package that was not accepted. */
    record Rejected(String name, long at, String reason) {}

    private void workers(Context context) {
        json(context, ask(context, new OperatorRequest.ListWorkers()));
    }

    private void rejected(Context context) throws IOException {
        List<Rejected> found = refusals.list();
        Path rejected = files.tasks().resolve("rejected");
        if (Files.isDirectory(rejected)) {
            try (DirectoryStream<Path> reasons = Files.newDirectoryStream(rejected, "*.txt")) {
                for (Path reason : reasons) {
                    if (found.size() < MAX_REJECTED) {
                        String name = FileNames.nameOf(reason);
                        found.add(new Rejected(
                                name.substring(0, name.length() - ".txt".length()),
                                Files.getLastModifiedTime(reason).toMillis(),
                                Files.readString(reason)));
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
            throw new Problem(503, Text.of("Not ready"), stalls + ".");
        }
        if (!group.serves() && group.leaderElsewhere().isEmpty()) {
            throw new Problem(503, Text.of("Not ready"), group.whoLeads() + ".");
        }
        if (ask(context, new OperatorRequest.GetStatus()) instanceof Reply.Status status) {
            json(context, status.status());
        }
    }

    private void events(Context context) {
        long after = Query.number(context, "after", 0);
        Optional<JobId> job = Query.text(context, "job").map(Query::job);
        List<EventRow> rows =
                job.isPresent() ? feed.ofJob(job.get().number(), after, MAX_ROWS) : feed.after(after, MAX_ROWS);
        json(context, board.among(Visitor.of(context).scope(), rows));
    }

    private void changeWorker(Context context) {
        WorkerChange change;
        try {
            change = WorkerChange.named(context.pathParam("change"));
        } catch (IllegalArgumentException e) {
            throw new Problem(
                    404,
                    Text.of("Not found"),
                    Text.of("A worker can be told one of %s.", String.join(", ", WorkerChange.WORDS)));
        }
        json(context, ask(context, new OperatorRequest.ChangeWorker(context.pathParam("id"), change)));
    }

    private Reply ask(Context context, Request request) {
        return asking.ask(context, request);
    }
}
