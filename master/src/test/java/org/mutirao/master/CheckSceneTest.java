package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.CheckWords;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.protocol.id.JobId;

/** Who verifies results, on a manual clock. */
class CheckSceneTest {
    private static final Duration PATIENCE = Duration.ofMinutes(11);

    private final Scene scene = new Scene();

    private void submit(int tasks, int share) {
        submit("job", tasks, share);
    }

    private void submit(String name, int tasks, int share) {
        scene.submitJob(
                name, new JobPlan(InputNames.numbered(tasks), JobPlan.Merge.NONE, List.of(), false).verified(share));
    }

    private Scene.Player worker(String name) {
        return scene.new Player(name).joinsWithSlots(2);
    }

    private String words(long task) {
        return CheckWords.of(scene.task(task)).orElse("");
    }

    @Test
    void anotherWorkerRunsItAgain() {
        submit(1, JobPlan.ALL);
        Scene.Player ana = worker("ana");
        Scene.Player bia = worker("bia");
        assertTrue(ana.runs("same"));
        assertFalse(ana.runs("same"), "not the same one");
        assertEquals(Optional.of("has run it, and another worker is to verify it"), scene.obstacle(1, ana));
        assertTrue(bia.runs("same"));
        assertEquals("verified: ana and bia brought the same", words(1));
        assertFalse(bia.runs("same"), "once is enough");
    }

    @Test
    void whoWaitsGetsItAsSoonAsItMayBeVerified() {
        submit(1, JobPlan.ALL);
        Scene.Player ana = worker("ana");
        ana.asks();
        Scene.Player bia = worker("bia");
        bia.asksAndWaits(Duration.ofMinutes(5));
        ana.delivers(ana.held.get(0), "same");
        assertEquals(1, bia.held.size());
    }

    @Test
    void oneWhoseMachineIsWantedForAWhileMayYetVerify() {
        submit(1, JobPlan.ALL);
        assertTrue(worker("ana").runs("a"));
        Scene.Player bia = worker("bia");
        for (int minutes = 0; minutes < 12; minutes++) {
            scene.dispatcher.onHeartbeat(bia.id, Optional.of(List.of()));
            scene.dispatcher.fleet().takesNone(bia.id, Optional.of("somebody uses it"));
            scene.pass(Duration.ofMinutes(1));
        }
        assertTrue(bia.runs("a"), "for more than ten minutes somebody used it");
    }

    @Test
    void withoutAShareNothingIsRunAgain() {
        submit(1, 0);
        assertTrue(worker("ana").runs("a"));
        assertFalse(worker("bia").runs("a"));
        assertEquals("", words(1));
    }

    @Test
    void aScriptThatIsNotDeterministicIsSaidToBe() {
        submit(1, JobPlan.ALL);
        worker("ana").runs("1");
        worker("bia").runs("2");
        assertTrue(words(1).contains("another worker is to run it again"), words(1));
        worker("caio").runs("3");
        assertTrue(words(1).startsWith("this script is not deterministic"), words(1));
        assertEquals(List.of(), scene.events, "nobody is to blame");
    }

    @Test
    void twoThatDifferAreAskedOnceMoreWhereThereIsNoThird() {
        submit(1, JobPlan.ALL);
        Scene.Player ana = worker("ana");
        Scene.Player bia = worker("bia");
        ana.runs("1");
        bia.runs("2");
        assertFalse(bia.runs("3"), "another may come");
        scene.pass(Duration.ofSeconds(31));
        assertTrue(bia.runs("3"));
        assertTrue(words(1).startsWith("this script is not deterministic"), words(1));
    }

    @Test
    void oneWorkerAloneIsWaitedForAWhileOnly() {
        submit(1, JobPlan.ALL);
        Scene.Player ana = worker("ana");
        ana.runs("1");
        for (int i = 0; i < 20; i++) {
            scene.pass(Duration.ofSeconds(35));
            ana.beats();
            assertFalse(ana.runs("1"), "never itself");
        }
        assertEquals("not verified: no other worker was there that could run it", words(1));
        assertTrue(scene.task(1).hasSucceeded());
        assertTrue(scene.machine.ledger().job(new JobId(1)).isPresent());
    }

    @Test
    void aWorkerThatIsWrongTwiceGetsNothingMore() {
        submit(3, JobPlan.ALL);
        Scene.Player liar = worker("liar");
        Scene.Player ana = worker("ana");
        Scene.Player bia = worker("bia");
        liar.runs("forged");
        liar.runs("forged");
        while (ana.runs("right") || bia.runs("right")) {
            // until nothing is left to do
        }
        assertEquals("worker liar differs from 2 others, and the result is of that worker", words(1));
        assertEquals(List.of("distrusted liar 2"), scene.events);
        assertFalse(liar.runs("forged"));
        liar.joinsWithSlots(2);
        submit("next", 1, 0);
        assertFalse(liar.runs("forged"), "nor when it comes again");
        assertEquals(
                "put aside: 2 of its results differ from those of others",
                scene.obstacle(4, liar).orElseThrow());
        scene.dispatcher.resume(scene.dispatcher.fleet().find(liar.id).orElseThrow());
        assertTrue(liar.runs("right"), "a person trusts it");
    }

