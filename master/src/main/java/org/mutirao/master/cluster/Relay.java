package org.mutirao.master.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.GuardedPool;
import org.mutirao.protocol.wire.RoomPass;
import org.mutirao.protocol.wire.WireClient;
import org.mutirao.protocol.wire.WireClient.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the leader for those who can't be told to go there: programs of other groups, browsers, and packages in the wrong folder. Safe
 * for any thread.
 */
public final class Relay implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Relay.class);
    private static final int THREADS = 16;
    private static final int MAX_WAITING = 1_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final WireClient client;
    private final Supplier<Optional<InetSocketAddress>> leader;
    private final Function<Badge, Optional<RoomPass>> passes;
    /** Not watched: the time limit of each question ends its task. */
    private final GuardedPool threads = GuardedPool.bounded("relay", THREADS, MAX_WAITING);

    /**
     * Asks when it is told to.
     *
     * @param client knows the room's own secret, if there is one
     * @param passes with which one who has a badge is asked for; empty as long as they can't be made
     */
    public Relay(
            WireClient client,
            Supplier<Optional<InetSocketAddress>> leader,
            Function<Badge, Optional<RoomPass>> passes) {
        this.client = client;
        this.leader = leader;
        this.passes = passes;
    }

    /**
     * Completes with the leader's answer, on a thread of its own; exceptionally when there is none.
     *
     * @param dialect what to ask in, so that the leader knows whom it deals with
     * @param badge of the one for whom it is asked, so that the leader gives him what is his; empty for one who may do everything
     */
    public CompletableFuture<Reply> ask(Request request, Dialect dialect, Optional<Badge> badge) {
        Optional<InetSocketAddress> there = leader.get();
        Optional<RoomPass> pass = badge.flatMap(passes);
        if (badge.isPresent() && pass.isEmpty()) {
            return CompletableFuture.failedFuture(new IOException(Text.of("this master has not found its group yet")));
        }
        if (there.isEmpty()) {
            return CompletableFuture.failedFuture(new IOException(Text.of("no master leads at present")));
        }
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        try {
            threads.execute(
                    Text.of("passing a request on"),
                    () -> ask(new Endpoint(there.get(), dialect, true), request, pass, replied),
                    replied::completeExceptionally);
        } catch (RejectedExecutionException e) {
            replied.completeExceptionally(new IOException(Text.of("too much is being passed on to the leader"), e));
        }
        return replied;
    }

    private void ask(Endpoint there, Request request, Optional<RoomPass> pass, CompletableFuture<Reply> replied) {
        try {
            replied.complete(
                    pass.isEmpty()
                            ? client.ask(there, request, TIMEOUT)
                            : client.ask(there, request, TIMEOUT, pass.get()));
        } catch (IOException e) {
            log.debug("The leader did not answer: {}", e.getMessage());
            replied.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            replied.completeExceptionally(e);
        }
    }

    /** A relayed answer was sent: what it carried is needed no more. */
    public static void discard(Reply reply) {
        CarriesPayload.of(reply).ifPresent(payload -> {
            try {
                payload.delete();
            } catch (IOException e) {
                log.debug("A passed-on file stays until the next start: {}", e.getMessage());
            }
        });
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
