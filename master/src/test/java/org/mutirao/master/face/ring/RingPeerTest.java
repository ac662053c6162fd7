package org.mutirao.master.face.ring;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.units.HostPort;

/** The ring among ourselves, and with a small play of the course's peer. */
class RingPeerTest {
    private static final InetAddress HOST = InetAddress.getLoopbackAddress();
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> said = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60));
    }

    /**
     * The course's peer as it is heard: one connection a text, one read of up to 1024 bytes, {@code ok} to the start and to
     * heartbeats, nothing to the rest. As the one with id 0 it brings the ring together by itself.
     */
    private static final class Play implements AutoCloseable {
        private final ServerSocket server;
        private final Thread thread;
        private final List<String> heard = new CopyOnWriteArrayList<>();

        Play(int port) throws IOException {
            server = new ServerSocket(port, 1, HOST);
            thread = new Thread(this::listen, "play");
            thread.start();
        }

        private void listen() {
            while (!server.isClosed()) {
                try (Socket caller = server.accept()) {
                    byte[] bytes = new byte[1024];
                    int count = caller.getInputStream().read(bytes);
                    String text = new String(bytes, 0, Math.max(0, count), StandardCharsets.US_ASCII);
                    heard.add(text);
                    if (text.equals("1") || text.startsWith("3")) {
                        caller.getOutputStream().write("ok".getBytes(StandardCharsets.US_ASCII));
                    }
                } catch (IOException e) {
                    // the end, or a caller that went away
                }
            }
        }

        @Override
        public void close() throws Exception {
            server.close();
            thread.join();
        }
    }

    private static String say(int port, String text) throws IOException {
        try (Socket socket = new Socket(HOST, port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int each = 0; each < count; each++) {
            ServerSocket socket = new ServerSocket(0, 1, HOST);
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    private static RingPlan plan(int id, List<Integer> ports) {
        List<PeerAddress> others = new ArrayList<>();
        for (int other = 0; other < ports.size(); other++) {
            if (other != id) {
                others.add(new PeerAddress(other, new HostPort(HOST.getHostAddress(), ports.get(other))));
            }
        }
        return new RingPlan(ports.get(id), id, others);
    }

    private RingPeer join(int id, List<Integer> ports) throws IOException {
        RingPeer face = RingPeer.start(
                plan(id, ports), HOST, address -> true, INTERVAL, word -> said.add(id + ": " + word), System::nanoTime);
        open.add(face);
        return face;
    }

    /** Each has a second for its text. */
    @Test
    void callersThatSayNothingAreCountedAndSoAreThoseWithoutAPlace() throws Exception {
        RingPeer two = join(2, freePorts(3));
        long slow = LimitsReached.here().times(Limit.SLOW);
        long beyond = LimitsReached.here().times(Limit.CONNECTIONS);
        for (int i = 0; i < 40; i++) {
            open.add(new Socket(HOST, two.port()));
        }
        soon().until(() -> LimitsReached.here().times(Limit.CONNECTIONS) > beyond);
        soon().until(() -> LimitsReached.here().times(Limit.SLOW) > slow);
        soon().until(() -> answered(two).equals("ok"));
    }

    private static String answered(RingPeer peer) {
        try {
            return say(peer.port(), "1");
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void aTextWithoutAnEndIsCounted() throws Exception {
        RingPeer two = join(2, freePorts(3));
        long before = LimitsReached.here().times(Limit.MESSAGES);
        try (Socket socket = new Socket(HOST, two.port())) {
            socket.getOutputStream().write("x".repeat(10_000).getBytes(StandardCharsets.US_ASCII));
            soon().until(() -> LimitsReached.here().times(Limit.MESSAGES) > before);
        }
    }

    @Test
    void theLowestLivingIdLeadsAndComesBackToLead() throws Exception {
        List<Integer> ports = freePorts(3);
        RingPeer one = join(1, ports);
        RingPeer two = join(2, ports);
        assertEquals(OptionalInt.empty(), one.leader(), "nobody leads before all were seen");
        RingPeer zero = join(0, ports);
        soon().until(() -> leaders(zero, one, two).equals(List.of(0, 0, 0)));
        zero.close();
        soon().until(() -> leaders(one, two).equals(List.of(1, 1)));
        RingPeer again = join(0, ports);
        soon().until(() -> leaders(again, one, two).equals(List.of(0, 0, 0)));
        assertTrue(said.contains("2: In the ring, peer 1 leads"), said.toString());
    }

    private static List<Integer> leaders(RingPeer... faces) {
        List<Integer> leaders = new ArrayList<>();
        for (RingPeer face : faces) {
            leaders.add(face.leader().orElse(-1));
        }
        return leaders;
    }

    @Test
    void aGuestThatBringsTheRingTogetherIsFollowed() throws Exception {
        List<Integer> ports = freePorts(3);
        Play zero = new Play(ports.get(0));
        open.add(zero);
        RingPeer one = join(1, ports);
        RingPeer two = join(2, ports);
        assertEquals("ok", say(one.port(), "1"));
        assertEquals("ok", say(two.port(), "1"));
        assertEquals("", say(one.port(), "ativos"));
        assertEquals("", say(two.port(), "ativos"));
        assertEquals("ok", say(one.port(), "30"));
        assertEquals("", say(one.port(), "40"));
        soon().until(() -> zero.heard.containsAll(List.of("31", "32", "40")));
        assertEquals(List.of(0, 0), leaders(one, two));
        zero.close();
        soon().until(() -> leaders(one, two).equals(List.of(1, 1)));
    }

    @Test
    void ourOwnBringsGuestsTogetherAndTellsAllOfAnotherLeader() throws Exception {
        List<Integer> ports = freePorts(3);
        RingPeer zero = join(0, ports);
        Play one = new Play(ports.get(1));
        open.add(one);
        soon().until(() -> one.heard.contains("1"));
        assertEquals(OptionalInt.empty(), zero.leader());
        Play two = new Play(ports.get(2));
        open.add(two);
        soon().until(() -> one.heard.containsAll(List.of("1", "ativos", "40", "30"))
                && two.heard.containsAll(List.of("1", "ativos", "40", "30")));
        assertTrue(two.heard.indexOf("ativos") < two.heard.indexOf("30"), two.heard.toString());
        two.close();
        soon().until(() -> zero.active().equals(List.of(1)));
        Play back = new Play(ports.get(2));
        open.add(back);
        soon().until(() -> back.heard.contains("ativos") && zero.active().equals(List.of(1, 2)));
    }

    @Test
    void whatIsNoneOfTheTextsIsClosedQuietly() throws Exception {
        List<Integer> ports = freePorts(2);
        RingPeer one = join(1, ports);
        for (String text : List.of("1\n", "3", "3x", "\u0000\u0001", "{}", "x".repeat(900))) {
            assertEquals("", say(one.port(), text), text);
        }
        try (Socket silent = new Socket(HOST, one.port())) {
            assertTrue(silent.isConnected());
            soon().until(() -> say(one.port(), "1").equals("ok"));
        }
        assertThrows(IOException.class, () -> join(0, List.of(one.port(), ports.get(0))));
    }

    /** One byte now and then would keep it listening to nobody else. */
    @Test
    void aCallerThatNeverEndsIsLeft() throws Exception {
        RingPeer one = join(1, freePorts(2));
        try (Socket dripping = new Socket(HOST, one.port())) {
            dripping.setSoTimeout(30_000);
            dripping.getOutputStream().write('9');
            soon().pollInterval(Duration.ofMillis(100)).until(() -> {
                try {
                    dripping.getOutputStream().write('9');
                    return false;
                } catch (IOException e) {
                    return true; // closed
                }
            });
        }
        assertEquals("ok", say(one.port(), "1"));
    }

    @Test
    void silentCallersHoldUpNoPeer() throws Exception {
        List<PeerAddress> others = List.of(new PeerAddress(0, new HostPort("192.0.2.77", 1)));
        RingPeer one = RingPeer.start(
                new RingPlan(0, 1, others), HOST, address -> true, INTERVAL, said::add, System::nanoTime);
        open.add(one);
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            silent.add(new Socket(HOST, one.port()));
        }
        assertEquals("ok", say(one.port(), "1"), "from another than the peers' addresses, too");
        for (Socket each : silent) {
            each.close();
        }
    }

    @Test
    void whomOpenToDoesNotNameIsNeitherHeardNorCalled() throws Exception {
        List<Integer> ports = freePorts(2);
        Play one = new Play(ports.get(1));
        open.add(one);
        AtomicInteger asked = new AtomicInteger();
        Predicate<InetAddress> nobody = address -> {
            asked.incrementAndGet();
            return false;
        };
        RingPeer zero = RingPeer.start(plan(0, ports), HOST, nobody, INTERVAL, said::add, System::nanoTime);
        open.add(zero);
        soon().until(() -> asked.get() >= 5);
        assertEquals(List.of(), one.heard, "it was not called");
        for (String text : List.of("1", "ativos", "31", "41")) {
            try {
                assertEquals("", say(zero.port(), text), text);
            } catch (SocketException e) {
                // closed before it was written: nor was it heard
            }
        }
        assertEquals(OptionalInt.empty(), zero.leader(), "'ativos' was not heard");
    }

    @Test
    void aPlanThatMakesNoSenseIsRefusedWithASentence() {
        PeerAddress other = new PeerAddress(1, new HostPort("h", 1));
        assertRefused("--ring-peers", () -> new RingPlan(1, 0, List.of()));
        assertRefused("--ring-peers", () -> new RingPlan(1, 1, List.of(other)));
        assertRefused("--ring-peers", () -> new RingPlan(1, 0, List.of(other, other)));
        assertRefused("--ring-port", () -> new RingPlan(70_000, 0, List.of(other)));
        assertRefused("--ring-id", () -> new RingPlan(1, -1, List.of(other)));
    }

    private static void assertRefused(String option, Runnable plan) {
        String message = assertThrows(IllegalArgumentException.class, plan::run).getMessage();
        assertTrue(message.startsWith(option), message);
    }
}
