package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;

/** Workers that make room for a task that would be overtaken for ever, on a manual clock. */
class ReservationSceneTest {
    private static final long GIB = 1L << 30;
    private static final TaskNeeds SMALL = Scene.needs(0, 2 * GIB, 0);
    private static final TaskNeeds LARGE = Scene.needs(0, 4 * GIB, 0);
    /** Longer than a task is overtaken. */
    private static final Duration LONG = Duration.ofSeconds(31);

    private final Scene scene = new Scene();

    /** Of four cores, 4 GiB and a GPU. */
    private Scene.Player worker(String name) {
        return scene.new Player(name).joinsWithSlots(4).tells(Scene.facts(4, 4 * GIB, 1));
    }

    private void passAndBeat(Duration time, Scene.Player... players) {
        scene.pass(time);
        for (Scene.Player each : players) {
            each.beats();
        }
    }

    /** A worker that has a small task, and has passed over a large one. */
    private Scene.Player passedOver() {
        return passedOver(() -> scene.submit("large", LARGE));
    }

    /** The same with something else that is too large. */
    private Scene.Player passedOver(Runnable handIn) {
        Scene.Player pc = worker("pc");
        scene.submit("first", SMALL);
        pc.asks();
        handIn.run();
        pc.asks();
        assertEquals("nothing", pc.last());
        return pc;
    }

    /** The same, which makes room for it since. */
    private Scene.Player makingRoom() {
        Scene.Player pc = passedOver();
        passAndBeat(LONG, pc);
        pc.asks();
        assertEquals("nothing", pc.last());
        return pc;
    }

    @Test
    void aLargeTaskIsNotOvertakenForEver() {
        Scene.Player pc = passedOver();
        scene.submitJob("small", 40, SMALL);
        for (int i = 0; i < 5; i++) {
            pc.asks();
            pc.delivers(pc.held.get(0));
        }
        pc.asks();
        assertFalse(pc.heard.contains("large"), "the small ones go while it was passed over a moment ago");
        passAndBeat(LONG, pc);
        while (!pc.held.isEmpty()) {
            pc.asks();
            pc.delivers(pc.held.get(0));
        }
        pc.asks();
        assertEquals("large", pc.last());
        pc.delivers(pc.held.get(0));
        pc.asks();
        assertTrue(pc.last().startsWith("small"), pc.last());
    }

    /** What has waited for a worker, or behind others, is not the reason that there is no room. */
    @Test
    void onlyTheTimeCountsInWhichThereWasNoRoom() {
        scene.submit("first", SMALL);
        scene.submitJob("small", 40, SMALL);
        scene.submit("large", LARGE);
        scene.pass(Duration.ofMinutes(10));
        Scene.Player pc = worker("pc");
        for (int i = 0; i < 9; i++) {
            pc.asks();
            pc.asks();
            pc.delivers(pc.held.get(0));
        }
        assertEquals(9, scene.machine.ledger().counts().succeeded(), "nobody makes room yet");
        passAndBeat(LONG, pc);
        pc.asks();
        pc.asks();
        assertEquals("nothing", pc.last(), "now it has been passed over for long");
    }

    @Test
    void waitingForAnotherJobDoesNotCount() {
        Scene.Player pc = worker("pc");
        scene.submit("first", SMALL);
        pc.asks();
        scene.submitJob(
                "large", new JobPlan(InputNames.numbered(1), JobPlan.Merge.NONE, List.of("first"), false, LARGE));
        scene.submitJob("small", 40, SMALL);
        passAndBeat(LONG, pc);
        pc.asks();
        pc.delivers(pc.held.get(0));
        scene.propose(new Command.Publish(new TaskId(1), Lease.of(1, 1).attempt(), "first.zip", scene.clock.millis()));
        pc.asks();
        assertEquals(2, pc.held.size(), "small ones go on");
    }

    @Test
    void roomIsMadeAtOneWorkerAndWhoHasRoomFirstGetsIt() {
        Scene.Player one = worker("one");
        Scene.Player two = worker("two");
        scene.submit("a", SMALL);
        scene.submit("b", SMALL);
        one.asks();
        two.asks();
        scene.submit("large", LARGE);
        scene.submitJob("small", 40, SMALL);
        one.asks();
        two.asks();
        one.delivers(one.held.get(1));
        two.delivers(two.held.get(1));
        passAndBeat(LONG, one, two);
        one.asks();
        two.asks();
        assertEquals("nothing", one.last(), "it makes room");
        assertTrue(two.last().startsWith("small"), "one is enough");
        scene.dispatcher.onLeave(one.id);
        scene.pass(Duration.ofSeconds(1));
        for (int looks = 0; looks < 10 && !two.heard.contains("large"); looks++) {
            two.beats();
            two.delivers(two.held.get(0));
            two.asks();
            two.asks();
        }
        assertTrue(two.heard.contains("large"), "the other makes room now that the first is gone");
    }

