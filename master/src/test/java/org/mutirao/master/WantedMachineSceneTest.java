package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A worker whose machine is wanted by a person, on a manual clock. */
class WantedMachineSceneTest {
    private final Scene scene = new Scene();

    private void givesBack(Scene.Player player) {
        scene.dispatcher.onReturn(player.id, player.held.remove(0), "somebody uses it", Optional.empty(), false);
        scene.loop.runAll();
    }

    @Test
    void whatItGivesBackCostsNeitherTheTaskNorTheWorker() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        Scene.Player bob = scene.new Player("bob").joinsWithSlots(1);
        for (int i = 0; i < 4; i++) {
            scene.submit("t" + i);
            ana.asks();
            givesBack(ana);
            assertEquals("queued", scene.state(i + 1), "at once, without a wait");
            bob.asks();
            bob.delivers(bob.held.get(0));
            scene.pass(Duration.ofSeconds(10));
        }
        assertEquals(List.of(), scene.asides());
        assertEquals(
                0L, scene.dispatcher.fleet().find(ana.id).orElseThrow().lost(), "it has lost none, so none is shown");
    }

    @Test
    void oneThatGivesBackWithoutEndGetsNothingForAMoment() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.submit("a");
        ana.asks();
        givesBack(ana);
        ana.asks();
        scene.dispatcher.fleet().takesNone(ana.id, Optional.empty());
        ana.asks();
        assertEquals("queued", scene.state(1));
        scene.pass(Duration.ofSeconds(10));
        ana.asks();
        assertEquals("running", scene.state(1));
    }

    @Test
    void aQuestionThatStillWaitsGetsNothingWhileItTakesNoWork() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        ana.asksAndWaits(Duration.ofSeconds(20));
        scene.dispatcher.fleet().takesNone(ana.id, Optional.of("somebody uses it"));
        scene.submit("a");
        assertEquals("queued", scene.state(1));
        assertEquals(
                Optional.of("takes no work now: somebody uses it"),
                scene.dispatcher.fleet().find(ana.id).flatMap(scene.dispatcher.fleet()::whyOut));
        scene.dispatcher.fleet().takesNone(ana.id, Optional.empty());
        scene.pass(Duration.ofSeconds(5));
        assertEquals("running", scene.state(1));
    }

    @Test
    void byAskingItSaysThatItTakesWorkAgain() {
        Scene.Player ana = scene.new Player("ana").joinsWithSlots(1);
        scene.dispatcher.fleet().takesNone(ana.id, Optional.of("somebody uses it"));
        scene.submit("a");
        ana.asks();
        assertEquals("a", ana.last());
    }
}
