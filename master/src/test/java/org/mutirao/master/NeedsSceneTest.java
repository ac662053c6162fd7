package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.dispatch.Fitting;
import org.mutirao.master.dispatch.Shortage;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerLimits;

/** Who gets what asks something of its machine, on a manual clock. */
class NeedsSceneTest {
    private static final long GIB = 1L << 30;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final TaskNeeds NONE = TaskNeeds.none();

    private final Scene scene = new Scene();

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
        return scene.dispatcher
                .obstacles()
                .shortages(
                        scene.task(1), scene.dispatcher.fleet().find(player.id).orElseThrow());
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
        Scene.Player pc = worker("pc", 1, Scene.facts(4, GIB, 0));
        pc.asks();
        assertEquals("asks", pc.last());
    }

    @Test
    void whoWaitsGetsItAsSoonAsItTellsThatItHasIt() {
        scene.submit("asks", python(">=3.12"));
        Scene.Player pc = scene.new Player("pc").joinsWithSlots(1);
        pc.asksAndWaits(PATIENCE);
        assertEquals("", pc.last());
        pc.tells(Scene.facts(4, GIB, 0));
        assertEquals("asks", pc.last());
    }

    @Test
    void whatIsLackingIsNamed() {
        Scene.Player pc = worker("pc", 4, Scene.facts(4, 8 * GIB, 1));
        assertEquals(never(Shortage.Kind.PYTHON, ">=3.13", "3.12.1"), lacks(pc, python(">=3.13")));
    }

    @Test
    void anotherPythonThanTheOneThatRunsTasksIsNoUse() {
        assertEquals(
                never(Shortage.Kind.PYTHON, "3.9", "3.12.1"),
                lacks(worker("pc", 4, Scene.facts(4, 8 * GIB, 1)), python("3.9")));
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
                lacks(worker("pc", 4, Scene.facts(4, 8 * GIB, 1)), needs));
    }

    @Test
    void aTaskThatWantsTrustedWorkersWaitsForOneThatProvedTheKey() {
        TaskNeeds trusted = NONE.trusted(true);
        scene.submit("asks", trusted);
        Scene.Player stranger = scene.new Player("stranger").joinsAsStranger();
        scene.dispatcher.onCame(stranger.id, Admission.WITHOUT_KEY);
        stranger.asks();
        assertEquals("nothing", stranger.last());
        assertEquals(never(Shortage.Kind.KEY, "", ""), lacks(stranger, trusted));
        Scene.Player pc = scene.new Player("pc").joinsWithSlots(1);
        pc.asksAndWaits(PATIENCE);
        assertEquals(never(Shortage.Kind.KEY, "", Shortage.NO_KEY), lacks(pc, trusted), "of a room without a key");
        Scene.Player known = scene.new Player("known").joinsWithSlots(1);
        scene.dispatcher.onCame(known.id, Admission.PROVEN);
        known.asks();
        assertEquals("asks", known.last(), "it has told nothing of its machine, and need not");
    }

    @Test
    void aTaskThatAsksForTheNetworkWaitsForAWorkerWhoseScriptsHaveIt() {
        TaskNeeds online = NONE.network(true);
        scene.submit("asks", online);
        Scene.Player pc7 = worker(
                "pc7", 1, Scene.facts(4, GIB, 0).but().withoutNetwork(true).build());
        pc7.asks();
        assertEquals("nothing", pc7.last());
        assertEquals(never(Shortage.Kind.NETWORK, "", ""), lacks(pc7, online));
        assertEquals(0, scene.task(1).attempts().size(), "nothing was tried");
        Scene.Player pc8 = worker("pc8", 1, Scene.facts(4, GIB, 0));
        pc8.asks();
        assertEquals("asks", pc8.last());
    }

    /** They say nothing of it, and all of them have it. */
    @Test
    void programsOfOtherGroupsGetTasksThatAskForTheNetwork() {
        scene.submit("asks", NONE.network(true));
        Scene.Player stranger = scene.new Player("stranger").joinsAsStranger();
        stranger.asks();
        assertEquals("asks", stranger.last());
    }

    @Test
    void memoryIsNotGivenOutTwice() {
        scene.submitJob("job", 4, Scene.needs(0, 3 * GIB, 0));
        Scene.Player pc = worker("pc", 4, Scene.facts(4, 8 * GIB, 0));
        pc.asks();
        pc.asks();
        pc.asks();
        assertEquals(2, pc.tasksHeard());
        assertEquals(
                List.of(new Shortage(Shortage.Kind.MEMORY, String.valueOf(3 * GIB), String.valueOf(2 * GIB), false)),
                scene.dispatcher
                        .obstacles()
                        .shortages(
                                scene.task(3),
                                scene.dispatcher.fleet().find(pc.id).orElseThrow()));
        scene.submit("small");
        pc.asks();
        assertEquals("small", pc.last(), "what asks for nothing still goes");
        pc.asksAndWaits(PATIENCE);
        pc.delivers(pc.held.get(0));
        assertEquals(4, pc.tasksHeard(), "there is room again");
    }

    private static WorkerFacts gives(long memory, long usual, long most) {
        return Scene.facts(4, memory, 0)
                .but()
                .limits(Optional.of(new WorkerLimits(usual, most, List.of())))
                .build();
    }

    /** Which is less than its machine has. */
    @Test
    void noTaskGetsMoreThanTheOwnerOfAMachineGivesToOne() {
        Scene.Player pc = worker("pc", 4, gives(8 * GIB, GIB, GIB));
        assertEquals(
                never(Shortage.Kind.TASK_MEMORY, String.valueOf(2 * GIB), String.valueOf(GIB)),
                lacks(pc, Scene.needs(0, 2 * GIB, 0)));
        pc.asks();
        assertEquals("nothing", pc.last());
        assertEquals(
                never(Shortage.Kind.MEMORY, String.valueOf(9 * GIB), String.valueOf(8 * GIB)),
                Fitting.ever(
                        Scene.needs(0, 9 * GIB, 0),
                        Optional.of(gives(8 * GIB, GIB, GIB)),
                        Admission.OPEN_ROOM,
                        Map.of()));
    }

    @Test
    void aTaskThatDoesNotSayHowMuchMemoryItTakesCountsAsTheWorkerLetsItTake() {
        scene.submit("small-1");
        scene.submit("five", Scene.needs(0, 5 * GIB, 0));
        scene.submit("four", Scene.needs(0, 4 * GIB, 0));
        scene.submit("small-2");
        scene.submit("small-3");
        Scene.Player pc = worker("pc", 4, gives(8 * GIB, 2 * GIB, 0));
        for (int i = 0; i < 4; i++) {
            pc.asks();
        }
        assertEquals(List.of("small-1", "five", "nothing", "nothing"), pc.heard);
        pc.delivers(pc.held.get(1));
        pc.asks();
        pc.asks();
        assertEquals(List.of("four", "small-2"), pc.heard.subList(4, 6));
    }

    @Test
    void aTaskThatAsksForNothingCountsAsOneCoreBesideOnesThatAskForSome() {
        scene.submit("small-1");
        scene.submit("two", Scene.needs(2, 0, 0));
        scene.submit("small-2");
        scene.submit("small-3");
        Scene.Player pc = worker("pc", 4, Scene.facts(4, GIB, 0));
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
        Scene.Player pc = worker("pc", 6, Scene.facts(2, GIB, 0));
        for (int i = 0; i < 6; i++) {
            pc.asks();
        }
        assertEquals(6, pc.tasksHeard());
    }

    /** Whatever is asked for and however it ends, nothing is sold twice. */
    @Test
    void nothingIsEverOversold() {
        Random random = new Random(7);
        Scene.Player pc = worker("pc", 6, Scene.facts(6, 6 * GIB, 3));
        for (int i = 0; i < 300; i++) {
            scene.submit(
                    "t" + i,
                    random.nextInt(4) == 0
                            ? NONE
                            : Scene.needs(random.nextInt(4), random.nextInt(4) * GIB, random.nextInt(3)));
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

    /** Those in front that nobody can run keep nothing back, however many they are. */
    @Test
    void whatNobodyCanRunKeepsNothingBack() {
        for (int i = 0; i < 1000; i++) {
            scene.submit("never-" + i, Scene.needs(64, 0, 0));
        }
        scene.submitJob("never", 1000, Scene.needs(65, 0, 0));
        scene.submit("small");
        scene.submit("asks", Scene.needs(1, 0, 0));
        Scene.Player pc = worker("pc", 3, Scene.facts(4, GIB, 0));
        pc.asks();
        pc.asks();
        pc.asks();
        assertEquals(List.of("small", "asks", "nothing"), pc.heard);
    }

    /** Also where each asks for something else: then it is found in several looks, and none is longer than another. */
    @Test
    void whatNobodyCanRunInVeryManyWaysKeepsNothingBackForLong() {
        for (int i = 0; i < 1000; i++) {
            scene.submit("never-" + i, Scene.needs(64, i * GIB, 0));
        }
        scene.submit("small");
        scene.submit("asks", Scene.needs(1, 0, 0));
        Scene.Player pc = worker("pc", 3, Scene.facts(4, GIB, 0));
        pc.asks();
        assertEquals("small", pc.last(), "at once");
        for (int looks = 0; looks < 4 && !pc.last().equals("asks"); looks++) {
            pc.asks();
        }
        assertEquals("asks", pc.last());
    }

    /** As after a change of the master, until the worker tells it again. */
    @Test
    void aWorkerThatHasNotToldYetGetsNoMoreThanItsSlotsHold() {
        Scene.Player pc = worker("pc", 4, Scene.facts(4, GIB, 0));
        scene.submit("three", Scene.needs(3, 0, 0));
        pc.asks();
        pc.joinsWithSlots(4);
        scene.submit("one", Scene.needs(1, 0, 0));
        scene.submit("a");
        scene.submit("b");
        pc.asks();
        pc.asks();
        assertEquals(List.of("three", "a", "nothing"), pc.heard);
        pc.delivers(pc.held.get(1));
        pc.tells(Scene.facts(4, GIB, 0));
        pc.asks();
        assertEquals("one", pc.last());
    }

    @Test
    void aNewLeaderCountsWhatWasGivenOutBeforeIt() {
        Scene.Player pc = worker("pc", 4, Scene.facts(4, 8 * GIB, 0));
        scene.submitJob("job", 4, Scene.needs(0, 3 * GIB, 0));
        pc.asks();
        Dispatcher next = scene.takeOver();
        pc.joinsAt(next);
        next.onRequest(pc.id, Duration.ZERO, pc);
        scene.loop.runAll();
        assertEquals("nothing", pc.last(), "it has not told the new one yet");
        next.onFacts(pc.id, Scene.facts(4, 8 * GIB, 0));
        next.onRequest(pc.id, Duration.ZERO, pc);
        scene.loop.runAll();
        next.onRequest(pc.id, Duration.ZERO, pc);
        scene.loop.runAll();
        assertEquals(List.of("job-1.zip", "nothing", "job-2.zip", "nothing"), pc.heard);
    }
}
