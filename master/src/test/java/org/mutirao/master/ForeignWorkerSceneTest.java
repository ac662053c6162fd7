package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Lease;

/** Scenes between a master and programs of other groups, which say little and lose much, on a manual clock. */
class ForeignWorkerSceneTest {
    private final Scene scene = new Scene();

    @Test
    void aStrangerThatAsksAgainHasLostItsTask() {
        Scene.Player dora = scene.new Player("dora").joinsAsStranger();
        Scene.Player bob = scene.new Player("bob").joinsWithSlots(1);
        scene.submit("a");
        scene.submit("b");
        dora.asks();
        dora.asks();
        assertEquals(List.of("a", "b"), dora.heard);
        assertEquals("queued", scene.state(1));
        bob.asks();
        assertEquals("a", bob.last());
    }

    @Test
    void aStrangersAnyWordKeepsItsLease() {
        Scene.Player dora = scene.new Player("dora").joinsAsStranger();
        scene.submit("a");
        dora.asks();
        for (int i = 0; i < 5; i++) {
            scene.pass(Duration.ofSeconds(80));
            scene.dispatcher.onHeartbeat(dora.id, Optional.empty());
        }
        assertEquals("running", scene.state(1));
        scene.pass(Scene.TIMEOUT.plusSeconds(1));
        assertEquals("queued", scene.state(1));
    }

    /** Group C's peer beats on for ever when its other thread has swallowed the package. */
    @Test
    void aStrangerThatBeatsButNeverDeliversLosesItsTaskInTheEnd() {
        Scene.Player cora = scene.new Player("cora").joinsAsStranger();
        scene.submit("a");
        cora.asks();
        for (int i = 0; i < 29; i++) {
            scene.pass(Duration.ofMinutes(1));
            scene.dispatcher.onHeartbeat(cora.id, Optional.empty());
        }
        assertEquals("running", scene.state(1));
        scene.pass(Duration.ofSeconds(61));
        assertEquals("queued", scene.state(1));
        cora.delivers(Lease.of(1, 1));
        assertEquals("succeeded", scene.state(1), "late is better than never");
    }

    @Test
    void anUnknownPeerIsServedAsIfRegistered() {
        scene.submit("a");
        Scene.Player dora = scene.new Player("dora");
        dora.asks();
        assertEquals(List.of("a"), dora.heard);
        assertEquals(
                Lease.of(1, 1), scene.dispatcher.held().leaseOfStranger(dora.id).orElseThrow());
    }

    /** Group D's peer takes tasks without end and never delivers one. */
    @Test
    void aBlackHoleIsPutAsideForEverLongerTimes() {
        Scene.Player hole = scene.new Player("hole").joinsAsStranger();
        for (int i = 0; i < 20; i++) {
            scene.submit("t" + i);
        }
        for (int i = 0; i < 50; i++) {
            hole.asks();
        }
        assertEquals(3, hole.tasksHeard(), "then it gets no more");
        assertEquals(List.of("aside hole"), scene.asides());
        scene.pass(Duration.ofSeconds(61));
        hole.asks();
        hole.asks();
        assertEquals(4, hole.tasksHeard(), "a second chance after a while, and only one");
        scene.pass(Duration.ofSeconds(61));
        hole.asks();
        assertEquals(4, hole.tasksHeard(), "the second time is longer");
        scene.pass(Duration.ofSeconds(61));
        hole.asks();
        assertEquals(5, hole.tasksHeard());
    }

    @Test
    void aStrangerThatDeliversIsForgivenWhatItLost() {
        Scene.Player dora = scene.new Player("dora").joinsAsStranger();
        for (int i = 0; i < 9; i++) {
            scene.submit("t" + i);
        }
        for (int i = 0; i < 3; i++) {
            dora.asks();
            dora.asks();
            dora.delivers(dora.held.get(dora.held.size() - 1));
        }
        assertEquals(List.of(), scene.asides());
    }

    /** Or a roomful of them would end every task as failed before a worker that can do it comes. */
    @Test
    void blackHolesNeverGetATasksLastAttempts() {
        scene.submit("a");
        for (int i = 0; i < 10; i++) {
            Scene.Player hole = scene.new Player("hole" + i).joinsAsStranger();
            scene.pass(Duration.ofSeconds(20)); // over the pauses after each loss
            hole.asks();
            hole.asks();
        }
        assertEquals("queued", scene.state(1));
        assertEquals(3, scene.task(1).attempts().size());
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.pass(Duration.ofSeconds(20));
        ana.asks();
        assertEquals("a", ana.last());
    }

    @Test
    void aStrangerThatHasDeliveredMayTryTheLastAttempts() {
        Scene.Player dora = scene.new Player("dora").joinsAsStranger();
        scene.submit("a");
        dora.asks();
        dora.delivers(dora.held.get(0));
        scene.submit("b");
        for (int i = 0; i < 4; i++) {
            Scene.Player hole = scene.new Player("hole" + i).joinsAsStranger();
            hole.asks();
            hole.asks();
            scene.pass(Duration.ofSeconds(20));
        }
        assertEquals(3, scene.task(2).attempts().size());
        dora.asks();
        assertEquals("b", dora.last());
    }

    @Test
    void aStrangerGetsOnlyWhatItCanRead() {
        Scene.Player cora = scene.new Player("cora").joinsAsStranger(700);
        scene.submit("large", 0, 701);
        scene.submit("small", 0, 700);
        cora.asks();
        assertEquals("small", cora.last());
        cora.delivers(cora.held.get(0));
        cora.asks();
        assertEquals("nothing", cora.last());
        assertEquals("queued", scene.state(1));
    }

    @Test
    void aStrangerThatCouldNotEvenBeginLosesTheTask() {
        Scene.Player eva = scene.new Player("eva").joinsAsStranger();
        scene.submit("a");
        eva.asks();
        scene.dispatcher.onNeverRun(eva.id, "its Python never found main.py");
        scene.loop.runAll();
        assertEquals("queued", scene.state(1));
        assertEquals(List.of("lost task 1 attempt 1"), scene.events);
    }
}
