package org.mutirao.protocol.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.room.FailedTries;
import org.mutirao.protocol.room.RoomCertificate;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.units.ByteSize;

/** A room with a key on real sockets, and those who try to get in without it. */
class RoomConversationTest implements WireServer.Handler {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ByteSize LIMIT = ByteSize.mebi(32);
    private static final WorkerId PEER = new WorkerId("p");
    private static final GridId GRID = GridId.random();
    private static final RoomSecret SECRET = RoomSecret.random(new SecureRandom());
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\"([^\"]*)\"");
    private static final String HEARTBEAT = "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}";

    @TempDir
    private static Path certificates;

    private static RoomCertificate certificate;

    @TempDir
    private Path folder;

    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private Payload parcel;

    @BeforeAll
    static void makeCertificate() throws IOException {
        certificate = RoomCertificate.open(certificates.resolve("tls.p12"), SECRET);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Override
    public void onRequest(WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
        requests.add(request);
        if (request instanceof WorkerRequest.RequestTask) {
            Reply.Assignment assignment = new Reply.Assignment(GRID, Lease.of(1, 1), Duration.ofMinutes(1));
            answer.send(new Reply.TaskPackage("x.zip", parcel, Optional.of(assignment)));
        } else {
            answer.send(new Reply.Ok(false));
        }
    }

    @Override
    public void onClosed(WireServer.Connection connection) {}

    private WireServer serve(Optional<RoomGuard> guard, Duration silence) throws IOException {
        Files.createDirectories(folder.resolve("server"));
        WireServer server = WireServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new WireServer.Limits(4096, silence, Duration.ofSeconds(60), 1000, 1000, LIMIT, LIMIT),
                new FileSpool(folder.resolve("server"), LIMIT),
                guard,
                this);
        opened.add(server);
        return server;
    }

    private RoomGuard guard(Predicate<InetAddress> openTo) throws IOException {
        return new RoomGuard(SECRET, certificate, openTo, nanos::get);
    }

    /** A room that is open to nobody. */
    private WireServer serve() throws IOException {
        return serve(Optional.of(guard(address -> false)), TIMEOUT);
    }

    private WireClient client(Optional<RoomSecret> secret) throws IOException {
        Files.createDirectories(folder.resolve("client"));
        Optional<RoomPass> pass = secret.isPresent() ? Optional.of(new RoomPass(secret.get())) : Optional.empty();
        WireClient client = new WireClient(1, new FileSpool(folder.resolve("client"), LIMIT), pass);
        opened.add(client);
        return client;
    }

    private static WireClient.Endpoint endpoint(int port) {
        return new WireClient.Endpoint(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Dialects.own(), true);
    }

    private static Request ask() {
        return new WorkerRequest.RequestTask(PEER, Duration.ofSeconds(1));
    }

    private static SSLContext tls() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return context;
    }

    /** A program of its own behind TLS, which says what it likes. */
    private SSLSocket stranger(int port) throws IOException, GeneralSecurityException {
        SSLSocket socket = (SSLSocket) tls().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        opened.add(socket);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** The next object, which has none in it. */
    private static String hear(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next >= 0;
                next = socket.getInputStream().read()) {
            text.append((char) next);
            if (next == '}') {
                return text.toString();
            }
        }
        return text.toString();
    }

    private static byte[] field(String object, String name) {
        Matcher fields = FIELD.matcher(object);
        while (fields.find()) {
            if (fields.group(1).equals(name)) {
                return Base64.getDecoder().decode(fields.group(2));
            }
        }
        throw new AssertionError("no " + name + " in " + object);
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String begin(byte[] nonce) {
        return "{\"action\":\"PROVE\",\"nonce\":\"" + text(nonce) + "\"}";
    }

    private static String proof(byte[] proof) {
        return "{\"action\":\"PROVE\",\"proof\":\"" + text(proof) + "\"}";
    }

    private static byte[] shown(SSLSocket socket) throws IOException, GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256")
                .digest(socket.getSession().getPeerCertificates()[0].getEncoded());
    }

    private Payload payload(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return new Payload(Files.write(folder.resolve("parcel" + size), bytes), new Blob(Sha256.of(bytes), size));
    }

    private void refusedWith(String expected, SSLSocket socket) throws IOException {
        String said = hear(socket);
        assertTrue(said.contains("\"status\":\"ERROR\"") && said.contains(expected), said);
        assertEquals(-1, socket.getInputStream().read(), "the connection ends");
        assertEquals(List.of(), requests);
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
        assertEquals(
                new Reply.Ok(false),
                client(Optional.empty())
                        .ask(
                                endpoint(server.port()),
                                new WorkerRequest.Heartbeat(PEER, Optional.empty(), Optional.empty()),
                                TIMEOUT));
        assertEquals(1, requests.size());
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
        long begun = System.nanoTime();
        assertInstanceOf(
                Reply.Ok.class,
                client(Optional.of(SECRET))
                        .ask(
                                endpoint(server.port()),
                                new WorkerRequest.Heartbeat(PEER, Optional.empty(), Optional.empty()),
                                TIMEOUT));
        assertTrue(System.nanoTime() - begun >= FailedTries.DELAY.toNanos());
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
                Reply.Ok.class,
                client(Optional.of(SECRET))
                        .ask(
                                endpoint(server.port()),
                                new WorkerRequest.Heartbeat(PEER, Optional.empty(), Optional.empty()),
                                TIMEOUT));
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
