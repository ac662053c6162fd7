package org.mutirao.master.zmq;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mutirao.master.front.ChannelAccess;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.ReferenceRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;

/** Asks the grid and waits: a REP socket answers one question after the other. */
final class Desk {
    private static final int MOST_LOOKS = 80;
    private static final long LOOK_MILLIS = 250;

    private final ChannelAccess channel;
    private final References references;
    private final Operators operators;
    private volatile boolean closed;

    /** Asks the reference desk, here or at the master that leads. */
    @FunctionalInterface
    interface References {
        CompletableFuture<Reply> ask(ReferenceRequest request);
    }

    /** Asks as an operator, here or at the master that leads. */
    @FunctionalInterface
    interface Operators {
        CompletableFuture<Reply> ask(OperatorRequest request);
    }

    Desk(ChannelAccess channel, References references, Operators operators) {
        this.channel = channel;
        this.references = references;
        this.operators = operators;
    }

    Reply ask(ChannelRequest request) throws InterruptedException {
        return await(channel.ask(request, null));
    }

    Reply ask(ReferenceRequest request) throws InterruptedException {
        return await(references.ask(request));
    }

    Reply ask(OperatorRequest request) throws InterruptedException {
        return await(operators.ask(request));
    }

    /** What goes wrong on the way is a refusal too. Threads of ZeroMQ must not be interrupted, so the end is looked for. */
    private Reply await(CompletableFuture<Reply> reply) throws InterruptedException {
        for (int look = 0; look < MOST_LOOKS; look++) {
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
        return new Reply.Failure(Refusal.TRY_LATER, "no master leads at present; try again in a moment");
    }

    /** Whoever waits or asks is told to end. */
    void close() {
        closed = true;
    }
}
