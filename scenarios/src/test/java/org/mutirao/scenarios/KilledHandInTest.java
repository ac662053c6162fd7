package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** The master is killed at some moment of taking a job in, again and again. */
@Tag("slow")
class KilledHandInTest {
    /** How many jobs are handed in, each with a kill. A longer form: {@code -Dmutirao.kills=20}. */
    private static final int KILLS = Integer.getInteger("mutirao.kills", 4);

    private static final int INPUTS = 4;
    private static final int LONGEST_MILLIS = 400;
    private static final long SEED = 20261128;
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String[] PATIENT = {"--lease=3s", "--max-attempts=1000"};

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    @Test
    void eachJobIsThereOnceWithAllItsTasks() throws Exception {
        try (Grid grid = new Grid(folder)) {
            grid.startMaster(PATIENT);
            Map<String, String> expected = new TreeMap<>();
            for (int job = 0; job < KILLS; job++) {
                Zips.drop(grid.tasks, "job" + job + ".zip", job(job));
                expected.put("job" + job + ".zip", INPUTS + " tasks, succeeded");
                killWithin(random.nextInt(LONGEST_MILLIS), grid);
                grid.startMaster(PATIENT);
            }
            grid.startWorker("--heartbeat=300ms", "--slots=2");
            await("every job ends, " + grid.master.out)
                    .atMost(SOON)
                    .untilAsserted(() -> assertEquals(expected, byName(grid)));
            for (int job = 0; job < KILLS; job++) {
                Path merged = grid.results.resolve("job" + job + "/merged/stdout.txt");
                String lines = inOrder(job);
                await().atMost(SOON).untilAsserted(() -> assertEquals(lines, Files.readString(merged)));
            }
        }
    }

    private static byte[] job(int job) {
        List<String> files = new ArrayList<>(List.of("main.py", "import sys\nprint(open(sys.argv[1]).read())"));
        for (int i = 1; i <= INPUTS; i++) {
            files.add("inputs/" + i + ".csv");
            files.add(job + " " + i);
        }
        return Zips.of(files.toArray(String[]::new));
    }

    private static String inOrder(int job) {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= INPUTS; i++) {
            lines.append(job).append(' ').append(i).append('\n');
        }
        return lines.toString();
    }

    private static void killWithin(long millis, Grid grid) throws InterruptedException {
        long from = System.nanoTime();
        await().atMost(SOON)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> System.nanoTime() - from >= millis * 1_000_000);
        grid.master.kill();
    }

    /** Each job that the master knows; two of one name would be told as such. */
    private static Map<String, String> byName(Grid grid) throws IOException {
        Map<String, String> jobs = new TreeMap<>();
        try (InputStream in = URI.create(grid.dashboard() + "/api/jobs").toURL().openStream()) {
            for (Object each : (List<?>) Json.readMap(in.readAllBytes()).get("jobs")) {
                Map<?, ?> job = (Map<?, ?>) each;
                jobs.merge(
                        job.get("name").toString(),
                        job.get("tasks") + " tasks, " + job.get("state"),
                        (a, b) -> "twice");
            }
        }
        return jobs;
    }
}
