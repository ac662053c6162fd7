package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.face.zmq.ZmqPorts;
import org.mutirao.protocol.room.RoomSecret;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** The ports for ZeroMQ programs in a room with a key: who is heard there, and what they may do. */
class ZmqWithKeyTest {
    private static final ZmqPorts ANY = new ZmqPorts(0, 0, 0, 0, 0, 0);
    /** An address of no machine, which stands for other groups' PCs. */
    private static final String SOMEWHERE_ELSE = "192.0.2.7";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int GREETING = 64;
    private static final String REFUSED = new String(frame(4, "\5ERROR\3" + "400"), StandardCharsets.ISO_8859_1);

    @TempDir
    private Path folder;

    private final RoomSecret secret = SharedRoom.SECRET;
    private final ZMQ.Context context = ZMQ.context(1);

    @AfterEach
    void end() {
        context.term();
    }

    private Master openTo(String address) throws IOException {
        return TestMaster.in(folder).openRoom(secret, address).zmq(ANY).start();
    }

    private static int adminPort(Master master) {
        await().atMost(TIMEOUT).until(() -> master.zmq().adminPort() > 0);
        return master.zmq().adminPort();
    }

    private Map<String, Object> ask(int port, String service, Object... namesAndValues) throws IOException {
        // JeroMQ's own client loses a first request now and then.
        for (int tries = 0; tries < 10; tries++) {
            try (ZMQ.Socket socket = context.socket(SocketType.REQ)) {
                socket.setLinger(0);
                socket.setReceiveTimeOut(3_000);
                socket.connect("tcp://127.0.0.1:" + port);
                socket.send(OverZmq.packed("probe", "clock", 0));
                if (socket.recv() != null) {
                    return OverZmq.exchange(socket, OverZmq.packed(service, namesAndValues));
                }
            }
        }
        throw new AssertionError("nothing answers on port " + port);
    }

    @Test
    void programsOfNamedAddressesAreUsersAndServersAndNeverOperators() throws Exception {
        try (Master master = openTo("127.0.0.1")) {
            ZmqPorts ports = master.zmq().ports();
            int admin = adminPort(master);
            assertEquals(
                    "sucesso",
                    OverZmq.data(ask(ports.clients(), "login", "user", "ana")).get("status"));
            assertEquals(
                    "OK",
                    OverZmq.data(ask(ports.clients(), "publish", "user", "ana", "channel", "general", "message", "oi"))
                            .get("status"));
            assertEquals(
                    2,
                    OverZmq.data(ask(ports.reference(), "rank", "user", "server_1"))
                            .get("rank"));
            String list = OverZmq.data(ask(ports.reference(), "list", "clock", 0))
                    .get("list")
                    .toString();
            assertTrue(list.contains("name=master-1") && list.contains("name=server_1"), list);
            Map<String, Object> now = ask(admin, "clock", "clock", 1);
            double time = ((Number) OverZmq.data(now).get("time")).doubleValue();
            for (Map<String, Object> refused : List.of(
                    ask(admin, "clock", "time", time + 600, "clock", 1),
                    ask(admin, "election", "coordinator", "master-1"))) {
                assertEquals("error", refused.get("service"), refused.toString());
                assertTrue(refused.toString().contains("this room has a key"), refused.toString());
            }
        }
    }

    @Test
    void noPortHearsProgramsOfOtherAddresses() throws Exception {
        try (Master master = openTo(SOMEWHERE_ELSE)) {
            ZmqPorts ports = master.zmq().ports();
            Map<Integer, String> types = Map.of(
                    ports.clients(), "REQ",
                    ports.servers(), "REP",
                    ports.publishers(), "PUB",
                    ports.subscribers(), "SUB",
                    ports.reference(), "REQ",
                    adminPort(master), "REQ");
            for (Map.Entry<Integer, String> port : types.entrySet()) {
                String heard = talk(port.getKey(), greeting(3), ready(port.getValue()), message());
                assertTrue(
                        heard.length() <= GREETING || heard.substring(GREETING).equals(REFUSED), port + heard);
            }
        }
    }

    /** Those of before have no handshake in which they could be asked about. */
    @Test
    void nobodyGetsInByAnOlderProtocol() throws Exception {
        try (Master master = openTo("127.0.0.1")) {
            ZmqPorts ports = master.zmq().ports();
            List<byte[]> olds = Stream.of(
                            new byte[] {1, 0, 5, 0, 'o', 'i', '!', '?'}, // unversioned
                            Arrays.copyOf(greeting(0), 14),
                            Arrays.copyOf(greeting(1), 14))
                    .toList();
            for (byte[] old : olds) {
                String heard = talk(ports.clients(), old, message());
                assertTrue(heard.length() <= GREETING, Arrays.toString(old) + " -> " + heard);
            }
        }
    }

    /** All that a port says to these bytes until it refuses them or ends the connection. */
    private static String talk(int port, byte[]... parts) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            for (byte[] part : parts) {
                socket.getOutputStream().write(part);
            }
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream heard = new ByteArrayOutputStream();
            byte[] some = new byte[256];
            try {
                int count = 0;
                while (count >= 0 && !text(heard).endsWith(REFUSED)) {
                    count = in.read(some);
                    heard.write(some, 0, Math.max(0, count));
                }
            } catch (SocketTimeoutException e) {
                throw new AssertionError("the port keeps the connection, and said " + heard, e);
            } catch (IOException e) {
                // a reset is an end too
            }
            return text(heard);
        }
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static byte[] greeting(int version) {
        byte[] greeting = new byte[GREETING];
        greeting[0] = (byte) 0xff;
        greeting[9] = 0x7f;
        greeting[10] = (byte) version;
        byte[] mechanism = "NULL".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(mechanism, 0, greeting, 12, mechanism.length);
        return greeting;
    }

    private static byte[] ready(String type) {
        return frame(4, "\u0005READY\u000bSocket-Type\0\0\0\u0003" + type);
    }

    private static byte[] message() throws IOException {
        return frame(0, new String(OverZmq.packed("users", "clock", 0), StandardCharsets.ISO_8859_1));
    }

    private static byte[] frame(int flags, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        byte[] frame = new byte[bytes.length + 2];
        frame[0] = (byte) flags;
        frame[1] = (byte) bytes.length;
        System.arraycopy(bytes, 0, frame, 2, bytes.length);
        return frame;
    }
}
