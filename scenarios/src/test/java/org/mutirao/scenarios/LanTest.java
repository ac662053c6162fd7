package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.testkit.Zips;

/** Several machines and a switch, made of network namespaces: nobody is told any address. Needs root on Linux. */
@Tag("slow")
class LanTest {
    private static final List<String> GROUPS = List.of("A", "B", "C", "D", "E", "F");

    @TempDir
    private Path folder;

    private final List<Program> programs = new ArrayList<>();
    private Lan lan;

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(2));
    }

    @AfterEach
    void unplug() {
        programs.forEach(Program::close);
        if (lan != null) {
            lan.close();
        }
    }

    private Program remember(Program program) {
        programs.add(program);
        return program;
    }

    private Program ours(int machine, String program, String... options) throws IOException {
        Path own = Files.createDirectories(folder.resolve("pc" + machine));
        return remember(Program.start(lan.on(machine), own, program, List.of(), options));
    }

    @Test
    void aWorkerOnAnotherMachineFindsTheMasterOnTheUsualPorts() throws Exception {
        lan = Lan.of(2, false);
        Program master = ours(0, "master").ready();
        assertTrue(master.text().contains("discovery=50005,9999,8888,50001,55001"), master.text());
        Zips.drop(folder.resolve("pc0/tasks"), "a.zip", Zips.of("main.py", "print('hello')"));
        await().until(() -> Grid.names(folder.resolve("pc0/tasks")).isEmpty());
        Program worker = ours(1, "worker", "--once");
        assertEquals(0, worker.exitCode(), worker.text());
        assertTrue(worker.text().contains("master=" + lan.address(0) + ":50020"), worker.text());
        await().until(() -> Grid.names(folder.resolve("pc0/results")).equals(Set.of("a.zip")));
    }

    @Test
    void aMixedClassRoomDoesSixtyTasksEachOnceAndRight() throws Exception {
        lan = Lan.of(9, false);
        mixedClassRoom(60);
    }

    /** Packages of one packet arrive whole, whatever the network. */
    @Test
    void theSameAtHundredMegabits() throws Exception {
        lan = Lan.of(9, true);
        mixedClassRoom(20);
    }

    private void mixedClassRoom(int fewest) throws Exception {
        ours(0, "master").ready();
        handIn(1, fewest);
        Map<String, Program> peers = new TreeMap<>();
        for (int i = 0; i < GROUPS.size(); i++) {
            String group = GROUPS.get(i);
            peers.put(group, remember(ForeignPrograms.peer(lan.on(3 + i), folder, group, "--pace=0.1")));
        }
        peers.get("C").type("1\n");
        await().until(() -> peers.get("C").text().contains("registered"));
        peers.get("C").type("2\n".repeat(5));
        int count = handInUntilAllHaveHadOne(peers, fewest);
        ours(1, "worker");
        ours(2, "worker");
        await().until(() -> results().size() >= count);
        for (int number = 1; number <= count; number++) {
            Map<String, String> result = Zips.read(folder.resolve("pc0/results/job" + number + ".zip"));
            ForeignPrograms.resultOf(number)
                    .forEach((name, text) -> assertEquals(text, result.get(name), "job" + name));
        }
        assertEquals(count, results().size());
        assertEveryGroupIsKnown();
    }

    /** The groups that start first may do all that is there, so that more is handed in until the last has had a task. */
    private int handInUntilAllHaveHadOne(Map<String, Program> peers, int handedIn) {
        AtomicInteger count = new AtomicInteger(handedIn);
        await().untilAsserted(() -> {
            List<String> without = without(peers);
            if (!without.isEmpty() && results().size() >= count.get()) {
                handIn(count.get() + 1, count.addAndGet(GROUPS.size()));
                peers.get("C").type("2\n");
            }
            assertEquals(List.of(), without, "groups without a task");
        });
        return count.get();
    }

    /** Group D's never finds the script of one of our packages; the others deliver. */
    private static List<String> without(Map<String, Program> peers) {
        return GROUPS.stream()
                .filter(each -> !peers.get(each).text().contains(each.equals("D") ? "can't open file" : "submitted"))
                .toList();
    }

    private void handIn(int first, int last) throws IOException {
        for (int number = first; number <= last; number++) {
            Zips.drop(folder.resolve("pc0/tasks"), "job" + number + ".zip", Zips.of(ForeignPrograms.task(number)));
        }
    }

    private Set<String> results() {
        return Grid.names(folder.resolve("pc0/results"));
    }

    private void assertEveryGroupIsKnown() throws Exception {
        Program console = ours(0, "console", "peers", "--master=" + lan.address(0) + ":50020");
        assertEquals(0, console.exitCode(), console.text());
        List<String> lines = console.text().lines().toList();
        for (int i = 0; i < GROUPS.size(); i++) {
            String group = GROUPS.get(i);
            String line = lines.stream()
                    .filter(each -> each.contains("group " + group + " "))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no group " + group + " in\n" + console.text()));
            assertTrue(line.contains(lan.address(3 + i)), line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "B", "C", "D", "E", "F"})
    void ourWorkerWithoutOptionsServesAMasterOfEachGroup(String group) throws Exception {
        lan = Lan.of(2, true);
        Path tasks = Files.createDirectories(folder.resolve("master-" + group + "/tasks"));
        String name = group.equals("C") ? "example.zip" : "job1.zip";
        Zips.drop(tasks, name, Zips.of(ForeignPrograms.task(1)));
        // Group C's binds an address; broadcasts reach it on Windows, and here only if it binds them all.
        Program master = remember(ForeignPrograms.master(lan.on(0), folder, group));
        Program worker = ours(1, "worker");
        Path result =
                folder.resolve("master-" + group + "/results").resolve(group.equals("E") ? "result_" + name : name);
        await(master.out + " and " + worker.out).until(whole(result));
        assertEquals(ForeignPrograms.resultOf(1), Zips.read(result));
        assertTrue(worker.text().contains("by its looks group " + group), worker.text());
    }

    /** Of more than one packet, group B's master reads what has arrived. */
    @Test
    void aResultThatArrivesInPiecesIsSentAgainInOne() throws Exception {
        lan = Lan.of(2, true);
        Path tasks = Files.createDirectories(folder.resolve("master-B/tasks"));
        Zips.drop(
                tasks,
                "job1.zip",
                Zips.of("main.py", "import random\nfor i in range(3000):\n    print(i, random.random())\n"));
        Program master = remember(ForeignPrograms.master(lan.on(0), folder, "B"));
        Program worker = ours(1, "worker");
        Path result = folder.resolve("master-B/results/job1.zip");
        await(master.out + " and " + worker.out).until(whole(result));
        assertTrue(Zips.read(result).get("stdout.txt").startsWith("0 0."));
    }

    /** They write their results in place, so that one may be seen half. */
    private static Callable<Boolean> whole(Path zip) {
        return () -> {
            try {
                return !Zips.read(zip).isEmpty();
            } catch (RuntimeException e) {
                return false;
            }
        };
    }
}
