package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Sha256;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** Small plays of the course's ZeroMQ programs at a master that is alone. */
class ZmqTest extends OverZmq {
    @Test
    void aBotLogsInMakesItsChannelAndPublishesAndASubscriberHearsAll() throws Exception {
        try (ZMQ.Socket subscriber = connected(SocketType.SUB, ports.subscribers())) {
            subscriber.subscribe("chan-ab".getBytes(StandardCharsets.UTF_8));
            Map<String, Object> login = ask("login", "user", "bot-123456", "timestamp", "10:00:00", "clock", 50);
            assertEquals("sucesso", login.get("status"));
            assertEquals("Login registrado com sucesso.", login.get("description"));
            assertEquals("bot-123456", login.get("user"));
            assertEquals(51, login.get("clock"), "one more than was received");
            assertEquals(
                    "sucesso",
                    ask("channel", "channel", "chan-abcde", "timestamp", "10:00:00", "clock", 3)
                            .get("status"));
            assertTrue(ask("channels", "timestamp", "x", "clock", 4)
                    .get("channels")
                    .toString()
                    .contains("chan-abcde"));
            awaitSubscription(subscriber);
            for (int number = 1; number <= 20; number++) {
                int clock = 100 * number;
                Map<String, Object> said = ask(
                        "publish",
                        "user",
                        "bot-123456",
                        "channel",
                        "chan-abcde",
                        "message",
                        "mensagem " + number,
                        "timestamp",
                        "10:00:00",
                        "clock",
                        clock);
                assertEquals("OK", said.get("status"), said.toString());
                assertEquals("", said.get("message"));
                assertEquals(clock + 2, said.get("clock"), "one for the publication, one for the answer");
                String heard = subscriber.recvStr();
                assertTrue(
                        heard.matches("chan-abcde bot-123456: mensagem " + number
                                + " \\[\\d\\d:\\d\\d:\\d\\d\\] \\(clock=" + (clock + 1) + "\\)"),
                        heard);
            }
        }
    }

    /** Until the subscription has reached the proxy; what is said before is not for it. */
    private void awaitSubscription(ZMQ.Socket subscriber) throws IOException {
        subscriber.setReceiveTimeOut(100);
        String heard = null;
        for (int tries = 0; heard == null && tries < 100; tries++) {
            ask("publish", "user", "bot-123456", "channel", "chan-abcde", "message", "are you there?", "clock", 1);
            heard = subscriber.recvStr();
        }
        assertNotNull(heard, "the subscriber is heard in the end");
        while (heard != null && !heard.startsWith("servers ")) {
            heard = subscriber.recvStr();
        }
        subscriber.setReceiveTimeOut(TIMEOUT_MILLIS);
    }

    @Test
    void aMessageToOnePersonIsPublishedUnderHerName() throws Exception {
        ask("login", "user", "ana", "timestamp", "x");
        ask("login", "user", "rui", "timestamp", "x");
        try (ZMQ.Socket subscriber = connected(SocketType.SUB, ports.subscribers())) {
            subscriber.subscribe("rui".getBytes(StandardCharsets.UTF_8));
            subscriber.setReceiveTimeOut(200);
            String[] heard = {null};
            soon().until(() -> {
                assertEquals(
                        "OK",
                        ask("message", "src", "ana", "dst", "rui", "message", "oi")
                                .get("status"));
                heard[0] = subscriber.recvStr();
                return heard[0] != null;
            });
            assertTrue(heard[0].startsWith("rui ana: oi ["), heard[0]);
        }
        assertTrue(ask("users", "clock", 1).get("users").toString().contains("ana, rui"));
    }