    @Test
    void whatTakesNothingOfWhatIsLackingGoesOn() {
        Scene.Player pc = makingRoom();
        scene.submit("plain");
        scene.submit("takes-memory", SMALL);
        scene.submit("takes-a-gpu", Scene.needs(0, 0, 1));
        pc.asks();
        pc.asks();
        pc.asks();
        assertEquals(List.of("plain", "takes-a-gpu", "nothing"), pc.heard.subList(3, 6));
        assertEquals(Optional.of("makes room for task 2, which waits for it"), scene.obstacle(4, pc));
        pc.delivers(pc.held.get(0));
        pc.asks();
        assertEquals("large", pc.last());
    }

    /** Or they would be in its way in the end. */
    @Test
    void whatItNeedsBesidesIsKeptForItToo() {
        Scene.Player pc = passedOver(() -> scene.submit("large", Scene.needs(3, 4 * GIB, 0)));
        passAndBeat(LONG, pc);
        scene.submit("a", Scene.needs(1, 0, 0));
        pc.asks();
        assertEquals("nothing", pc.last(), "one core is taken, and three are kept");
        pc.delivers(pc.held.get(0));
        pc.asks();
        pc.asks();
        assertEquals(List.of("large", "a"), pc.heard.subList(pc.heard.size() - 2, pc.heard.size()));
    }

    @Test
    void whatHasAHigherPriorityWaitsForNoLargeOne() {
        Scene.Player pc = makingRoom();
        scene.submit("same", 0, SMALL);
        scene.submit("urgent", 1, SMALL);
        pc.asks();
        assertEquals("urgent", pc.last());
        pc.asks();
        assertEquals("nothing", pc.last());
    }

    @Test
    void aTaskThatRoomWasMadeForIsATurnOfItsJob() {
        Scene.Player pc = passedOver(() -> scene.submitJob("large", 5, LARGE));
        passAndBeat(LONG, pc);
        scene.submitJob("other", 5, LARGE);
        pc.delivers(pc.held.get(0));
        for (int i = 0; i < 3; i++) {
            pc.asks();
            pc.delivers(pc.held.get(0));
        }
        assertEquals(List.of("large-1.zip", "other-1.zip", "large-2.zip"), pc.heard.subList(2, 5));
    }

    @Test
    void nobodyMakesRoomForWhatIsCancelled() {
        Scene.Player pc = makingRoom();
        scene.submit("small", SMALL);
        assertEquals(Optional.of("makes room for task 2, which waits for it"), scene.obstacle(3, pc));
        scene.propose(new Command.Cancel(new TaskId(2), scene.clock.millis()));
        assertEquals(Optional.empty(), scene.obstacle(3, pc));
        pc.asks();
        assertEquals("small", pc.last());
    }

    @Test
    void nobodyMakesRoomForATaskOfAJobThatIsCancelled() {
        Scene.Player pc = passedOver(() -> scene.submitJob("large", 5, LARGE));
        passAndBeat(LONG, pc);
        scene.submit("small", SMALL);
        pc.asks();
        assertEquals("nothing", pc.last());
        scene.propose(new Command.CancelJob(scene.task(2).job(), scene.clock.millis()));
        assertEquals(Optional.empty(), scene.obstacle(7, pc));
        pc.asks();
        assertEquals("small", pc.last());
    }

    @Test
    void whatIsDrainedMakesRoomForNothing() {
        Scene.Player pc = makingRoom();
        Scene.Player other = worker("other");
        scene.submit("b", SMALL);
        other.asks();
        assertEquals("large", other.last(), "it had room at once");
        other.delivers(other.held.get(0));
        other.asks();
        assertEquals("b", other.last());
        scene.submit("larger", LARGE);
        pc.asks();
        other.asks();
        passAndBeat(LONG, pc, other);
        pc.asks();
        scene.dispatcher.fleet().drain(scene.dispatcher.fleet().find(pc.id).orElseThrow());
        scene.submit("small", SMALL);
        other.asks();
        assertEquals("nothing", other.last(), "now the other makes room");
        other.delivers(other.held.get(0));
        other.asks();
        assertEquals("larger", other.last());
    }

    @Test
    void aNewLeaderHasRoomMadeToo() {
        Scene.Player pc = makingRoom();
        scene.leaderChanges();
        pc.joinsWithSlots(4).tells(Scene.facts(4, 4 * GIB, 1));
        scene.submitJob("small", 5, SMALL);
        pc.asks();
        assertEquals("small-1.zip", pc.last(), "it does not know yet for how long there was no room");
        passAndBeat(LONG, pc);
        pc.delivers(pc.held.get(1));
        pc.asks();
        assertEquals("nothing", pc.last());
        pc.delivers(pc.held.get(0));
        pc.asks();
        assertEquals("large", pc.last());
    }
}
