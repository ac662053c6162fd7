package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** Two hundred tasks while masters and workers are killed at random moments, twenty times each. */
class KilledProcessesTest {
    /** Of the master, and as many of a worker; the long form is for more than a test. */
    private static final int KILLS = Integer.getInteger("mutirao.kills", 8);

    private static final int TASKS = 10 * KILLS;
    private static final long SEED = 20261120;
    private static final String[] OFTEN = {"--heartbeat=300ms", "--slots=2"};
    private static final String[] PATIENT = {"--lease=3s", "--max-attempts=1000"};

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private int dropped;

    @Test
    void everythingThatWasDroppedComesOutOnce() throws Exception {
        Path witness = Files.createFile(folder.resolve("witness.txt"));
        try (Grid grid = new Grid(folder)) {
            grid.startMaster(PATIENT);
            Program[] workers = {grid.startWorker(OFTEN), grid.startWorker(OFTEN)};
            for (int round = 0; round < KILLS; round++) {
                dropSome(grid, witness, TASKS / KILLS / 2);
                aMoment();
                grid.master.kill();
                aMoment();
                grid.startMaster(PATIENT);
                dropSome(grid, witness, TASKS / KILLS / 2);
                aMoment();
                int victim = random.nextInt(workers.length);
                workers[victim].kill();
                workers[victim] = grid.startWorker(OFTEN);
            }
            await().atMost(Duration.ofMinutes(3))
                    .until(() -> grid.resultNames().size() >= TASKS
                            && Grid.names(grid.tasks).isEmpty());
            verify(grid, witness);
        }
    }

    private void dropSome(Grid grid, Path witness, int count) {
        for (int i = 0; i < count; i++) {
            int number = dropped++;
            grid.drop(
                    "task-" + number + ".zip",
                    "main.py",
                    "import sys, time\n"
                            + "with open(r'" + witness + "', 'a') as file: file.write('" + number + "\\n')\n"
                            + "time.sleep(" + random.nextInt(400) / 1000.0 + ")\n"
                            + "print('answer', " + number + " * 7, open(sys.argv[1]).read().strip())",
                    "input.csv",
                    "row " + number + "\n");
        }
    }

    /** Up to 700 ms, by the seed. */
    private void aMoment() {
        Duration length = Duration.ofMillis(random.nextInt(700));
        await().pollDelay(length).atMost(length.plusSeconds(30)).until(() -> true);
    }

    /** Looks only at what a person sees: the folders, and what the scripts themselves wrote. */
    private static void verify(Grid grid, Path witness) {
        Set<String> expected = new TreeSet<>();
        for (int number = 0; number < TASKS; number++) {
            expected.add("task-" + number + ".zip");
        }
        assertEquals(expected, grid.resultNames(), "each result once, and no other");
        for (int number = 0; number < TASKS; number++) {
            Map<String, String> result = Zips.read(grid.results.resolve("task-" + number + ".zip"));
            assertEquals("answer " + number * 7 + " row " + number + "\n", result.get("stdout.txt"));
            assertEquals("", result.get("stderr.txt"));
        }
        Set<String> ran = new HashSet<>(Grid.readLines(witness));
        for (int number = 0; number < TASKS; number++) {
            assertTrue(ran.contains(String.valueOf(number)), "task " + number + " has a result but never ran");
        }
    }
}
