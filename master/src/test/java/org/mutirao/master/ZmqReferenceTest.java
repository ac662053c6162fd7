package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessagePack;
import org.mutirao.master.face.zmq.ZmqFace;
import org.mutirao.master.face.zmq.ZmqPlan;
import org.mutirao.master.face.zmq.ZmqPorts;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** Ranks, clocks and servers of the course, by real sockets. */
class ZmqReferenceTest extends OverZmq {
    private Map<String, Object> at(int port, String service, Object... namesAndValues) throws IOException {
        try (ZMQ.Socket socket = asking(port)) {
            return data(exchange(socket, packed(service, namesAndValues)));
        }
    }

    private int adminPort() {
        soon().until(() -> master.zmq().adminPort() > 0);
        return master.zmq().adminPort();
    }

    @Test
    void theReferenceGivesRanksOnceListsAndForgetsNoName() throws Exception {
        adminPort();
        assertEquals(
                2, at(ports.reference(), "rank", "user", "server_1", "clock", 0).get("rank"));
        assertEquals(
                3,
                at(ports.reference(), "rank", "user", "server_2", "addr", "10.0.0.9:5603")
                        .get("rank"));
        assertEquals(
                2,
                at(ports.reference(), "rank", "user", "server_1", "address", "10.0.0.8:5602")
                        .get("rank"));
        Map<String, Object> beat = at(ports.reference(), "heartbeat", "user", "server_3", "address", null);
        assertTrue(beat.get("timestamp") instanceof Double, beat.toString());
        assertEquals(0, beat.get("clock"));
        Object list = at(ports.reference(), "list", "clock", 0).get("list");
        String text = list.toString();
        assertTrue(text.contains("{name=master-1, rank=1, address=127.0.0.1:1}"), text);
        assertTrue(text.contains("{name=server_1, rank=2, address=10.0.0.8:5602}"), text);
        assertTrue(text.contains("{name=server_3, rank=4, address=null}"), text);
        assertTrue(at(ports.reference(), "clock").get("time") instanceof Double);
        assertEquals("OK", at(ports.reference(), "election").get("election"));
        assertEquals("x", at(ports.reference(), "election", "coordinator", "x").get("coordinator"));
        assertEquals("unknown service", at(ports.reference(), "fly").get("message"));
        assertEquals("invalid payload", at(ports.reference(), "rank", "user", 7).get("message"));
    }

    @Test
    void theAdminToolReadsAndSetsTheClockAndAsksForTheCoordinator() throws Exception {
        int admin = adminPort();
        double before = ((Number) at(admin, "clock", "clock", 1).get("time")).doubleValue();
        long began = System.nanoTime();
        double told =
                ((Number) at(admin, "clock", "time", before + 600, "clock", 1).get("time")).doubleValue();
        assertTrue(told >= before + 1 && told < before + 200, "only a step: from " + before + " to " + told);
        for (int times = 0; times < 20; times++) { // as a server of the course that leads does
            at(admin, "clock", "time", before + 600, "clock", 1);
        }
        double after = ((Number) at(admin, "clock", "clock", 1).get("time")).doubleValue();
        double passed = (System.nanoTime() - began) / 1e9;
        double most = 1 + passed / 10 + passed + 0.5;
        assertTrue(after >= before + 1 && after - before < most, "from " + before + " to " + after);
        String events =
                Talk.ask(master, "{\"action\":\"READ_CHANNEL\",\"last\":100}").toString();
        assertEquals(2, events.split("A ZeroMQ program sets this master's clock", -1).length, events);
        assertEquals("erro", at(admin, "clock", "time", Double.NaN).get("status"));
        Map<String, Object> election = at(admin, "election", "clock", 9);
        assertEquals("OK", election.get("election"));
        assertEquals("master-1", election.get("coordinator"));
        assertTrue(((Number) election.get("clock")).intValue() > 9, election.toString());
        assertEquals(
                "master-1", at(admin, "election", "coordinator", "master-1").get("coordinator"));
        assertEquals(
                "coordenador desconhecido: nobody",
                at(admin, "election", "coordinator", "nobody").get("message"));
        assertEquals("servico desconhecido", at(admin, "fly").get("message"));
    }

    /** The course's server answers through our broker: a REP that connects to the servers' side. */
    @Test
    void aServerOfTheCourseTakesItsTurnIfAskedFor() throws Exception {
        master.close();
        ZmqPlan plan = new ZmqPlan(new ZmqPorts(0, 0, 0, 0, 0, 0), true);
        master = TestMaster.in(folder.resolve("dealing")).zmq(plan).start();
        ports = master.zmq().ports();
        client.close();
        client = asking(ports.clients());
        try (ZMQ.Socket server = connected(SocketType.REP, ports.servers())) {
            server.setReceiveTimeOut(2000); // what is dealt to it late would never be answered
            soon().until(() -> {
                client.send(packed("users", "clock", 1));
                byte[] request = server.recv();
                if (request != null) {
                    server.send(packed("users", "clock", 77));
                }
                return MessagePack.newDefaultUnpacker(client.recv())
                        .unpackValue()
                        .toJson()
                        .contains("77");
            });
        }
    }

    /** It keeps users and messages of its own: what it answers is lost to the grid. */
    @Test
    void aServerOfTheCourseGetsNothingUnlessAskedFor() throws Exception {
        try (ZMQ.Socket server = connected(SocketType.REP, ports.servers())) {
            server.setReceiveTimeOut(300);
            assertEquals("sucesso", ask("login", "user", "ana", "clock", 1).get("status"));
            for (int number = 1; number <= 40; number++) {
                assertEquals(
                        "OK",
                        ask("publish", "user", "ana", "channel", "general", "message", "n" + number)
                                .get("status"));
            }
            assertNull(server.recv(), "nothing was dealt to it");
        }
        assertEquals(40, said().size(), "nothing is lost");
    }

    /** A server that hears of no coordinator takes the lead and sets the clocks. */
    @Test
    void whoLeadsIsToldAgainAndAgainAndAtOnceToWhoBeginsToListen() throws Exception {
        try (ZMQ.Socket first = connected(SocketType.SUB, ports.subscribers())) {
            first.subscribe("servers".getBytes(StandardCharsets.UTF_8));
            for (int times = 0; times < 3; times++) {
                String heard = first.recvStr();
                assertTrue(heard.startsWith("servers {") && heard.contains("\"coordinator\":\"master-1\""), heard);
            }
        }
    }

    @Test
    void aTakenPortIsSaidAndCostsOnlyThatFace() throws IOException {
        ZmqPorts taken = new ZmqPorts(ports.clients(), 0, 0, 0, 0, 0);
        try (Master second = TestMaster.in(folder.resolve("second")).start();
                ZmqFace face = new ZmqFace(ZmqPlan.oursOnly(taken), "127.0.0.1")) {
            String message = assertThrows(IOException.class, () -> face.start(second.grid()))
                    .getMessage();
            assertTrue(message.startsWith("the ZeroMQ ports"), message);
            assertTrue(message.endsWith("one of them is taken. Give others with --zmq."), message);
        }
        try (Master second = TestMaster.in(folder.resolve("second")).zmq(taken).start()) {
            assertTrue(Talk.ask(second, "{\"action\":\"GET_STATUS\"}").containsKey("status"), "the grid goes on");
        }
    }
}
