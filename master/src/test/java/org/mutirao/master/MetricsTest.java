package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** What Prometheus is told by a real master that has done something. */
class MetricsTest {
    private static final Pattern NAME = Pattern.compile("\\b(?:mutirao|jvm)_\\w+");
    private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");

    @TempDir
    private Path folder;

    private HttpScene scene;
    private Socket worker;

    @BeforeEach
    void start() throws IOException {
        scene = new HttpScene(folder);
        worker = new Socket(InetAddress.getLoopbackAddress(), scene.port());
        worker.setSoTimeout(60_000);
    }

    @AfterEach
    void stop() throws IOException {
        worker.close();
        scene.close();
    }

    private String metrics() throws IOException, InterruptedException {
        return scene.get("/metrics");
    }

    private int handIn(String path, byte[] body) throws IOException, InterruptedException {
        return scene.post(path, body).statusCode();
    }

    /** On the worker's one connection. */
    private Map<String, Object> ask(String json) throws IOException {
        worker.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
        byte[] block = new byte[65_536];
        int length = 0;
        while (true) {
            int read = worker.getInputStream().read(block, length, block.length - length);
            assertTrue(read > 0, "the master closed the connection");
            length += read;
            try {
                return Json.readMap(Arrays.copyOf(block, length));
            } catch (IOException e) {
                assertTrue(length < block.length, "the answer does not end");
            }
        }
    }

    private void register(int slots) throws IOException {
        ask(
                "{\"action\":\"REGISTER\",\"peer_id\":\"w\",\"addr\":[\"h\",1],\"features\":[\"lease\",\"wait\",\"slots\"],\"slots\":"
                        + slots + "}");
    }

    private Map<String, Object> take() throws IOException {
        return ask("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"w\",\"wait_ms\":20000}");
    }

    private static String used(int cpuMillis) {
        return "\"peak_memory\":100000000,\"cpu_ms\":" + cpuMillis + ",\"io_read\":4096,\"io_written\":512";
    }

    private static byte[] result(int cpuMillis) {
        return Zips.of("stdout.txt", "1\n", "result.json", "{\"task\":\"a\"," + used(cpuMillis) + ",\"worker\":\"w\"}");
    }

    /** One of ours takes the next task and brings a result of a script that ran so long. */
    private void runOne(int exitCode, int millis) throws IOException {
        Map<String, Object> task = take();
        Map<String, Object> answer =
                ask("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"w\",\"result_name\":\"" + task.get("task_name")
                        + "\",\"grid_id\":\"" + task.get("grid_id") + "\",\"task_id\":" + task.get("task_id")
                        + ",\"attempt\":" + task.get("attempt") + ",\"exit_code\":" + exitCode + ",\"run_ms\":" + millis
                        + ",\"started_at\":1700000000000," + used(millis / 2) + ",\"result_data\":\""
                        + Base64.getEncoder().encodeToString(result(millis / 2)) + "\"}");
        assertEquals("OK", answer.get("status"), answer.toString());
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private void work() throws IOException, InterruptedException {
        register(3);
        byte[] job = Zips.of("main.py", "print(1)", "inputs/1.csv", "a", "inputs/2.csv", "b", "inputs/3.csv", "c");
        assertEquals(201, handIn("/api/tasks?name=job.zip", job));
        assertEquals(422, handIn("/api/tasks?name=bad.zip", new byte[9]));
        assertEquals(415, handIn("/api/jobs?name=none", new byte[0]));
        byte[] later = Zips.of("main.py", "print(1)", "task.json", "{\"after\": [\"nobody.zip\"]}");
        assertEquals(404, handIn("/api/tasks?name=later.zip", later), "nobody knows the job that it is to wait for");
        Path dropped = folder.resolve("tasks").resolve("dropped.zip");
        Files.write(folder.resolve("dropped"), Zips.of("script.py", ""));
        Files.move(folder.resolve("dropped"), dropped);
        runOne(0, 40);
        runOne(3, 700);
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.notExists(dropped));
    }

