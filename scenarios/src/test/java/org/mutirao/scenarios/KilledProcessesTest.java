package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** Two hundred tasks while masters and workers are killed at random moments, twenty times each. */
class KilledProcessesTest {
    /** Of the master, and as many of a worker; the long form is for more than a test. */
    private static final int KILLS = Integer.getInteger("mutirao.kills", 6);

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
        List<Integer> said =
                Stream.of(workers).map(worker -> worker.text().length()).toList();
        grid.master.kill();
        if (random.nextBoolean()) {
            for (int i = 0; i < workers.length; i++) {
                Program worker = workers[i];
                int before = said.get(i);
                await("it notices: " + worker.out).atMost(SOON).until(() -> worker.text()
                        .substring(before)
                        .matches("(?s).*(Lost the master|No master answers yet).*"));
            }
        }
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
