package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.OwnAddress;

/** What a person says with --max-connections-per-address holds at each port of the wire. */
class ListenerLimitsTest {
    private static final int MOST = 3;
    private static final int SILENCE_MILLIS = 60_000;

    @TempDir
    private Path folder;

    @Test
    void eachPortTakesNoMoreConnectionsFromOneAddress() throws IOException {
        InetAddress elsewhere = OwnAddress.outside();
        assumeTrue(elsewhere != null, "SKIPPED: this machine has no address but loopback");
        try (Master master = TestMaster.in(folder)
                .host("0.0.0.0")
                .chatPort(0)
                .connectionsPerAddress(MOST)
                .start()) {
            refusesOneMore(elsewhere, master.port());
            refusesOneMore(elsewhere, master.chatPort());
        }
    }

    private static void refusesOneMore(InetAddress from, int port) throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < MOST; i++) {
                Socket let = new Socket(from, port);
                open.add(let);
                assertTrue(isAnswered(let), "connection " + i + " at port " + port);
            }
            Socket oneMore = new Socket(from, port);
            open.add(oneMore);
            assertEquals(false, isAnswered(oneMore), "one more at port " + port);
        } finally {
            for (Socket each : open) {
                each.close();
            }
        }
    }

    private static boolean isAnswered(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        try {
            socket.getOutputStream()
                    .write("{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}".getBytes(StandardCharsets.UTF_8));
            return socket.getInputStream().read() == '{';
        } catch (SocketException closed) {
            return false;
        }
    }
}
