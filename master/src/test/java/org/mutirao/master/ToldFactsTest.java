package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What workers tell of their machines, by bare sockets. */
class ToldFactsTest {
    private static final String LAB3 = "\"system\":\"linux\",\"pythons\":[\"3.12.1\"],\"cores\":8,\"memory\":"
            + (2L << 30) + ",\"tags\":[\"lab3\"],\"packages\":[\"pandas\",\"numpy\"]";

    @TempDir
    private Path folder;

    private Master master;

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder).start();
    }

    @AfterEach
    void stop() {
        master.close();
    }

    /** One message on a connection of its own. */
    private String say(String json) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String register(String peer) throws IOException {
        return say(
                "{\"action\":\"REGISTER\",\"peer_id\":\"" + peer + "\",\"features\":[\"lease\",\"facts\"],\"name\":\""
                        + peer + "\",\"slots\":2,\"heartbeat_ms\":5000,\"held\":[]}");
    }

    private String tell(String peer, String facts) throws IOException {
        return say("{\"action\":\"TELL_FACTS\",\"peer_id\":\"" + peer + "\"," + facts + "}");
    }

    private String show(String worker) throws IOException {
        return say("{\"action\":\"SHOW_WORKER\",\"worker\":\"" + worker + "\"}");
    }

    @Test
    void whatAWorkerTellsIsShown() throws IOException {
        assertTrue(register("pc7").contains("\"facts\""), "the master knows the message");
        assertFalse(show("pc7").contains("\"facts\""), "it has told nothing yet");
        assertEquals("{\"status\":\"OK\"}", tell("pc7", LAB3));
        String list = say("{\"action\":\"LIST_WORKERS\"}");
        assertTrue(list.contains("\"tags\":[\"lab3\"]") && list.contains("\"packages\":[]"), list);
        assertTrue(show("pc7").contains("\"packages\":[\"numpy\",\"pandas\"]"));
        register("pc7");
        assertFalse(show("pc7").contains("lab3"), "another program may have come in its place");
    }

    @Test
    void whatIsTooMuchIsRefusedAndTheWorkerGoesOn() throws IOException {
        register("pc7");
        tell("pc7", LAB3);
        for (String wrong : new String[] {
            "\"tags\":[\"two words\"]",
            "\"cores\":-1",
            "\"memory\":\"much\"",
            "\"packages\":[7]",
            "\"pythons\":[\"new\"]"
        }) {
            String field = wrong.substring(1, wrong.indexOf('"', 1));
            String answer = tell("pc7", wrong);
            assertTrue(answer.contains("TELL_FACTS: '" + field + "'"), answer);
        }
        assertTrue(show("pc7").contains("lab3"), "what it told before holds");
        assertTrue(say("{\"action\":\"HEARTBEAT\",\"peer_id\":\"pc7\"}").contains("ALIVE"));
    }

    @Test
    void whoHasNotRegisteredAsOneOfOursTellsInVain() throws IOException {
        say("{\"action\":\"REGISTER\",\"peer_id\":\"guest\",\"addr\":[\"10.0.0.9\",50010]}");
        tell("guest", LAB3);
        tell("nobody", LAB3);
        assertFalse(show("guest").contains("lab3"));
        assertTrue(show("nobody").contains("there is no such worker"));
    }
}
