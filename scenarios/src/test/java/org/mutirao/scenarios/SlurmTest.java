package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** Workers on a real Slurm of one node, which lives as long as the test. */
@Tag("slow")
class SlurmTest {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final String WORDS = "lusab-babad-gutih-tugad-gutuk-bisog";
    /** More than two workers run in one lifetime. */
    private static final int TASKS = 8;

    @TempDir
    private Path folder;

    private Path slurm;
    private Grid grid;
    private Path secret;

    private static boolean isInstalled(String program) {
        return Stream.of("/usr/sbin", "/usr/bin", "/sbin")
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    @BeforeEach
    void begin() throws Exception {
        for (String program : List.of("munged", "slurmctld", "slurmd", "sbatch")) {
            assumeTrue(isInstalled(program), "SKIPPED: there is no " + program + "; Debian has it in slurm-wlm, munge");
        }
        assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can start Slurm");
        slurm = Files.createDirectory(folder.resolve("slurm"));
        oneNode("begin");
        await("the node is idle").atMost(LONG).until(() -> slurm("sinfo", "-h", "-o", "%t")
                .contains("idle"));
        Path room = Files.createDirectory(folder.resolve("room"));
        secret = Files.writeString(room.resolve("room.secret"), WORDS);
        grid = new Grid(room).startMaster("--secret=" + secret);
    }

    @AfterEach
    void end() throws Exception {
        if (slurm != null) {
            slurm("scancel", "--user=root");
            await("no job is left").atMost(LONG).until(() -> jobs().isBlank());
            oneNode("end");
        }
        if (grid != null) {
            grid.close();
        }
    }

    private void oneNode(String what) throws Exception {
        Path script = Program.root().resolve("scenarios/src/test/resources/slurm/one-node");
        Program program =
                Program.run(folder, "one-node", List.of("/bin/sh", script.toString(), what, slurm.toString()));
        assertEquals(0, program.exitCode(), program.text());
    }

    private Map<String, String> environment() {
        return Map.of("SLURM_CONF", slurm.resolve("slurm.conf").toString(), "TMPDIR", folder.toString());
    }

    private String slurm(String... command) throws Exception {
        Program program = Program.run(folder, command[0], List.of(command), environment());
        program.exitCode();
        return program.text();
    }

    private String jobs() throws Exception {
        return slurm("squeue", "--noheader");
    }

    private String console(String... words) throws Exception {
        List<String> options = new ArrayList<>(List.of("--master=" + grid.address(), "--secret=" + secret));
        options.addAll(Arrays.asList(words));
        Program console = Program.run(
                folder,
                "console",
                Program.command("console", List.of(), options.toArray(String[]::new)),
                environment());
        assertEquals(0, console.exitCode(), console.text());
        return console.text();
    }

    /** Two workers. */
    private String pilots(Path badge, String lifetime, String... more) throws Exception {
        List<String> words =
                new ArrayList<>(List.of("pilots", "slurm", "--want=2", "--grace=2m", "--lifetime=" + lifetime));
        words.addAll(Arrays.asList(more));
        words.add("--secret=" + badge);
        return console(words.toArray(String[]::new));
    }

    private List<?> tasks() throws Exception {
        String text = console("--json", "tasks");
        return (List<?>) Json.mapper().readValue(text.substring(text.indexOf('[')), List.class);
    }

    private long succeeded() throws Exception {
        return tasks().stream()
                .filter(task -> "succeeded".equals(((Map<?, ?>) task).get("status")))
                .count();
    }

    @Test
    void workersLeaveBeforeTheirTimeIsUpAndNoAttemptIsLost() throws Exception {
        Path badge = folder.resolve("worker.secret");
        console("secret", "for", "worker", "--holder=cluster", "--file=" + badge);
        List<String> files = new ArrayList<>(List.of("main.py", "import time\ntime.sleep(1.5)\n"));
        for (int i = 1; i <= TASKS; i++) {
            files.addAll(List.of("inputs/" + i + ".csv", "x"));
        }
        Path zip = Files.write(folder.resolve("job.zip"), Zips.of(files.toArray(String[]::new)));
        console("submit", zip.toString());
        int rounds = 0;
        while (succeeded() < TASKS) {
            String said = pilots(badge, "4s", "--submit");
            assertTrue(said.contains("Slurm has the job"), said);
            await("the workers have left")
                    .atMost(LONG)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> jobs().isBlank());
            rounds++;
        }
        assertTrue(rounds > 1, "the first workers left before all was done");
        for (Object task : tasks()) {
            assertEquals(1, ((Map<?, ?>) task).get("attempts"), task.toString());
        }
        assertEquals(List.of(), left(), "nothing stays on the node");
        String told = slurm("scontrol", "show", "jobs", "--oneliner");
        assertTrue(
                told.lines()
                        .filter(line -> line.contains("ArrayTaskId="))
                        .allMatch(line -> line.contains("JobState=COMPLETED")),
                told);
    }

    @Test
    void theSecretIsNamedAndNeverSaid() throws Exception {
        Path badge = folder.resolve("worker.secret");
        console("secret", "for", "worker", "--file=" + badge);
        String script = pilots(badge, "4s");
        String words = Files.readString(badge).strip();
        assertFalse(script.contains(words), script);
        assertTrue(script.contains("--secret " + badge), script);
        pilots(badge, "1h", "--submit", "--idle-exit=1h");
        await("both have come")
                .atMost(LONG)
                .until(() -> console("--json", "workers").split("\"slots\":1", -1).length > 2);
        String running = slurm("ps", "axww", "-o", "args");
        assertTrue(running.contains("--lifetime 1h"), running);
        assertFalse(running.contains(words) || running.contains(WORDS), "others can read it");
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("mutirao-"))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }
}
