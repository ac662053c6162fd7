package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mutirao.master.dispatch.Shortage;
import org.mutirao.master.ledger.Command;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerFacts;

/** Who gets what asks something of its machine, on a manual clock. */
class NeedsSceneTest {
    private static final long GIB = 1L << 30;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final TaskNeeds NONE = TaskNeeds.none();

    private final Scene scene = new Scene();

    private static WorkerFacts facts(int cores, long memory, int gpus) {
        return new WorkerFacts(
                "linux",
                "x86_64",
                List.of("3.12.1", "3.9.2"),
                cores,
                memory,
                0,
                List.of("A2000", "A2000", "A2000").subList(0, gpus),
                List.of("lab3"),
                List.of("numpy", "pandas"));
    }

    private static TaskNeeds needs(int cpus, long memory, int gpus) {
        return new TaskNeeds(Optional.empty(), List.of(), Optional.empty(), List.of(), cpus, memory, gpus);
    }

    private static TaskNeeds python(String range) {
        return new TaskNeeds(Optional.of(new PythonRange(range)), List.of(), Optional.empty(), List.of(), 0, 0, 0);
    }

    private static TaskNeeds with(List<String> packages, Optional<String> system, List<String> tags) {
        return new TaskNeeds(Optional.empty(), packages, system, tags, 0, 0, 0);
    }

    private Scene.Player worker(String name, int slots, WorkerFacts facts) {
        return scene.new Player(name).joinsWithSlots(slots).tells(facts);
    }

    private List<Shortage> lacks(Scene.Player player, TaskNeeds needs) {
        scene.submit("asks", needs);
        return scene.dispatcher.shortages(
                scene.task(1), scene.dispatcher.worker(player.id).orElseThrow());
    }

    private static List<Shortage> never(Shortage.Kind kind, String wanted, String has) {
        return List.of(new Shortage(kind, wanted, has, true));
    }

    @Test
    void onlyAWorkerThatHasWhatATaskAsksForGetsIt() {
        scene.submit("asks", with(List.of("pandas"), Optional.of("linux"), List.of("lab3")));
        Scene.Player silent = scene.new Player("silent").joinsWithSlots(1);
        silent.asks();
        assertEquals("nothing", silent.last(), "it tells nothing");
        Scene.Player stranger = scene.new Player("stranger").joinsAsStranger();
        stranger.asks();
        assertEquals("nothing", stranger.last());
        Scene.Player pc = worker("pc", 1, facts(4, GIB, 0));
        pc.asks();
        assertEquals("asks", pc.last());
    }

    @Test
    void whoWaitsGetsItAsSoonAsItTellsThatItHasIt() {
        scene.submit("asks", python(">=3.12"));
        Scene.Player pc = scene.new Player("pc").joinsWithSlots(1);
        pc.asksAndWaits(PATIENCE);
        assertEquals("", pc.last());
        pc.tells(facts(4, GIB, 0));
        assertEquals("asks", pc.last());
    }

    @Test
    void whatIsLackingIsNamed() {
        Scene.Player pc = worker("pc", 4, facts(4, 8 * GIB, 1));
        assertEquals(never(Shortage.Kind.PYTHON, ">=3.13", "3.12.1"), lacks(pc, python(">=3.13")));
    }

    @Test
    void anotherPythonThanTheOneThatRunsTasksIsNoUse() {
        assertEquals(
                never(Shortage.Kind.PYTHON, "3.9", "3.12.1"),
                lacks(worker("pc", 4, facts(4, 8 * GIB, 1)), python("3.9")));
    }

    @Test
    void allThatIsLackingIsNamedTogether() {
        TaskNeeds needs = new TaskNeeds(
                Optional.empty(),
                List.of("json5", "pandas", "torch"),
                Optional.of("windows"),
                List.of("lab4"),
                8,
                16 * GIB,
                2);
        assertEquals(
                List.of(
                        new Shortage(Shortage.Kind.SYSTEM, "windows", "linux", true),
                        new Shortage(Shortage.Kind.PACKAGES, "json5, torch", "", true),
                        new Shortage(Shortage.Kind.TAGS, "lab4", "", true),
                        new Shortage(Shortage.Kind.CPUS, "8", "4", true),
                        new Shortage(Shortage.Kind.MEMORY, String.valueOf(16 * GIB), String.valueOf(8 * GIB), true),
                        new Shortage(Shortage.Kind.GPUS, "2", "1", true)),
                lacks(worker("pc", 4, facts(4, 8 * GIB, 1)), needs));
    }

    @Test
    void memoryIsNotGivenOutTwice() {
        scene.submitJob("job", 4, needs(0, 3 * GIB, 0));
        Scene.Player pc = worker("pc", 4, facts(4, 8 * GIB, 0));
        pc.asks();
        pc.asks();
        pc.asks();
        assertEquals(2, pc.tasksHeard());
        assertEquals(
                List.of(new Shortage(Shortage.Kind.MEMORY, String.valueOf(3 * GIB), String.valueOf(2 * GIB), false)),
                scene.dispatcher.shortages(
                        scene.task(3), scene.dispatcher.worker(pc.id).orElseThrow()));
        scene.submit("small");
        pc.asks();
        assertEquals("small", pc.last(), "what asks for nothing still goes");
        pc.asksAndWaits(PATIENCE);
        pc.delivers(pc.held.get(0));
        assertEquals(4, pc.tasksHeard(), "there is room again");
    }

