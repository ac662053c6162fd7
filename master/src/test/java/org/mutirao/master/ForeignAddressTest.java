package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.OwnAddress;
import org.mutirao.testkit.Zips;

/** Programs of other groups have no session: their address is all that shows who they are. */
class ForeignAddressTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String RESULT =
            Base64.getEncoder().encodeToString(Zips.of("stdout.txt", "1\n", "stderr.txt", ""));
    private static final String ASK = "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}";
    private static final String BEAT = "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}";
    private static final String SUBMIT =
            "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"r\",\"result_data\":\"" + RESULT + "\"}";

    @TempDir
    private Path folder;

    private Master master;
    private InetAddress here;
    private InetAddress elsewhere;

    @BeforeEach
    void start() throws IOException {
        here = InetAddress.getLoopbackAddress();
        elsewhere = OwnAddress.outside();
        assumeTrue(elsewhere != null, "SKIPPED: this machine has no address but loopback");
        master = startMaster();
    }

    private Master startMaster() throws IOException {
        return TestMaster.in(folder).host("0.0.0.0").start();
    }

    @AfterEach
    void stop() {
        if (master != null) {
            master.close();
        }
    }

    /** One message, one connection, as those programs do; who connects to an own address comes from there. */
    private String say(InetAddress from, String json) throws IOException {
        try (Socket socket = new Socket(from, master.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void takeTask() throws IOException {
        Zips.drop(folder.resolve("tasks"), "job.zip", Zips.of("main.py", "print(1)"));
        await().atMost(TIMEOUT).until(() -> say(here, ASK), answer -> answer.contains("TASK_PACKAGE"));
    }

    private String state() throws IOException {
        return say(here, "{\"action\":\"SHOW_TASK\",\"task\":\"1\"}");
    }

    private void assertNobodyElseSpeaksForIt() throws IOException {
        for (String lie : List.of(
                SUBMIT,
                BEAT,
                ASK,
                "{\"action\":\"REGISTER\",\"peer_id\":\"p\",\"addr\":[\"10.0.0.9\",50010]}",
                "{\"action\":\"REGISTER\",\"peer_id\":\"p\",\"features\":[\"lease\"],\"name\":\"x\",\"held\":[],"
                        + "\"instance\":\"some-process-of-a-liar\"}")) {
            String answer = say(elsewhere, lie);
            assertTrue(answer.contains("is at another address"), lie + " was answered with " + answer);
            assertTrue(state().contains("\"state\":\"leased\""), lie + " changed the task: " + state());
        }
    }

    @Test
    void onlyTheAddressThatGotTheTaskSpeaksForIt() throws IOException {
        takeTask();
        assertNobodyElseSpeaksForIt();
        assertEquals("{\"status\":\"ALIVE\"}", say(here, BEAT));
        assertEquals("{\"status\":\"OK\"}", say(here, SUBMIT));
    }

    /** A master started anew knows only what is on the log. */
    @Test
    void afterARestartTheLogKnowsTheAddress() throws IOException {
        takeTask();
        master.close();
        master = startMaster();
        String answer = say(elsewhere, SUBMIT);
        assertTrue(answer.contains("is at another address"), answer);
        assertTrue(state().contains("\"state\":\"leased\""), state());
    }

    @Test
    void afterARestartItsOwnResultIsTaken() throws IOException {
        takeTask();
        master.close();
        master = startMaster();
        assertEquals("{\"status\":\"OK\"}", say(here, SUBMIT));
    }
}
