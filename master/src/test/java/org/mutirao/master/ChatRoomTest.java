package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.MappingIterator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.face.chat.ChatFace;
import org.mutirao.protocol.json.Json;

/** The course's chat on the grid's port, with clients that behave as the original one does. */
@Tag("slow")
class ChatRoomTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Master master;
    private final List<Client> clients = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder).chatPort(0).start();
    }

    @AfterEach
    void stop() throws IOException {
        for (Client client : clients) {
            client.socket.close();
        }
        master.close();
    }

    /** Confirms every CHAT. Unlike the original it would understand two messages in one read. */
    private final class Client {
        private final Socket socket;
        private final List<Map<String, Object>> heard = new CopyOnWriteArrayList<>();
        private volatile String ended = "";
        private volatile boolean confirms = true;

        Client(String name) throws IOException {
            this(name, master.port());
        }

        Client(String name, int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            clients.add(this);
            send("{\"type\":\"JOIN\",\"client_id\":\"" + name + "\"}");
            Thread ear = new Thread(this::listen, "chat-" + name);
            ear.setDaemon(true);
            ear.start();
        }

        void send(String json) throws IOException {
            socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
        }

        void say(String text) throws IOException {
            send("{\"type\":\"CHAT\",\"message\":\"" + text + "\"}");
        }

        private void listen() {
            try (MappingIterator<Map<String, Object>> messages =
                    Json.mapper().readerForMapOf(Object.class).readValues(socket.getInputStream())) {
                while (messages.hasNextValue()) {
                    Map<String, Object> message = messages.nextValue();
                    heard.add(message);
                    if (confirms && "CHAT".equals(message.get("type"))) {
                        send("{\"type\":\"READ_CONFIRM\",\"msg_id\":" + message.get("msg_id") + "}");
                    }
                }
                ended = "closed";
            } catch (IOException e) {
                ended = e.toString();
            }
        }

        private List<Object> of(String type, String field) {
            return heard.stream()
                    .filter(message -> type.equals(message.get("type")))
                    .map(message -> message.get(field))
                    .toList();
        }

        void awaitHeard(String type, String field, Object value) {
            await(value + " in " + heard + ended).atMost(LONG).until(() -> of(type, field)
                    .contains(value));
        }
    }

    @Test
    void aTakenPortCostsOnlyThatPort() throws IOException {
        try (Master second = TestMaster.in(folder.resolve("second")).start();
                ChatFace face = new ChatFace(OptionalInt.of(master.chatPort()))) {
            String message = assertThrows(IOException.class, () -> face.start(second.grid()))
                    .getMessage();
            assertTrue(message.endsWith("Give another --chat-port."), message);
            Client ana = new Client("ana", second.port());
            ana.awaitHeard("SYSTEM", "message", "ana entrou no chat");
        }
    }

    @Test
    void twoJoinTalkAndConfirm() throws IOException {
        Client ana = new Client("ana");
        ana.awaitHeard("SYSTEM", "message", "ana entrou no chat");
        assertEquals(List.of(), ana.of("HISTORY", "messages").get(0));
        ana.say("bom dia, João");
        ana.awaitHeard("CHAT", "message", "bom dia, João");
        Client bento = new Client("bento", master.chatPort());
        bento.awaitHeard("SYSTEM", "message", "bento entrou no chat");
        assertTrue(bento.of("HISTORY", "messages").get(0).toString().contains("bom dia, João"));
        bento.say("oi");
        ana.awaitHeard("CHAT", "message", "oi");
        bento.awaitHeard("CHAT", "sender", "bento");
        bento.awaitHeard("READ_CONFIRM", "reader", "ana");
        ana.awaitHeard("READ_CONFIRM", "reader", "bento");
        assertEquals(List.of(2, 4), ana.of("CHAT", "msg_id"));
        assertTrue((double) ana.of("CHAT", "timestamp").get(0) > 1.6e9, "seconds since 1970");
        bento.socket.close();
        ana.awaitHeard("SYSTEM", "message", "bento saiu do chat");
    }

    @Test
    void manyMessagesAtOnceArriveOneByOneAndInOrder() throws IOException {
        Client ana = new Client("ana");
        ana.awaitHeard("SYSTEM", "message", "ana entrou no chat");
        StringBuilder all = new StringBuilder();
        for (int number = 1; number <= 20; number++) {
            all.append("{\"type\":\"CHAT\",\"message\":\"").append(number).append("\"}");
        }
        ana.send(all.toString());
        ana.awaitHeard("CHAT", "message", "20");
        assertEquals(20, ana.of("CHAT", "message").size());
        List<Object> ids = ana.of("CHAT", "msg_id");
        assertEquals(ids.stream().sorted().toList(), ids);
    }

    @Test
    void whatWouldBreakTheClientIsCut() throws IOException {
        Client ana = new Client("ana");
        ana.awaitHeard("SYSTEM", "message", "ana entrou no chat");
        ana.say("á".repeat(2000));
        await().atMost(LONG).until(() -> !ana.of("CHAT", "message").isEmpty());
        String cut = (String) ana.of("CHAT", "message").get(0);
        assertTrue(cut.startsWith("áááá") && cut.endsWith("…") && cut.length() < 800, cut.length() + " characters");
        for (int number = 0; number < 30; number++) {
            ana.say("message " + number);
        }
        ana.awaitHeard("CHAT", "message", "message 29");
    }

    /** Comings and goings are no history, and what does not fit follows as messages. */
    @Test
    void aNewcomerLearnsAllThatWasSaid() throws IOException {
        Client ana = new Client("ana");
        for (int number = 0; number < 30; number++) {
            ana.say("message " + number);
        }
        ana.awaitHeard("CHAT", "message", "message 29");
        for (int number = 0; number < 120; number++) {
            String who = "\"name\":\"guest-" + number + "\",\"session\":\"session-of-guest\"";
            Talk.ask(master, "{\"action\":\"ENTER_CHANNEL\"," + who + "}");
        }
        Client bento = new Client("bento");
        bento.awaitHeard("SYSTEM", "message", "bento entrou no chat");
        List<String> texts = new ArrayList<>();
        ((List<?>) bento.of("HISTORY", "messages").get(0))
                .forEach(message -> texts.add((String) ((Map<?, ?>) message).get("message")));
        assertTrue(texts.size() > 5 && texts.size() < 30, "as many as fit into one packet: " + texts);
        bento.of("CHAT", "message").forEach(text -> texts.add((String) text));
        List<String> all =
                IntStream.range(0, 30).mapToObj(number -> "message " + number).toList();
        assertEquals(all, texts, "all, in order, before it came itself");
    }

    /** A client whose PC stalls would take two messages in one read for garbage. */
    @Test
    void nothingIsSentBeforeTheLastMessageWasRead() throws IOException {
        Client ana = new Client("ana");
        ana.awaitHeard("SYSTEM", "message", "ana entrou no chat");
        ana.confirms = false;
        ana.say("one");
        ana.say("two");
        ana.awaitHeard("CHAT", "message", "one");
        long read = System.nanoTime();
        ana.awaitHeard("CHAT", "message", "two");
        assertTrue(System.nanoTime() - read > 600_000_000L, "it confirms nothing, so it gets one a second");
    }

    @Test
    void pastedLinesAreAllSaidInOrderAlsoIfTheClientLeavesAtOnce() throws IOException {
        Client ana = new Client("ana");
        ana.awaitHeard("SYSTEM", "message", "ana entrou no chat");
        Client bento = new Client("bento");
        bento.awaitHeard("SYSTEM", "message", "bento entrou no chat");
        StringBuilder all = new StringBuilder();
        for (int number = 0; number < 450; number++) { // more than one may say in a burst
            all.append("{\"type\":\"CHAT\",\"message\":\"line ").append(number).append("\"}");
        }
        all.append("{\"type\":\"CHAT\",\"message\":\"")
                .append("x".repeat(9_000))
                .append("\"}");
        bento.send(all.toString());
        bento.socket.shutdownOutput();
        ana.awaitHeard("SYSTEM", "message", "bento saiu do chat");
        List<String> lines =
                IntStream.range(0, 450).mapToObj(number -> "line " + number).toList();
        List<Object> heard = ana.of("CHAT", "message");
        assertEquals(lines, heard.subList(0, 450));
        assertEquals(453, heard.size(), "a text that is longer than the channel takes comes in three parts");
    }

    @Test
    void namesOfAnyKindAreKept() throws IOException {
        Client ana = new Client("Ana Maria/2@lab");
        ana.awaitHeard("SYSTEM", "message", "Ana Maria/2@lab entrou no chat");
        ana.say("oi");
        ana.awaitHeard("CHAT", "sender", "Ana Maria/2@lab");
        Client bento = new Client("bento");
        bento.awaitHeard("SYSTEM", "message", "bento entrou no chat");
        assertTrue(bento.of("HISTORY", "messages").get(0).toString().contains("sender=Ana Maria/2@lab"));
        String view = Talk.ask(master, "{\"action\":\"SHOW_CHANNEL\"}").toString();
        assertTrue(view.contains("Ana-.20.Maria-.2f.2-.40.lab"), view);
    }

    @Test
    void aClientThatWritesLinesReadsLines() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            socket.setSoTimeout((int) LONG.toMillis());
            socket.getOutputStream()
                    .write("{\"type\":\"JOIN\",\"client_id\":\"ana\"}\n".getBytes(StandardCharsets.UTF_8));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertTrue(in.readLine().startsWith("{\"type\":\"HISTORY\""));
            assertTrue(in.readLine().startsWith("{\"type\":\"SYSTEM\""));
        }
    }

    @Test
    void theSameNameAgainReplacesTheOldConnectionAndGarbageEndsIt() throws IOException {
        Client watcher = new Client("watcher");
        watcher.awaitHeard("SYSTEM", "message", "watcher entrou no chat");
        Client first = new Client("ana");
        first.awaitHeard("SYSTEM", "message", "ana entrou no chat");
        Client second = new Client("ana");
        second.awaitHeard("SYSTEM", "message", "ana entrou no chat");
        await().atMost(LONG).until(() -> !first.ended.isEmpty());
        second.send("{\"type\":\"DANCE\"}");
        second.say("still here");
        watcher.awaitHeard("CHAT", "message", "still here");
        second.send("this is no JSON");
        watcher.awaitHeard("SYSTEM", "message", "ana saiu do chat");
        Client nameless = new Client("");
        await().atMost(LONG).until(() -> !nameless.ended.isEmpty());
    }

    @Test
    void theGridsOwnProgramsAreHeardToo() throws IOException {
        Client ana = new Client("ana");
        ana.awaitHeard("SYSTEM", "message", "ana entrou no chat");
        ana.say("who is there?");
        ana.awaitHeard("CHAT", "message", "who is there?");
        String who = "\"name\":\"bento\",\"session\":\"session-of-bento\"";
        for (String json : List.of(
                "{\"action\":\"ENTER_CHANNEL\"," + who + "}",
                "{\"action\":\"CONFIRM_READ\"," + who + ",\"id\":2}",
                "{\"action\":\"SAY\"," + who + ",\"number\":1,\"text\":\"from the console\"}",
                "{\"action\":\"SAY\"," + who + ",\"number\":2,\"person\":\"ana\",\"text\":\"psst\"}")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
                socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
                socket.shutdownOutput();
                assertEquals(
                        "OK",
                        Json.readMap(socket.getInputStream().readAllBytes()).get("status"));
            }
        }
        ana.awaitHeard("READ_CONFIRM", "reader", "bento");
        ana.awaitHeard("CHAT", "message", "from the console");
        ana.awaitHeard("CHAT", "message", "(para ana) psst");
    }
}
