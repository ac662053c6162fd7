package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.Zips;

/** The channel over the wire, at a master that is alone. */
class ChannelWireTest extends OnMaster {
    private static final Duration LONG = Duration.ofSeconds(30);

    private Map<String, Object> ask(String json) {
        return Talk.ask(master, json);
    }

    private static String who(String name) {
        return "\"name\":\"" + name + "\",\"session\":\"session-of-" + name + "\"";
    }

    private Map<String, Object> enter(String name) {
        return ask("{\"action\":\"ENTER_CHANNEL\"," + who(name) + "}");
    }

    private Map<String, Object> say(String name, int number, String more) {
        return ask("{\"action\":\"SAY\"," + who(name) + ",\"number\":" + number + "," + more + "}");
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> read(String fields) {
        return (List<Map<String, Object>>)
                ask("{\"action\":\"READ_CHANNEL\"," + fields + "}").get("messages");
    }

    private static List<Object> texts(List<Map<String, Object>> messages) {
        return messages.stream()
                .filter(message -> message.get("kind").equals("said"))
                .map(message -> message.get("text"))
                .toList();
    }

    @Test
    void peopleComeTalkAndAreReadInOneOrder() {
        assertEquals(Map.of("status", "OK", "id", 1, "lamport", 1), enter("ana"));
        enter("bento");
        assertEquals(3, say("ana", 1, "\"text\":\"good morning\"").get("id"));
        assertEquals(3, say("ana", 1, "\"text\":\"good morning\"").get("id"), "a repetition");
        ask("{\"action\":\"MAKE_TOPIC\"," + who("bento") + ",\"topic\":\"weather\"}");
        assertEquals(
                4,
                say("bento", 1, "\"topic\":\"weather\",\"text\":\"rain\",\"lamport\":70")
                        .get("id"));
        assertEquals(5, say("ana", 2, "\"person\":\"bento\",\"text\":\"psst\"").get("id"));
        assertEquals(List.of("good morning", "rain"), texts(read("\"after\":0")));
        assertEquals(List.of("good morning", "rain", "psst"), texts(read(who("bento") + ",\"after\":0")));
        assertEquals(List.of("good morning"), texts(read("\"after\":0,\"topics\":[\"general\"]")));
        assertEquals(List.of("rain"), texts(read("\"last\":1")));
        assertEquals(
                List.of("good morning", "rain"),
                texts(read("\"name\":\"bento\",\"session\":\"guessed-by-carla\",\"after\":0")),
                "a name alone opens nothing");
        ask("{\"action\":\"CONFIRM_READ\"," + who("bento") + ",\"id\":3}");
        assertEquals(
                List.of("bento"), ask("{\"action\":\"LIST_READERS\",\"id\":3}").get("readers"));
        Map<String, Object> view = ask("{\"action\":\"SHOW_CHANNEL\"}");
        assertEquals(List.of("ana", "bento"), view.get("users"));
        assertEquals(List.of("general", "grid", "weather"), view.get("topics"));
        assertEquals(72, view.get("lamport"));
    }

    @Test
    void whoWaitsIsAnsweredAsSoonAsSomethingIsSaid() throws Exception {
        enter("ana");
        CompletableFuture<List<Map<String, Object>>> heard =
                CompletableFuture.supplyAsync(() -> read("\"after\":1,\"wait_ms\":25000"));
        say("ana", 1, "\"text\":\"anybody?\"");
        assertEquals(List.of("anybody?"), texts(heard.get(LONG.toSeconds(), TimeUnit.SECONDS)));
        assertEquals(List.of(), read("\"after\":2,\"wait_ms\":1"));
    }

    @Test
    void badInputIsAnsweredInWords() {
        assertEquals("BAD_REQUEST", enter("a b").get("code"));
        assertEquals("BAD_REQUEST", enter("").get("code"));
        assertEquals("CONFLICT", say("ana", 1, "\"text\":\"hello\"").get("code"));
        enter("ana");
        Map<String, Object> taken = ask("{\"action\":\"ENTER_CHANNEL\",\"name\":\"ana\",\"session\":\"another-one\"}");
        assertEquals("somebody is called ana already; take another name", taken.get("message"));
        assertEquals("BAD_REQUEST", say("ana", 1, "\"text\":\" \\u001b \"").get("code"));
        assertEquals(
                "BAD_REQUEST",
                say("ana", 1, "\"text\":\"" + "x".repeat(4001) + "\"").get("code"));
        assertEquals(
                "there is no topic nowhere",
                say("ana", 1, "\"topic\":\"nowhere\",\"text\":\"x\"").get("message"));
        assertEquals(
                "nobody is called carla",
                say("ana", 1, "\"person\":\"carla\",\"text\":\"x\"").get("message"));
        assertEquals(
                "there is no message 99",
                ask("{\"action\":\"CONFIRM_READ\"," + who("ana") + ",\"id\":99}")
                        .get("message"));
        say("ana", 1, "\"text\":\"red \\u001b[31malert\\u202e\"");
        assertEquals(List.of("red  [31malert"), texts(read("\"after\":0")));
    }

    @Test
    void whoseConnectionBreaksIsGoneAfterAWhile() throws IOException {
        enter("bento");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), master.port())) {
            Talk.ask(socket, "{\"action\":\"ENTER_CHANNEL\"," + who("ana") + "}");
        }
        await().atMost(LONG).until(() -> !ask("{\"action\":\"SHOW_CHANNEL\"}")
                .get("users")
                .toString()
                .contains("ana"));
        assertTrue(read("\"after\":0").stream()
                .anyMatch(message ->
                        "the connection was lost".equals(message.get("text")) && "ana".equals(message.get("sender"))));
    }

    @Test
    void whatTheGridDoesIsATopicAndTheChannelSurvivesARestart() throws IOException {
        enter("ana");
        say("ana", 1, "\"text\":\"kept\"");
        Zips.drop(folder.resolve("tasks"), "job.zip", Zips.of("main.py", "print(1)", "input.csv", ""));
        await().atMost(LONG).until(() -> "TASK_PACKAGE"
                .equals(ask("{\"action\":\"REQUEST_TASK\",\"peer_id\":\"p\"}").get("action")));
        ask("{\"action\":\"CANCEL_TASK\",\"task\":\"job.zip\"}");
        await().atMost(LONG).until(() -> !read("\"after\":0,\"topics\":[\"grid\"]").stream()
                .filter(message -> "event".equals(message.get("kind")))
                .toList()
                .isEmpty());
        List<Map<String, Object>> before = read("\"after\":0,\"topics\":[\"general\",\"grid\"]");
        assertEquals("Task 1 job.zip is cancelled", before.get(2).get("text"));
        master.close();
        master = TestMaster.in(folder).start();
        List<Map<String, Object>> after = read("\"after\":0,\"topics\":[\"general\",\"grid\"]");
        assertEquals(before, after.subList(0, before.size()));
        assertEquals(2, say("ana", 1, "\"text\":\"kept\"").get("id"), "the same session goes on");
    }
}
