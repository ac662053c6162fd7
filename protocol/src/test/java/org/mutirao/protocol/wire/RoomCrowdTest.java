package org.mutirao.protocol.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.RoomProof;

/** Very many who don't know the secret of a room, from many addresses, while one who knows it works. */
class RoomCrowdTest extends OnRoom {
    private static final int CROWD = 1_500;
    private static final int TRIES = 10_000;
    private static final byte[] BEGINNING = {0x16, 3, 1, 2, 0, 1};

    /** One of many that this machine has. */
    private static InetAddress address(int number) throws IOException {
        assumeFalse(System.getProperty("os.name").startsWith("Mac"), "macOS has one address for itself");
        return InetAddress.getByAddress(new byte[] {127, 1, (byte) (number / 200), (byte) (1 + number % 200)});
    }

    private Socket from(int number, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(address(number), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        return socket;
    }

    private void works(WireServer server) throws Exception {
        assertInstanceOf(
                Reply.Ok.class, client(Optional.of(SECRET)).ask(endpoint(server.port()), heartbeat(), TIMEOUT));
    }

    /** None of them ends by itself before the test does. */
    @Test
    void halfOpenHandshakesLockNobodyOut() throws Exception {
        WireServer server = serve();
        WireClient inside = client(Optional.of(SECRET));
        inside.ask(endpoint(server.port()), heartbeat(), TIMEOUT);
        long before = LimitsReached.here().times(Limit.UNPROVEN);
        List<Socket> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            Socket socket = from(i % 300, server.port());
            opened.add(socket);
            socket.getOutputStream().write(BEGINNING);
            crowd.add(socket);
            if (i % 300 == 299) {
                inside.ask(endpoint(server.port()), heartbeat(), TIMEOUT);
                works(server);
            }
        }
        for (Socket first : crowd.subList(0, 100)) {
            assertEquals(-1, first.getInputStream().read(), "the oldest make room");
        }
        assertTrue(LimitsReached.here().times(Limit.UNPROVEN) - before >= CROWD - UnprovenConnections.MAX_IN_ALL);
    }

    @Test
    @Tag("slow")
    void tenThousandTriesOfTheSecretOpenNothing() throws Exception {
        RoomGuard guard = guard(address -> false);
        WireServer server = serve(Optional.of(guard), TIMEOUT);
        SSLContext tls = tls();
        ExecutorService triers = Executors.newFixedThreadPool(16);
        opened.add(triers::shutdownNow);
        List<Future<String>> refusals = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            int number = i / 10; // fewer from one address than are answered later
            refusals.add(triers.submit(() -> tryOnce(tls, number, server.port())));
        }
        works(server);
        for (Future<String> refusal : refusals) {
            assertTrue(refusal.get().contains("not the secret"), refusal.get());
        }
        // The last one may have read the end of its connection before the master has noted it.
        await().atMost(TIMEOUT).until(() -> guard.failedTries() >= TRIES);
        assertEquals(TRIES, guard.failedTries());
        assertEquals(List.of(heartbeat()), requests);
        works(server);
    }

    private String tryOnce(SSLContext tls, int number, int port) throws Exception {
        try (Socket below = from(number, port);
                SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(below, "master", port, true)) {
            say(socket, begin(RoomProof.nonce()));
            hear(socket);
            say(socket, proof(RoomProof.nonce()));
            String refusal = hear(socket);
            assertEquals(-1, socket.getInputStream().read());
            return refusal;
        }
    }
}