    @Test
    void eachNumberIsThatOfWhatHappened() throws Exception {
        work();
        String found = metrics();
        for (String line : List.of(
                "mutirao_task_wait_seconds_count 2",
                "mutirao_task_run_seconds_bucket{outcome=\"succeeded\",le=\"0.025\"} 0",
                "mutirao_task_run_seconds_bucket{outcome=\"succeeded\",le=\"0.05\"} 1",
                "mutirao_task_run_seconds_sum{outcome=\"failed\"} 0.7",
                "mutirao_task_transfer_seconds_count 2",
                "mutirao_task_peak_memory_bytes_bucket{le=\"6.7108864E7\"} 0",
                "mutirao_task_peak_memory_bytes_bucket{le=\"1.34217728E8\"} 2",
                "mutirao_task_cpu_seconds_total 0.37",
                "mutirao_task_io_read_bytes_total 8192.0",
                "mutirao_task_io_written_bytes_total 1024.0",
                "mutirao_workers 1.0",
                "mutirao_slots 3.0",
                "mutirao_slots_busy 0.0",
                "mutirao_open_job_tasks{state=\"queued\"} 1.0",
                "mutirao_refused_total 4.0",
                "mutirao_leases_lost_total 0.0")) {
            assertTrue(found.lines().anyMatch(line::equals), line + " is not in\n" + found);
        }
    }

    /** For the page and the console: of our workers, since another group's program may put anything there. */
    @Test
    void whatAScriptTookStandsBesideItsTask() throws Exception {
        assertEquals(201, handIn("/api/tasks?name=a.zip", Zips.of("main.py", "print(1)")));
        assertTrue(!scene.json("/api/tasks/1").containsKey("used"), "it has not run");
        register(1);
        runOne(0, 40);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> scene.get("/api/tasks/1").contains("\"used\":{" + used(20) + "}"));
        Map<String, Object> shown = ask("{\"action\":\"SHOW_TASK\",\"task\":\"1\"}");
        assertEquals(scene.json("/api/tasks/1").get("used"), shown.get("used"));
        Files.delete(folder.resolve("results").resolve("a.zip"));
        assertTrue(!scene.json("/api/tasks/1").containsKey("used"), "somebody moved it away");
        assertEquals(201, handIn("/api/tasks?name=b.zip", Zips.of("main.py", "print(1)")));
        scene.run(result(20));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> scene.get("/api/tasks/2").contains("\"result\":\"b.zip\""));
        assertTrue(!scene.json("/api/tasks/2").containsKey("used"), scene.get("/api/tasks/2"));
    }

    /** A lease of another time counts until it is given up, though its worker has no slot for it. */
    @Test
    void aWorkerIsNeverBusierThanItHasSlots() throws Exception {
        byte[] job = Zips.of("main.py", "print(1)", "inputs/1.csv", "a", "inputs/2.csv", "b", "inputs/3.csv", "c");
        assertEquals(201, handIn("/api/tasks?name=job.zip", job));
        register(2);
        take();
        take();
        assertTrue(metrics().contains("mutirao_slots_busy 2.0\n"), metrics());
        register(1);
        String found = metrics();
        assertTrue(found.contains("mutirao_slots_busy 1.0\n") && found.contains("mutirao_slots 1.0\n"), found);
        assertTrue(found.contains("mutirao_tasks{state=\"running\"} 2.0\n"), found);
    }

    @Test
    void grafanaAsksForWhatIsThereAndTheDocumentsHaveAllOfIt() throws Exception {
        work();
        Set<String> there = names(metrics());
        String dashboard = Files.readString(Path.of("..", "docs", "grafana-dashboard.json"));
        Set<String> asked = names(EXPRESSION
                .matcher(dashboard)
                .results()
                .map(each -> each.group(1))
                .collect(Collectors.joining("\n")));
        assertTrue(asked.size() >= 12, asked.toString());
        Set<String> missing = new TreeSet<>(asked);
        missing.removeAll(there);
        assertEquals(Set.of(), missing, "Grafana would show nothing");
        String page = Files.readString(Path.of("..", "docs", "operating.md"));
        Set<String> untold = there.stream()
                .filter(name -> name.startsWith("mutirao_"))
                .map(name -> name.replaceFirst("_(seconds|bytes)_(bucket|count|sum|max)$", "_$1"))
                .filter(name -> !names(page).contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(), untold, "not in docs/operating.md");
    }
}
