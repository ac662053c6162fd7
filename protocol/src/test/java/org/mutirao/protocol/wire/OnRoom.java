package org.mutirao.protocol.wire;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.RoomCertificate;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.RoomSecrets.Known;
import org.mutirao.protocol.units.ByteSize;

/** A room with a key on real sockets, and programs that know its secret or do not. */
abstract class OnRoom implements WireServer.Handler {
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ByteSize LIMIT = ByteSize.mebi(32);
    static final WorkerId PEER = new WorkerId("p");
    private static final GridId GRID = GridId.random();
    static final RoomSecret SECRET = RoomSecret.random(new SecureRandom());
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\"([^\"]*)\"");
    static final String HEARTBEAT = "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}";

    @TempDir
    private static Path certificates;

    private static RoomCertificate certificate;

    @TempDir
    Path folder;

    final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    Payload parcel;

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

    WireServer serve(Optional<RoomGuard> guard, Duration silence) throws IOException {
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

    RoomGuard guard(Predicate<InetAddress> openTo) throws IOException {
        return new RoomGuard(SECRET, OnRoom::known, certificate, openTo, nanos::get);
    }

    /** A room that is open to nobody. */
    WireServer serve() throws IOException {
        return serve(Optional.of(guard(address -> false)), TIMEOUT);
    }

    WireClient client(Optional<RoomSecret> secret) throws IOException {
        Files.createDirectories(folder.resolve("client"));
        Optional<RoomPass> pass = secret.isPresent() ? Optional.of(new RoomPass(secret.get())) : Optional.empty();
        WireClient client = new WireClient(1, new FileSpool(folder.resolve("client"), LIMIT), pass);
        opened.add(client);
        return client;
    }

    static WireClient.Endpoint endpoint(int port) {
        return new WireClient.Endpoint(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Dialects.own(), true);
    }

    static Request ask() {
        return new WorkerRequest.RequestTask(PEER, Duration.ofSeconds(1));
    }

    static Request heartbeat() {
        return new WorkerRequest.Heartbeat(PEER, Optional.empty(), Optional.empty());
    }

    static RoomCertificate certificate() {
        return certificate;
    }

    static SSLContext tls() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return context;
    }

    /** A program of its own behind TLS, which says what it likes. */
    SSLSocket stranger(int port) throws IOException, GeneralSecurityException {
        SSLSocket socket = (SSLSocket) tls().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        opened.add(socket);
        return socket;
    }

    static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** The next object, which has none in it. */
    static String hear(Socket socket) throws IOException {
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

    static byte[] field(String object, String name) {
        Matcher fields = FIELD.matcher(object);
        while (fields.find()) {
            if (fields.group(1).equals(name)) {
                return Base64.getDecoder().decode(fields.group(2));
            }
        }
        throw new AssertionError("no " + name + " in " + object);
    }

    static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static String begin(byte[] nonce) {
        return "{\"action\":\"PROVE\",\"nonce\":\"" + text(nonce) + "\"}";
    }

    static String proof(byte[] proof) {
        return "{\"action\":\"PROVE\",\"proof\":\"" + text(proof) + "\"}";
    }

    static byte[] shown(SSLSocket socket) throws IOException, GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256")
                .digest(socket.getSession().getPeerCertificates()[0].getEncoded());
    }

    /** Only the room's own. */
    private static Optional<Known> known(String label) {
        return label.equals(SECRET.label()) ? Optional.of(new Known(SECRET, Entrant.MEMBER)) : Optional.empty();
    }
}
