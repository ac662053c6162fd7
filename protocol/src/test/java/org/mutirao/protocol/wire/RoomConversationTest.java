package org.mutirao.protocol.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;

/** A room with a key on real sockets, and what programs with its secret, with another and with none are told there. */
class RoomConversationTest extends OnRoom {
    private Payload payload(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return new Payload(Files.write(folder.resolve("parcel" + size), bytes), new Blob(Sha256.of(bytes), size));
    }

    @Test
    void filesOfAnySizeGoBothWaysUnchanged() throws Exception {
        WireServer server = serve();
        WireClient client = client(Optional.of(SECRET));
        for (int size : new int[] {0, 1, 1000, 48 * 1024, 300_000, 5_000_000}) {
            parcel = payload(size);
            Reply.TaskPackage got = (Reply.TaskPackage) client.ask(endpoint(server.port()), ask(), TIMEOUT);
            assertEquals(parcel.blob(), got.taskPackage().blob());
            requests.clear();
            WorkerRequest back = new WorkerRequest.SubmitResult(PEER, "x.zip", got.taskPackage(), Optional.empty());
            assertEquals(new Reply.Ok(false), client.ask(endpoint(server.port()), back, TIMEOUT));
            Payload received = ((WorkerRequest.SubmitResult) requests.get(0)).result();
            assertEquals(-1, Files.mismatch(parcel.file(), received.file()));
        }
    }

    /** In the words of PROTOCOL.md, as another program would say them. */
    @Test
    void whatPassesIsAsThePageSays() throws Exception {
        SSLSocket socket = stranger(serve().port());
        assertEquals("TLSv1.3", socket.getSession().getProtocol());
        byte[] nonce = RoomProof.nonce();
        say(socket, begin(nonce));
        String challenge = hear(socket);
        assertTrue(challenge.startsWith("{\"status\":\"PROVE\",\"nonce\":\""), challenge);
        RoomProof proof = new RoomProof(SECRET, nonce, field(challenge, "nonce"), shown(socket));
        assertArrayEquals(proof.ofMaster(), field(challenge, "proof"));
        say(socket, proof(proof.ofPeer()));
        assertEquals("{\"status\":\"PROVEN\"}", hear(socket));
        say(socket, HEARTBEAT);
        assertEquals("{\"status\":\"OK\"}", hear(socket));
        assertEquals(1, requests.size());
    }

    @Test
    void aProgramWithAnotherSecretIsNotLetInAndBelievesNothing() throws Exception {
        RoomGuard guard = guard(address -> false);
        WireServer server = serve(Optional.of(guard), TIMEOUT);
        WireClient client = client(Optional.of(RoomSecret.random(new SecureRandom())));
        IOException refusal =
                assertThrows(IOException.class, () -> client.ask(endpoint(server.port()), ask(), TIMEOUT));
        assertInstanceOf(NotOfThisRoom.class, refusal.getCause());
        assertTrue(refusal.getMessage().contains("another room"), refusal::getMessage);
        await().until(() -> guard.failedTries() == 1);
        assertEquals(List.of(), requests);
    }

    @Test
    void aConnectionThatBreaksSaysNothingOfTheRoom() throws Exception {
        try (ServerSocket dying = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread end = new Thread(() -> {
                try {
                    dying.accept().close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            end.start();
            IOException failure = assertThrows(IOException.class, () -> client(Optional.of(SECRET))
                    .ask(endpoint(dying.getLocalPort()), ask(), TIMEOUT));
            assertFalse(failure.getCause() instanceof NotOfThisRoom, failure::toString);
            end.join();
        }
    }

    @Test
    void aProgramWithoutASecretIsToldWhatItLacks() throws Exception {
        WireServer server = serve();
        Reply reply = client(Optional.empty()).ask(endpoint(server.port()), ask(), TIMEOUT);
        assertTrue(((Reply.Failure) reply).message().contains("--secret"), reply::toString);
        assertEquals(List.of(), requests);
    }

    @Test
    void aProgramWithASecretGivesNothingToAMasterWithoutAKey() throws Exception {
        WireServer server = serve(Optional.empty(), TIMEOUT);
        IOException refusal = assertThrows(
                IOException.class, () -> client(Optional.of(SECRET)).ask(endpoint(server.port()), ask(), TIMEOUT));
        assertInstanceOf(NotOfThisRoom.class, refusal.getCause());
        assertEquals(List.of(), requests);
    }

    @Test
    void programsOfAddressesThatAPersonNamedGetInAsTheyAre() throws Exception {
        WireServer server = serve(Optional.of(guard(InetAddress::isLoopbackAddress)), TIMEOUT);
        assertEquals(new Reply.Ok(false), client(Optional.empty()).ask(endpoint(server.port()), heartbeat(), TIMEOUT));
        assertEquals(1, requests.size());
    }

    @Test
    void whatFollowsAProofInOneSegmentIsHeard() throws Exception {
        SSLSocket socket = stranger(serve().port());
        byte[] nonce = RoomProof.nonce();
        say(socket, begin(nonce));
        RoomProof proof = new RoomProof(SECRET, nonce, field(hear(socket), "nonce"), shown(socket));
        say(socket, proof(proof.ofPeer()) + HEARTBEAT + HEARTBEAT);
        assertEquals("{\"status\":\"PROVEN\"}", hear(socket));
        assertEquals("{\"status\":\"OK\"}", hear(socket));
        assertEquals("{\"status\":\"OK\"}", hear(socket));
    }
}
