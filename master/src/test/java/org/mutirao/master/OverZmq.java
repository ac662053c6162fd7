package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.value.Value;
import org.mutirao.master.face.zmq.ZmqPorts;
import org.mutirao.protocol.json.Json;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** A master with its ports for ZeroMQ, and clients as the course has them. */
@Tag("slow")
abstract class OverZmq {
    static final int TIMEOUT_MILLIS = 30_000;

    @TempDir
    Path folder;

    final ZMQ.Context context = ZMQ.context(1);

    Master master;

    ZmqPorts ports;

    ZMQ.Socket client;

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder).zmq(new ZmqPorts(0, 0, 0, 0, 0, 0)).start();
        ports = master.zmq().ports();
        client = asking(ports.clients());
    }

    @AfterEach
    void stop() {
        client.close();
        master.close();
        context.term();
    }

    static ConditionFactory soon() {
        return await().atMost(Duration.ofMillis(TIMEOUT_MILLIS));
    }

    ZMQ.Socket connected(SocketType type, int port) {
        ZMQ.Socket socket = context.socket(type);
        socket.setLinger(0);
        socket.setReceiveTimeOut(TIMEOUT_MILLIS);
        socket.connect("tcp://127.0.0.1:" + port);
        return socket;
    }

    /**
     * A REQ socket whose connection has answered once. JeroMQ's own client loses about one first request of a thousand, which libzmq's
     * does not; what is tested here is the server.
     */
    ZMQ.Socket asking(int port) throws IOException {
        for (int tries = 0; tries < 20; tries++) {
            ZMQ.Socket socket = connected(SocketType.REQ, port);
            socket.setReceiveTimeOut(3000);
            socket.send(packed("probe", "clock", 0));
            if (socket.recv() != null) {
                socket.setReceiveTimeOut(TIMEOUT_MILLIS);
                return socket;
            }
            socket.close();
        }
        throw new AssertionError("nothing answers on port " + port);
    }

    /** As bot.js and the servers pack: texts, small integers, doubles. */
    static byte[] packed(String service, Object... namesAndValues) throws IOException {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packMapHeader(2).packString("service").packString(service).packString("data");
            packer.packMapHeader(namesAndValues.length / 2);
            for (int each = 0; each < namesAndValues.length; each += 2) {
                packer.packString((String) namesAndValues[each]);
                Object value = namesAndValues[each + 1];
                if (value instanceof Integer number) {
                    packer.packInt(number);
                } else if (value instanceof Double number) {
                    packer.packDouble(number);
                } else if (value == null) {
                    packer.packNil();
                } else {
                    packer.packString((String) value);
                }
            }
            return packer.toByteArray();
        }
    }

    static Map<String, Object> exchange(ZMQ.Socket socket, byte[] frame) throws IOException {
        socket.send(frame);
        byte[] answer = socket.recv();
        assertNotNull(answer, "every request gets an answer");
        assertTrue(!socket.hasReceiveMore(), "in one frame");
        Value value = MessagePack.newDefaultUnpacker(answer).unpackValue();
        return Json.readMap(value.toJson().getBytes(StandardCharsets.UTF_8));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> data(Map<String, Object> envelope) {
        return (Map<String, Object>) envelope.get("data");
    }

    Map<String, Object> ask(String service, Object... namesAndValues) throws IOException {
        Map<String, Object> answer = exchange(client, packed(service, namesAndValues));
        assertEquals(service, answer.get("service"), answer.toString());
        return data(answer);
    }

    List<Map<String, Object>> said() throws IOException {
        return messages().stream().filter(row -> "said".equals(row.get("kind"))).toList();
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> messages() throws IOException {
        return (List<Map<String, Object>>)
                Talk.ask(master, "{\"action\":\"READ_CHANNEL\",\"last\":1000}").get("messages");
    }
}
