package org.mutirao.protocol.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Feature;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.units.ByteSize;

/** Raw bytes on real sockets, between our programs and with others. */
class RawConversationTest implements WireServer.Handler {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final WorkerId PEER = new WorkerId("p");
    private static final ByteSize LIMIT = ByteSize.mebi(32);
    private static final GridId GRID = GridId.random();
    private static final String AGREE = "{\"action\":\"AGREE\",\"features\":[\"raw\"]}";
    private static final String AGREED = "{\"status\":\"OK\",\"features\":[\"raw\"]}";
    private static final String SUBMIT =
            "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"x\",\"grid_id\":\"" + GRID
                    + "\",\"task_id\":1,\"attempt\":1,";

    @TempDir
    private Path folder;

    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<Dialect> dialects = Collections.synchronizedList(new ArrayList<>());
    private final List<CompletableFuture<Void>> sent = Collections.synchronizedList(new ArrayList<>());
    private Payload parcel;
    private WireServer server;

    @Override
    public void onRequest(WireServer.Connection from, Dialect dialect, Request request, WireServer.Answer answer) {
        requests.add(request);
        dialects.add(dialect);
        if (request instanceof WorkerRequest.RequestTask) {
            Reply.Assignment assignment = new Reply.Assignment(GRID, Lease.of(1, 1), Duration.ofMinutes(1));
            sent.add(answer.send(new Reply.TaskPackage("x.zip", parcel, Optional.of(assignment))));
        } else if (request instanceof WorkerRequest.Register) {
            answer.send(new Reply.Registered(Optional.of(
                    new Reply.Terms(GRID, List.of(Feature.LEASE, Feature.RAW), Duration.ofMinutes(1), List.of()))));
        } else {
            answer.send(new Reply.Ok(false));
        }
    }

    @Override
    public void onClosed(WireServer.Connection connection) {}

    @BeforeEach
    void serve() throws IOException {
        Files.createDirectories(folder.resolve("server"));
        Files.createDirectories(folder.resolve("client"));
        server = WireServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new WireServer.Limits(4096, Duration.ofMillis(200), Duration.ofSeconds(60), 100, 100, LIMIT, LIMIT),
                new FileSpool(folder.resolve("server"), LIMIT),
                this);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Payload payload(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Path file = Files.write(folder.resolve("parcel" + size), bytes);
        return new Payload(file, new Blob(Sha256.of(bytes), size));
    }

    private WireClient client() {
        return new WireClient(1, new FileSpool(folder.resolve("client"), LIMIT));
    }

