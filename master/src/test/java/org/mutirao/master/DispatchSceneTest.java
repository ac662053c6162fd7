package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.WorkerKind;
import org.mutirao.master.dispatch.WorkerProfile;
import org.mutirao.master.ledger.Command;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/** Scenes between a master and its workers on a manual clock. */
class DispatchSceneTest {
    private final Scene scene = new Scene();

    @Test
    void tasksGoOutByPriorityThenInOrder() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(10);
        scene.submit("a");
        scene.submit("b", 5);
        scene.submit("c");
        for (int i = 0; i < 4; i++) {
            ana.asks();
        }
        assertEquals(List.of("b", "a", "c", "nothing"), ana.heard, "and nothing else was said");
    }

    @Test
    void aWaitingQuestionIsAnsweredWhenATaskArrives() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        ana.asksAndWaits(Duration.ofSeconds(20));
        assertEquals(List.of(), ana.heard);
        scene.submit("a");
        assertEquals(List.of("a"), ana.heard);
    }

    @Test
    void aWaitingQuestionEndsInTime() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        ana.asksAndWaits(Duration.ofSeconds(20));
        scene.pass(Duration.ofSeconds(19));
        assertEquals(List.of(), ana.heard);
        scene.pass(Duration.ofSeconds(2));
        assertEquals(List.of("nothing"), ana.heard);
        scene.submit("a");
        assertEquals("queued", scene.state(1), "nobody waits any more");
    }

    @Test
    void nobodyIsServedOnAConnectionThatIsGone() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        ana.asksAndWaits(Duration.ofSeconds(20));
        ana.connected = false;
        scene.submit("a");
        assertEquals("queued", scene.state(1));
    }

    @Test
    void aWorkerHoldsNoMoreThanItsSlots() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(2);
        for (String name : List.of("a", "b", "c")) {
            scene.submit(name);
        }
        ana.asks();
        ana.asks();
        ana.asks();
        assertEquals(List.of("a", "b", "nothing"), ana.heard);
        ana.delivers(Lease.of(1, 1));
        ana.asks();
        assertEquals("c", ana.last());
    }

    /** An answer at once would make it ask again at once, and so on without end. */
    @Test
    void aWorkerAtItsLimitThatOffersToWaitIsAnsweredWhenItHasDelivered() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.submit("a");
        scene.submit("b");
        ana.asks();
        ana.asksAndWaits(Duration.ofSeconds(20));
        scene.pass(Duration.ofSeconds(5));
        assertEquals(List.of("a"), ana.heard, "and nothing else was said");
        ana.delivers(Lease.of(1, 1));
        assertEquals(List.of("a", "b"), ana.heard);
    }

    @Test
    void heartbeatsKeepALeaseForEver() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.submit("a");
        ana.asks();
        for (int i = 0; i < 100; i++) {
            scene.pass(Scene.HEARTBEAT);
            assertEquals(List.of(), ana.beats());
        }
        assertEquals("running", scene.state(1));
    }

    /** As after a pause of the whole process: the log took the lease, and the answer came too late. */
    @Test
    void aLeaseThatWasGrantedWithoutAnAnswerEndsToo() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.submit("a");
        scene.log.loseAnswers(true);
        ana.asks();
        scene.log.loseAnswers(false);
        assertEquals(List.of("nothing"), ana.heard);
        assertEquals("running", scene.state(1), "nobody knows that it was handed to nobody");
        for (int i = 0; i < 4; i++) {
            scene.pass(Scene.HEARTBEAT);
            ana.beats();
        }
        ana.asks();
        assertEquals("a", ana.last());
    }

    @Test
    void aSilentWorkerLosesItsLeaseAndAnotherGetsTheTask() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        Scene.Player bob = scene.new Player("bob").joinsWithSlots(1);
        scene.submit("a");
        ana.asks();
        scene.pass(Scene.LEASE.minusSeconds(2));
        assertEquals("running", scene.state(1));
        bob.beats();
        bob.asksAndWaits(Duration.ofSeconds(30));
        scene.pass(Duration.ofSeconds(3));
        assertEquals("a", bob.last());
        assertEquals(List.of("lost task 1 attempt 1"), scene.events);
    }

    @Test
    void theMachinesClockMayJumpWithoutALeaseBeingLost() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.submit("a");
        ana.asks();
        scene.clock.jump(Duration.ofHours(1));
        scene.pass(Duration.ofSeconds(1));
        assertEquals("running", scene.state(1));
    }

    @Test
    void aBrokenConnectionShortensTheWaitButABeatRestoresIt() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.submit("a");
        ana.asks();
        scene.dispatcher.onDisconnected(ana.id);
        scene.pass(Duration.ofSeconds(10));
        ana.beats();
        scene.pass(Duration.ofSeconds(20));
        assertEquals("running", scene.state(1), "it came back");
        scene.dispatcher.onDisconnected(ana.id);
        scene.pass(Scene.HEARTBEAT.multipliedBy(3).plusSeconds(1));
        assertEquals("queued", scene.state(1), "three heartbeats later it has not");
    }

    @Test
    void aRestartedWorkerThatForgotItsTaskLosesIt() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.submit("a");
        ana.asks();
        ana.held.clear();
        scene.pass(Scene.HEARTBEAT.multipliedBy(3));
        ana.joinsWithSlots(1);
        scene.loop.runAll();
        assertEquals("queued", scene.state(1));
    }

    @Test
    void aLeaseCantEndWhileItsPackageIsOnItsWay() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        ana.sending = new CompletableFuture<>();
        scene.submit("a");
        ana.asks();
        scene.pass(Scene.LEASE.multipliedBy(5));
        assertEquals("running", scene.state(1));
        ana.sending.completeExceptionally(new IOException("cable"));
        scene.loop.runAll();
        assertEquals("queued", scene.state(1), "the connection broke");
    }

    /** What it hears late was written before the package came. */
    @Test
    void aLoopThatLagsTakesNoLeaseFromAWorkerThatHasJustGotIt() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        ana.sending = new CompletableFuture<>();
        scene.submit("a");
        ana.asks();
        ana.sending.complete(null);
        scene.clock.advance(Scene.HEARTBEAT.multipliedBy(3));
        scene.dispatcher.onHeartbeat(ana.id, Optional.of(List.of()));
        scene.loop.runAll();
        assertEquals("running", scene.state(1));
        scene.clock.advance(Scene.HEARTBEAT.multipliedBy(3));
        scene.dispatcher.onHeartbeat(ana.id, Optional.of(List.of()));
        scene.loop.runAll();
        assertEquals("queued", scene.state(1), "by now it should know");
    }

    @Test
    void oneOfOursThatLosesWhatOthersFinishIsPutAside() {
        Scene.Player sick = scene.new Player("sick").joinsWithSlots(1);
        Scene.Player bob = scene.new Player("bob").joinsWithSlots(1);
        for (int i = 0; i < 3; i++) {
            scene.submit("t" + i);
            sick.asks();
            scene.dispatcher.onReturn(sick.id, sick.held.remove(0), "no room", Optional.empty(), true);
            scene.loop.runAll();
            assertEquals(List.of(), scene.asides(), "perhaps the task is to blame");
            bob.asks();
            bob.delivers(bob.held.get(0));
        }
        assertEquals(List.of("aside sick"), scene.asides());
    }

    /** What it holds is told when it registers; until then it must not be taken for a stranger that lost everything. */
    @Test
    void oneOfOursThatAsksBeforeItRegistersAgainLosesNothing() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(2);
        scene.submit("a");
        ana.asks();
        scene.submit("b");
        Dispatcher next = scene.takeOver();
        next.assume(
                ana.id,
                new WorkerProfile("", WorkerKind.OURS, "mutirao", "", 0, 0, 0, 0, Optional.of(Scene.HEARTBEAT)));
        next.onRequest(ana.id, Duration.ofSeconds(20), ana);
        scene.loop.runAll();
        assertEquals("running", scene.state(1));
        assertEquals(List.of("a"), ana.heard);
        next.onRegister(
                ana.id,
                new WorkerProfile("", WorkerKind.OURS, "mutirao", "", 0, 0, 2, 0, Optional.of(Scene.HEARTBEAT)),
                Optional.of(ana.held));
        scene.loop.runAll();
        assertEquals(List.of("a", "b"), ana.heard, "its question was still open");
    }

    @Test
    void aWorkerDoesNotGetBackAtOnceWhatItLostIfThereAreOthers() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        Scene.Player bob = scene.new Player("bob").joinsWithSlots(1);
        scene.submit("a");
        ana.asks();
        scene.dispatcher.onReturn(ana.id, ana.held.remove(0), "no room", Optional.empty(), true);
        scene.loop.runAll();
        ana.asks();
        assertEquals("nothing", ana.last());
        bob.asks();
        assertEquals("a", bob.last());
    }

    @Test
    void theOnlyWorkerGetsItBackAtOnce() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.submit("a");
        ana.asks();
        scene.dispatcher.onReturn(ana.id, ana.held.remove(0), "no room", Optional.empty(), true);
        scene.loop.runAll();
        ana.asks();
        assertEquals(List.of("a", "a"), ana.heard);
    }

    @Test
    void whoLeavesLosesEverythingAtOnce() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(2);
        scene.submit("a");
        ana.asks();
        scene.dispatcher.onLeave(ana.id);
        scene.loop.runAll();
        assertEquals("queued", scene.state(1));
        assertTrue(scene.events.contains("gone ana"));
    }

    @Test
    void aHeartbeatToldOfACancelledTaskSaysToDropIt() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.submit("a");
        ana.asks();
        scene.log.propose(new Command.Cancel(new TaskId(1), 0));
        scene.loop.runAll();
        assertEquals(List.of(Lease.of(1, 1)), ana.beats());
    }

    @Test
    void aLogThatRefusesHandsNothingOutAndLosesNothing() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.submit("a");
        scene.log.refuse(true);
        ana.asks();
        assertEquals(List.of("nothing"), ana.heard);
        scene.log.refuse(false);
        ana.asks();
        assertEquals("a", ana.last());
    }

    @Test
    void aNewLeaderGivesEveryLeaseItsFullTimeAndKeepsWhatIsListed() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(2);
        scene.submit("a");
        scene.submit("b");
        scene.submit("c");
        ana.asks();
        ana.asks();
        Dispatcher next = scene.takeOver();
        next.onHeartbeat(ana.id, Optional.of(ana.held));
        for (int i = 0; i < 20; i++) {
            scene.clock.advance(Duration.ofSeconds(5));
            next.onHeartbeat(ana.id, Optional.of(ana.held));
            next.tick();
            scene.loop.runAll();
        }
        assertEquals("running", scene.state(1));
        assertEquals("running", scene.state(2));
        scene.clock.advance(Scene.TIMEOUT.plusSeconds(1));
        next.tick();
        scene.loop.runAll();
        assertEquals("queued", scene.state(1), "until its worker is silent for good");
    }

    @Test
    void silentWorkersAreForgotten() {
        scene.new Player("ana").joinsWithSlots(1);
        scene.pass(Scene.TIMEOUT.plusSeconds(1));
        assertEquals(0, scene.dispatcher.fleet().all().size());
    }

    /** The master that led before had a clock that ran an hour ahead. */
    @Test
    void anotherMastersClockHoldsNoTaskBack() {
        scene.submit("a");
        long ahead = scene.clock.millis() + Duration.ofHours(1).toMillis();
        WorkerId lost = new WorkerId("lost");
        for (int attempt = 1; attempt <= 3; attempt++) {
            scene.log.propose(new Command.GrantLease(new TaskId(1), lost, "", ahead, ahead));
            scene.log.propose(new Command.LoseLease(Lease.of(1, attempt), "gone", ahead));
            scene.loop.runAll();
        }
        Dispatcher next = scene.takeOver();
        Scene.Player ana = scene.new Player("ana");
        next.onRegister(
                ana.id,
                new WorkerProfile("", WorkerKind.OURS, "mutirao", "", 0, 0, 1, 0, Optional.of(Scene.HEARTBEAT)),
                Optional.of(List.of()));
        next.onRequest(ana.id, Duration.ofSeconds(20), ana);
        for (int second = 0; second < 10; second++) {
            scene.clock.advance(Duration.ofSeconds(1));
            next.tick();
            scene.loop.runAll();
        }
        assertEquals("running", scene.state(1), "after the seconds that were meant, not after an hour");
    }
}
