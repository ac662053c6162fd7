package org.mutirao.console.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.Zips;

/** Peers that do one thing each, at {@code console compat --as-master}: it tells that thing and nothing else. */
class PeerTrialTest {
    private static final String PACKAGE = "a package of 1000 bytes of JSON";

    private final ManualClock clock = new ManualClock();
    private final List<Finding> findings = new CopyOnWriteArrayList<>();
    private PeerTrial trial;

    @BeforeEach
    void start() throws IOException {
        trial = new PeerTrial(InetAddress.getLoopbackAddress(), 0, DiscoveryPorts.none(), clock::nanos, findings::add);
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private String say(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), trial.port())) {
            socket.setSoTimeout(30_000);
            ScriptedMaster.say(socket, text);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String send(String action, String more) throws IOException {
        return say("{\"action\":\"" + action + "\",\"peer_id\":\"p\"" + more + "}");
    }

    private String register() throws IOException {
        return send("REGISTER", ",\"addr\":[\"10.0.0.9\",4711]");
    }

    private String ask() throws IOException {
        return send("REQUEST_TASK", "");
    }

    private void deliver(byte[] result) throws IOException {
        String data = Base64.getEncoder().encodeToString(result);
        String answer = send("SUBMIT_RESULT", ",\"result_name\":\"r\",\"result_data\":\"" + data + "\"");
        assertTrue(answer.contains("OK"), answer);
    }

    /** Up to the first package. */
    private void takeOne() throws IOException {
        register();
        ask();
        assertTrue(ask().contains("TASK_PACKAGE"));
        findings.clear();
    }

    private List<String> rows() {
        return findings.stream()
                .map(finding -> finding.trial() + ": " + finding.words())
                .toList();
    }

    @Test
    void ofOneThatSaysNothingOrNoMessageNothingIsSaid() throws IOException {
        say("");
        say("hello\n");
        say("{\"action\":\"REGIST");
        say("{\"action\":\"DANCE\"}");
        assertEquals(List.of(), rows());
    }

    @Test
    void whatOneDidThatIsRightIsToldAsItWas() throws IOException {
        register();
        clock.advance(Duration.ofSeconds(3));
        send("HEARTBEAT", "");
        clock.advance(Duration.ofMillis(4_500));
        send("HEARTBEAT", "");
        assertTrue(ask().contains("NO_TASK"));
        clock.advance(Duration.ofSeconds(2));
        assertTrue(ask().contains("TASK_PACKAGE"));
        deliver(Zips.of("stdout.txt", "mutirao-compat was here\n"));
        assertEquals(
                List.of(
                        "REGISTER: in the flat dialect, own port 4711: of no group known here",
                        "HEARTBEAT: the first one, 3.0 s after registering",
                        "HEARTBEAT: the next one, 4.5 s later",
                        "REQUEST_TASK: asks; it is told that there is no work",
                        "REQUEST_TASK: asks again after 2.0 s",
                        PACKAGE + ": ran it and delivered; result_name 'r'"),
                rows());
    }

    @Test
    void aResultThatDoesNotShowThatItRanIsNotSaidToHaveRun() throws IOException {
        takeOne();
        deliver(Zips.of("stdout.txt", "something\n"));
        assertEquals(List.of(PACKAGE + ": delivered something else; result_name 'r'"), rows());
    }

    @Test
    void whatIsNoZipIsCalledSo() throws IOException {
        takeOne();
        deliver("no ZIP at all".getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(PACKAGE + ": delivered no readable ZIP; result_name 'r'"), rows());
    }

    /** It may run two at a time, so that it lost the first is not known. */
    @Test
    void oneThatAsksAgainMayStillDeliver() throws IOException {
        takeOne();
        ask();
        deliver(Zips.of("stdout.txt", "mutirao-compat was here\n"));
        assertEquals(
                List.of(
                        PACKAGE + ": asks again without delivering: it seems to have lost it",
                        PACKAGE + ": delivers after all, having asked again before; result_name 'r'"),
                rows());
    }

    @Test
    void aResultOfOneThatHoldsNothingIsNoRun() throws IOException {
        deliver(Zips.of("stdout.txt", "mutirao-compat was here\n"));
        assertEquals(List.of("SUBMIT_RESULT: delivers something, and holds no package; result_name 'r'"), rows());
    }
}