    private static WireClient.Endpoint endpoint(int port, Dialect dialect) {
        return new WireClient.Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), dialect, true);
    }

    private static WorkerRequest.RequestTask ask() {
        return new WorkerRequest.RequestTask(PEER, Duration.ofSeconds(1));
    }

    private static WorkerRequest submit(Payload result) {
        return new WorkerRequest.SubmitResult(PEER, "x.zip", result, Optional.empty());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hear(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    }

    private Socket agreed() throws IOException {
        Socket socket = connect();
        say(socket, AGREE);
        assertEquals(AGREED, hear(socket, AGREED.length()));
        return socket;
    }

    private static String hearAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void awaitNothingHalf() {
        await().until(() -> {
            try (Stream<Path> files = Files.list(folder.resolve("server"))) {
                return files.findAny().isEmpty();
            }
        });
    }

    @Test
    void filesOfAnySizeGoBothWaysUnchanged() throws Exception {
        try (WireClient client = client()) {
            for (int size : new int[] {0, 1, 1000, 48 * 1024, 300_000, 5_000_000}) {
                parcel = payload(size);
                Reply.TaskPackage got =
                        (Reply.TaskPackage) client.ask(endpoint(server.port(), Dialects.own()), ask(), TIMEOUT);
                assertEquals(parcel.blob(), got.taskPackage().blob());
                requests.clear();
                WorkerRequest back = submit(got.taskPackage());
                assertEquals(new Reply.Ok(false), client.ask(endpoint(server.port(), Dialects.own()), back, TIMEOUT));
                Payload received = ((WorkerRequest.SubmitResult) requests.get(0)).result();
                assertEquals(parcel.blob(), received.blob());
                assertEquals(-1, Files.mismatch(parcel.file(), received.file()));
            }
        }
    }

    /** In the words of PROTOCOL.md, as another program would say them. */
    @Test
    void whatPassesIsAsThePageSays() throws Exception {
        parcel = payload(5);
        byte[] bytes = Files.readAllBytes(parcel.file());
        String head = "{\"action\":\"TASK_PACKAGE\",\"task_name\":\"x.zip\",\"grid_id\":\"" + GRID
                + "\",\"task_id\":1,\"attempt\":1,\"sha256\":\"" + parcel.blob().hash()
                + "\",\"lease_ms\":60000,\"raw\":5}";
        try (Socket socket = agreed()) {
            say(socket, "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\",\"wait_ms\":1}");
            assertEquals(head, hear(socket, head.length()));
            assertArrayEquals(bytes, socket.getInputStream().readNBytes(5));
            say(socket, SUBMIT + "\"sha256\":\"" + parcel.blob().hash() + "\",\"raw\":5}");
            socket.getOutputStream().write(bytes);
            assertEquals("{\"status\":\"OK\"}", hear(socket, 15));
        }
        WorkerRequest.SubmitResult submit = (WorkerRequest.SubmitResult) requests.get(1);
        assertEquals(parcel.blob(), submit.result().blob());
    }

    @Test
    void aWorkerAgreesByRegisteringToo() throws Exception {
        parcel = payload(3);
        try (Socket socket = connect()) {
            say(socket, "{\"action\":\"REGISTER\",\"peer_id\":\"p\",\"features\":[\"lease\",\"raw\"]}");
            String terms = "{\"status\":\"REGISTERED\",\"features\":[\"lease\",\"raw\"],\"grid_id\":\"" + GRID
                    + "\",\"lease_ms\":60000}";
            assertEquals(terms, hear(socket, terms.length()));
            say(socket, "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\",\"wait_ms\":1}");
            socket.shutdownOutput();
            assertTrue(hearAll(socket).contains("\"raw\":3}"));
        }
    }

    @Test
    void withoutAgreementAndToOtherDialectsItIsBase64() throws Exception {
        parcel = payload(3);
        String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(parcel.file()));
        try (Socket socket = connect()) {
            say(socket, "{\"action\":\"AGREE\",\"features\":[\"telepathy\"]}");
            assertEquals("{\"status\":\"OK\",\"features\":[]}", hear(socket, 29));
            say(socket, "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\",\"wait_ms\":1}");
            socket.shutdownOutput();
            assertTrue(hearAll(socket).endsWith("\"task_data\":\"" + base64 + "\"}"));
        }
        try (Socket socket = agreed()) {
            say(socket, "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}");
            socket.shutdownOutput();
            assertTrue(hearAll(socket).endsWith("\"task_data\":\"" + base64 + "\"}"), "to a flat question");
        }
    }

    @Test
    void aMasterThatKnowsNoAgreementIsSentBase64() throws Exception {
        Payload result = payload(3);
        String unknown = "{\"status\":\"UNKNOWN_ACTION\",\"action\":\"AGREE\"}";
        try (ServerSocket old = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                WireClient client = client()) {
            CompletableFuture<String> heard = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = old.accept()) {
                    String said = hear(socket, AGREE.length());
                    say(socket, unknown);
                    InputStream in = socket.getInputStream();
                    StringBuilder more = new StringBuilder();
                    while (more.indexOf("}") < 0) {
                        more.append((char) in.read());
                    }
                    say(socket, "{\"status\":\"OK\"}");
                    return said + more;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertEquals(
                    new Reply.Ok(false),
                    client.ask(endpoint(old.getLocalPort(), Dialects.own()), submit(result), TIMEOUT));
            String said = heard.get(20, TimeUnit.SECONDS);
            assertTrue(said.startsWith(AGREE + "{\"action\":\"SUBMIT_RESULT\""), said);
            assertTrue(said.contains("\"result_data\":\"") && !said.contains("\"raw\":"), said);
        }
    }

    @Test
    void aStreamCutInTheMiddleLeavesNothing() throws Exception {
        try (Socket socket = agreed()) {
            say(socket, SUBMIT + "\"raw\":1000}only this");
            socket.shutdownOutput();
            hearAll(socket);
        }
        awaitNothingHalf();
        assertEquals(List.of(), requests);
    }

    @Test
    void aStreamLongerThanSaidEndsTheConnectionWithAReason() throws Exception {
        try (Socket socket = agreed()) {
            say(socket, SUBMIT + "\"raw\":4}123456789");
            String said = hearAll(socket);
            assertTrue(said.startsWith("{\"status\":\"OK\"}"), said);
            assertTrue(said.contains("found '5'; closing the connection"), said);
        }
        assertEquals(
                4,
                ((WorkerRequest.SubmitResult) requests.get(0)).result().blob().size());
    }

    @Test
    void otherBytesThanTheHashSaysAreNoResult() throws Exception {
        try (Socket socket = agreed()) {
            say(socket, SUBMIT + "\"sha256\":\"" + Sha256.of(new byte[0]) + "\",\"raw\":4}1234");
            socket.shutdownOutput();
            assertTrue(hearAll(socket).contains("the bytes changed on the way"));
        }
        awaitNothingHalf();
    }

    @Test
    void aStreamThatStopsIsGivenUp() throws Exception {
        try (Socket socket = agreed()) {
            say(socket, SUBMIT + "\"raw\":1000}1234");
            String said = hearAll(socket);
            assertTrue(said.contains("half a message, then nothing for"), said);
        }
        awaitNothingHalf();
    }

    /** The answer arrives though the sender is still at it, and the next request is answered on another connection. */
    @Test
    void tooManyBytesAreRefusedBeforeTheyAreSent() throws Exception {
        Payload large = payload((int) LIMIT.bytes() + 1);
        try (WireClient client = client()) {
            Reply.Failure failure =
                    (Reply.Failure) client.ask(endpoint(server.port(), Dialects.own()), submit(large), TIMEOUT);
            assertEquals(Reply.Refusal.BAD_REQUEST, failure.refusal());
            assertTrue(failure.message().contains("more than the 32MiB allowed here"), failure.message());
            assertEquals(
                    new Reply.Ok(false),
                    client.ask(endpoint(server.port(), Dialects.own()), submit(payload(10)), TIMEOUT));
        }
        assertEquals(1, requests.size());
    }

    @Test
    void aReaderThatLeavesInTheMiddleIsNoticed() throws Exception {
        parcel = payload(20_000_000);
        try (Socket socket = agreed()) {
            say(socket, "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\",\"wait_ms\":1}");
            socket.getInputStream().readNBytes(100_000);
        }
        await().until(() -> sent.size() == 1 && sent.get(0).isCompletedExceptionally());
    }

    @Test
    void aMasterThatEndsInTheMiddleIsAnErrorAndLeavesNothing() throws Exception {
        try (ServerSocket cutting = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                WireClient client = client()) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
                try (Socket socket = cutting.accept()) {
                    hear(socket, AGREE.length());
                    OutputStream out = socket.getOutputStream();
                    out.write((AGREED + "{\"action\":\"TASK_PACKAGE\",\"task_name\":\"x\",\"raw\":1000}12345")
                            .getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    byte[] some = new byte[10];
                    assertTrue(socket.getInputStream().read(some) > 0, Arrays.toString(some));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThrows(
                    IOException.class,
                    () -> client.ask(endpoint(cutting.getLocalPort(), Dialects.own()), ask(), TIMEOUT));
            answered.get(20, TimeUnit.SECONDS);
        }
        try (Stream<Path> files = Files.list(folder.resolve("client"))) {
            assertEquals(List.of(), files.toList());
        }
    }
}
