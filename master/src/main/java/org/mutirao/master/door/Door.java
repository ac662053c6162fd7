package org.mutirao.master.door;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.mutirao.master.cluster.Relay;
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;
import org.mutirao.protocol.wire.WireServer.Answer;

/**
 * The one door of the grid. Each request gets exactly one reply, here or at the master that leads, by the one policy of its type.
 *
 * <p>While another master leads, programs of ours are told where. Other groups' programs would not understand that, and parts of this
 * master can't go there, so what they ask is passed on. Safe for any thread.
 */
public final class Door {
    private static final String LOOP = "master's loop";

    private final LeaderRoute route;
    private final RequestHandler handler;
    private final Liveness liveness;
    private final Consumer<Payload> discard;
    private final Predicate<Entrant> isValid;
    private final PendingReplies pending;

    /**
     * Answers from now on.
     *
     * @param handler carries out what this master answers itself
     * @param discard throws away a payload that goes no further
     * @param isValid whether what one came in with still counts
     * @param nanos monotonic
     */
    public Door(
            LeaderRoute route,
            RequestHandler handler,
            Liveness liveness,
            Consumer<Payload> discard,
            Predicate<Entrant> isValid,
            LongSupplier nanos) {
        this.route = route;
        this.handler = handler;
        this.liveness = liveness;
        this.discard = discard;
        this.isValid = isValid;
        this.pending = new PendingReplies(nanos);
    }

    /** Asks; completes on any thread, never exceptionally. */
    public CompletableFuture<Reply> ask(Request request, Origin origin) {
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        ask(request, origin, Answer.into(replied));
        return replied;
    }

    /** Asks, and has the reply sent. */
    public void ask(Request request, Origin origin, Answer answer) {
        Answer once =
                pending.expect(request, origin.canBeRedirected() && !route.isAlone() ? orRedirect(answer) : answer);
        try {
            Optional<Reply> objection = objection(request, origin.entrant());
            if (objection.isPresent()) {
                discard(request);
                once.send(objection.get());
                return;
            }
            Optional<Stall> stall = request instanceof OperatorRequest ? loopStall() : Optional.empty();
            if (stall.isPresent()) {
                discard(request);
                once.send(new Reply.Failure(Refusal.TRY_LATER, stall.get().sentence()));
            } else if (Policy.of(request).isElsewhere(route)) {
                askElsewhere(request, origin, once);
            } else if (Policy.of(request) == Policy.HERE || route.settled().isDone()) {
                handler.handle(request, origin, once);
            } else {
                route.settled().thenRun(() -> handle(request, origin, once));
            }
        } catch (Throwable fault) { // whatever it is: the caller's thread goes on, and the request is answered
            pending.failed(request, once, fault);
        }
    }

    /** Why one who came in so may not ask that; empty if it may. */
    private Optional<Reply> objection(Request request, Entrant entrant) {
        boolean counts = isValid.test(entrant);
        if (counts && Permission.of(request).isOf(entrant)) {
            return Optional.empty();
        }
        String why = !counts
                ? Text.of("the secret with which you came in was taken back")
                : entrant.badge()
                        .map(badge -> Text.of(
                                "you came in as %s, and who is no more than that may not do this; 'mutirao whoami' says what you may",
                                badge))
                        .orElseGet(
                                () -> Text.of(
                                        "programs without this room's secret may not do this; start with --secret and the room's file"));
        return Optional.of(new Reply.Failure(Refusal.NOT_ALLOWED, why));
    }

    /** What came before this master knew whether it leads. */
    private void handle(Request request, Origin origin, Answer once) {
        try {
            handler.handle(request, origin, once);
        } catch (Throwable fault) { // as in ask
            pending.failed(request, once, fault);
        }
    }

    /** A person who asks why nothing moves must not wait for the very thing that does not. */
    private Optional<Stall> loopStall() {
        return liveness.stalls().stream()
                .filter(stall -> stall.name().equals(LOOP))
                .findFirst();
    }

    private void discard(Request request) {
        CarriesPayload.of(request).ifPresent(discard);
    }

    /** Answers what waits too long. Not for the loop, which may be what hangs. */
    public void tick() {
        pending.tick();
    }

    /** A program of ours that is refused because the lead has just moved is told where, instead of trying again here. */
    private Answer orRedirect(Answer answer) {
        return reply -> {
            boolean refused = reply instanceof Reply.NoTask
                    || (reply instanceof Reply.Failure failure && failure.refusal() == Refusal.TRY_LATER);
            return answer.send(refused && route.isElsewhere() ? route.redirect() : reply);
        };
    }

    private void askElsewhere(Request request, Origin origin, Answer answer) {
        if (origin.canBeRedirected()) {
            discard(request);
            answer.send(route.redirect());
            return;
        }
        Optional<Reply> objection = handler.objection(request, origin);
        if (objection.isPresent()) {
            discard(request);
            answer.send(objection.get());
            return;
        }
        askLeader(request, origin).whenComplete((reply, failure) -> {
            discard(request); // the leader has its own
            if (failure != null) {
                answer.send(origin.isInside() ? noLeader(route.whoLeads()) : patience(request));
            } else if (origin.isInside()) {
                answer.send(reply);
            } else {
                answer.send(reply).whenComplete((sent, broken) -> Relay.discard(reply));
            }
        });
    }

    private CompletableFuture<Reply> askLeader(Request request, Origin origin) {
        try {
            // Else the leader would take a visitor of this master's pages for this master.
            Optional<Badge> badge = origin.isInside() ? origin.entrant().badge() : Optional.empty();
            return route.ask(passedOn(request, origin), origin.dialect(), badge);
        } catch (Throwable fault) { // it goes no further, whatever it was
            discard(request);
            throw fault;
        }
    }

    /** A request that waits must not hold up others that go to the leader through this master. */
    private static Request passedOn(Request request, Origin origin) {
        if (!origin.isInside()) {
            return request;
        }
        if (request instanceof OperatorRequest.WaitJob wait) {
            return wait.atOnce();
        }
        return request instanceof ChannelRequest.Read read ? read.atOnce() : request;
    }

    /** No master leads for a moment. The reply must not make another group's program give up. */
    private static Reply patience(Request request) {
        if (request instanceof WorkerRequest.Register) {
            return new Reply.Registered(Optional.empty());
        }
        if (request instanceof WorkerRequest.Heartbeat) {
            return new Reply.Alive(List.of(), true);
        }
        return request instanceof WorkerRequest.RequestTask
                ? new Reply.NoTask()
                : noLeader(Text.of("no master leads at present; try again in a moment"));
    }

    private static Reply noLeader(String sentence) {
        return new Reply.Failure(Refusal.TRY_LATER, sentence);
    }
}
