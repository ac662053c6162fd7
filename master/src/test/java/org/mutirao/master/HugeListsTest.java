package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.Zips;

/** ZIPs that list more files than anybody could read in a reasonable time, on every way in. */
@Tag("slow")
class HugeListsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int ENTRIES = 600_000;
    private static final int ENTRY_LENGTH = 46 + 1;
    private static final int IN_ZIP64 = 0xffff;

    @TempDir
    private Path folder;

    private Master master;

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder)
                .largest(ByteSize.mebi(64))
                .http(new HostPort("127.0.0.1", 0), Optional.empty())
                .start();
    }

    @AfterEach
    void stop() {
        master.close();
    }

    /**
     * A list of 600 000 files of no length.
     *
     * @param hidden whether the end record tells of one file only, and a zip64 record of the rest
     */
    private static byte[] zip(boolean hidden) {
        ByteBuffer zip =
                ByteBuffer.allocate(31 + ENTRIES * ENTRY_LENGTH + 56 + 20 + 22).order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0x04034b50)
                .putShort((short) 20)
                .put(new byte[20])
                .putShort((short) 1)
                .putShort((short) 0);
        zip.put((byte) 'x');
        int list = zip.position();
        for (int i = 0; i < ENTRIES; i++) {
            zip.putInt(0x02014b50).putShort((short) 20).putShort((short) 20).put(new byte[20]);
            zip.putShort((short) 1).put(new byte[16]).put((byte) 'x');
        }
        int end = zip.position();
        zip.putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0);
        zip.putLong(ENTRIES).putLong(ENTRIES).putLong(end - list).putLong(list);
        zip.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
        int count = hidden ? 1 : IN_ZIP64;
        zip.putInt(0x06054b50).putInt(0).putShort((short) count).putShort((short) count);
        zip.putInt(hidden ? ENTRY_LENGTH : end - list)
                .putInt(hidden ? end - ENTRY_LENGTH : list)
                .putShort((short) 0);
        assertFalse(zip.hasRemaining());
        return zip.array();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port());
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        return socket;
    }

    private String say(String json) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResultIsNotLookedInto(boolean hidden) throws Exception {
        String stranger = say("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"s\",\"result_name\":\"r\",\"result_data\":\""
                + base64(zip(hidden)) + "\"}");
        assertTrue(stranger.contains("no task was handed to you"), "the lease comes first: " + stranger);
        Zips.drop(folder.resolve("tasks"), "job.zip", Zips.of("main.py", "print(1)"));
        String ask = "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}";
        await().atMost(TIMEOUT).until(() -> say(ask), answer -> answer.contains("TASK_PACKAGE"));
        assertEquals(
                "{\"status\":\"OK\"}",
                say("{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"r\",\"result_data\":\""
                        + base64(zip(hidden)) + "\"}"));
        await().atMost(TIMEOUT).until(() -> Files.exists(folder.resolve("results/job.zip")));
        String log = await().atMost(TIMEOUT)
                .until(
                        () -> say("{\"action\":\"READ_LOG\",\"task\":\"1\",\"stream\":\"stdout\",\"from\":0}"),
                        answer -> !answer.contains("\"text\":\"\""));
        assertTrue(log.contains("it is not looked into"), "told, not read: " + log);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPackageIsRefusedOnEveryWayIn(boolean hidden) throws Exception {
        byte[] zip = zip(hidden);
        String submitted = say(
                "{\"action\":\"SUBMIT_TASK\",\"name\":\"x.zip\",\"key\":\"k\",\"task_data\":\"" + base64(zip) + "\"}");
        assertTrue(submitted.contains("BAD_REQUEST"), submitted);
        assertNoJava(submitted);
        master.openHttp();
        HttpResponse<String> uploaded = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + master.httpPort() + "/api/tasks?name=x.zip"))
                                .header("X-Mutirao", "1")
                                .POST(BodyPublishers.ofByteArray(zip))
                                .build(),
                        BodyHandlers.ofString());
        assertEquals(422, uploaded.statusCode(), uploaded.body());
        assertNoJava(uploaded.body());
        assertTrue(say("{\"action\":\"GET_STATUS\"}").contains("\"queued\":0"), "and nothing of it is queued");
    }

    private static void assertNoJava(String text) {
        assertFalse(text.contains("Exception") || text.contains("java."), text);
    }

    @Test
    void aPackageInTheDropFolderIsRejected() throws Exception {
        Zips.drop(folder.resolve("tasks"), "x.zip", zip(false));
        Path why = folder.resolve("tasks/rejected/x.zip.txt");
        await().atMost(Duration.ofSeconds(90)).until(() -> Files.exists(why));
        assertNoJava(Files.readString(why));
        assertTrue(say("{\"action\":\"GET_STATUS\"}").contains("\"queued\":0"), "others are served");
    }
}