    @Test
    void whatCantBeDoneIsSaidInThatWiresOwnWords() throws Exception {
        ask("login", "user", "ana", "timestamp", "x");
        assertEquals("logado", ask("login", "user", "ana", "timestamp", "x").get("status"));
        assertEquals(
                "Dados de login inválidos: 'user' ou 'timestamp' ausente.",
                ask("login", "timestamp", "x").get("description"));
        assertEquals(
                "erro", ask("login", "user", "x".repeat(40), "timestamp", "x").get("status"));
        assertEquals(
                "Dados de canal inválidos: 'channel' ou 'timestamp' ausente.",
                ask("channel", "timestamp", "x").get("description"));
        assertEquals(
                "Canal não existe.",
                ask("publish", "user", "ana", "channel", "no", "message", "x").get("message"));
        assertEquals(
                "Usuário de destino não existe.",
                ask("message", "src", "ana", "dst", "nobody", "message", "x").get("message"));
        Map<String, Object> empty = ask("publish", "user", "ana", "channel", "general", "message", "\u001b\u0007");
        assertEquals("erro", empty.get("status"), empty.toString());
        assertEquals(
                "erro",
                ask("publish", "user", "ana", "channel", "general", "message", "x".repeat(5000))
                        .get("status"));
        Map<String, Object> unknown = exchange(client, packed("fly", "clock", 5));
        assertEquals("error", unknown.get("service"));
        assertEquals("servico desconhecido", data(unknown).get("message"));
        assertEquals("sucesso", ask("login", "user", "somebody", "clock", null).get("status"));
    }

    @Test
    void garbageIsAnsweredAndHurtsNobodyElse() throws Exception {
        byte[] deep = new byte[100_000];
        Arrays.fill(deep, (byte) 0x91); // a list in a list in a list…
        byte[] hugeMap = {(byte) 0xdf, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};
        List<byte[]> garbage = List.of(
                new byte[0],
                new byte[] {(byte) 0xc1},
                deep,
                hugeMap,
                "{\"service\":".getBytes(StandardCharsets.UTF_8),
                "{\"service\":5,\"data\":{}}".getBytes(StandardCharsets.UTF_8),
                "{\"service\":\"login\"}".getBytes(StandardCharsets.UTF_8),
                new byte[] {(byte) 0xd9, 0x03, (byte) 0xff, (byte) 0xfe, (byte) 0xfd});
        for (byte[] each : garbage) {
            assertEquals("error", exchange(client, each).get("service"));
        }
        try (ZMQ.Socket reference = asking(ports.reference())) {
            for (byte[] each : garbage) {
                assertEquals("invalid payload", data(exchange(reference, each)).get("message"));
            }
        }
        client.sendMore("one");
        client.send("two");
        assertNotNull(client.recv());
        Map<String, Object> json = exchange(
                client,
                "{\"service\":\"login\",\"data\":{\"user\":\"old\",\"timestamp\":1.5}}"
                        .getBytes(StandardCharsets.UTF_8));
        assertEquals("sucesso", data(json).get("status"), "the first version spoke JSON");
    }

    @Test
    void aPublisherReachesASubscriberThroughTheProxy() throws Exception {
        try (ZMQ.Socket subscriber = connected(SocketType.SUB, ports.subscribers());
                ZMQ.Socket publisher = connected(SocketType.PUB, ports.publishers())) {
            subscriber.subscribe("news".getBytes(StandardCharsets.UTF_8));
            subscriber.setReceiveTimeOut(200);
            soon().until(() -> {
                publisher.send("news something [10:00:00]");
                publisher.send("other not for it [10:00:00]");
                publisher.send("servers {\"service\":\"election\",\"data\":{\"coordinator\":\"nobody\"}}");
                publisher.send("servers garbage");
                return "news something [10:00:00]".equals(subscriber.recvStr());
            });
        }
    }

    @Test
    void whatIsSaidElsewhereIsPublishedToo() throws Exception {
        try (ZMQ.Socket subscriber = connected(SocketType.SUB, ports.subscribers())) {
            subscriber.subscribe("general".getBytes(StandardCharsets.UTF_8));
            subscriber.setReceiveTimeOut(200);
            Talk.ask(master, "{\"action\":\"ENTER_CHANNEL\",\"name\":\"eva\",\"session\":\"session-of-eva\"}");
            String[] heard = {null};
            int[] number = {0};
            soon().until(() -> {
                number[0]++;
                Talk.ask(
                        master,
                        "{\"action\":\"SAY\",\"name\":\"eva\",\"session\":\"session-of-eva\",\"number\":" + number[0]
                                + ",\"text\":\"hello\"}");
                heard[0] = subscriber.recvStr();
                return heard[0] != null;
            });
            assertTrue(heard[0].startsWith("general eva: hello ["), heard[0]);
        }
    }

