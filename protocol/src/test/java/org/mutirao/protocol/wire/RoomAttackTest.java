package org.mutirao.protocol.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.FailedTries;
import org.mutirao.protocol.room.RoomCertificate;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;

/** Those who try to get into a room with a key, or to hinder those who know the secret. */
class RoomAttackTest extends OnRoom {
    private void refusedWith(String expected, SSLSocket socket) throws IOException {
        String said = hear(socket);
        assertTrue(said.contains("\"status\":\"ERROR\"") && said.contains(expected), said);
        assertEquals(-1, socket.getInputStream().read(), "the connection ends");
        assertEquals(List.of(), requests);
    }

    @Test
    void aProofIsWorthNothingOnAnotherConnection() throws Exception {
        WireServer server = serve();
        SSLSocket first = stranger(server.port());
        byte[] nonce = RoomProof.nonce();
        say(first, begin(nonce));
        RoomProof good = new RoomProof(SECRET, nonce, field(hear(first), "nonce"), shown(first));
        say(first, proof(good.ofPeer()));
        assertEquals("{\"status\":\"PROVEN\"}", hear(first));

        SSLSocket second = stranger(server.port());
        say(second, begin(nonce));
        hear(second);
        say(second, proof(good.ofPeer()));
        refusedWith("not the secret", second);
    }

    @Test
    void theMastersOwnProofSentBackIsNone() throws Exception {
        SSLSocket socket = stranger(serve().port());
        say(socket, begin(RoomProof.nonce()));
        say(socket, proof(field(hear(socket), "proof")));
        refusedWith("not the secret", socket);
    }

    @Test
    void nothingIsHeardBeforeTheProof() throws Exception {
        int port = serve().port();
        for (String first : List.of(
                HEARTBEAT,
                "{}",
                "[]",
                "{\"action\":\"PROVE\"}",
                "{\"action\":\"PROVE\",\"nonce\":\"AAAA\"}",
                "{\"action\":\"PROVE\",\"nonce\":{}}",
                "{\"action\":\"PROVE\",\"nonce\":\"" + "A".repeat(4000) + "\"}")) {
            SSLSocket socket = stranger(port);
            say(socket, first);
            refusedWith("expects PROVE first", socket);
        }
        SSLSocket hasty = stranger(port);
        say(hasty, begin(RoomProof.nonce()));
        hear(hasty);
        say(hasty, HEARTBEAT + HEARTBEAT);
        refusedWith("not the secret", hasty);
    }

    /** It stands between the two, knows no secret, and passes on all that it hears. Its own certificate gives it away. */
    @Test
    void aRelayIsSeen() throws Exception {
        WireServer server = serve();
        RoomSecret another = RoomSecret.random(new SecureRandom());
        RoomCertificate own = RoomCertificate.open(folder.resolve("relay.p12"), another);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(own.keyManagers().getKeyManagers(), null, null);
        SSLServerSocket relay = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        opened.add(relay);
        Thread passing = new Thread(() -> {
            try (Socket victim = relay.accept();
                    SSLSocket master = stranger(server.port())) {
                Thread back = new Thread(() -> pass(master, victim), "back");
                back.start();
                pass(victim, master);
                back.join();
            } catch (IOException | GeneralSecurityException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        passing.start();
        IOException refusal = assertThrows(IOException.class, () -> client(Optional.of(SECRET))
                .ask(endpoint(relay.getLocalPort()), ask(), TIMEOUT));
        assertInstanceOf(NotOfThisRoom.class, refusal.getCause());
        assertTrue(refusal.getMessage().contains("false one"), refusal::getMessage);
        passing.join();
        assertEquals(List.of(), requests);
    }

    private static void pass(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // One side is gone, which ends the other too.
            try {
                to.close();
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
        }
    }

    /** One neighbour behind the same address can't keep the others out, however often he fails. */
    @Test
    void whoFailsOftenIsAnsweredLaterAndHindersNoneOfHisAddress() throws Exception {
        RoomGuard guard = guard(address -> false);
        WireServer server = serve(Optional.of(guard), TIMEOUT);
        for (int i = 0; i < FailedTries.MAX_TRIES; i++) {
            SSLSocket socket = stranger(server.port());
            say(socket, begin(RoomProof.nonce()));
            hear(socket);
            say(socket, proof(new byte[RoomProof.NONCE_LENGTH]));
            refusedWith("not the secret", socket);
        }
        await().until(() -> guard.failedTries() == FailedTries.MAX_TRIES);
        long before = LimitsReached.here().times(Limit.PROOFS);
        long begun = System.nanoTime();
        assertInstanceOf(
                Reply.Ok.class, client(Optional.of(SECRET)).ask(endpoint(server.port()), heartbeat(), TIMEOUT));
        assertTrue(System.nanoTime() - begun >= FailedTries.DELAY.toNanos());
        assertTrue(LimitsReached.here().times(Limit.PROOFS) > before, "it was counted");
    }

    @Test
    void halfOpenConnectionsEndByThemselvesAndHinderNobody() throws Exception {
        WireServer server = serve(Optional.of(guard(address -> false)), Duration.ofSeconds(2));
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            opened.add(socket);
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            if (i % 3 == 1) {
                socket.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1}); // the beginning of a greeting
            } else if (i % 3 == 2) {
                socket.getOutputStream().write('{');
            }
            silent.add(socket);
        }
        SSLSocket shaken = stranger(server.port());
        shaken.startHandshake(); // and says nothing
        assertInstanceOf(
                Reply.Ok.class, client(Optional.of(SECRET)).ask(endpoint(server.port()), heartbeat(), TIMEOUT));
        for (Socket socket : silent) {
            socket.getInputStream().readAllBytes();
        }
        assertEquals(-1, shaken.getInputStream().read());
    }

    @Test
    void whoEndsBeforeItIsKnownWhatComesIsGoneAtOnce() throws Exception {
        WireServer server = serve();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis() / 2);
            socket.getOutputStream().write('{');
            socket.shutdownOutput();
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void aStrangerIsNotKept() throws Exception {
        WireServer server = serve(Optional.of(guard(address -> false)), Duration.ofSeconds(2));
        try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            stranger.setSoTimeout((int) TIMEOUT.toMillis());
            say(stranger, HEARTBEAT);
            String told = new String(stranger.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(told.contains("--secret"), told);
        }
    }

    @Test
    void garbageBehindATlsHeaderEndsTheConnection() throws Exception {
        WireServer server = serve(Optional.of(guard(address -> false)), Duration.ofSeconds(2));
        byte[] garbage = new byte[5000];
        new Random(1).nextBytes(garbage);
        garbage[0] = 0x16;
        garbage[1] = 3;
        garbage[2] = 3;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream().write(garbage);
            socket.getInputStream().readAllBytes();
        } catch (java.net.SocketException reset) {
            assertTrue(reset.getMessage().contains("reset"), reset::getMessage);
        }
        assertEquals(List.of(), requests);
    }
}
