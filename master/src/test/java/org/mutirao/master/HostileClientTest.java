package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** Programs that do whatever a socket allows, while an ordinary worker does its work. */
class HostileClientTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int HALVES = 200;
    private static final int INVENTED = 5_000;
    private static final int UNREAD = 1_000;
    private static final byte[] RESULT = Zips.of("stdout.txt", "1\n", "stderr.txt", "");

    @TempDir
    private Path folder;

    private final List<Socket> open = new ArrayList<>();
    private Master master;

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder).start();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket each : open) {
            each.close();
        }
        master.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port());
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        open.add(socket);
        return socket;
    }

    private static void write(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("the connection does not take more", e);
        }
    }

    private static String register(String id) {
        return "{\"action\":\"REGISTER\",\"peer_id\":\"" + id + "\",\"features\":[\"lease\",\"slots\"],\"name\":\"pc-"
                + id + "\",\"slots\":1,\"heartbeat_ms\":5000,\"held\":[],\"instance\":\"the-process-of-" + id + "\"}\n";
    }

    /** Asks all at once and reads one answer for each. */
    private List<String> ask(List<String> questions) throws IOException {
        Socket socket = connect();
        CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(socket, String.join("", questions)));
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        List<String> answers = new ArrayList<>();
        while (answers.size() < questions.size()) {
            answers.add(lines.readLine());
        }
        written.join();
        return answers;
    }

    private Map<String, Object> honest(String question) throws IOException {
        return Json.readMap(ask(List.of(question)).get(0).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anOrdinaryWorkerIsServedAllTheWhile() throws IOException {
        for (int i = 0; i < HALVES; i++) {
            write(
                    connect(),
                    "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"h" + i + "\",\"result_data\":\"" + "QUJD".repeat(50));
        }
        Socket slow = connect();
        write(slow, "{\"action\":");
        Socket neverReads = connect();
        CompletableFuture<Void> asking = CompletableFuture.runAsync(
                () -> write(neverReads, "{\"action\":\"LIST_TASKS\",\"limit\":500}\n".repeat(UNREAD)));

        Object session = honest(register("honest")).get("session");
        assertTrue(session instanceof String, "registered");
        String in = ",\"session\":\"" + session + "\"}\n";

        List<String> registered = ask(IntStream.range(0, INVENTED)
                .mapToObj(i -> register("invented-" + i))
                .toList());
        assertTrue(registered.stream().allMatch(answer -> answer.startsWith("{")), "each request has its answer");
        write(slow, "\"HEART");
        String many = IntStream.range(0, 10_000)
                .mapToObj(i -> "{\"task_id\":" + (i + 1) + ",\"attempt\":1}")
                .collect(Collectors.joining(","));
        Socket names = connect();
        write(names, "{\"action\":\"HEARTBEAT\",\"peer_id\":\"honest\",\"held\":[" + many + "]" + in);
        assertEquals('{', names.getInputStream().read(), "answered, whatever it is");

        Zips.drop(folder.resolve("tasks"), "job.zip", Zips.of("main.py", "print(1)\n"));
        Map<String, Object> task = await().atMost(TIMEOUT)
                .until(
                        () -> honest("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"honest\",\"wait_ms\":0" + in),
                        answer -> "TASK_PACKAGE".equals(answer.get("action")));
        assertEquals(
                "ALIVE",
                honest("{\"action\":\"HEARTBEAT\",\"peer_id\":\"honest\",\"held\":[{\"task_id\":" + task.get("task_id")
                                + ",\"attempt\":" + task.get("attempt") + "}]" + in)
                        .get("status"));
        write(slow, "BEAT\",\"peer_id\":\"slow\"}\n");
        assertEquals('{', slow.getInputStream().read(), "slow, but whole");
        Map<String, Object> taken =
                honest("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"honest\",\"result_name\":\"r\",\"grid_id\":\""
                        + task.get("grid_id") + "\",\"task_id\":" + task.get("task_id") + ",\"attempt\":"
                        + task.get("attempt")
                        + ",\"result_data\":\"" + Base64.getEncoder().encodeToString(RESULT) + "\"" + in);
        assertEquals("OK", taken.get("status"), taken.toString());
        await().atMost(TIMEOUT).until(() -> Files.exists(folder.resolve("results/job.zip")));
        asking.join();
    }

    @Test
    void whatCostsMuchIsNotDoneTooOften() throws IOException {
        List<String> retries = ask(Collections.nCopies(200, "{\"action\":\"RETRY_FAILED\"}\n"));
        assertTrue(retries.get(0).contains("\"count\":0"), retries.get(0));
        assertTrue(
                retries.stream().anyMatch(answer -> answer.contains("TRY_LATER") && answer.contains("wait a little")),
                retries.get(199));
        List<String> explained = ask(Collections.nCopies(1_000, "{\"action\":\"EXPLAIN_TASK\",\"task\":\"nobody\"}\n"));
        assertTrue(explained.get(0).contains("there is no such task"), explained.get(0));
        assertTrue(explained.stream().anyMatch(answer -> answer.contains("wait a little")), explained.get(999));
    }
}
