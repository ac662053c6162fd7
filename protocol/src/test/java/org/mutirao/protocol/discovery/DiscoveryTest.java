package org.mutirao.protocol.discovery;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.RoomProof;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.RoomSecrets.Known;

/** Real datagrams on loopback. */
class DiscoveryTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private DiscoveryResponder responder;
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private DatagramSocket pending;

    @BeforeEach
    void start() throws IOException {
        responder = DiscoveryResponder.start(
                new DiscoveryPorts(List.of(0, 0)),
                InetAddress.getByAddress(new byte[4]),
                4711,
                (peer, from, port) -> asked.add(peer + " on " + port));
        pending = new DatagramSocket(0, LOOPBACK);
    }

    @AfterEach
    void stop() {
        pending.close();
        responder.close();
    }

    private void send(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int port = responder.ports().numbers().get(0);
        pending.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, port));
    }

    /** This machine's own programs are not counted, so it asks by its other address. */
    @Test
    void oneAddressIsNotAnsweredForEverAndThatIsCounted() throws IOException {
        InetAddress own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
        assumeTrue(own != null, "SKIPPED: this machine has no address but loopback");
        long before = LimitsReached.here().times(Limit.DATAGRAMS);
        byte[] question = "?".getBytes(StandardCharsets.UTF_8);
        try (DatagramSocket asker = new DatagramSocket(0, own)) {
            int port = responder.ports().numbers().get(0);
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                for (int i = 0; i < 4_000; i++) {
                    asker.send(new DatagramPacket(question, question.length, own, port));
                }
                return LimitsReached.here().times(Limit.DATAGRAMS) > before;
            });
        }
    }

    private Optional<String> receive(int millis) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        pending.setSoTimeout(millis);
        try {
            pending.receive(packet);
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        }
        return Optional.of(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
    }

    /** Three wordings on two ports, and nobody is taken for an asker. */
    @Test
    void itAnswersItselfBeforeAnybodyElseAsks() {
        assertEquals(6, responder.warm(Duration.ofSeconds(30)));
        assertEquals(List.of(), asked);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"action\":\"DISCOVER_MASTER\",\"peer_id\":\"x\",\"port_tcp\":50010} | {\"action\":\"MASTER_ANNOUNCE\",\"master_ip\":\"127.0.0.1\",\"master_port\":4711}",
                "{\"action\":\"DISCOVER_MASTER\"} | {\"action\":\"MASTER_ANNOUNCE\",\"master_ip\":\"127.0.0.1\",\"master_port\":4711}",
                "{\"action\":\"DISCOVER_SUPER_PEER\"} | {\"action\":\"SUPER_PEER_ANNOUNCEMENT\",\"ip\":\"127.0.0.1\",\"port\":4711}",
                "{\"type\":\"DISCOVER_MASTER\",\"data\":{\"peer_id\":\"x\",\"port\":1}} | {\"type\":\"MASTER_ANNOUNCE\",\"data\":{\"master_ip\":\"127.0.0.1\",\"master_port\":4711}}",
            })
    void answersOnceInTheWordingOfTheQuestionWithTheAddressThatFacesTheAsker(String question, String answer)
            throws IOException {
        send(question.strip());
        assertEquals(answer.strip(), receive(10_000).orElseThrow());
        // Whatever else would come had to come before the answer to the next question.
        send("{\"action\":\"DISCOVER_SUPER_PEER\"}");
        assertTrue(receive(10_000).orElseThrow().contains("SUPER_PEER"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "[]",
                "{}",
                "{\"action\":\"MASTER_ANNOUNCE\"}",
                "{\"action\":{}}",
                "{\"type\":\"DISCOVER_MASTER\"}",
                ""
            })
    void whatIsNoQuestionIsIgnored(String text) throws IOException {
        send(text);
        send("{\"action\":\"DISCOVER_SUPER_PEER\"}");
        assertTrue(receive(10_000).orElseThrow().contains("SUPER_PEER"));
    }

    @Test
    void theMasterLearnsWhoAskedAndWhere() throws IOException {
        send("{\"action\":\"DISCOVER_MASTER\",\"peer_id\":\"dora\",\"port_tcp\":1}");
        assertTrue(receive(10_000).isPresent());
        send("{\"action\":\"DISCOVER_SUPER_PEER\"}");
        assertTrue(receive(10_000).isPresent());
        assertEquals(List.of("dora on " + responder.ports().numbers().get(0)), asked);
    }

    @Test
    void aWorkerFindsAMasterOfThisMachine() throws IOException {
        Optional<MasterFinder.Found> found = new MasterFinder(
                        responder.ports(), WorkerId.random(), System::nanoTime, () -> Set.of(LOOPBACK))
                .find(Duration.ofSeconds(10));
        assertTrue(found.isPresent());
        assertEquals(4711, found.get().addresses().get(0).getPort());
        assertEquals("flat", found.get().dialect().name());
    }

    @Test
    void anAddressThatOnlyTheMasterCanReachIsReplacedByTheSource() throws Exception {
        try (DatagramSocket liar = new DatagramSocket(0, LOOPBACK)) {
            Thread answers = new Thread(() -> {
                try {
                    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                    liar.receive(packet);
                    reply(liar, packet, "garbage");
                    reply(liar, packet, "{\"action\":\"MASTER_ANNOUNCE\",\"master_ip\":7,\"master_port\":1}");
                    reply(
                            liar,
                            packet,
                            "{\"action\":\"MASTER_ANNOUNCE\",\"master_ip\":\"10.9.8.7\",\"master_port\":99}");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            answers.start();
            MasterFinder finder = new MasterFinder(
                    new DiscoveryPorts(List.of(liar.getLocalPort())),
                    WorkerId.random(),
                    System::nanoTime,
                    () -> Set.of(LOOPBACK));
            List<InetSocketAddress> addresses =
                    finder.find(Duration.ofSeconds(10)).orElseThrow().addresses();
            assertEquals("10.9.8.7", addresses.get(0).getAddress().getHostAddress());
            assertTrue(addresses.get(1).getAddress().isLoopbackAddress(), "then the datagram's own source");
            answers.join();
        }
    }

    private static void reply(DatagramSocket from, DatagramPacket to, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        from.send(new DatagramPacket(bytes, bytes.length, to.getSocketAddress()));
    }

    private static Optional<MasterFinder.Found> find(int port, RoomSecret secret, Duration patience)
            throws IOException {
        return new MasterFinder(
                        new DiscoveryPorts(List.of(port)), WorkerId.random(), System::nanoTime, () -> Set.of(LOOPBACK))
                .inRoom(Optional.of(secret))
                .find(patience);
    }

    @Test
    void inARoomWithAKeyOnlyItsMasterIsFound() throws IOException {
        RoomSecret secret = RoomSecret.random(new SecureRandom());
        try (DiscoveryResponder master = DiscoveryResponder.start(
                DiscoveryPorts.parse("0"),
                LOOPBACK,
                4712,
                Optional.of(label ->
                        Optional.of(new Known(secret, Entrant.MEMBER)).filter(known -> label.equals(secret.label()))),
                (peer, from, port) -> {})) {
            int port = master.ports().numbers().get(0);
            MasterFinder.Found found =
                    find(port, secret, Duration.ofSeconds(10)).orElseThrow();
            assertEquals(List.of(new InetSocketAddress(LOOPBACK, 4712)), found.addresses());
            assertFalse(find(port, RoomSecret.random(new SecureRandom()), Duration.ofMillis(200))
                    .isPresent());
        }
        int unsigned = responder.ports().numbers().get(0);
        assertFalse(find(unsigned, secret, Duration.ofMillis(200)).isPresent());
    }

    /** It heard the master answer before, and says the same again, of another place too. */
    @Test
    void anAnswerIsGoodForOneQuestionAndOnePlace() throws Exception {
        RoomSecret secret = RoomSecret.random(new SecureRandom());
        byte[] heard = RoomProof.nonce();
        String old = Base64.getEncoder().encodeToString(RoomProof.ofPlace(secret, heard, "127.0.0.1:4712"));
        try (DatagramSocket liar = new DatagramSocket(0, LOOPBACK)) {
            Thread answers = new Thread(() -> {
                try {
                    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                    liar.receive(packet);
                    Matcher nonce = Pattern.compile("\"nonce\":\"([^\"]+)\"")
                            .matcher(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
                    assertTrue(nonce.find());
                    byte[] asked = Base64.getDecoder().decode(nonce.group(1));
                    String forged =
                            Base64.getEncoder().encodeToString(RoomProof.ofPlace(secret, asked, "127.0.0.1:4712"));
                    String place = "{\"action\":\"MASTER_ANNOUNCE\",\"master_ip\":\"127.0.0.1\",\"master_port\":";
                    reply(liar, packet, place + "4712,\"proof\":\"" + old + "\"}");
                    reply(liar, packet, place + "4713,\"proof\":\"" + forged + "\"}");
                    reply(liar, packet, place + "4714,\"proof\":7}");
                    reply(liar, packet, place + "4712,\"proof\":\"" + forged + "\"}");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            answers.start();
            MasterFinder.Found found =
                    find(liar.getLocalPort(), secret, Duration.ofSeconds(10)).orElseThrow();
            assertEquals(
                    List.of(new InetSocketAddress(LOOPBACK, 4712)), found.addresses(), "the last and only good one");
            answers.join();
        }
    }

    @Test
    void nobodyThereIsNoError() throws IOException {
        int port;
        try (DatagramSocket free = new DatagramSocket(0, LOOPBACK)) {
            port = free.getLocalPort();
        }
        MasterFinder finder = new MasterFinder(
                new DiscoveryPorts(List.of(port)), WorkerId.random(), System::nanoTime, () -> Set.of(LOOPBACK));
        assertFalse(finder.find(Duration.ofMillis(50)).isPresent());
    }

    @Test
    void portsAreReadAndWritten() {
        assertEquals("50005,9999,8888,50001,55001", DiscoveryPorts.defaults().toString());
        assertEquals(DiscoveryPorts.none(), DiscoveryPorts.parse("none"));
        assertEquals(List.of(1, 0), DiscoveryPorts.parse("1, 0").numbers());
        assertThrows(IllegalArgumentException.class, () -> DiscoveryPorts.parse("1,,2"));
        assertThrows(IllegalArgumentException.class, () -> DiscoveryPorts.parse("70000"));
    }
}
