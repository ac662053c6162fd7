package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in which many talk at once, recorded by each and compared afterwards. */
class ChannelRunsTest {
    private static final int TALKERS = 10;
    private static final int EACH = 20;
    private static final int MAX_SILENCES = 12;

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Master master;

    @BeforeEach
    void start() throws IOException {
        master = TestMaster.in(folder).start();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        master.close();
    }

    private Map<String, Object> ask(String json) {
        return Talk.ask(master, json);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> messages(Map<String, Object> answer) {
        return (List<Map<String, Object>>) answer.get("messages");
    }

    private static long number(Map<String, Object> message, String field) {
        return ((Number) message.get(field)).longValue();
    }

    private static long newest(List<Map<String, Object>> messages, String field) {
        return messages.isEmpty() ? 0 : number(messages.get(messages.size() - 1), field);
    }

    /** One process as Lamport has it: what it received, and before which of its own events. */
    private final class Talker {
        private final String name;
        private final String who;
        private final List<Map<String, Object>> heard = new ArrayList<>();
        /** By the id of what it said: the stamps of all that it had heard or said before. */
        private final Map<Long, Long> highestBefore = new HashMap<>();

        private long highest;

        Talker(String name) {
            this.name = name;
            this.who = "\"name\":\"" + name + "\",\"session\":\"session-of-" + name + "\"";
            ask("{\"action\":\"ENTER_CHANNEL\"," + who + "}");
        }

        void talk() {
            for (int count = 1; count <= EACH; count++) {
                listen(0);
                long before = highest;
                Map<String, Object> said = ask("{\"action\":\"SAY\"," + who + ",\"number\":" + count + ",\"text\":\""
                        + name + " " + count + "\",\"lamport\":" + highest + "}");
                highestBefore.put(number(said, "id"), before);
                highest = Math.max(highest, number(said, "lamport"));
            }
        }

        boolean listen(int millis) {
            List<Map<String, Object>> part = messages(ask("{\"action\":\"READ_CHANNEL\"," + who + ",\"after\":"
                    + newest(heard, "id") + ",\"wait_ms\":" + millis + "}"));
            heard.addAll(part);
            highest = Math.max(highest, newest(part, "lamport"));
            return !part.isEmpty();
        }
    }

    @Test
    void whatHappenedBeforeHasTheLowerStampAndNewcomersHearWhatAllHeard() {
        List<Talker> talkers = new ArrayList<>();
        for (int number = 0; number < TALKERS; number++) {
            talkers.add(new Talker("talker" + number));
        }
        List<CompletableFuture<Void>> talking = talkers.stream()
                .map(talker -> CompletableFuture.runAsync(talker::talk, threads))
                .toList();
        long all = 2L * TALKERS + (long) TALKERS * EACH;
        List<CompletableFuture<List<Map<String, Object>>>> newcomers = new ArrayList<>();
        for (int number = 0; number < TALKERS; number++) {
            String name = "newcomer" + number;
            newcomers.add(CompletableFuture.supplyAsync(() -> hearEverything(name, all), threads));
        }
        talking.forEach(CompletableFuture::join);
        List<List<Map<String, Object>>> heard =
                newcomers.stream().map(CompletableFuture::join).toList();

        List<Map<String, Object>> history = messages(ask("{\"action\":\"READ_CHANNEL\",\"after\":0}"));
        assertEquals(all, history.size());
        Map<Long, Long> stamps = new HashMap<>();
        for (Map<String, Object> message : history) {
            stamps.put(number(message, "id"), number(message, "lamport"));
            assertEquals(stamps.size(), number(message, "id"), "ids without a gap");
        }
        for (Talker talker : talkers) {
            assertEquals(EACH, talker.highestBefore.size());
            talker.highestBefore.forEach((id, before) -> assertTrue(
                    stamps.get(id) > before,
                    talker.name + "'s message " + id + " has stamp " + stamps.get(id) + ", and had known " + before));
            assertEquals(history.subList(0, talker.heard.size()), talker.heard, talker.name);
        }
        heard.forEach(one -> assertEquals(history, one, "history and then live"));
    }

    /** History first, then live, until all that was to be said was said. */
    private List<Map<String, Object>> hearEverything(String name, long all) {
        Talker newcomer = new Talker(name);
        for (int silences = 0; newcomer.heard.size() < all && silences < MAX_SILENCES; ) {
            silences += newcomer.listen(5000) ? 0 : 1;
        }
        return newcomer.heard;
    }
}
