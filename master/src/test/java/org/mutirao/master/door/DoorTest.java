package org.mutirao.master.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.SampleRequests;
import org.mutirao.master.watch.Views;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.message.CarriesPayload;
import org.mutirao.protocol.message.GroupMessage;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.Connection;
import org.mutirao.testkit.ManualClock;

/** Which master answers depends on the request alone; how a master answers that does not lead depends on who asks. */
class DoorTest {
    private static final Reply HERE = new Reply.Ok(false);
    private static final Reply THERE = new Reply.Ok(true);
    private static final Connection CONNECTION = new Connection() {
        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public boolean isOpen() {
            return true;
        }
    };
    private static final Origin PAGE = Origin.inside();
    private static final Origin OURS = Origin.wire(Dialects.own(), CONNECTION);
    private static final Origin FOREIGN = Origin.wire(Dialects.common(), CONNECTION);

    /** A leader that is moved by hand. */
    private static final class Route implements LeaderRoute {
        private boolean elsewhere;
        private CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);
        private Optional<HostPort> leader = Optional.empty();
        private final List<Dialect> spoken = new ArrayList<>();
        private final List<Badge> badges = new ArrayList<>();
        private boolean broken;

        @Override
        public boolean isAlone() {
            return false;
        }

        @Override
        public CompletableFuture<Void> settled() {
            return settled;
        }

        @Override
        public boolean isElsewhere() {
            return elsewhere;
        }

        @Override
        public Optional<HostPort> leader() {
            return leader;
        }

        @Override
        public String whoLeads() {
            return "somebody leads";
        }

