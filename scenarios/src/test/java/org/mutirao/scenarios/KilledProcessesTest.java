package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** Tasks are dropped while the master and workers are killed at random moments. */
@Tag("slow")
class KilledProcessesTest {
    /** How often the master is killed, and how often a worker. A longer form: {@code -Dmutirao.kills=20}. */
    private static final int KILLS = Integer.getInteger("mutirao.kills", 3);

    private static final int TASKS = 10 * KILLS;
    private static final long SEED = 20261120;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String[] OFTEN = {"--heartbeat=300ms", "--slots=2"};
    private static final String[] PATIENT = {"--lease=3s", "--max-attempts=1000"};

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private int dropped;

    @Test
    void everythingThatWasDroppedComesOutOnce() throws Exception {
        try (Grid grid = new Grid(folder);
                Verifier verifier = new Verifier(folder)) {
            grid.startMaster(PATIENT);
            verifier.watch(grid);
            Program[] workers = {grid.startWorker(OFTEN), grid.startWorker(OFTEN)};
            for (int round = 0; round < KILLS; round++) {
                dropSomeOfWhichSomeBegin(grid, verifier);
                killMaster(grid, workers);
                grid.startMaster(PATIENT);
                dropSomeOfWhichSomeBegin(grid, verifier);
                int victim = random.nextInt(workers.length);
                workers[victim].kill();
                workers[victim] = grid.startWorker(OFTEN);
            }
            verifier.verify(SOON, grid.listTasks());
        }
    }

    /** Starts again at once, or when everybody has noticed. */
    private void killMaster(Grid grid, Program... workers) throws InterruptedException {
        grid.master.kill();
        if (random.nextBoolean()) {
            for (Program worker : workers) {
                await("it notices: " + worker.out).atMost(SOON).until(() -> isWithoutMaster(worker.text()));
            }
        }
    }

    /** By the last thing that it said. It may have been so already when the master was killed, and does not say it again. */
    private static boolean isWithoutMaster(String said) {
        int without = Math.max(said.lastIndexOf("Lost the master"), said.lastIndexOf("No master answers yet"));
        return without > said.lastIndexOf("Registered with the master");
    }

    private void dropSomeOfWhichSomeBegin(Grid grid, Verifier verifier) {
        int before = verifier.runs();
        for (int i = 0; i < TASKS / KILLS / 2; i++) {
            int number = dropped++;
            String name = "task-" + number + ".zip";
            byte[] zip = Zips.of(
                    "main.py",
                    verifier.witnessed(name) + "import sys\ntime.sleep(" + random.nextInt(400) / 1000.0 + ")\n"
                            + "print('answer', " + number + " * 7, open(sys.argv[1]).read().strip())",
                    "input.csv",
                    "row " + number + "\n");
            verifier.drop(grid.tasks, name, zip, "answer " + number * 7 + " row " + number + "\n");
        }
        verifier.awaitRuns(before + random.nextInt(TASKS / KILLS / 2 + 1));
    }
}
