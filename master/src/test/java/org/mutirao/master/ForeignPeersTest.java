package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.Random;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Zips;

/** What other groups' peers say and hear, byte for byte, on real sockets. */
@Tag("slow")
class ForeignPeersTest {
    private static final byte[] RESULT = Zips.of("stdout.txt", "1\n", "stderr.txt", "");
    private static final String MAIN = "print(open('input.csv').read())\n";

    @TempDir
    private Path folder;

    private Master master;

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
    }

    @BeforeEach
    void start() throws IOException {
        master = startMaster();
    }

    private Master startMaster() throws IOException {
        return TestMaster.in(folder).largest(ByteSize.mebi(8)).start();
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** One message, one answer, one connection. */
    private String say(String json) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The registration of a group's peer, with the constant that it calls its own port. */
    private static String registration(String group, String peer) {
        return switch (group) {
            case "E" -> "{\"action\": \"REGISTER\", \"peer_id\": \"" + peer + "\", \"p2p_port\": 0}";
            case "F" ->
                "{\"type\": \"REGISTER\", \"data\": {\"peer_id\": \"" + peer
                        + "\", \"host\": \"10.0.0.9\", \"port\": 55002}}";
            default -> {
                int port = Map.of("A", 11000, "C", 50010, "D", 7777, "?", 4242).get(group);
                yield "{\"action\": \"REGISTER\", \"peer_id\": \"" + peer + "\", \"addr\": [\"10.0.0.9\", " + port
                        + "]}";
            }
        };
    }

    private String ask(String group, String peer) throws IOException {
        return say(
                group.equals("F")
                        ? "{\"type\": \"REQUEST_TASK\", \"data\": {\"peer_id\": \"" + peer + "\"}}"
                        : "{\"action\": \"REQUEST_TASK\", \"peer_id\": \"" + peer + "\"}");
    }

    private String awaitTask(String group, String peer) {
        return await().until(() -> ask(group, peer), answer -> answer.contains("TASK_PACKAGE"));
    }

    @SuppressWarnings("unchecked")
    private static byte[] parcel(String answer) throws IOException {
        Map<String, Object> object = Json.readMap(answer.getBytes(StandardCharsets.UTF_8));
        Map<String, Object> holder = object.get("data") instanceof Map<?, ?> data ? (Map<String, Object>) data : object;
        return Base64.getDecoder().decode((String) holder.get("task_data"));
    }

    private void drop(String name, String... namesAndContents) {
        Zips.drop(folder.resolve("tasks"), name, Zips.of(namesAndContents));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Text that no ZIP makes much smaller. */
    private static String noise(int length) {
        return new Random(length)
                .ints(length, 'a', 'z' + 1)
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "C", "D"})
    void groupsAToDHearTheirWords(String group) throws IOException {
        assertEquals("{\"status\":\"REGISTERED\"}", say(registration(group, "p")));
        assertEquals("{\"status\":\"ALIVE\"}", say("{\"action\": \"HEARTBEAT\", \"peer_id\": \"p\"}"));
        assertEquals(
                "{\"action\":\"NO_TASK\",\"status\":\"NO_TASKS\",\"task_name\":null,\"task_data\":null}",
                ask(group, "p"));
        drop("job.zip", "main.py", MAIN, "input.csv", "a");
        String given = awaitTask(group, "p");
        assertTrue(
                given.startsWith("{\"action\":\"TASK_PACKAGE\",\"task_name\":\"job.zip\",\"task_data\":\"UEsD"), given);
        assertEquals(
                "{\"status\":\"OK\"}",
                say("{\"action\": \"SUBMIT_RESULT\", \"peer_id\": \"p\", \"result_name\": \"result_job.zip\", "
                        + "\"result_data\": \"" + base64(RESULT) + "\"}"));
        await().until(() -> Files.exists(folder.resolve("results/job.zip")));
        assertArrayEquals(RESULT, Files.readAllBytes(folder.resolve("results/job.zip")), "as it was sent");
    }

    @Test
    void groupEHearsOfTheOthers() throws IOException {
        assertEquals("{\"status\":\"REGISTERED\"}", say(registration("E", "eva")));
        assertEquals("{\"status\":\"REGISTERED\"}", say(registration("C", "cora")));
        assertEquals("{\"peers\":[\"cora\"]}", say("{\"action\": \"LIST_PEERS\", \"peer_id\": \"eva\"}"));
        assertEquals(
                "{\"status\":\"ok\",\"peer_id\":\"cora\",\"peer_ip\":\"127.0.0.1\",\"peer_port\":50010}",
                say("{\"action\": \"GET_PEER_INFO\", \"target_peer_id\": \"cora\"}"));
        assertEquals(
                "{\"status\":\"error\",\"message\":\"Peer não encontrado\"}",
                say("{\"action\": \"GET_PEER_INFO\", \"target_peer_id\": \"dora\"}"));
    }

    @Test
    void groupFHearsEnvelopes() throws IOException {
        assertEquals("{\"type\":\"REGISTERED\",\"data\":{}}", say(registration("F", "fee")));
        String heartbeat = "{\"type\": \"HEARTBEAT\", \"data\": {\"peer_id\": \"fee\"}}";
        assertEquals("{\"type\":\"ALIVE\",\"data\":{}}", say(heartbeat));
        assertEquals("{\"type\":\"NO_TASKS\",\"data\":{}}", ask("F", "fee"));
        drop("job.zip", "main.py", MAIN, "input.csv", "a");
        String given = awaitTask("F", "fee");
        assertTrue(
                given.startsWith("{\"type\":\"TASK_PACKAGE\",\"data\":{\"task_name\":\"job.zip\",\"task_data\":\""),
                given);
        assertEquals(
                "{\"type\":\"OK\",\"data\":{}}",
                say(
                        "{\"type\": \"SUBMIT_RESULT\", \"data\": {\"peer_id\": \"fee\", \"result_name\": \"results_job.zip\","
                                + " \"result_data\": \"" + base64(RESULT) + "\"}}"));
        await().until(() -> Files.exists(folder.resolve("results/job.zip")));
        String odd = say("{\"type\": \"DANCE\", \"data\": {}}");
        assertTrue(odd.startsWith("{\"type\":\"ERROR\""), odd);
    }

    /** Group C's peer: two threads on one connection, which must each read their own answer. */
    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        String heartbeat = "{\"action\": \"HEARTBEAT\", \"peer_id\": \"cora\"}";
        String ask = "{\"action\": \"REQUEST_TASK\", \"peer_id\": \"cora\"}";
        drop("job.zip", "main.py", MAIN, "input.csv", "a");
        await().until(() -> Files.notExists(folder.resolve("tasks/job.zip")));
        String answers = say(registration("C", "cora") + heartbeat + ask + heartbeat);
        int alive = answers.indexOf("ALIVE");
        int given = answers.indexOf("TASK_PACKAGE");
        assertTrue(answers.indexOf("REGISTERED") < alive && alive < given, answers);
        assertTrue(given < answers.lastIndexOf("ALIVE"), answers);
    }

    @ParameterizedTest
    @CsvSource({"A,8192", "C,1024", "D,65536", "E,1048576"})
    void nobodyGetsAPackageThatItCantRead(String group, int limit) throws IOException {
        // Random letters shrink by less than a half, and base64 adds a third.
        drop("a-large.zip", "main.py", MAIN, "input.csv", noise(limit * 13 / 10));
        drop("b-small.zip", "main.py", MAIN, "input.csv", noise(limit / 10));
        say(registration(group, "p"));
        await().until(() -> Files.notExists(folder.resolve("tasks/a-large.zip"))
                && Files.notExists(folder.resolve("tasks/b-small.zip")));
        String given = awaitTask(group, "p");
        assertTrue(given.contains("b-small.zip"), given.substring(0, 80));
        assertTrue(given.getBytes(StandardCharsets.UTF_8).length <= limit);
        say(registration("F", "fee"));
        assertTrue(ask("F", "fee").contains("a-large.zip"), "group F's peer reads on until the JSON is whole");
    }

    @Test
    void aPackageIsPackedAsSmallAsItGoes() throws IOException {
        byte[] dropped = Zips.of(
                "top/input.csv", "x,y\n" + "1,2\n".repeat(200), "top/main.py", MAIN, "top/sub/helper.py", "X = 1\n");
        Zips.drop(folder.resolve("tasks"), "job.zip", dropped);
        say(registration("C", "cora"));
        String given = awaitTask("C", "cora");
        byte[] parcel = parcel(given);
        assertEquals(
                Map.of("main.py", MAIN, "input.csv", "x,y\n" + "1,2\n".repeat(200), "sub/helper.py", "X = 1\n"),
                Zips.read(parcel));
        assertEquals("main.py", Zips.read(parcel).keySet().iterator().next());
        assertTrue(parcel.length < dropped.length);
        assertFalse(given.contains(" "), "no spaces in the JSON");
        assertPlainHeaders(parcel);
    }

    /** Neither extra fields nor data descriptors, the things that Java and others like to add. */
    private static void assertPlainHeaders(byte[] zip) {
        int entries = 0;
        for (int at = 0; at + 30 < zip.length; at++) {
            if (zip[at] == 'P' && zip[at + 1] == 'K' && zip[at + 2] == 3 && zip[at + 3] == 4) {
                entries++;
                assertEquals(0, zip[at + 6] & 8, "a data descriptor");
                assertEquals(0, zip[at + 28] + zip[at + 29], "extra fields");
            } else if (zip[at] == 'P' && zip[at + 1] == 'K' && zip[at + 2] == 1 && zip[at + 3] == 2) {
                assertEquals(0, zip[at + 30] + zip[at + 31], "extra fields in the list");
            }
        }
        assertEquals(3, entries);
    }

    /** Group E's peer starts work/job/main.py from inside work/job. */
    @Test
    void groupEFindsAProgramWhereItLooks() throws IOException {
        drop("job.zip", "main.py", MAIN, "input.csv", "a");
        say(registration("E", "eva"));
        Map<String, String> parcel = Zips.read(parcel(awaitTask("E", "eva")));
        assertEquals(MAIN, parcel.get("main.py"));
        assertTrue(parcel.get("work/job/main.py").contains("run_path(\"main.py\""), parcel.toString());
        say(registration("C", "cora"));
        drop("other.zip", "main.py", MAIN);
        assertEquals(
                List.of("main.py"),
                List.copyOf(Zips.read(parcel(awaitTask("C", "cora"))).keySet()));
    }

    @Test
    void whatNeedsOurOwnWorkersIsNotForStrangers() throws IOException {
        say(registration("?", "p"));
        drop("a-args.zip", "main.py", MAIN, "task.json", "{\"args\": [\"x\"]}");
        drop("b-timeout.zip", "main.py", MAIN, "task.json", "{\"timeout\": \"5s\"}");
        await().until(() -> Files.notExists(folder.resolve("tasks/a-args.zip"))
                && Files.notExists(folder.resolve("tasks/b-timeout.zip")));
        String given = awaitTask("?", "p");
        assertTrue(given.contains("b-timeout.zip"), given);
        assertEquals(
                List.of("main.py"), List.copyOf(Zips.read(parcel(given)).keySet()), "task.json tells them nothing");
    }

    /** E's bug, and C's with its own example: the interpreter is told a path that is not there. */
    @Test
    void anInterpreterThatNeverFoundMainIsALostAttempt() throws IOException {
        drop("job.zip", "main.py", MAIN);
        awaitTask("?", "p");
        byte[] nothing = Zips.of(
                "stdout.txt",
                "",
                "stderr.txt",
                "python: can't open file '/x/work/job/work/job/main.py': [Errno 2] No such file or directory\n");
        String answer = say("{\"action\": \"SUBMIT_RESULT\", \"peer_id\": \"p\", \"result_name\": \"job.zip\", "
                + "\"result_data\": \"" + base64(nothing) + "\"}");
        assertTrue(answer.contains("never found main.py"), answer);
        awaitTask("?", "q");
        assertEquals(
                "{\"status\":\"OK\"}",
                say("{\"action\": \"SUBMIT_RESULT\", \"peer_id\": \"q\", \"result_name\": \"job.zip\", "
                        + "\"result_data\": \"" + base64(RESULT) + "\"}"));
        await().until(() -> Files.exists(folder.resolve("results/job.zip")));
        assertArrayEquals(RESULT, Files.readAllBytes(folder.resolve("results/job.zip")));
    }

    /** A script that itself complains of a missing file has run. */
    @Test
    void aScriptThatFailsIsAResult() throws IOException {
        byte[] failed = Zips.of(
                "stdout.txt",
                "",
                "stderr.txt",
                "Traceback (most recent call last):\n  File \"main.py\", line 1\nFileNotFoundError: [Errno 2] "
                        + "No such file or directory: 'main.pyx'\n");
        drop("job.zip", "main.py", MAIN);
        awaitTask("?", "p");
        assertEquals(
                "{\"status\":\"OK\"}",
                say("{\"action\": \"SUBMIT_RESULT\", \"peer_id\": \"p\", \"result_name\": \"job.zip\", "
                        + "\"result_data\": \"" + base64(failed) + "\"}"));
    }

    @Test
    void afterARestartPeersThatDoNotRegisterAgainAreServed() throws IOException {
        say(registration("E", "eva"));
        say(registration("F", "fee"));
        master.close();
        master = startMaster();
        assertEquals("{\"status\":\"ALIVE\"}", say("{\"action\": \"HEARTBEAT\", \"peer_id\": \"eva\"}"));
        drop("a.zip", "main.py", MAIN);
        assertTrue(Zips.read(parcel(awaitTask("E", "eva"))).containsKey("work/a/main.py"), "it may be E's");
        drop("b.zip", "main.py", MAIN);
        assertTrue(awaitTask("F", "fee").contains("b.zip"));
    }

    @Test
    void aDamagedFileInAPackageIsToldAtOnce() throws IOException {
        byte[] zip = Zips.of("main.py", noise(500));
        byte[] damaged = Arrays.copyOf(zip, zip.length);
        damaged[100] ^= 0x55;
        Zips.drop(folder.resolve("tasks"), "bad.zip", damaged);
        Path reason = folder.resolve("tasks/rejected/bad.zip.txt");
        await().until(() -> Files.exists(reason));
        assertTrue(Files.readString(reason).contains("damaged"), Files.readString(reason));
    }
}
