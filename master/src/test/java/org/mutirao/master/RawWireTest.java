package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.Zips;

/** A whole master, and a program that speaks raw bytes as PROTOCOL.md says. */
class RawWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** More than a socket takes that nobody reads. */
    private static final int LARGE = 12_000_000;

    @TempDir
    private Path folder;

    private Master master;

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder).largest(ByteSize.mebi(16)).start();
    }

    @AfterEach
    void stop() {
        master.close();
    }

    /** A program with one connection, on which raw bytes were agreed. */
    private final class Program implements AutoCloseable {
        private final Socket socket;

        Program() throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), master.port());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            assertEquals(
                    Map.of("status", "OK", "features", List.of("raw")),
                    ask("{\"action\":\"AGREE\",\"features\":[\"raw\"]}"));
        }

        void say(String json, byte... bytes) throws IOException {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.writeBytes(json.getBytes(StandardCharsets.UTF_8));
            whole.writeBytes(bytes);
            socket.getOutputStream().write(whole.toByteArray());
        }

        /** One object without objects in it. */
        Map<String, Object> hear() throws IOException {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            int character;
            do {
                character = socket.getInputStream().read();
                text.write(character);
            } while (character != '}' && character >= 0);
            return Json.readMap(text.toByteArray());
        }

        Map<String, Object> ask(String json, byte... bytes) throws IOException {
            say(json, bytes);
            return hear();
        }

        byte[] hearBytes(Map<String, Object> message) throws IOException {
            return socket.getInputStream().readNBytes(((Number) message.get("raw")).intValue());
        }

        void register(String peer) throws IOException {
            Map<String, Object> terms = ask("{\"action\":\"REGISTER\",\"peer_id\":\"" + peer
                    + "\",\"features\":[\"lease\",\"wait\",\"slots\",\"raw\"],\"slots\":1}");
            assertTrue(String.valueOf(terms.get("features")).contains("raw"), terms.toString());
        }

        Map<String, Object> askForWork(String peer) throws IOException {
            return ask("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"" + peer + "\",\"wait_ms\":20000}");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private void handIn(byte[] zip) throws IOException {
        try (Program console = new Program()) {
            console.say(
                    "{\"action\":\"SUBMIT_TASK\",\"name\":\"job.zip\",\"key\":\"k\",\"raw\":" + zip.length + "}", zip);
            console.socket.shutdownOutput();
            String answer = new String(console.socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("{\"status\":\"OK\""), answer);
        }
    }

    private static byte[] packageOf(int size) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        while (text.length() < size) {
            text.append((char) (' ' + random.nextInt(95)));
        }
        return Zips.of("main.py", "print(1)", "input.csv", text.toString());
    }

    private static String result(String peer, Map<String, Object> task, byte[] zip, int said) {
        return "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"" + peer + "\",\"result_name\":\"job.zip\",\"grid_id\":\""
                + task.get("grid_id") + "\",\"task_id\":" + task.get("task_id") + ",\"attempt\":" + task.get("attempt")
                + ",\"exit_code\":0,\"sha256\":\"" + Sha256.of(zip) + "\",\"raw\":" + said + "}";
    }

    private long halfFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("data/blobs/incoming"))) {
            return files.count();
        }
    }

    @Test
    void aPackageAndItsResultTravelRaw() throws Exception {
        byte[] zip = packageOf(100_000);
        handIn(zip);
        try (Program worker = new Program()) {
            worker.register("w");
            Map<String, Object> task = worker.askForWork("w");
            assertEquals("TASK_PACKAGE", task.get("action"));
            byte[] got = worker.hearBytes(task);
            assertArrayEquals(zip, got);
            assertEquals(Sha256.of(got).hex(), task.get("sha256"));
            byte[] result = Zips.of("stdout.txt", "1\n", "stderr.txt", "");
            assertEquals(Map.of("status", "OK"), worker.ask(result("w", task, result, result.length), result));
            await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("results/job.zip")));
            assertArrayEquals(result, Files.readAllBytes(folder.resolve("results/job.zip")));
        }
    }

    @Test
    void aPackageWhoseReaderLeavesInTheMiddleIsHandedOutAgain() throws Exception {
        handIn(packageOf(LARGE));
        try (Program one = new Program()) {
            one.register("one");
            Map<String, Object> task = one.askForWork("one");
            assertEquals(1, task.get("attempt"));
            one.socket.getInputStream().readNBytes(1000);
        }
        try (Program other = new Program()) {
            other.register("other");
            assertEquals(2, other.askForWork("other").get("attempt"));
        }
    }

    @Test
    void aResultCutInTheMiddleIsNoneAndCanBeSentAgain() throws Exception {
        handIn(packageOf(1000));
        byte[] result = packageOf(100_000); // too large to be kept in memory
        try (Program worker = new Program();
                Program cut = new Program()) {
            worker.register("w");
            Map<String, Object> task = worker.askForWork("w");
            worker.hearBytes(task);
            cut.say(result("w", task, result, result.length + 1), result);
            await().atMost(PATIENCE).until(() -> halfFiles() == 1);
            cut.close();
            await().atMost(PATIENCE).until(() -> halfFiles() == 0);
            assertFalse(Files.exists(folder.resolve("results/job.zip")));
            assertEquals(Map.of("status", "OK"), worker.ask(result("w", task, result, result.length), result));
        }
        await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("results/job.zip")));
    }
}
