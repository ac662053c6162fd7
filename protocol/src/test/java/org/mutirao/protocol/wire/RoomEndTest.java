package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.RoomProof;

/** One side says by TLS that it says no more, and leaves the connection below open. */
class RoomEndTest extends OnRoom {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aProgramHearsItsAnswersAndIsLetGo(int questions) throws Exception {
        int port = serve().port();
        Socket below = new Socket(InetAddress.getLoopbackAddress(), port);
        opened.add(below);
        below.setSoTimeout((int) TIMEOUT.toMillis());
        SSLSocket socket = (SSLSocket) tls().getSocketFactory().createSocket(below, "master", port, false);
        byte[] nonce = RoomProof.nonce();
        say(socket, begin(nonce));
        RoomProof proof = new RoomProof(SECRET, nonce, field(hear(socket), "nonce"), shown(socket));
        say(socket, proof(proof.ofPeer()));
        assertEquals("{\"status\":\"PROVEN\"}", hear(socket));

        say(socket, HEARTBEAT.repeat(questions));
        socket.shutdownOutput();
        for (int i = 0; i < questions; i++) {
            assertEquals("{\"status\":\"OK\"}", hear(socket));
        }
        assertEquals("", hear(socket));
        assertEquals(-1, below.getInputStream().read());
    }

    /** Else its next question would go where nobody answers. */
    @Test
    void aMasterIsNotAskedOnThatConnectionAgain() throws Exception {
        CompletableFuture<Integer> afterwards = new CompletableFuture<>();
        ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        opened.add(listening);
        Thread master = new Thread(() -> {
            try (Socket below = listening.accept()) {
                below.setSoTimeout((int) TIMEOUT.toMillis());
                answerOne(below);
                afterwards.complete(rest(below.getInputStream()));
            } catch (Exception e) {
                afterwards.completeExceptionally(e);
            }
        });
        master.start();
        assertEquals(
                new Reply.Ok(false),
                client(Optional.of(SECRET)).ask(endpoint(listening.getLocalPort()), heartbeat(), TIMEOUT));
        assertEquals(-1, afterwards.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        master.join();
    }

    private static void answerOne(Socket below) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(certificate().keyManagers().getKeyManagers(), null, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(below, null, false);
        socket.setUseClientMode(false);
        byte[] own = RoomProof.nonce();
        RoomProof proof = new RoomProof(
                SECRET, field(hear(socket), "nonce"), own, certificate().hash());
        say(
                socket,
                "{\"status\":\"PROVE\",\"nonce\":\"" + text(own) + "\",\"proof\":\"" + text(proof.ofMaster()) + "\"}");
        hear(socket);
        say(socket, "{\"status\":\"PROVEN\"}");
        hear(socket);
        say(socket, "{\"status\":\"OK\"}");
        socket.shutdownOutput();
    }

    /** What {@code read} returns at last. */
    private static int rest(InputStream in) throws IOException {
        int last = in.read();
        while (last >= 0) {
            last = in.read();
        }
        return last;
    }
}
