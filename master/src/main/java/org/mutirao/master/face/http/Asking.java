package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mutirao.master.door.Grid;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.text.Text;

/** Asks the grid for one who asks by HTTP: waits for the reply, and turns what is refused into a problem. */
record Asking(Grid grid) {
    private static final long MAX_WAIT_SECONDS = 30;

    /** @param context of the one who asks */
    Reply ask(Context context, Request request) {
        Reply reply;
        try {
            reply = grid.ask(request, Visitor.of(context).origin()).get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new Problem(503, Text.of("Try again later"), Text.of("The master is too busy to answer."));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, Text.of("Try again later"), Text.of("The master is stopping."));
        }
        if (reply instanceof Reply.Failure failure) {
            throw Problem.of(failure);
        }
        return reply;
    }
}
