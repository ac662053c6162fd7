package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.door.Grid;
import org.mutirao.master.ledger.JobPart;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.watch.GoneWorkers;
import org.mutirao.master.watch.Scope;
import org.mutirao.master.watch.TaskBoard;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.text.Text;

/** The workers with what they run, by HTTP. */
final class RoomApi {
    private final Asking asking;
    private final TaskBoard board;
    private final GoneWorkers gone;

    RoomApi(Grid grid, Asking asking) {
        this.asking = asking;
        this.board = grid.views().board();
        this.gone = grid.views().gone();
    }

    /**
     * All workers.
     *
     * @param workers those that are about
     * @param gone those that left this master lately, the latest last
     */
    record Room(List<Occupied> workers, List<GoneWorkers.Gone> gone) {}

    /** A worker and the tasks that it has. */
    record Occupied(WorkerRow worker, List<Held> tasks) {}

    /**
     * A task that a worker has.
     *
     * @param name of its input, or of its package
     * @param since when it got the lease
     */
    record Held(long id, String name, Optional<Long> job, long since) {}

    /** The table of routes. */
    List<Route> routes() {
        return List.of(
                Route.get("/api/room", "Workers with what they run, and those that left lately.", this::room)
                        .returning(Room.class),
                Route.post("/api/room/{id}/forget", "Takes a worker that left off the list.", context -> {
                            if (!gone.forget(context.pathParam("id"))) {
                                throw new Problem(
                                        404, Text.of("Not found"), Text.of("No worker of that id left lately."));
                            }
                            Api.json(context, new Reply.Changed(1));
                        })
                        .returning(Reply.Changed.class));
    }

    private void room(Context context) {
        Reply reply = asking.ask(context, new OperatorRequest.ListWorkers());
        List<Occupied> workers = ((Reply.WorkerList) reply)
                .workers().stream()
                        .map(worker -> new Occupied(
                                worker, held(worker, Visitor.of(context).scope())))
                        .toList();
        Api.json(context, new Room(workers, gone.list()));
    }

    private List<Held> held(WorkerRow worker, Scope scope) {
        return worker.holding().stream()
                .map(id -> board.task(new TaskId(id)))
                .flatMap(Optional::stream)
                .filter(task -> scope.has(task.job()))
                .map(RoomApi::held)
                .toList();
    }

    private static Held held(TaskRecord task) {
        return new Held(
                task.id().number(),
                task.part().flatMap(JobPart::label).orElse(task.name()),
                task.part().map(part -> part.job().number()),
                task.state().since());
    }
}
