package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** The three programs as a person meets them. */
class ProgramsTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(3));
    }

    @Test
    void aWorkerWithOnceLeavesWhenThereIsNothingToDo() throws Exception {
        try (Grid grid = new Grid(folder).startMaster()) {
            List<String> ports = Grid.readLines(folder.resolve("ports"));
            assertEquals(List.of(ports.get(0), "tcp=" + ports.get(0), "discovery=none"), ports.subList(0, 3));
            assertEquals(grid.dashboard(), "http://localhost:" + ports.get(3).replace("http=", ""));
            grid.drop("a.zip", "main.py", "print('hello')");
            await().until(() -> Grid.names(grid.tasks).isEmpty());
            Program worker = grid.startWorker("--once", "--port-file=w");
            assertEquals(0, worker.exitCode(), worker.text());
            assertEquals(List.of("0", "master=" + ports.get(0)), Grid.readLines(folder.resolve("w")));
            await().until(() -> grid.resultNames().equals(Set.of("a.zip")));
            await().until(() -> grid.master.text().contains("Task 1 a.zip succeeded; results/a.zip"));
        }
    }

    /** Also at later starts, since there may be other people in the network by then. */
    @Tag("slow")
    @Test
    void aMasterWithoutAKeySaysAtEachStartWhatThatMeans() {
        for (int start = 1; start <= 2; start++) {
            try (Program master = Program.start(
                    folder,
                    "master",
                    List.of(),
                    "--host=0.0.0.0",
                    "--port=0",
                    "--discovery-ports=none",
                    "--http=off")) {
                await().until(() -> master.text().contains("This room has no key"));
                List<String> lines = master.text()
                        .lines()
                        .filter(line -> line.contains("This room has no key"))
                        .toList();
                assertEquals(1, lines.size(), lines::toString);
                String line = lines.get(0);
                assertTrue(line.contains("WARN") && line.contains("everybody in this network may hand in work"), line);
                assertTrue(line.contains("'mutirao secret new' and --secret"), line);
            }
        }
    }

    @Tag("slow")
    @Test
    void aSecondSignalStopsAtOnceAndTheTaskGoesElsewhere() throws Exception {
        try (Grid grid = new Grid(folder).startMaster("--lease=3s")) {
            Program worker = grid.startWorker("--slots=1", "--heartbeat=500ms").ready();
            grid.drop(
                    "long.zip",
                    "main.py",
                    "import os, time\nopen(r'" + folder + "/pid', 'a').write(str(os.getpid()) + '\\n')\n"
                            + "time.sleep(0 if os.path.exists(r'" + folder + "/second') else 600)");
            await().until(() -> Files.exists(folder.resolve("pid"))
                    && !Grid.readLines(folder.resolve("pid")).isEmpty());
            long script = Long.parseLong(Grid.readLines(folder.resolve("pid")).get(0));
            worker.process.destroy();
            await().until(() -> worker.text().contains("finishing what runs"));
            Files.createFile(folder.resolve("second"));
            worker.process.destroy();
            assertEquals(130, worker.exitCode());
            await().until(() ->
                    ProcessHandle.of(script).map(each -> !each.isAlive()).orElse(true));
            grid.startWorker("--slots=1");
            grid.awaitResults(1);
        }
    }

    @Tag("slow")
    @Test
    void resultsWaitForAMasterThatIsAway() throws Exception {
        try (Grid grid = new Grid(folder).startMaster()) {
            Program worker = grid.startWorker("--slots=1", "--heartbeat=300ms").ready();
            grid.drop(
                    "a.zip",
                    "main.py",
                    "import time\nopen(r'" + folder + "/began', 'w').close()\ntime.sleep(1)\nprint('kept')");
            await().until(() -> Files.exists(folder.resolve("began")));
            grid.master.kill();
            Path outbox = folder.resolve("work/1/outbox");
            await().until(() -> Grid.names(outbox).stream().anyMatch(name -> name.endsWith(".result")));
            worker.kill();
            grid.startMaster();
            grid.startWorker("--slots=1");
            grid.awaitResults(1);
            assertEquals("kept\n", Zips.read(grid.results.resolve("a.zip")).get("stdout.txt"));
            await().until(() -> Grid.names(outbox).isEmpty());
        }
    }

    @Test
    void theConsoleSubmitsShowsCancelsAndRetries() throws Exception {
        try (Grid grid = new Grid(folder).startMaster()) {
            Path job = Files.createDirectories(folder.resolve("job"));
            Files.writeString(job.resolve("main.py"), "print('from a folder', open('data/x.txt').read())");
            Files.createDirectories(job.resolve("data"));
            Files.writeString(job.resolve("data/x.txt"), "deep");

            Program submit = grid.console("submit", job.toString());
            assertEquals(0, submit.exitCode(), submit.text());
            assertTrue(submit.text().contains("task 1  job.zip"), submit.text());
            assertEquals(0, grid.console("cancel", "1").exitCode());
            assertEquals(1, grid.console("cancel", "job.zip").exitCode());
            assertEquals(0, grid.console("retry", "1").exitCode());

            grid.startWorker("--slots=1");
            Program watch = grid.console("watch");
            assertEquals(0, watch.exitCode(), watch.text());
            assertTrue(watch.text().contains("1 of 1 ended"), watch.text());
            Program show = grid.console("show", "job");
            assertEquals(0, show.exitCode());
            assertTrue(show.text().contains("exit code 0"), show.text());
            Program json = grid.console("tasks", "--json");
            assertEquals(0, json.exitCode());
            assertTrue(json.text().startsWith("[{\"id\":1,\"name\":\"job.zip\",\"state\":\"done\""), json.text());
            grid.awaitResults(1);
            Map<String, String> result = Zips.read(grid.results.resolve("job.zip"));
            assertEquals("from a folder deep\n", result.get("stdout.txt"));
        }
    }

    private static String told(Grid grid, String... words) throws Exception {
        Program console = grid.console(words);
        assertEquals(0, console.exitCode(), console.text());
        return console.text();
    }

    @Tag("slow")
    @Test
    void theConsoleFollowsExplainsDrainsAndFetches() throws Exception {
        try (Grid grid = new Grid(folder).startMaster()) {
            Path go = folder.resolve("go");
            grid.drop(
                    "slow.zip",
                    "main.py",
                    "import os, time\nprint('\\x1b[31mbegun\\x1b[0m now', flush=True)\nwhile not os.path.exists('"
                            + go.toString().replace('\\', '/') + "'):\n    time.sleep(0.05)\nprint('ended')\n");
            await().until(() -> told(grid, "explain", "slow.zip").contains("No worker is about"));
            grid.startWorker("--slots=1");
            Program follow = grid.console("logs", "-f", "slow.zip");
            await(follow.text()).until(() -> follow.text().contains("begun now"));
            assertTrue(told(grid, "explain", "slow.zip").contains("has it, attempt 1"));
            String id = Json.readMap(told(grid, "--json", "peers")
                            .strip()
                            .replaceAll("^\\[|]$", "")
                            .getBytes(StandardCharsets.UTF_8))
                    .get("id")
                    .toString();
            assertTrue(told(grid, "drain", id).contains("gets nothing new"));
            grid.drop("next.zip", "main.py", "print('next')");
            Files.createFile(go);
            assertEquals(0, follow.exitCode(), follow.text());
            assertTrue(follow.text().endsWith("ended\n"), follow.text());
            grid.awaitResults(1);
            await().until(() -> told(grid, "explain", "next.zip").contains("drained by an operator"));
            assertTrue(told(grid, "resume", id).contains("gets work again"));
            grid.awaitResults(2);
            await().until(() -> told(grid, "events").contains("next.zip succeeded"));
            Path mine = folder.resolve("mine");
            assertTrue(told(grid, "results", "get", mine.toString()).contains("2 results fetched"));
            assertEquals(Set.of("next.zip", "slow.zip"), Grid.names(mine));
            assertEquals("next\n", Zips.read(mine.resolve("next.zip")).get("stdout.txt"));
            grid.drop(
                    "bad.zip",
                    "main.py",
                    "import os, sys\nsys.exit(0 if os.path.exists('"
                            + mine.toString().replace('\\', '/') + "/fixed') else 3)\n");
            grid.awaitResults(3);
            Files.createFile(mine.resolve("fixed"));
            assertTrue(told(grid, "retry", "--failed").contains("1 task is run again"));
            await().until(() -> told(grid, "show", "bad.zip").contains("exit code 0"));
        }
    }

    /** Tag and packages are told by the worker; the other task finds nobody. */
    @Tag("slow")
    @Test
    void aGuestTakesOneFittingTaskNicelySaysSoInPortugueseAndLeaves() throws Exception {
        try (Grid grid = new Grid(folder).startMaster()) {
            grid.drop("elsewhere.zip", "main.py", "print('never')", "task.json", "{\"tags\": [\"lab4\"]}");
            grid.drop(
                    "here.zip",
                    "main.py",
                    "import os\nprint('nice', os.nice(0) if hasattr(os, 'nice') else 10)",
                    "task.json",
                    "{\"tags\": [\"lab3\"], \"packages\": [\"json\"]}");
            await().until(() -> Grid.names(grid.tasks).isEmpty());
            int usual = niceness();
            Program worker = grid.startWorker("--max-tasks=1", "--tag=lab3", "--lang=pt");
            assertEquals(0, worker.exitCode(), worker.text());
            assertTrue(worker.text().contains("Registrado"), worker.text());
            assertEquals(Set.of("here.zip"), grid.resultNames());
            assertEquals(
                    "nice " + Math.min(19, usual + 10) + "\n",
                    Zips.read(grid.results.resolve("here.zip")).get("stdout.txt"));
            assertEquals("queued", grid.row("elsewhere.zip").get("status"));
        }
    }

    /** Of this process, which those that it starts have too. */
    private static int niceness() throws Exception {
        if (File.separatorChar == '\\') {
            return 0;
        }
        Process nice = new ProcessBuilder("nice").start();
        return Integer.parseInt(new String(nice.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    @Tag("slow")
    @Test
    void logLinesAreJsonForWhoWantsThat() throws Exception {
        try (Grid grid = new Grid(folder).startMaster("--log-json")) {
            Program worker = grid.startWorker("--log-json");
            grid.drop("job.zip", "main.py", "print(1)");
            grid.awaitResults(1);
            await().until(() -> grid.master.text().contains("job.zip succeeded"));
            for (Program program : List.of(grid.master, worker)) {
                List<String> lines = program.text()
                        .lines()
                        .filter(line -> !line.startsWith("ready ") && !line.startsWith("dashboard "))
                        .toList();
                assertTrue(lines.size() > 0);
                for (String line : lines) {
                    assertTrue(
                            Json.readMap(line.getBytes(StandardCharsets.UTF_8)).containsKey("formattedMessage"), line);
                }
            }
        }
    }

    @Tag("slow")
    @Test
    void theGrafanaDashboardAsksForNumbersThatThereAre() throws Exception {
        try (Grid grid = new Grid(folder).startMaster()) {
            String metrics = new String(
                    URI.create(grid.dashboard() + "/metrics")
                            .toURL()
                            .openStream()
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
            String file = Files.readString(Program.root().resolve("docs/grafana-dashboard.json"));
            Matcher names = Pattern.compile("(mutirao|jvm)_[a-z_]+").matcher(file);
            int count = 0;
            for (; names.find(); count++) {
                assertTrue(metrics.contains("\n" + names.group()), names.group());
            }
            assertTrue(count >= 4);
        }
    }

    @Tag("slow")
    @Test
    void whatCantWorkIsOneSentenceAndCodeOne() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            sentence(
                    "can't listen on",
                    "master",
                    "--host=127.0.0.1",
                    "--port=" + taken.getLocalPort(),
                    "--discovery-ports=none");
        }
        Files.writeString(folder.resolve("file"), "");
        sentence("can't be written", "master", "--results=file");
        sentence("can't be used", "worker", "--work=file");
        sentence("'no-such-python' does not start Python 3", "worker", "--python=no-such-python");
    }

    private void sentence(String expected, String program, String... options) throws InterruptedException {
        try (Program started = Program.start(folder, program, List.of(), options)) {
            assertEquals(1, started.exitCode(), started.text());
            assertTrue(started.text().contains(expected), started.text());
            assertFalse(started.text().contains("\tat "), "a stack trace at a person: " + started.text());
        }
    }
}
