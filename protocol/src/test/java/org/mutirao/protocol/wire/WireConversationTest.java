package org.mutirao.protocol.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.LaterRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.units.ByteSize;

/** Real sockets on loopback. */
class WireConversationTest implements WireServer.Handler {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final WorkerId PEER = new WorkerId("p");

    private static final List<EventRow> LONG_LIST =
            Collections.nCopies(500, new EventRow(1, 1, "note", Optional.empty(), Optional.empty(), "x".repeat(800)));

    private static final ByteSize HELD = ByteSize.mebi(1);

    @TempDir
    private Path folder;

    private final List<WireServer.Answer> unanswered = Collections.synchronizedList(new ArrayList<>());
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<WireServer.Connection> closed = Collections.synchronizedList(new ArrayList<>());
    private Payload parcel;
    private WireServer server;

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

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private String say(String text) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void answersInTheOrderAskedEvenIfTheFirstAnswerComesLast() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}"
                            .getBytes(StandardCharsets.UTF_8));
            await().until(() -> unanswered.size() == 1);
            assertEquals(1, requests.size(), "the second waits until the first is answered");
            unanswered.get(0).send(new Reply.NoTask());
            String expected = "{\"action\":\"NO_TASK\",\"status\":\"NO_TASKS\",\"task_name\":null,\"task_data\":null}"
                    + "{\"status\":\"ALIVE\"}";
            byte[] answer = socket.getInputStream().readNBytes(expected.length());
            assertEquals(expected, new String(answer, StandardCharsets.UTF_8));
        }
    }

    /** Group C's peer has two threads on one socket, each of which takes what one recv returns for its answer. */
    @Test
    void twoAnswersNeverArriveInOneRead() throws Exception {
        try (Socket socket = connect()) {
            String heartbeat = "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}";
            socket.getOutputStream().write(heartbeat.repeat(3).getBytes(StandardCharsets.UTF_8));
            byte[] read = new byte[1024];
            for (int i = 0; i < 3; i++) {
                int count = socket.getInputStream().read(read);
                assertEquals("{\"status\":\"ALIVE\"}", new String(read, 0, count, StandardCharsets.UTF_8));
            }
        }
    }

    /** Some programs read lines, and would wait for ever for the end of one. */
    @Test
    void anAnswerEndsInALineFeedIfTheQuestionDid() throws Exception {
        String heartbeat = "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}";
        String alive = "{\"status\":\"ALIVE\"}";
        assertEquals(alive, say(heartbeat));
        assertEquals(alive + "\n", say(heartbeat + "\n"));
        assertEquals(alive + "\n" + alive + alive + "\n", say(heartbeat + " \r\n" + heartbeat.repeat(2) + "\n"));
        assertEquals(
                "{\"type\":\"ALIVE\",\"data\":{}}\n", say("{\"type\":\"HEARTBEAT\",\"data\":{\"peer_id\":\"p\"}}\n"));
        assertTrue(say("{\"action\":\"HEARTBEAT\"}\n").endsWith("}\n"));
        assertTrue(say("{\"action\":\"DANCE\"}\n").endsWith("}\n"));
        assertTrue(say("hello\n").endsWith("}\n"));
        assertTrue(say("hello").endsWith("}"));
        Path file = folder.resolve("parcel");
        Files.write(file, new byte[] {1, 2, 3});
        parcel = new Payload(file, new Blob(Sha256.ofFile(file), 3));
        String ask = "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}";
        assertEquals(say(ask) + "\n", say(ask + "\n"));
        assertEquals("{\"TASK\":\"NO_TASK\"}\n", say("{\"WORKER\":\"ALIVE\",\"WORKER_UUID\":\"w\"}"));
    }

    @Test
    void aFileThatIsGoneOrShorterThanToldIsAnsweredWithASentence() throws Exception {
        Path file = Files.write(folder.resolve("short.zip"), new byte[10]);
        for (int size : new int[] {100, 10_000_000}) {
            parcel = new Payload(file, new Blob(Sha256.of(new byte[0]), size));
            String said =
                    say("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}");
            assertTrue(said.contains("can't be read here"), said);
            assertTrue(said.endsWith("{\"status\":\"ALIVE\"}"), "the connection works on: " + said);
            Files.deleteIfExists(file);
        }
    }

    /** Else one program that asks and never reads fills the master's memory. */
    @Test
    void whoDoesNotReadItsAnswersIsNotReadEither() throws Exception {
        int asked = 300;
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("{\"action\":\"READ_EVENTS\",\"after\":0}\n"
                            .repeat(asked)
                            .getBytes(StandardCharsets.UTF_8));
            int[] last = {0};
            await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(500)).until(() -> {
                int before = last[0];
                last[0] = requests.size();
                return before > 0 && before == last[0];
            });
            assertTrue(last[0] < asked / 2, last[0] + " were answered for nobody");
            assertEquals(
                    "{\"status\":\"ALIVE\"}", say("{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}"), "others are served");
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (int i = 0; i < asked; i++) {
                assertTrue(lines.readLine().endsWith("}"), "answer " + i + " came whole");
            }
        }
    }

    @Test
    void oneAddressCanNotUseUpAllConnections() throws Exception {
        InetAddress own = ownAddress();
        assumeTrue(own != null, "SKIPPED: this machine has no address but loopback");
        server.close();
        server = WireServer.start(
                new InetSocketAddress(0),
                new WireServer.Limits(4096, Duration.ofSeconds(30), Duration.ofSeconds(60), 100, 3, HELD, HELD),
                new FileSpool(folder.resolve("server"), ByteSize.mebi(64)),
                this);
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                open.add(new Socket(own, server.port()));
                assertEquals('{', firstByte(open.get(i)));
            }
            try (Socket fourth = new Socket(own, server.port())) {
                assertEquals(-1, firstByte(fourth), "closed at once");
            }
            assertTrue(say("{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}").contains("ALIVE"), "another address");
            open.remove(0).close();
            await().atMost(TIMEOUT).until(() -> {
                try (Socket again = new Socket(own, server.port())) {
                    return firstByte(again) == '{';
                }
            });
        } finally {
            for (Socket each : open) {
                each.close();
            }
        }
    }

    private static int firstByte(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        try {
            socket.getOutputStream()
                    .write("{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}".getBytes(StandardCharsets.UTF_8));
            return socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (SocketException e) {
            return -1; // a reset is an end, too
        }
    }

    private static InetAddress ownAddress() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
    }

    /** Each of them is within its own limit. */
    @Test
    void manyHalfMessagesDoNotFillTheMemory() throws Exception {
        server.close();
        ByteSize little = new ByteSize(3000);
        server = WireServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new WireServer.Limits(4096, Duration.ofSeconds(30), Duration.ofSeconds(60), 100, 3, little, little),
                new FileSpool(folder.resolve("server"), ByteSize.mebi(64)),
                this);
        byte[] half = ("{\"a\":\"" + "x".repeat(1500)).getBytes(StandardCharsets.UTF_8);
        try (Socket first = connect();
                Socket second = connect()) {
            first.getOutputStream().write(half);
            second.getOutputStream().write(half);
            await().atMost(TIMEOUT)
                    .until(() -> first.getInputStream().available()
                                    + second.getInputStream().available()
                            > 0);
            Socket told = first.getInputStream().available() > 0 ? first : second;
            String said = new String(told.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(said.contains("messages of your address are held here"), said);
            assertEquals(
                    0, (told.equals(first) ? second : first).getInputStream().available(), "the other goes on");
        }
        await().atMost(TIMEOUT)
                .until(() -> say("{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\",\"x\":\"" + "x".repeat(1500) + "\"}")
                        .equals("{\"status\":\"ALIVE\"}"));
    }

    /** A busy machine may make it a message that does not come on at all; then it is tried again. */
    @Test
    void aMessageThatComesByteByByteIsEnded() {
        await().atMost(TIMEOUT).until(() -> answerToBytesOneByOne().contains("hardly comes on"));
    }

    private String answerToBytesOneByOne() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("{\"a\":\"".getBytes(StandardCharsets.UTF_8));
            await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(20)).until(() -> {
                socket.getOutputStream().write('x');
                return socket.getInputStream().available() > 0;
            });
            return new String(socket.getInputStream().readNBytes(100), StandardCharsets.UTF_8);
        }
    }

    /** A reply that no dialect can write, as by a fault of ours. */
    @Test
    void whatCantBeWrittenIsAnsweredOnce() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}"
                            .getBytes(StandardCharsets.UTF_8));
            await().atMost(TIMEOUT).until(() -> unanswered.size() == 1);
            assertThrows(
                    Exception.class, () -> unanswered.get(0).send(null).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
            socket.shutdownOutput();
            String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(said.contains("could not be written here"), said);
            assertTrue(said.endsWith("{\"status\":\"ALIVE\"}"), said);
            assertEquals(said.lastIndexOf("could not"), said.indexOf("could not"), "once: " + said);
        }
    }

    @Test
    void tellsWhenAConnectionIsGone() throws Exception {
        connect().close();
        await().until(() -> closed.size() == 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET / HTTP/1.1                    | expected a JSON object",
                "{\"action\":\"HEARTBEAT\",}       | not a message",
                "{\"action\":\"DANCE\"}            | UNKNOWN_ACTION",
                "{\"action\":\"HEARTBEAT\"}        | 'peer_id' is missing",
                "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"p\",\"result_name\":\"x\",\"result_data\":\"QU!D\"} | not base64",
                "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\",\"peer_id\":\"q\"} | not a message",
            })
    void badInputGetsOneClearAnswer(String text, String expected) throws IOException {
        String answer = say(text.strip());
        assertTrue(answer.contains(expected.strip()), answer);
        assertEquals(answer.lastIndexOf("\"status\""), answer.indexOf("\"status\""), "exactly one answer: " + answer);
    }

    @Test
    void binaryGarbageAndDeepNestingAreAnsweredAndOthersServed() throws IOException {
        byte[] garbage = new byte[100_000];
        new Random(1).nextBytes(garbage);
        garbage[0] = 0;
        assertTrue(say(new String(garbage, StandardCharsets.ISO_8859_1)).contains("ERROR"));
        assertTrue(say("{\"a\":" + "[".repeat(10_000)).contains("nested deeper"));
        assertTrue(say("{\"a\":\"" + "x".repeat(1_000_000)).contains("more than 4096 bytes"));
        assertEquals("{\"status\":\"ALIVE\"}", say("{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\"}"));
    }

    @Test
    void halfAMessageAndThenSilenceIsToldAndClosed() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("{\"action\":\"SUBMIT_RESULT\",\"result_data\":\"QUJD".getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.contains("half a message"), answer);
        }
        await().until(() -> isEmpty(folder.resolve("server")));
    }

    @Test
    void aMessageOfAThousandSegmentsIsOneMessage() throws IOException {
        try (Socket socket = connect()) {
            socket.setTcpNoDelay(true);
            String text = "{\"action\":\"HEARTBEAT\",\"peer_id\":\"p\",\"filler\":\"" + "x".repeat(1000) + "\"}";
            for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
                socket.getOutputStream().write(each);
                socket.getOutputStream().flush();
            }
            assertEquals('{', socket.getInputStream().read());
        }
        assertEquals(1, requests.size());
    }

    @Test
    void largePayloadsGoBothWaysUnchanged() throws Exception {
        byte[] bytes = new byte[20_000_000];
        new Random(7).nextBytes(bytes);
        Path file = Files.write(folder.resolve("parcel"), bytes);
        parcel = new Payload(file, new Blob(Sha256.of(bytes), bytes.length));
        try (WireClient client = client()) {
            Reply.TaskPackage got = (Reply.TaskPackage)
                    client.ask(endpoint(), new WorkerRequest.RequestTask(PEER, Duration.ZERO), TIMEOUT);
            assertEquals(parcel.blob(), got.taskPackage().blob());
            WorkerRequest submit = new WorkerRequest.SubmitResult(PEER, "x.zip", got.taskPackage(), Optional.empty());
            assertEquals(new Reply.Ok(false), client.ask(endpoint(), submit, TIMEOUT));
        }
        WorkerRequest.SubmitResult received = (WorkerRequest.SubmitResult) requests.get(1);
        assertEquals(-1, Files.mismatch(file, received.result().file()));
    }

    @Test
    void aPayloadOverTheLimitIsRefusedWithoutCuttingTheSenderOff() throws Exception {
        server.close();
        server = WireServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                WireServer.Limits.defaults(),
                new FileSpool(folder.resolve("server"), new ByteSize(1000)),
                this);
        byte[] bytes = new byte[3_000_000];
        Path file = Files.write(folder.resolve("parcel"), bytes);
        Payload large = new Payload(file, new Blob(Sha256.of(bytes), bytes.length));
        try (WireClient client = client()) {
            WorkerRequest submit = new WorkerRequest.SubmitResult(PEER, "x.zip", large, Optional.empty());
            Reply.Failure failure = (Reply.Failure) client.ask(endpoint(), submit, TIMEOUT);
            assertEquals(Reply.Refusal.BAD_REQUEST, failure.refusal());
            assertTrue(failure.message().contains("1000B"), failure.message());
        }
        assertTrue(isEmpty(folder.resolve("server")), "what was received of it is deleted");
    }

    @Test
    void aMasterThatClosesOrIsSilentOrTalksNonsenseIsAnErrorInWords() throws Exception {
        WorkerRequest heartbeat = new WorkerRequest.Heartbeat(PEER, Optional.empty());
        try (ServerSocket odd = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                WireClient client = client()) {
            WireClient.Endpoint there = new WireClient.Endpoint(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), odd.getLocalPort()),
                    Dialects.common(),
                    false);
            Thread answers = new Thread(() -> {
                try {
                    odd.accept().close();
                    try (Socket second = odd.accept()) {
                        second.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
                        second.getInputStream().readAllBytes();
                    }
                    try (Socket third = odd.accept()) {
                        third.getInputStream().readAllBytes();
                    }
                } catch (IOException e) {
                    requests.clear();
                }
            });
            answers.start();
            assertThrows(IOException.class, () -> client.ask(there, heartbeat, TIMEOUT));
            String nonsense = assertThrows(IOException.class, () -> client.ask(there, heartbeat, TIMEOUT))
                    .getMessage();
            assertTrue(nonsense.contains("no JSON"), nonsense);
            String silence = assertThrows(IOException.class, () -> client.ask(there, heartbeat, Duration.ofMillis(200)))
                    .getMessage();
            assertTrue(silence.contains("no answer"), silence);
            answers.join();
        }
    }

    @Test
    void aTakenPortIsToldInWords() {
        IOException taken = assertThrows(
                IOException.class,
                () -> WireServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                        WireServer.Limits.defaults(),
                        Spool.none(),
                        this));
        assertTrue(taken.getMessage().contains("can't listen on"), taken.getMessage());
    }

    private WireClient client() {
        return new WireClient(1, new FileSpool(folder.resolve("client"), ByteSize.mebi(64)));
    }

    private WireClient.Endpoint endpoint() {
        return new WireClient.Endpoint(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), Dialects.common(), true);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
