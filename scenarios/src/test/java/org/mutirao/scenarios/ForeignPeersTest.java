package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.testkit.Zips;

/** Other groups' programs, as {@code src/test/python} plays them, with ours on loopback. */
@Tag("slow")
class ForeignPeersTest {
    private static final Pattern TCP = Pattern.compile("ready udp=\\d+ tcp=(\\d+)");

    @TempDir
    private Path folder;

    private Program stranger;
    private Program worker;

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(3));
    }

    @AfterEach
    void stop() {
        Stream.of(worker, stranger).filter(program -> program != null).forEach(Program::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "B", "C", "E", "F"})
    void aPeerOfEachGroupGetsWhatItCanReadAndDelivers(String group) {
        try (Grid grid = new Grid(folder).startMaster()) {
            grid.drop("job1.zip", ForeignPrograms.task(1));
            grid.drop("job2.zip", ForeignPrograms.task(2));
            Program peer = grid.remember(
                    ForeignPrograms.peer(List.of(), folder, group, "--master=" + grid.address(), "--pace=0.05"));
            if (group.equals("C")) {
                peer.type("2\n".repeat(100));
            }
            grid.awaitResults(2);
            for (int number = 1; number <= 2; number++) {
                Path result = grid.results.resolve("job" + number + ".zip");
                assertEquals(ForeignPrograms.resultOf(number), Zips.read(result), peer.text());
            }
        }
    }

    /** Group D's peer can finish nothing. */
    @Test
    void aBlackHoleLosesNoTask() throws Exception {
        try (Grid grid = new Grid(folder).startMaster()) {
            for (int number = 1; number <= 10; number++) {
                grid.drop("job" + number + ".zip", ForeignPrograms.task(number));
            }
            Program hole = grid.remember(
                    ForeignPrograms.peer(List.of(), folder, "D", "--master=" + grid.address(), "--pace=0.01"));
            await().until(() -> peers(grid).contains("put aside"));
            grid.startWorker();
            grid.awaitResults(10);
            String peers = peers(grid);
            assertTrue(peers.contains("group D"), peers);
            assertTrue(hole.text().contains("can't open file"), hole.text());
        }
    }

    private static String peers(Grid grid) throws InterruptedException {
        Program console = grid.console("peers");
        assertEquals(0, console.exitCode(), console.text());
        return console.text();
    }

    /** All groups' masters but C's, which has a single package of a fixed name. */
    @ParameterizedTest
    @ValueSource(strings = {"A", "B", "D", "E", "F"})
    void ourWorkerServesAMasterOfEachGroup(String group) throws IOException {
        startMaster(group, "job1.zip", Zips.of(ForeignPrograms.task(1)));
        startWorker();
        String name = group.equals("E") ? "result_job1.zip" : "job1.zip";
        Path result = folder.resolve("theirs/results").resolve(name);
        await(stranger.text()).until(() -> isWhole(result));
        assertEquals(ForeignPrograms.resultOf(1), Zips.read(result));
        if (group.equals("E")) {
            await("a result of the task's own name ends it").until(() -> names("theirs/processing") == 0);
        }
        // A second task shows that no answer in between threw the worker off, silence and closing included.
        if (!group.equals("D")) {
            Zips.drop(folder.resolve("theirs/tasks"), "job2.zip", Zips.of(ForeignPrograms.task(2)));
            Path second = folder.resolve("theirs/results").resolve(name.replace('1', '2'));
            await(stranger.text()).until(() -> isWhole(second));
            assertEquals(ForeignPrograms.resultOf(2), Zips.read(second));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "D"})
    void anEndlessPackageIsNotRunEndlessly(String group) throws IOException {
        startMaster(group, "example.zip", Zips.of(ForeignPrograms.task(1)));
        startWorker();
        Path result = folder.resolve("theirs/results/example.zip");
        await(stranger.text()).until(() -> isWhole(result));
        assertEquals(ForeignPrograms.resultOf(1), Zips.read(result));
        await("it is run once more, then there is a pause")
                .during(Duration.ofSeconds(3))
                .until(() -> stranger.text().split("handed out", -1).length <= 3);
    }

    /** How many bytes of a result each group's master reads, with one recv. */
    @ParameterizedTest
    @ValueSource(strings = {"A", "D", "F"})
    void aLongOutputIsCutForAMasterThatReadsLittle(String group) throws IOException {
        startMaster(
                group,
                "job1.zip",
                Zips.of(
                        "main.py",
                        "import random, sys\nfor i in range(4000):\n    print(i, random.random())\nsys.exit('the end')\n"));
        startWorker();
        Path result = folder.resolve("theirs/results/job1.zip");
        await(stranger.text()).until(() -> isWhole(result));
        Map<String, String> part = Zips.read(result);
        String stdout = part.get("stdout.txt");
        assertTrue(stdout.startsWith("0 0."), stdout);
        Matcher marker = Pattern.compile("\\[cut by mutirao: \\d+ of \\d+ bytes; the rest is in (\\S+) on .*]\\n$")
                .matcher(stdout);
        assertTrue(marker.find(), stdout);
        assertEquals("the end\n", part.get("stderr.txt"));
        // D's master hands the task out once more, so there may be a second one.
        Path whole = folder.resolve("ours/work/1/whole")
                .resolve(Path.of(marker.group(1)).getFileName().toString());
        await().until(() -> Files.exists(whole));
        String all = Zips.entry(whole, "stdout.txt");
        assertEquals(4000, all.lines().count());
        assertTrue(all.startsWith(stdout.substring(0, marker.start() - 1)));
    }

    /** Masters of B and E can't even be started again within a minute of use; F's can. */
    @Test
    void aRefusedPortIsNotTheEnd() throws IOException {
        startMaster("F", "job1.zip", Zips.of(ForeignPrograms.task(1)));
        int port = tcpPort();
        startWorker();
        await().until(() -> isWhole(folder.resolve("theirs/results/job1.zip")));
        stranger.close();
        await().until(() -> worker.text().contains("No master answers yet"));
        startMaster("F", "job2.zip", Zips.of(ForeignPrograms.task(2)), port);
        await().until(() -> isWhole(folder.resolve("theirs/results/job2.zip")));
    }

    private void startMaster(String group, String name, byte[] zip) throws IOException {
        startMaster(group, name, zip, 0);
    }

    private void startMaster(String group, String name, byte[] zip, int port) throws IOException {
        Path tasks = Files.createDirectories(folder.resolve("theirs/tasks"));
        Zips.drop(tasks, name, zip);
        stranger = ForeignPrograms.master(
                List.of(),
                folder,
                group,
                "--host=127.0.0.1",
                "--port=" + port,
                "--udp-port=0",
                "--tasks=" + tasks,
                "--results=" + folder.resolve("theirs/results"));
        await().until(() -> TCP.matcher(stranger.text()).find());
    }

    private int tcpPort() {
        Matcher ready = TCP.matcher(stranger.text());
        assertTrue(ready.find(), stranger.text());
        return Integer.parseInt(ready.group(1));
    }

    private void startWorker() throws IOException {
        Path ours = Files.createDirectories(folder.resolve("ours"));
        worker = Program.start(ours, "worker", List.of(), "--master=127.0.0.1:" + tcpPort(), "--heartbeat=500ms");
    }

    private long names(String inside) throws IOException {
        Path place = folder.resolve(inside);
        if (!Files.isDirectory(place)) {
            return -1;
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.count();
        }
    }

    /** They write their results in place, so that one may be seen half. */
    private static boolean isWhole(Path zip) {
        try {
            return !Zips.read(zip).isEmpty();
        } catch (RuntimeException e) {
            return false;
        }
    }
}