    /** Twice wrong, then quarantined for a shorter time too, and there is something that it could run. */
    private Scene.Player oneThatIsPutAside() {
        submit(2, JobPlan.ALL);
        Scene.Player liar = worker("liar");
        Scene.Player ana = worker("ana");
        Scene.Player bia = worker("bia");
        liar.runs("forged");
        liar.runs("forged");
        while (ana.runs("right") || bia.runs("right")) {
            // until nothing is left to do
        }
        submit("next", 1, 0);
        scene.dispatcher
                .fleet()
                .quarantine(scene.dispatcher.fleet().find(liar.id).orElseThrow());
        return liar;
    }

    @Test
    void itIsPutAsideForAnHourHoweverOftenItRegisters() {
        Scene.Player liar = oneThatIsPutAside();
        scene.pass(Duration.ofMinutes(30));
        assertFalse(liar.runs("right"), "neither a shorter time for another reason nor silence changes that");
        scene.pass(Duration.ofMinutes(29));
        liar.joinsWithSlots(2);
        assertFalse(liar.runs("right"));
        scene.pass(Duration.ofMinutes(1));
        liar.joinsWithSlots(2);
        assertTrue(liar.runs("right"));
    }

    @Test
    void noShorterTimeTakesThePlaceOfALongerOne() {
        Scene.Player liar = oneThatIsPutAside();
        for (int minute = 1; minute < 60; minute++) {
            scene.pass(Duration.ofMinutes(1));
            liar.beats(); // so it is the same session all the time
            assertFalse(liar.runs("right"), "after " + minute + " minutes");
        }
        scene.pass(Duration.ofMinutes(1));
        assertTrue(liar.runs("right"));
    }

    @Test
    void aNewLeaderGoesOnVerifyingAndRemembersWhoWasWrong() {
        submit(2, JobPlan.ALL);
        Scene.Player liar = worker("liar");
        Scene.Player ana = worker("ana");
        Scene.Player bia = worker("bia");
        liar.runs("forged");
        liar.runs("forged");
        ana.runs("right");
        bia.asks();
        scene.leaderChanges();
        List.of(liar, ana, bia).forEach(each -> each.joinsAt(scene.dispatcher));
        bia.delivers(bia.held.get(0), "right");
        while (ana.runs("right") || bia.runs("right")) {
            // until nothing is left to do
        }
        assertTrue(words(1).startsWith("worker liar differs from 2 others"), words(1));
        assertTrue(words(2).startsWith("worker liar differs from 2 others"), words(2));
        scene.leaderChanges();
        liar.joinsAt(scene.dispatcher);
        submit("next", 1, 0);
        assertFalse(liar.runs("forged"));
    }

    @Test
    void aNewLeaderTrustsWhomAPersonTrustedUntilThatWorkerIsWrongAgain() {
        submit(2, JobPlan.ALL);
        Scene.Player liar = worker("liar");
        Scene.Player ana = worker("ana");
        Scene.Player bia = worker("bia");
        liar.runs("forged");
        liar.runs("forged");
        while (ana.runs("right") || bia.runs("right")) {
            // until nothing is left to do
        }
        assertEquals(List.of("distrusted liar 2"), scene.events);
        scene.dispatcher.resume(scene.dispatcher.fleet().find(liar.id).orElseThrow());
        scene.loop.runAll();
        scene.leaderChanges();
        List.of(liar, ana, bia).forEach(each -> each.joinsAt(scene.dispatcher));
        assertTrue(words(1).startsWith("worker liar differs from 2 others"), "what was found stays");
        submit("next", 2, JobPlan.ALL);
        assertTrue(liar.runs("forged"));
        assertTrue(liar.runs("forged"));
        while (ana.runs("right") || bia.runs("right")) {
            // until nothing is left to do
        }
        submit("last", 1, 0);
        assertFalse(liar.runs("forged"), "two more are wrong");
    }

    @Test
    void aLeaseThatIsLostWhileVerifyingGoesToAnother() {
        submit(1, JobPlan.ALL);
        worker("ana").runs("1");
        Scene.Player bia = worker("bia");
        bia.asks();
        scene.pass(Duration.ofSeconds(70));
        assertEquals(1, scene.events.size(), scene.events::toString);
        assertTrue(worker("caio").runs("1"));
        assertEquals("verified: ana and caio brought the same", words(1));
    }

    @Test
    void aJobThatIsCancelledIsVerifiedNoMore() {
        submit(1, JobPlan.ALL);
        worker("ana").runs("1");
        Scene.Player bia = worker("bia");
        bia.asks();
        scene.propose(new Command.CancelJob(new JobId(1), scene.clock.millis()));
        assertEquals(1, bia.beats().size(), "it is told to drop it");
        assertEquals("not verified: a person cancelled it", words(1));
        scene.pass(PATIENCE);
        assertTrue(scene.task(1).hasSucceeded());
    }
}
