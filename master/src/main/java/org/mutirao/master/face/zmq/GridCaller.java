package org.mutirao.master.face.zmq;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.Origin;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.text.Text;

/** Asks the grid and waits: a REP socket answers one question after the other. */
final class GridCaller {
    private static final int MAX_LOOKS = 80;
    private static final long LOOK_MILLIS = 250;

    private final Door door;
    private volatile boolean closed;

    /** Asks the grid. */
    @FunctionalInterface
    interface Door {
        CompletableFuture<Reply> ask(Request request);
    }

    GridCaller(Grid grid) {
        this(request -> grid.ask(request, Origin.inside()));
    }

    GridCaller(Door door) {
        this.door = door;
    }

    Reply ask(Request request) throws InterruptedException {
        return await(door.ask(request));
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

    /** Whoever waits or asks is told to end. */
    void close() {
        closed = true;
    }
}