    /** Anybody may subscribe to everything. */
    @Test
    void whatIsForOnePersonElsewhereIsNotPublished() throws Exception {
        try (ZMQ.Socket subscriber = connected(SocketType.SUB, ports.subscribers())) {
            subscriber.subscribe(new byte[0]);
            ask("login", "user", "bot-123456", "timestamp", "x", "clock", 1);
            ask("channel", "channel", "chan-abcde", "timestamp", "x", "clock", 1);
            awaitSubscription(subscriber);
            String eva = "\"name\":\"eva\",\"session\":\"session-of-eva\"";
            Talk.ask(master, "{\"action\":\"ENTER_CHANNEL\",\"name\":\"leo\",\"session\":\"session-of-leo\"}");
            Talk.ask(master, "{\"action\":\"ENTER_CHANNEL\"," + eva + "}");
            Talk.ask(
                    master, "{\"action\":\"SAY\"," + eva + ",\"number\":1,\"person\":\"leo\",\"text\":\"between us\"}");
            Talk.ask(
                    master,
                    "{\"action\":\"SAY\"," + eva + ",\"number\":2,\"person\":\"bot-123456\",\"text\":\"to a bot\"}");
            String heard = subscriber.recvStr();
            // On a slow machine one more of the probes comes in late.
            while (heard.startsWith("servers ") || heard.contains(" bot-123456: are you there? [")) {
                heard = subscriber.recvStr();
            }
            assertTrue(heard.startsWith("bot-123456 eva: to a bot ["), heard);
        }
    }

    /** The log knows a number that is far ahead: another master counted, or a clock was ahead then. */
    @Test
    void whatIsAnsweredOkIsSaidWhoeverCountedBefore() throws Exception {
        assertEquals("sucesso", ask("login", "user", "ana", "clock", 1).get("status"));
        assertEquals(
                "OK",
                ask("publish", "user", "ana", "channel", "general", "message", "one")
                        .get("status"));
        String session = session("ana");
        Talk.ask(
                master,
                "{\"action\":\"SAY\",\"name\":\"ana\",\"session\":\"" + session
                        + "\",\"number\":9000000000000000,\"text\":\"two\"}");
        assertEquals(
                "OK",
                ask("publish", "user", "ana", "channel", "general", "message", "three")
                        .get("status"));
        assertEquals(
                "OK",
                ask("publish", "user", "ana", "channel", "general", "message", "three")
                        .get("status"));
        assertEquals(
                List.of("one", "two", "three", "three"),
                said().stream().map(row -> row.get("text")).toList());
    }

    private static String session(String user) {
        return "zmq-" + Sha256.of(user.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 24);
    }

    @Test
    void namesOfAnyKindAreKept() throws Exception {
        String who = "Ana Maria/2@lab";
        assertEquals(who, ask("login", "user", who, "clock", 1).get("user"));
        assertEquals(List.of(who), ask("users", "clock", 1).get("users"));
        assertEquals(
                "sucesso", ask("channel", "channel", "sala 1/a", "clock", 1).get("status"));
        assertEquals(
                List.of("general", "sala 1/a"),
                ask("channels", "clock", 1).get("channels"),
                "'grid' is not to speak on");
        assertEquals(
                "OK",
                ask("publish", "user", who, "channel", "sala 1/a", "message", "oi")
                        .get("status"));
        assertEquals("sala-.20.1-.2f.a", said().get(0).get("topic"));
        assertEquals(
                "erro",
                ask("publish", "user", who, "channel", "grid", "message", "oi").get("status"));
    }
}
