package org.mutirao.protocol.wire;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.units.ByteSize;

/** Clients on real sockets that send nonsense, too much, or nothing. */
class WireTroubleTest extends OnLoopback {
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
    void binaryGarbageAndDeepNestingAreAnsweredAndOthersServed() throws IOException {
        long before = LimitsReached.here().times(Limit.MESSAGES);
        byte[] garbage = new byte[100_000];
        new Random(1).nextBytes(garbage);
        garbage[0] = 0;
        assertTrue(say(new String(garbage, StandardCharsets.ISO_8859_1)).contains("ERROR"));
        assertTrue(say("{\"a\":" + "[".repeat(10_000)).contains("nested deeper"));
        assertTrue(say("{\"a\":\"" + "x".repeat(1_000_000)).contains("more than 4096 bytes"));
        assertTrue(LimitsReached.here().times(Limit.MESSAGES) >= before + 3, "each was counted");
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
    void aPayloadOverTheLimitIsRefusedWithoutCuttingTheSenderOff() throws Exception {
        server.close();
        server = WireServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                WireServer.Limits.defaults(),
                new FileSpool(folder.resolve("server"), new ByteSize(1000)),
                this);
        long before = LimitsReached.here().times(Limit.PAYLOADS);
        byte[] bytes = new byte[3_000_000];
        Path file = Files.write(folder.resolve("parcel"), bytes);
        Payload large = new Payload(file, new Blob(Sha256.of(bytes), bytes.length));
        try (WireClient client = client()) {
            WorkerRequest submit = new WorkerRequest.SubmitResult(PEER, "x.zip", large, Optional.empty());
            Reply.Failure failure = (Reply.Failure) client.ask(endpoint(), submit, TIMEOUT);
            assertEquals(Reply.Refusal.BAD_REQUEST, failure.refusal());
            assertTrue(failure.message().contains("1000B"), failure.message());
            assertEquals(before + 1, LimitsReached.here().times(Limit.PAYLOADS));
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

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
