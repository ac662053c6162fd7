package org.mutirao.master.face.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.javalin.http.Handler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mutirao.master.watch.EventFeed;
import org.mutirao.master.watch.Scope;
import org.mutirao.master.watch.Views;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.OwnAddress;

/** Each limit of the dashboard, at its real port. */
class HttpLimitsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final ByteSize NOTHING = new ByteSize(0);
    private static final String STREAM =
            "GET /api/events/stream HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";

    private final List<Socket> open = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private int eventLength = 600;
    private HttpServer face;

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        for (Socket each : open) {
            each.close();
        }
        if (face != null) {
            face.close();
        }
    }

    private void start(String host, HttpLimits limits) throws IOException {
        Handler wait = context -> {
            waiting.incrementAndGet();
            released.await();
        };
        Handler read = context -> {
            try {
                context.result(String.valueOf(context.req().getInputStream().readAllBytes().length));
            } catch (IOException e) {
                failed.incrementAndGet();
                throw e;
            }
        };
        Handler broken = context -> {
            throw new IllegalStateException("a fault of ours");
        };
        InetAddress address = InetAddress.getByName(host);
        face = HttpServer.start(
                new HttpServer.Port(new InetSocketAddress(address, 0), Optional.empty()),
                new Guard(
                        address,
                        false,
                        Optional.empty(),
                        new OneTimeCodes(System::nanoTime),
                        new BadgeCodes(Optional.empty(), System::nanoTime),
                        entrant -> Scope.ALL),
                limits,
                List.of(
                        Route.get("/health", "Lives.", context -> context.result("up")),
                        Route.get("/wait", "Waits.", wait),
                        Route.get("/broken", "Fails.", broken),
                        Route.post("/read", "Reads.", read),
                        Route.post("/whole", "Reads at once.", context -> context.result(context.bodyAsBytes()))),
                new LiveEvents(
                        new EventFeed(),
                        Views.empty(System::nanoTime).board(),
                        () -> Map.of("much", "x".repeat(eventLength))),
                new ChannelApi(null),
                context -> "{}");
    }

    private static HttpLimits limits(int connections, int requests, int streams, Duration silence, ByteSize slowest) {
        return new HttpLimits(1_000, connections, 1_000, requests, streams, streams, silence, slowest);
    }

    private Socket connect(InetAddress to) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(to, face.port()));
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        open.add(socket);
        return socket;
    }

    private Socket ask(InetAddress to, String request) throws IOException {
        Socket socket = connect(to);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static String post(int length) {
        return "POST /read HTTP/1.1\r\nHost: localhost\r\nX-Mutirao: 1\r\nContent-Length: " + length + "\r\n\r\n";
    }

    /** The first bytes of the answer; empty when the connection ends without any. */
    private static String begin(Socket socket) throws IOException {
        byte[] block = new byte[64];
        try {
            int count = socket.getInputStream().readNBytes(block, 0, 12);
            return new String(block, 0, count, StandardCharsets.UTF_8);
        } catch (SocketException e) {
            return ""; // a reset is an end, too
        }
    }

    /** Enough to see what it is. */
    private static String some(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(600), StandardCharsets.UTF_8);
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    @Test
    void aBrowserThatDoesNotReadItsEventsIsLeftAndItsPlaceIsFree() throws Exception {
        eventLength = 8_000_000; // more than the buffers of both sides take
        start("127.0.0.1", limits(100, 100, 1, Duration.ofMillis(500), NOTHING));
        ask(loopback(), STREAM);
        await().atMost(TIMEOUT).until(() -> {
            Socket other = ask(loopback(), STREAM);
            String text = some(other);
            other.close();
            assertTrue(text.contains("event: "), text);
            return text.contains("event: state");
        });
        assertEquals(0, face.faults(), "nobody's fault");
    }

    /** Some leave before the server has done with their question. */
    @Test
    void browsersThatLeaveTheirEventsAreNoFaultOfOurs() throws Exception {
        start("127.0.0.1", limits(100, 100, 50, LONG, NOTHING));
        for (int i = 0; i < 50; i++) {
            ask(loopback(), STREAM).close();
        }
        await().atMost(TIMEOUT).until(() -> {
            try (Socket other = ask(loopback(), STREAM)) {
                return some(other).contains("event: state");
            }
        });
        assertEquals(0, face.faults());
    }

    @Test
    void moreStreamsThanThereMayBeAreToldSo() throws Exception {
        start("127.0.0.1", limits(100, 100, 1, LONG, NOTHING));
        assertTrue(some(ask(loopback(), STREAM)).contains("event: state"));
        long before = LimitsReached.here().times(Limit.HTTP_STREAMS);
        String text = some(ask(loopback(), STREAM));
        assertTrue(text.contains("event: full"), text);
        assertTrue(LimitsReached.here().times(Limit.HTTP_STREAMS) > before, "it was counted");
    }

    @Test
    void oneAddressHasItsShareOfConnections() throws Exception {
        InetAddress own = OwnAddress.outside();
        assumeTrue(own != null, "SKIPPED: this machine has no address but loopback");
        start("0.0.0.0", limits(2, 100, 1, LONG, NOTHING));
        assertEquals("HTTP/1.1 200", begin(ask(own, get("/health"))));
        assertEquals("HTTP/1.1 200", begin(ask(own, get("/health"))));
        long before = LimitsReached.here().times(Limit.HTTP_CONNECTIONS);
        assertEquals("", begin(ask(own, get("/health"))), "closed");
        assertTrue(LimitsReached.here().times(Limit.HTTP_CONNECTIONS) > before, "it was counted");
        assertEquals("HTTP/1.1 200", begin(ask(loopback(), get("/health"))), "another address");
        open.get(0).close();
        await().atMost(TIMEOUT).until(() -> begin(ask(own, get("/health"))).equals("HTTP/1.1 200"));
    }

    @Test
    void oneAddressHasItsShareOfRequests() throws Exception {
        InetAddress own = OwnAddress.outside();
        assumeTrue(own != null, "SKIPPED: this machine has no address but loopback");
        start("0.0.0.0", limits(100, 2, 1, LONG, NOTHING));
        ask(own, get("/wait"));
        ask(own, get("/wait"));
        await().atMost(TIMEOUT).until(() -> waiting.get() == 2);
        Socket third = ask(own, get("/health"));
        String refused = some(third);
        assertTrue(refused.startsWith("HTTP/1.1 429"), refused);
        assertTrue(refused.contains("wait for their answers"), refused);
        assertEquals("HTTP/1.1 200", begin(ask(loopback(), get("/health"))), "another address");
        released.countDown();
        await().atMost(TIMEOUT).until(() -> begin(ask(own, get("/health"))).equals("HTTP/1.1 200"));
    }

    @Test
    void allTogetherHaveFewerRequestsThanThereAreThreads() throws Exception {
        start("127.0.0.1", new HttpLimits(1_000, 1_000, 2, 2, 1, 1, LONG, NOTHING));
        ask(loopback(), get("/wait"));
        ask(loopback(), get("/wait"));
        await().atMost(TIMEOUT).until(() -> waiting.get() == 2);
        long before = LimitsReached.here().times(Limit.HTTP_REQUESTS);
        assertEquals("HTTP/1.1 429", begin(ask(loopback(), get("/health"))));
        assertTrue(LimitsReached.here().times(Limit.HTTP_REQUESTS) > before, "it was counted");
    }

    @Test
    void aBodyThatHardlyComesIsBrokenOff() throws Exception {
        start("127.0.0.1", limits(100, 100, 1, LONG, ByteSize.mebi(1)));
        Socket slow = ask(loopback(), post(1_000_000));
        await().atMost(TIMEOUT).until(() -> {
            try {
                slow.getOutputStream().write('x');
            } catch (SocketException e) {
                return true; // closed
            }
            return failed.get() > 0;
        });
        assertEquals("HTTP/1.1 200", begin(ask(loopback(), get("/health"))));
    }

    @Test
    void halfARequestAndThenSilenceIsClosed() throws Exception {
        start("127.0.0.1", limits(100, 100, 1, Duration.ofMillis(500), NOTHING));
        Socket half = ask(loopback(), "GET /health HTTP/1.1\r\nHost: loc");
        Socket body = ask(loopback(), post(100));
        assertFalse(some(half).contains(" 200 "), "it ends");
        assertFalse(some(body).contains(" 200 "), "it ends");
    }

    @Test
    void headersWithoutEndAreRefused() throws Exception {
        start("127.0.0.1", limits(100, 100, 1, LONG, NOTHING));
        Socket socket = ask(loopback(), "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(20_000));
        assertEquals("HTTP/1.1 431", begin(socket));
    }

    @Test
    void aBrowserThatLeavesIsNoFaultOfOurs() throws Exception {
        start("127.0.0.1", limits(100, 100, 1, LONG, NOTHING));
        ask(loopback(), post(1_000) + "half").close();
        await().atMost(TIMEOUT).until(() -> failed.get() == 1);
        assertEquals("HTTP/1.1 500", begin(ask(loopback(), get("/broken"))));
        assertEquals(1, face.faults(), "only what was ours");
    }

    /** Of what is read into memory as a whole. */
    @Test
    void aLargeRequestIsRefusedInWordsAndCounted() throws IOException {
        start("127.0.0.1", HttpLimits.defaults());
        long before = LimitsReached.here().times(Limit.HTTP_BODIES);
        Socket large = ask(loopback(), post(2 << 20).replace("/read", "/whole"));
        large.getOutputStream().write(new byte[2 << 20]);
        String told = some(large);
        assertTrue(told.startsWith("HTTP/1.1 413") && told.contains("Too large"), told);
        assertEquals(before + 1, LimitsReached.here().times(Limit.HTTP_BODIES));
    }
}