    @Test
    void aTaskThatAsksForNothingCountsAsOneCoreBesideOnesThatAskForSome() {
        scene.submit("small-1");
        scene.submit("two", needs(2, 0, 0));
        scene.submit("small-2");
        scene.submit("small-3");
        Scene.Player pc = worker("pc", 4, facts(4, GIB, 0));
        for (int i = 0; i < 4; i++) {
            pc.asks();
        }
        assertEquals(List.of("small-1", "two", "small-2", "nothing"), pc.heard);
    }

    @Test
    void withoutAnyThatAskForCoresSlotsAreAllThatCounts() {
        for (int i = 0; i < 6; i++) {
            scene.submit("sleeps-" + i);
        }
        Scene.Player pc = worker("pc", 6, facts(2, GIB, 0));
        for (int i = 0; i < 6; i++) {
            pc.asks();
        }
        assertEquals(6, pc.tasksHeard());
    }

    @Test
    void aLargeTaskIsNotOvertakenForEver() {
        Scene.Player pc = worker("pc", 4, facts(4, 8 * GIB, 0));
        scene.submitJob("small", 40, needs(1, 2 * GIB, 0));
        pc.asks();
        pc.asks();
        scene.submit("large", needs(4, 8 * GIB, 0));
        for (int i = 0; i < 5; i++) {
            pc.delivers(pc.held.get(0));
            pc.asks();
        }
        assertFalse(pc.heard.contains("large"), "the small ones go while it has waited shortly");
        scene.pass(Duration.ofSeconds(31));
        pc.beats();
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

    @Test
    void roomIsMadeAtOneWorkerAndWhoHasRoomFirstGetsIt() {
        Scene.Player one = worker("one", 2, facts(2, 4 * GIB, 0));
        Scene.Player two = worker("two", 2, facts(2, 4 * GIB, 0));
        scene.submitJob("small", 40, needs(0, 2 * GIB, 0));
        one.asks();
        two.asks();
        scene.submit("large", needs(0, 4 * GIB, 0));
        scene.pass(Duration.ofSeconds(31));
        one.beats();
        two.beats();
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
    void whatIsDrainedMakesRoomForNothing() {
        Scene.Player pc = worker("pc", 2, facts(2, 4 * GIB, 0));
        scene.submitJob("small", 9, needs(0, 2 * GIB, 0));
        pc.asks();
        scene.submit("large", needs(0, 4 * GIB, 0));
        scene.pass(Duration.ofSeconds(31));
        pc.beats();
        pc.asks();
        assertEquals("nothing", pc.last());
        scene.propose(new Command.Cancel(new TaskId(10), scene.clock.millis()));
        pc.asks();
        assertTrue(pc.last().startsWith("small"), "nobody wants that room any more");
    }

    /** Whatever is asked for and however it ends, nothing is sold twice. */
    @Test
    void nothingIsEverOversold() {
        Random random = new Random(7);
        Scene.Player pc = worker("pc", 6, facts(6, 6 * GIB, 3));
        for (int i = 0; i < 300; i++) {
            scene.submit(
                    "t" + i,
                    random.nextInt(4) == 0
                            ? NONE
                            : needs(random.nextInt(4), random.nextInt(4) * GIB, random.nextInt(3)));
            pc.asks();
            if (random.nextBoolean() && !pc.held.isEmpty()) {
                pc.delivers(pc.held.get(random.nextInt(pc.held.size())));
            }
            List<TaskNeeds> held = new ArrayList<>();
            pc.held.forEach(lease -> held.add(scene.task(lease.task().number()).needs()));
            assertTrue(held.stream().mapToLong(TaskNeeds::memory).sum() <= 6 * GIB);
            assertTrue(held.stream().mapToInt(TaskNeeds::gpus).sum() <= 3);
            assertTrue(held.stream().mapToInt(each -> Math.max(1, each.cpus())).sum() <= 6, held::toString);
        }
        assertTrue(pc.tasksHeard() > 50, "it had work: " + pc.tasksHeard());
    }

    /** Those in front that nobody can run don't keep what is behind them, and no look costs more. */
    @Test
    void whatNobodyCanRunKeepsNothingBack() {
        for (int i = 0; i < 1000; i++) {
            scene.submit("never-" + i, needs(64, 0, 0));
        }
        scene.submit("small");
        Scene.Player pc = worker("pc", 1, facts(4, GIB, 0));
        for (int looks = 0; looks < 10 && !pc.last().equals("small"); looks++) {
            pc.asks();
        }
        assertEquals("small", pc.last());
    }
}
