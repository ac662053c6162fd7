package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.Command;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;

/** What becomes of tasks whose packages can't be installed, on a manual clock. */
class InstallingSceneTest {
    private static final long GIB = 1L << 30;
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** How long a task waits for others when all who are there could not install what it asks for. */
    private static final Duration FOR_OTHERS = Duration.ofMinutes(2);

    private final Scene scene = new Scene();

    private static TaskNeeds environment(String name) {
        return TaskNeeds.none().in(Optional.of(name), Optional.empty());
    }

    private Scene.Player worker(String name, int slots) {
        return scene.new Player(name).joinsWithSlots(slots).tells(Scene.facts(4, GIB, 0));
    }

    /** Time passes, and these workers stay. */
    private void pass(Duration time, Scene.Player... living) {
        for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minus(SECOND)) {
            scene.pass(SECOND);
            for (Scene.Player player : living) {
                player.beats();
            }
        }
    }

    private void cantInstall(Scene.Player player, String name, String why) {
        scene.dispatcher.onReturn(player.id, player.held.remove(0), why, Optional.of(name), true);
        scene.loop.runAll();
    }

    @Test
    void anotherWorkerGetsItAndTheFirstGetsNoneThatAsksForTheSame() {
        scene.submit("one", environment("a"));
        scene.submit("two", environment("a"));
        scene.submit("other", environment("b"));
        Scene.Player pc1 = worker("pc1", 1);
        Scene.Player pc2 = worker("pc2", 3);
        pc1.asks();
        cantInstall(pc1, "a", "pc1: no wheel");
        pc1.asks();
        assertEquals("other", pc1.last());
        pc2.asks();
        pc2.asks();
        scene.pass(SECOND);
        pc2.asks();
        assertEquals("running", scene.state(1));
        assertEquals("running", scene.state(2));
        assertTrue(scene.asides().isEmpty(), "it does not count against a worker");
    }

    /** The package allows five attempts. */
    @Test
    void thoseThatCantInstallItCostNoAttempt() {
        scene.submit("one", environment("a"));
        for (int i = 1; i <= 6; i++) {
            Scene.Player sick = worker("sick" + i, 1);
            sick.asks();
            assertEquals("one", sick.last());
            cantInstall(sick, "a", sick.id + ": no wheel");
            assertEquals(5, scene.task(1).attemptsLeft());
        }
        Scene.Player well = worker("well", 1);
        well.asks();
        well.delivers(well.held.get(0));
        assertEquals("succeeded", scene.state(1));
    }

    @Test
    void whoNamesWhatTheTaskDoesNotAskForCostsAnAttempt() {
        scene.submit("one", environment("a"));
        Scene.Player pc = worker("pc", 1);
        pc.asks();
        cantInstall(pc, "b", "no wheel");
        assertEquals(4, scene.task(1).attemptsLeft());
    }

    @Test
    void whatNobodyCanInstallIsGivenUpWithTheReason() {
        scene.submitJob("many", 50, environment("a"));
        scene.submit("single", environment("a"));
        scene.submit("other", environment("b"));
        Scene.Player pc1 = worker("pc1", 1);
        Scene.Player pc2 = worker("pc2", 1);
        pc1.asks();
        pc2.asks();
        cantInstall(pc1, "a", "pc1: no wheel");
        scene.pass(SECOND);
        assertEquals("queued", scene.state(3), "pc2 may still do it");
        cantInstall(pc2, "a", "pc2: no wheel");
        pass(FOR_OTHERS.minus(SECOND), pc1, pc2);
        assertEquals("queued", scene.state(1), "another worker may come back");
        assertEquals("queued", scene.state(51));
        pass(SECOND.multipliedBy(2), pc1, pc2);
        for (long id = 1; id <= 51; id++) {
            assertEquals("lost", scene.state(id));
        }
        assertTrue(
                scene.task(1).sentence().contains("pc1: no wheel"),
                scene.task(1).sentence());
        assertTrue(
                scene.task(51).sentence().contains("pc2: no wheel"),
                scene.task(51).sentence());
        assertEquals("queued", scene.state(52));
    }

    @Test
    void whatIsHandedInLaterIsTriedAgain() {
        scene.submit("one", environment("a"));
        Scene.Player pc = worker("pc", 1);
        pc.asks();
        cantInstall(pc, "a", "pc: no wheel");
        pass(FOR_OTHERS.plus(SECOND), pc);
        assertEquals("lost", scene.state(1));
        scene.submit("two", environment("a"));
        pc.asks();
        assertEquals("two", pc.last());
    }

    @Test
    void aWorkerThatRestartsStillGetsIt() {
        scene.submit("one", environment("a"));
        Scene.Player pc1 = worker("pc1", 1);
        Scene.Player pc2 = worker("pc2", 1);
        pc1.asks();
        scene.dispatcher.onLeave(pc2.id);
        cantInstall(pc1, "a", "pc1: no wheel");
        pass(FOR_OTHERS.minus(SECOND), pc1);
        pc2.joinsWithSlots(1).tells(Scene.facts(4, GIB, 0));
        pass(FOR_OTHERS.plus(SECOND), pc1, pc2);
        assertEquals("queued", scene.state(1));
        pc2.asks();
        assertEquals("one", pc2.last());
    }

    @Test
    void theTimeBeginsAnewWithEachFailure() {
        scene.submit("one", environment("a"));
        scene.submit("two", environment("a"));
        Scene.Player pc = worker("pc", 2);
        pc.asks();
        pc.asks();
        cantInstall(pc, "a", "pc: no wheel");
        pass(FOR_OTHERS.plus(SECOND), pc);
        assertEquals("queued", scene.state(1), "pc may yet finish the other");
        cantInstall(pc, "a", "pc: no wheel");
        pass(FOR_OTHERS.minus(SECOND), pc);
        assertEquals("queued", scene.state(1));
        pass(SECOND.multipliedBy(2), pc);
        assertEquals("lost", scene.state(1));
        assertEquals("lost", scene.state(2));
    }

    @Test
    void aDrainedWorkerThatRunsSuchTasksMayGoOn() {
        scene.submit("one", environment("a"));
        scene.submit("two", environment("a"));
        Scene.Player pc1 = worker("pc1", 1);
        Scene.Player pc2 = worker("pc2", 1);
        pc2.asks();
        pc1.asks();
        scene.dispatcher.fleet().drain(scene.dispatcher.fleet().find(pc2.id).orElseThrow());
        cantInstall(pc1, "a", "pc1: no wheel");
        pass(FOR_OTHERS.plus(SECOND), pc1, pc2);
        assertEquals("queued", scene.state(2));
        assertEquals("running", scene.state(1));
        pc2.delivers(pc2.held.get(0));
        scene.dispatcher.resume(scene.dispatcher.fleet().find(pc2.id).orElseThrow());
        pc2.asks();
        assertEquals("running", scene.state(2));
    }

    @Test
    void ofMoreThanCanBeRememberedTheOldestIsForgotten() {
        Scene.Player pc = worker("pc", 1);
        for (int i = 0; i <= 1000; i++) {
            scene.submit("p" + i, environment("e" + i));
            pc.asks();
            cantInstall(pc, "e" + i, "no wheel");
            scene.propose(new Command.Cancel(new TaskId(i + 1), 0));
        }
        Set<String> remembered = scene.dispatcher
                .fleet()
                .find(pc.id)
                .orElseThrow()
                .uninstallable()
                .keySet();
        assertEquals(1000, remembered.size());
        assertFalse(remembered.contains("e0"));
        assertTrue(remembered.contains("e1000"));
    }

    @Test
    void theReasonIsSaidOfTheWorkerThatCanNot() {
        scene.submit("one", environment("a"));
        Scene.Player pc1 = worker("pc1", 1);
        worker("pc2", 1);
        pc1.asks();
        cantInstall(pc1, "a", "pc1: no wheel");
        assertEquals(
                "pc1: no wheel",
                scene.dispatcher
                        .obstacles()
                        .shortages(
                                scene.task(1),
                                scene.dispatcher.fleet().find(pc1.id).orElseThrow())
                        .get(0)
                        .wanted());
        scene.pass(Duration.ofMinutes(11));
        assertEquals(
                List.of(),
                scene.dispatcher.fleet().find(pc1.id).stream()
                        .flatMap(session -> session.uninstallable().keySet().stream())
                        .toList());
    }
}
