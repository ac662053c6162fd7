package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.mutirao.master.door.Grid;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.text.Text;

/** Changes tasks that a person picked, or all that match a filter: one by one, so that everything else goes on between. */
final class ManyTasks {
    private static final int MAX_TASKS = 10_000;
    /** So many are asked for before the first of them must have been answered. */
    private static final int UNDER_WAY = 64;

    private static final long MAX_WAIT_SECONDS = 30;

    private final Grid grid;
    private final Function<Context, List<Long>> matching;

    /** @param matching the tasks that the filter of a request lets through, at most so many */
    ManyTasks(Grid grid, Function<Context, List<Long>> matching) {
        this.grid = grid;
        this.matching = matching;
    }

    /** What a person picked; without ids, all that match the filter. */
    record Picked(Optional<List<Long>> ids) {}

    static int most() {
        return MAX_TASKS;
    }

    /** The table of routes. */
    List<Route> routes() {
        return List.of(
                route(
                        "cancel",
                        Text.kept(
                                "Gives up many tasks: those that are named in the body, else those that match. Others stay as they are."),
                        OperatorRequest.CancelTask::new),
                route(
                        "retry",
                        Text.kept(
                                "Queues many ended tasks again: those that are named in the body, else those that match. Others stay as they are."),
                        OperatorRequest.RetryTask::new));
    }

    private Route route(String what, String summary, Function<String, Request> request) {
        return Route.post(
                        "/api/tasks/" + what,
                        summary,
                        context -> change(context, id -> request.apply(String.valueOf(id))),
                        TaskApi.TASK_FILTER)
                .taking(Route.JSON, Param.numbers("ids", "of the tasks; without them, all that match"))
                .returning(Reply.Changed.class);
    }

    private void change(Context context, LongFunction<Request> request) {
        List<Long> ids = picked(context);
        Deque<CompletableFuture<Reply>> underWay = new ArrayDeque<>();
        Sum sum = new Sum();
        for (long id : ids) {
            underWay.addLast(grid.ask(request.apply(id), Visitor.of(context).origin()));
            if (underWay.size() == UNDER_WAY) {
                sum.add(reply(underWay.removeFirst()));
            }
        }
        while (!underWay.isEmpty()) {
            sum.add(reply(underWay.removeFirst()));
        }
        Api.json(context, new Reply.Changed(sum.changed, Optional.of(sum.inWords(ids.size()))));
    }

    /** What became of them. */
    private static final class Sum {
        private long changed;
        private Optional<String> reason = Optional.empty();

        void add(Reply reply) {
            if (reply instanceof Reply.TaskState) {
                changed++;
            } else if (reply instanceof Reply.Failure failure && failure.refusal() == Reply.Refusal.TRY_LATER) {
                // Others are in a state in which there is nothing to do.
                reason = reason.or(() -> Optional.of(failure.message()));
            }
        }

        String inWords(int asked) {
            return reason.map(why -> Text.of("%d of %d tasks changed; %s", changed, asked, why))
                    .orElseGet(() -> Text.of("%d of %d tasks changed", changed, asked));
        }
    }

    private List<Long> picked(Context context) {
        List<Long> ids = ids(context).orElseGet(() -> matching.apply(context));
        if (ids.size() > MAX_TASKS) {
            throw new Problem(
                    413,
                    Text.of("Too many"),
                    Text.of("At most %d tasks are changed at once; use a filter.", MAX_TASKS));
        }
        if (ids.stream().anyMatch(id -> id == null || id < 1)) {
            throw bad();
        }
        return ids;
    }

    private static Optional<List<Long>> ids(Context context) {
        byte[] body = context.bodyAsBytes();
        try {
            return body.length == 0
                    ? Optional.empty()
                    : Json.read(body, Picked.class).ids();
        } catch (IOException | IllegalArgumentException e) {
            throw bad();
        }
    }

    private static Problem bad() {
        return new Problem(400, Text.of("Bad request"), Text.of("Send {\"ids\": [1, 2, 3]}, or nothing and a filter."));
    }

    private static Reply reply(CompletableFuture<Reply> reply) {
        try {
            return reply.get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new Problem(
                    503, Text.of("Try again later"), Text.of("The master is too busy to change so many tasks."));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, Text.of("Try again later"), Text.of("The master is stopping."));
        }
    }
}
