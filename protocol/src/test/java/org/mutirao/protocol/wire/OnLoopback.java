package org.mutirao.protocol.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.units.ByteSize;

/** A server on loopback that answers by what a test says. */
abstract class OnLoopback implements WireServer.Handler {
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    static final WorkerId PEER = new WorkerId("p");

    static final List<EventRow> LONG_LIST =
            Collections.nCopies(500, new EventRow(1, 1, "note", Optional.empty(), Optional.empty(), "x".repeat(800)));

    static final ByteSize HELD = ByteSize.mebi(1);

    @TempDir
    Path folder;

    final List<WireServer.Answer> unanswered = Collections.synchronizedList(new ArrayList<>());

    final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

    final List<WireServer.Connection> closed = Collections.synchronizedList(new ArrayList<>());

    Payload parcel;

    WireServer server;

    @Override
    public void onRequest(WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
        requests.add(request);
        if (request instanceof WorkerRequest.Heartbeat) {
            answer.send(new Reply.Alive(List.of(), true));
        } else if (request instanceof WorkerRequest.RequestTask && parcel != null) {
            answer.send(new Reply.TaskPackage("x.zip", parcel, Optional.empty()));
        } else if (request instanceof WorkerRequest.SubmitResult) {
            answer.send(new Reply.Ok(false));
        } else if (request instanceof OperatorRequest.ReadEvents) {
            answer.send(new Reply.EventList(LONG_LIST, 500));
        } else if (request instanceof LaterRequest later) {
            answer.send(new Reply.Later(later, "us"));
        } else {
            unanswered.add(answer);
        }
    }

    @Override
    public void onClosed(WireServer.Connection connection) {
        closed.add(connection);
    }

    @BeforeEach
    void serve() throws IOException {
        Files.createDirectories(folder.resolve("server"));
        Files.createDirectories(folder.resolve("client"));
        server = WireServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new WireServer.Limits(4096, Duration.ofMillis(200), Duration.ofSeconds(60), 100, 3, HELD, HELD),
                new FileSpool(folder.resolve("server"), ByteSize.mebi(64)),
                this);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    String say(String text) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    WireClient client() {
        return new WireClient(1, new FileSpool(folder.resolve("client"), ByteSize.mebi(64)));
    }

    WireClient.Endpoint endpoint() {
        return new WireClient.Endpoint(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), Dialects.common(), true);
    }
}