        @Override
        public CompletableFuture<Reply> ask(Request request, Dialect dialect, Optional<Badge> badge) {
            spoken.add(dialect);
            badge.ifPresent(badges::add);
            if (broken) {
                throw new IllegalStateException("a bug");
            }
            return leader.isPresent()
                    ? CompletableFuture.completedFuture(THERE)
                    : CompletableFuture.failedFuture(new IllegalStateException("none leads"));
        }
    }

    private final class Handler implements RequestHandler {
        private Optional<Reply> objection = Optional.empty();

        @Override
        public void handle(Request request, Origin origin, Answer answer) {
            if (fault != null) {
                throw fault;
            }
            answer.send(HERE);
        }

        @Override
        public Optional<Reply> objection(Request request, Origin origin) {
            return objection;
        }

        @Override
        public void onInputEnded() {}

        @Override
        public void onClosed(Connection connection) {}
    }

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private final Route route = new Route();
    private final Handler handler = new Handler();
    private final List<Payload> discarded = new ArrayList<>();
    private RuntimeException fault;
    private Door door;
    private SampleRequests samples;

    @Test
    void aFaultOnTheWayToTheLeaderLeavesNoFileBehind() {
        route.elsewhere = true;
        route.broken = true;
        CarriesPayload carrier = (CarriesPayload) samples.of(OperatorRequest.SubmitTask.class);
        Reply.Failure failure = assertInstanceOf(Reply.Failure.class, ask((Request) carrier, PAGE));
        assertEquals(Refusal.TRY_LATER, failure.refusal());
        assertEquals(1, discarded.size());
    }

    /** Otherwise a result that comes while a master reads its log would be refused, and thrown away by its sender. */
    @Test
    void whatComesBeforeTheLogIsReadWaitsForIt() {
        route.settled = new CompletableFuture<>();
        CompletableFuture<Reply> early = door.ask(new OperatorRequest.GetStatus(), OURS);
        assertFalse(early.isDone(), "nobody knows yet");
        assertTrue(
                door.ask(new OperatorRequest.SayToGroup(GroupMessage.JOIN, Optional.empty(), ""), OURS)
                        .isDone(),
                "the others may be asked for");
        route.settled.complete(null);
        assertEquals(HERE, early.join());
    }

    @BeforeEach
    void begin() {
        samples = new SampleRequests(folder);
        door = new Door(
                route, handler, Views.empty(clock::nanos).liveness(), discarded::add, badge -> true, clock::nanos);
    }

    private Reply ask(Request request, Origin origin) {
        CompletableFuture<Reply> reply = door.ask(request, origin);
        assertTrue(reply.isDone(), request + " from " + origin);
        return reply.join();
    }

    private void away(boolean known) {
        route.elsewhere = true;
        route.leader = known ? Optional.of(new HostPort("10.0.0.2", 50020)) : Optional.empty();
    }

    private List<Request> all() {
        return SampleRequests.types().map(samples::of).toList();
    }

    @Test
    void aMasterThatLeadsAnswersEveryRequestOfEverybody() {
        for (Request request : all()) {
            for (Origin origin : List.of(PAGE, OURS, FOREIGN)) {
                assertEquals(HERE, ask(request, origin), request.toString());
            }
        }
        assertEquals(List.of(), discarded);
    }

    /** HTTP and TCP can't differ in who answers, only in whether the way there is told or gone. */
    @Test
    void whoAnswersIsTheSameForAPageAndForTheWire() {
        for (boolean known : List.of(true, false)) {
            away(known);
            for (Request request : all()) {
                boolean here = ask(request, PAGE).equals(HERE);
                assertEquals(here, ask(request, OURS).equals(HERE), request.toString());
                assertEquals(here, ask(request, FOREIGN).equals(HERE), request.toString());
                assertEquals(here, !Policy.of(request).isElsewhere(route), request.toString());
            }
        }
    }

    @Test
    void aProgramOfOursIsToldWhereAndOthersAreServedAllTheSame() {
        away(true);
        Request status = new OperatorRequest.GetStatus();
        assertEquals(route.redirect(), ask(status, OURS));
        assertEquals(List.of(), route.spoken);
        assertEquals(THERE, ask(status, PAGE));
        assertEquals(THERE, ask(status, FOREIGN));
        assertEquals(List.of(Dialects.own(), Dialects.common()), route.spoken);
    }

    /** Else the leader would let him do what a master may. */
    @Test
    void aPersonAtAPageIsPassedOnWithHisBadgeAndNothingElseIs() {
        away(true);
        Badge badge = new Badge(Role.SUBMITTER, 3);
        assertEquals(THERE, ask(new OperatorRequest.GetStatus(), Origin.visitor(Entrant.of(badge), Optional.empty())));
        assertEquals(List.of(badge), route.badges);
        ask(new OperatorRequest.GetStatus(), PAGE);
        ask(new OperatorRequest.GetStatus(), FOREIGN);
        assertEquals(List.of(badge), route.badges);
        Reply refused = ask(new OperatorRequest.RetryFailed(), Origin.visitor(Entrant.of(badge), Optional.empty()));
        assertEquals(
                Refusal.NOT_ALLOWED,
                assertInstanceOf(Reply.Failure.class, refused).refusal());
    }

    @Test
    void whileNoneLeadsAPersonIsToldAndAForeignWorkerKeepsWaiting() {
        away(false);
        Reply.Failure told = assertInstanceOf(Reply.Failure.class, ask(new OperatorRequest.GetStatus(), PAGE));
        assertEquals(Refusal.TRY_LATER, told.refusal());
        assertEquals("somebody leads", told.message());
        for (Request request : all()) {
            if (request instanceof WorkerRequest.RequestTask) {
                assertEquals(new Reply.NoTask(), ask(request, FOREIGN));
            } else if (request instanceof WorkerRequest.Heartbeat) {
                assertInstanceOf(Reply.Alive.class, ask(request, FOREIGN));
            }
        }
        assertEquals(HERE, ask(new OperatorRequest.ListMasters(), PAGE));
        assertEquals(HERE, ask(new OperatorRequest.ListMasters(), OURS));
    }

    @Test
    void whatIsNotKeptHereIsDiscardedOnce() {
        away(true);
        List<Request> carrying = all().stream()
                .filter(request -> CarriesPayload.of(request).isPresent())
                .filter(request -> Policy.of(request) != Policy.HERE)
                .toList();
        assertTrue(!carrying.isEmpty());
        for (Origin origin : List.of(PAGE, OURS, FOREIGN)) {
            discarded.clear();
            carrying.forEach(request -> ask(request, origin));
            assertEquals(
                    carrying.stream()
                            .map(request -> CarriesPayload.of(request).orElseThrow())
                            .toList(),
                    discarded);
        }
    }

    @Test
    void whoMayNotSpeakIsNotPassedOn() {
        away(true);
        Reply no = new Reply.Failure(Refusal.CONFLICT, "no");
        handler.objection = Optional.of(no);
        assertEquals(no, ask(new OperatorRequest.GetStatus(), FOREIGN));
        assertEquals(List.of(), route.spoken);
    }

    @Test
    void aHandlerThatThrowsIsAnsweredFor() {
        fault = new IllegalStateException("a bug");
        for (Request request : all()) {
            assertEquals(Answer.unexpected(), ask(request, PAGE), request.toString());
        }
    }
}
