package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** Who may speak in whose name: workers of ours played with bare sockets at a whole master. */
@Tag("slow")
class WorkerSessionsTest extends OnMaster {
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)");
    private static final byte[] RESULT = Zips.of("stdout.txt", "1\n", "stderr.txt", "");
    private static final String FIRST = "the-first-process";
    private static final String SECOND = "the-second-process";

    /** A process of a worker: its heartbeats come on one connection. */
    private final class Played implements AutoCloseable {
        private final Socket lifeline;

        Played() throws IOException {
            lifeline = new Socket(InetAddress.getLoopbackAddress(), master.port());
        }

        Map<String, Object> says(String json) throws IOException {
            return talk(lifeline, json);
        }

        @Override
        public void close() throws IOException {
            lifeline.close();
        }
    }

    private static Map<String, Object> talk(Socket socket, String json) throws IOException {
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
        byte[] block = new byte[65_536];
        int length = 0;
        while (true) {
            int read = socket.getInputStream().read(block, length, block.length - length);
            if (read < 0) {
                throw new IOException("closed");
            }
            length += read;
            try {
                return Json.readMap(Arrays.copyOf(block, length));
            } catch (IOException e) {
                assertTrue(length < block.length, "the answer does not end");
            }
        }
    }

    private static String register(String id, String instance, String more) {
        return "{\"action\":\"REGISTER\",\"peer_id\":\"" + id + "\",\"features\":[\"lease\",\"slots\"],\"name\":\"pc-"
                + instance + "\",\"slots\":2,\"heartbeat_ms\":5000,\"held\":[],\"instance\":\"" + instance + "\"" + more
                + "}";
    }

    private static String in(Object session) {
        return session == null ? "" : ",\"session\":\"" + session + "\"";
    }

    private static String heartbeat(String id, String held, Object session) {
        return "{\"action\":\"HEARTBEAT\",\"peer_id\":\"" + id + "\",\"held\":[" + held + "]" + in(session) + "}";
    }

    private static String ask(String id, Object session) {
        return "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"" + id + "\",\"wait_ms\":0" + in(session) + "}";
    }

    private static String result(String id, Map<String, Object> task, Object session) {
        return "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"" + id + "\",\"result_name\":\"r\",\"grid_id\":\""
                + task.get("grid_id") + "\",\"task_id\":" + task.get("task_id") + ",\"attempt\":" + task.get("attempt")
                + in(session) + ",\"result_data\":\"" + Base64.getEncoder().encodeToString(RESULT) + "\"}";
    }

    private Map<String, Object> takeTask(Played worker, String id, Object session) throws IOException {
        Zips.drop(folder.resolve("tasks"), "job.zip", PACKAGE);
        return await().until(
                        () -> worker.says(ask(id, session)), answer -> "TASK_PACKAGE".equals(answer.get("action")));
    }

    private List<String> warnings() {
        Map<String, Object> events = Talk.ask(master, "{\"action\":\"READ_EVENTS\",\"after\":0}");
        return ((List<?>) events.get("events"))
                .stream()
                        .map(event -> (Map<?, ?>) event)
                        .filter(event -> "warning".equals(event.get("kind")))
                        .map(event -> String.valueOf(event.get("text")))
                        .toList();
    }

    @Test
    void aSecondLiveProcessUnderTheSameIdIsToldToTakeAnother() throws IOException {
        try (Played first = new Played();
                Played second = new Played()) {
            Object session = first.says(register("w", FIRST, "")).get("session");
            assertTrue(session instanceof String text && text.length() >= 20, "a session is a long random word");
            for (int i = 0; i < 3; i++) {
                assertEquals("ID_IN_USE", second.says(register("w", SECOND, "")).get("code"));
            }
            assertEquals("ALIVE", first.says(heartbeat("w", "", session)).get("status"));
            assertEquals("REGISTERED", second.says(register("v", SECOND, "")).get("status"));
            assertEquals(1, warnings().size(), "one pair, one warning: " + warnings());
            String warning = warnings().get(0);
            assertTrue(warning.contains("pc-" + FIRST + " at 127.0.0.1"), warning);
            assertTrue(warning.contains("pc-" + SECOND + " at 127.0.0.1"), warning);
        }
    }

    @Test
    void tasksOfTheFirstAreNotLostByTheSecond() throws IOException {
        try (Played first = new Played();
                Played second = new Played()) {
            Object session = first.says(register("w", FIRST, "")).get("session");
            Map<String, Object> task = takeTask(first, "w", session);
            second.says(register("w", SECOND, ""));
            second.close();
            assertEquals("OK", first.says(result("w", task, session)).get("status"));
        }
    }

    @Test
    void aRestartedWorkerKeepsItsId() throws IOException {
        try (Played first = new Played()) {
            first.says(register("w", FIRST, ""));
        }
        try (Played again = new Played()) {
            await().until(() -> again.says(register("w", SECOND, "")), answer -> "REGISTERED"
                    .equals(answer.get("status")));
        }
        assertEquals(1, workers(), "it is the same worker");
    }

    private int workers() {
        return ((List<?>) Talk.ask(master, "{\"action\":\"LIST_WORKERS\"}").get("workers")).size();
    }

    /** As after a power cut: the old connection still looks open here. */
    @Test
    void aWorkerThatKnowsThatItsPredecessorIsDeadKeepsItsId() throws IOException {
        try (Played first = new Played();
                Played again = new Played()) {
            Object old = first.says(register("w", FIRST, "")).get("session");
            Map<String, Object> answer = again.says(register("w", SECOND, ",\"after\":\"" + FIRST + "\""));
            assertEquals("REGISTERED", answer.get("status"));
            assertNotEquals(old, answer.get("session"));
            assertEquals("REGISTER_AGAIN", first.says(heartbeat("w", "", old)).get("code"));
            assertEquals(List.of(), warnings());
        }
    }

    @Test
    void nobodySpeaksForAWorkerWithoutItsSession() throws IOException {
        try (Played worker = new Played()) {
            Object session = worker.says(register("w", FIRST, "")).get("session");
            Map<String, Object> task = takeTask(worker, "w", session);
            String lease = "\"task_id\":" + task.get("task_id") + ",\"attempt\":" + task.get("attempt");
            List<String> lies = List.of(
                    heartbeat("w", "", null),
                    ask("w", null),
                    "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"w\"}",
                    "{\"type\":\"REQUEST_TASK\",\"data\":{\"peer_id\":\"w\"}}",
                    "{\"action\":\"RETURN_TASK\",\"peer_id\":\"w\"," + lease + ",\"reason\":\"no\"}",
                    "{\"action\":\"LEAVE\",\"peer_id\":\"w\"}",
                    result("w", task, null),
                    "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"w\",\"result_name\":\"r\",\"result_data\":\""
                            + Base64.getEncoder().encodeToString(RESULT) + "\"}",
                    "{\"action\":\"REGISTER\",\"peer_id\":\"w\",\"addr\":[\"10.0.0.9\",50010]}",
                    "{\"action\":\"REGISTER\",\"peer_id\":\"w\",\"features\":[\"lease\"],\"held\":[]}");
            for (String lie : lies) {
                String answer = Talk.ask(master, lie).toString();
                assertTrue(answer.contains("ERROR"), lie + " was answered with " + answer);
            }
            try (Played other = new Played()) {
                Object others = other.says(register("v", SECOND, "")).get("session");
                assertEquals("ERROR", other.says(heartbeat("w", "", others)).get("status"));
                assertEquals("TRY_LATER", other.says(result("w", task, others)).get("code"));
            }
            assertEquals("running", state());
            assertEquals(
                    "ALIVE",
                    worker.says(heartbeat("w", "{" + lease + "}", session)).get("status"));
            assertEquals("OK", worker.says(result("w", task, session)).get("status"));
            assertEquals("succeeded", state());
        }
    }

    private Object state() {
        Map<String, Object> answer = Talk.ask(master, "{\"action\":\"SHOW_TASK\",\"task\":\"1\"}");
        return ((Map<?, ?>) answer.get("task")).get("status");
    }

    @Test
    void aCopyOfAnOutboxDeliversDuplicatesOrWhatWouldBeLost() throws IOException {
        try (Played copy = new Played()) {
            Object others = copy.says(register("v", SECOND, "")).get("session");
            Map<String, Object> task;
            try (Played worker = new Played()) {
                Object session = worker.says(register("w", FIRST, "")).get("session");
                task = takeTask(worker, "w", session);
                assertEquals("TRY_LATER", copy.says(result("w", task, others)).get("code"), "it lives");
                assertEquals("OK", worker.says(result("w", task, session)).get("status"));
                Map<String, Object> second = copy.says(result("w", task, others));
                assertEquals("OK", second.get("status"));
                assertEquals(true, second.get("duplicate"));
            }
        }
        assertEquals("succeeded", state());
    }

    /** A new leader, or the same master after a restart, knows no sessions. */
    @Test
    void aMasterStartedAnewAsksToRegisterAgainAndTakesTheResult() throws IOException {
        Map<String, Object> task;
        Object session;
        try (Played worker = new Played()) {
            session = worker.says(register("w", FIRST, "")).get("session");
            task = takeTask(worker, "w", session);
        }
        stop();
        start();
        try (Played worker = new Played()) {
            assertEquals("REGISTER_AGAIN", worker.says(ask("w", session)).get("code"));
            assertEquals(
                    "REGISTER_AGAIN", worker.says(result("w", task, session)).get("code"));
            assertEquals(
                    "REGISTER_AGAIN", worker.says(heartbeat("w", "", session)).get("code"));
            assertEquals("running", state(), "what was said without a session of this master changed nothing");
            String lease = "{\"task_id\":" + task.get("task_id") + ",\"attempt\":" + task.get("attempt") + "}";
            Object renewed = worker.says(register("w", FIRST, "").replace("\"held\":[]", "\"held\":[" + lease + "]"))
                    .get("session");
            assertNotEquals(session, renewed);
            assertEquals("OK", worker.says(result("w", task, renewed)).get("status"));
        }
        assertTrue(await().until(() -> Files.exists(folder.resolve("results/job.zip")), there -> there));
    }

    /** As when its master was started anew: it is on its way to register. */
    @Test
    void nobodyDeliversForAWorkerThatMayStillRegister() throws IOException {
        Map<String, Object> task;
        try (Played worker = new Played()) {
            Object session = worker.says(register("w", FIRST, "")).get("session");
            task = takeTask(worker, "w", session);
        }
        stop();
        start();
        assertEquals("REGISTER_AGAIN", Talk.ask(master, result("w", task, null)).get("code"));
        try (Played other = new Played()) {
            Object others = other.says(register("v", SECOND, "")).get("session");
            assertEquals("TRY_LATER", other.says(result("w", task, others)).get("code"));
        }
        assertEquals("running", state());
    }

    @Test
    void anotherWorkerDeliversForOneThatIsGone() throws IOException {
        stop();
        master = TestMaster.in(folder).patience(Duration.ofSeconds(1)).start();
        Map<String, Object> task;
        try (Played worker = new Played()) {
            Object session = worker.says(register("w", FIRST, "")).get("session");
            task = takeTask(worker, "w", session);
        }
        try (Played other = new Played()) {
            await().until(
                            () -> {
                                Object session =
                                        other.says(register("v", SECOND, "")).get("session");
                                return other.says(result("w", task, session)).get("status");
                            },
                            "OK"::equals);
        }
    }

    @Test
    void aWorkerOfAnEarlierVersionIsServedWithoutASession() throws IOException {
        try (Played worker = new Played()) {
            Map<String, Object> terms = worker.says(
                    "{\"action\":\"REGISTER\",\"peer_id\":\"old\",\"features\":[\"lease\"],\"slots\":1,\"held\":[]}");
            assertEquals("REGISTERED", terms.get("status"));
            assertFalse(terms.containsKey("session"));
            Map<String, Object> task = takeTask(worker, "old", null);
            assertEquals("OK", worker.says(result("old", task, null)).get("status"));
        }
    }
}
