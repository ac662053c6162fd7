package org.mutirao.master.face.zmq;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.Origin;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.text.Text;

/** Asks the grid and waits: a REP socket answers one question after the other. */
final class GridCaller {
    private static final int MAX_LOOKS = 80;
    private static final long LOOK_MILLIS = 250;
    private static final Origin GUEST = Origin.visitor(Entrant.GUEST, Optional.empty());

    private final Door door;
    private final Door own;
    private final boolean mayOperate;
    private volatile boolean closed;

    /** Asks the grid. */
    @FunctionalInterface
    interface Door {
        CompletableFuture<Reply> ask(Request request);
    }

    GridCaller(Grid grid) {
        this(
                grid.openTo().isEmpty() ? inside(grid) : request -> grid.ask(request, GUEST),
                inside(grid),
                grid.openTo().isEmpty());
    }

    /** In a room without a key. */
    GridCaller(Door door) {
        this(door, door, true);
    }

    private GridCaller(Door door, Door own, boolean mayOperate) {
        this.door = door;
        this.own = own;
        this.mayOperate = mayOperate;
    }

    private static Door inside(Grid grid) {
        return request -> grid.ask(request, Origin.inside());
    }

    /** Whether these programs may do what operators do: not in a room with a key, which none of them knows. */
    boolean mayOperate() {
        return mayOperate;
    }

    /** Asks for those programs, which may ask only what programs without the room's key may. */
    Reply ask(Request request) throws InterruptedException {
        return await(door.ask(request));
    }

    /** Asks for this master itself. */
    Reply askAsMaster(Request request) throws InterruptedException {
        return await(own.ask(request));
    }

    /** What goes wrong on the way is a refusal too. Threads of ZeroMQ must not be interrupted, so the end is looked for. */
    private Reply await(CompletableFuture<Reply> reply) throws InterruptedException {
        for (int look = 0; look < MAX_LOOKS; look++) {
            if (closed) {
                throw new InterruptedException("the master is stopping");
            }
            try {
                return reply.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // it may still come
            } catch (ExecutionException e) {
                return noMaster();
            }
        }
        return noMaster();
    }

    private static Reply noMaster() {
        return new Reply.Failure(Refusal.TRY_LATER, Text.of("no master leads at present; try again in a moment"));
    }

    /** Questions that wait, and all later ones, end. */
    void close() {
        closed = true;
    }
}
