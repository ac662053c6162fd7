package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.GridFiles;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.KnownMachines;
import org.mutirao.master.watch.Orders;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.master.watch.TaskOrders;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.text.Text;

/** Tasks by HTTP. Lists come from the board and so never wait for the loop; changes go the way of the console's. */
final class TaskApi {
    private static final int MAX_ROWS = 500;
    /** What a list of tasks can be asked for. */
    static final Param[] TASK_FILTER = {
        Param.oneOf("state", TaskStatus.LABELS, "only tasks in this state"),
        Param.text("name", "a part of it"),
        Param.text("worker", "the start of its id, or its name"),
        Param.text("job", "only tasks of the job with this number")
    };

    private static final Orders<TaskRecord> SORTED = TaskOrders.at(0);

    private final InstantSource clock;
    private final Recent recent;
    private final Asking asking;
    private final Uploads uploads;
    private final Refusals refusals;
    private final TaskBoard board;
    private final GridFiles files;
    private final ManyTasks many;

    TaskApi(Grid grid, Asking asking, Uploads uploads, Refusals refusals) {
        this.clock = grid.clock();
        this.recent = new Recent(grid.ticker());
        this.asking = asking;
        this.uploads = uploads;
        this.refusals = refusals;
        this.board = grid.views().board();
        this.files = grid.files();
        this.many = new ManyTasks(grid, this::matching);
    }

    /** What became of each file of a form. */
    record HandedIn(List<OfFile> packages) {
        /** Either it was taken, or a sentence says why not. */
        record OfFile(String name, Optional<Reply.TaskState> taken, Optional<String> error) {}
    }

    /** A page of tasks, and when each of them ran. */
    record TaskPage(List<TaskRow> tasks, boolean more, List<TaskTimes> times) {}

    /** The table of routes. */
    List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                Route.get(
                                "/api/tasks",
                                "A page of the list of tasks, the newest first.",
                                this::tasks,
                                Stream.concat(
                                                Arrays.stream(TASK_FILTER),
                                                Stream.of(
                                                        Param.number("before", "only tasks older than this id"),
                                                        Param.oneOf(
                                                                "sort",
                                                                SORTED.words(),
                                                                "the order of all of them; -name is down"),
                                                        Param.number(
                                                                "skip", "how many rows stand before, in that order"),
                                                        Param.limit(MAX_ROWS)))
                                        .toArray(Param[]::new))
                        .returning(TaskPage.class),
                Route.get("/api/tasks/{id}", "One task with its attempts.", this::task)
                        .returning(Reply.TaskDetails.class),
                Route.get("/api/tasks/{id}/explain", "Why it is where it is.", this::explain)
                        .returning(Reply.Explanation.class),
                Route.post(
                                "/api/tasks",
                                "Hands in a package, whose ZIP is the body; or several, each a file of a form.",
                                this::submit,
                                Param.text("name", "of the task"))
                        .creating()
                        .taking("application/zip")
                        .taking(Route.FORM, Param.files("file", "ZIPs"))
                        .returning(Reply.TaskState.class, HandedIn.class),
                Route.post(
                                "/api/tasks/{id}/cancel",
                                "Gives a task up.",
                                context -> change(context, new OperatorRequest.CancelTask(id(context))))
                        .returning(Reply.TaskState.class),
                Route.post(
                                "/api/tasks/{id}/retry",
                                "Queues an ended task again.",
                                context -> change(context, new OperatorRequest.RetryTask(id(context))))
                        .returning(Reply.TaskState.class),
                Route.post(
                                "/api/retry-failed",
                                "Queues every task again that failed or was lost.",
                                context -> change(context, new OperatorRequest.RetryFailed()))
                        .returning(Reply.Changed.class)));
        routes.addAll(many.routes());
        return routes;
    }

    private void tasks(Context context) {
        int limit = Query.limit(context, MAX_ROWS);
        Optional<String> order = Query.oneOf(context, "sort", SORTED.words());
        if (order.isPresent()) {
            TaskBoard.Filter filter = filter(context);
            int skip = Query.skip(context);
            Api.json(context, recent.get(List.of(filter, order, skip, limit), () -> {
                Orders.Page<TaskRecord> page =
                        TaskOrders.at(clock.millis()).page(board.all(filter), order.get(), skip, limit);
                return page(new TaskBoard.Page(page.rows(), page.more()), board.machines());
            }));
            return;
        }
        Optional<TaskId> before = Query.text(context, "before").isPresent()
                ? Optional.of(taskId(context.queryParam("before")))
                : Optional.empty();
        Api.json(context, page(board.page(filter(context), before, limit), board.machines()));
    }

    private static TaskBoard.Filter filter(Context context) {
        return new TaskBoard.Filter(
                Query.states(context),
                Query.text(context, "name"),
                Query.text(context, "worker"),
                Query.text(context, "job").map(Query::job),
                Visitor.of(context).scope());
    }

    private List<Long> matching(Context context) {
        return board.page(filter(context), Optional.empty(), ManyTasks.most() + 1).tasks().stream()
                .map(task -> task.id().number())
                .toList();
    }

    static TaskPage page(TaskBoard.Page page, KnownMachines machines) {
        return new TaskPage(
                page.tasks().stream().map(machines::row).toList(),
                page.more(),
                page.tasks().stream().map(TaskTimes::of).toList());
    }

    static TaskId taskId(String text) {
        try {
            return TaskId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(404, Text.of("Not found"), Text.of("There is no such task: an id is a whole number."));
        }
    }

    private static String id(Context context) {
        return String.valueOf(taskId(context.pathParam("id")).number());
    }

    static TaskRecord record(Context context, TaskBoard board) {
        return board.task(taskId(context.pathParam("id")))
                .filter(task -> Visitor.of(context).scope().has(task.job()))
                .orElseThrow(() -> new Problem(
                        404,
                        Text.of("Not found"),
                        Text.of("There is no such task, or it ended so long ago that it is forgotten.")));
    }

    private void task(Context context) {
        TaskRecord record = record(context, board);
        Api.json(context, board.machines().details(record, files.usedBy(record)));
    }

    private void explain(Context context) {
        Api.json(context, asking.ask(context, new OperatorRequest.ExplainTask(id(context))));
    }

    private void submit(Context context) throws IOException {
        boolean isForm = Optional.ofNullable(context.contentType()).orElse("").startsWith(Route.FORM);
        List<HandedIn.OfFile> all = new ArrayList<>();
        uploads.eachZip(context, upload -> {
            String name = upload.name().orElse("upload.zip");
            OperatorRequest request = new OperatorRequest.SubmitTask(name, "http-" + UUID.randomUUID(), upload.zip());
            try {
                Reply.TaskState taken = (Reply.TaskState) asking.ask(context, request);
                if (!isForm) {
                    context.status(201);
                    Api.json(context, taken);
                    return;
                }
                all.add(new HandedIn.OfFile(name, Optional.of(taken), Optional.empty()));
            } catch (Problem e) {
                refusals.add(name, e);
                if (!isForm) {
                    throw e;
                }
                all.add(new HandedIn.OfFile(name, Optional.empty(), Optional.of(e.getMessage())));
            }
        });
        if (isForm) {
            context.status(all.stream().anyMatch(each -> each.taken().isPresent()) ? 201 : 422);
            Api.json(context, new HandedIn(all));
        }
    }

    private void change(Context context, OperatorRequest request) {
        Api.json(context, asking.ask(context, request));
    }
}
