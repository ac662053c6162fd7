package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mutirao.group.member.Election;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/** What three masters do together goes on when one of them goes. */
@Tag("slow")
class GroupTest extends GroupScene {
    @Test
    void theBestLeadsAndAllShareTheWork() {
        startAll();
        // Dropped where nobody leads, worked off through another that does not lead either, found everywhere.
        Zips.drop(place(1).resolve("tasks"), "job.zip", PACKAGE);
        work(2, "stranger", "42\n");
        awaitResult("job.zip", "42\n", 1, 2, 3);
        await().atMost(LONG).until(() -> names(place(1).resolve("tasks")).isEmpty());
        assertEquals(
                Set.of("follower", "leader"),
                rows(3).stream().map(row -> row.get("role")).collect(Collectors.toSet()));
        Map<String, Object> elsewhere = say(1, "{\"action\":\"GET_STATUS\"}");
        assertEquals("NOT_LEADER", elsewhere.get("status"));
        assertEquals(peers.get(2).address().toString(), elsewhere.get("leader"));
    }

    @Test
    void whenTheLeaderGoesAnotherLeadsAndTheBestTakesItBack() {
        startAll();
        Zips.drop(place(3).resolve("tasks"), "running.zip", PACKAGE);
        Map<String, Object> task =
                await().atMost(LONG).until(() -> ask(3, "peer"), reply -> "TASK_PACKAGE".equals(reply.get("action")));
        Zips.drop(place(3).resolve("tasks"), "queued.zip", PACKAGE);
        await().atMost(LONG).until(() -> names(place(3).resolve("tasks")).isEmpty());
        masters.get(3).close();
        awaitLeader(2);
        assertEquals(
                "OK",
                deliver(2, "peer", (String) task.get("task_name"), "late\n").get("status"),
                "ran through the change");
        awaitResult("running.zip", "late\n", 1, 2);
        start(3).join();
        awaitLeader(3);
        work(3, "peer", "next\n");
        awaitResult("queued.zip", "next\n", 1, 2, 3);
        awaitResult("running.zip", "late\n", 3);
    }

    @Test
    void aJobGoesOnWhenTheLeaderGoes() throws Exception {
        startAll();
        byte[] job = Zips.of("main.py", "print(1)", "inputs/a.csv", "1", "inputs/b.csv", "2", "inputs/c.csv", "3");
        Zips.drop(place(1).resolve("tasks"), "trio.zip", job);
        work(3, "first", "one\n");
        Map<String, Object> running =
                await().atMost(LONG).until(() -> ask(2, "second"), reply -> "TASK_PACKAGE".equals(reply.get("action")));
        String wait = "{\"action\":\"WAIT_JOB\",\"job\":\"j1\",\"seen\":%d,\"wait_ms\":15000,\"limit\":10}";
        await().atMost(LONG).until(() -> said(3, String.format(wait, 0)).contains("\"seen\":1"));
        CompletableFuture<String> waited =
                CompletableFuture.supplyAsync(() -> said(3, String.format(wait, 1)), threads);
        masters.get(3).close();
        assertFalse(waited.join().contains("ended"), "who waits is not told that something ended: " + waited.join());
        awaitLeader(2);
        CompletableFuture<String> again = CompletableFuture.supplyAsync(() -> said(2, String.format(wait, 1)), threads);
        assertEquals(
                "OK",
                deliver(2, "second", (String) running.get("task_name"), "two\n").get("status"),
                "ran through the change");
        assertTrue(again.join().contains("\"seen\":2"), "a new leader counts what ended before, too: " + again.join());
        work(1, "third", "three\n");
        awaitWhole(1);
        awaitWhole(2);
        start(3).join();
        awaitWhole(3);
    }

    private String said(int id, String json) {
        return Json.write(say(id, json));
    }

    private void awaitWhole(int id) throws IOException {
        Path whole = place(id).resolve("results/trio/trio.zip");
        await("the whole answer at master " + id).atMost(LONG).until(() -> Files.exists(whole));
        Map<String, String> files = Zips.read(Files.readAllBytes(whole));
        assertEquals(Set.of("a.zip", "b.zip", "c.zip", "summary.csv", "merged/stdout.txt"), files.keySet());
        assertEquals("one\ntwo\nthree\n", files.get("merged/stdout.txt"));
        assertEquals(
                3,
                files.get("summary.csv")
                        .lines()
                        .filter(line -> line.contains(",succeeded,"))
                        .count(),
                files.get("summary.csv"));
        assertEquals(Set.of("a.zip", "b.zip", "c.zip", "summary.csv", "merged", "trio.zip"), names(whole.getParent()));
    }

    @Test
    void anEmptiedMasterIsTakenInAgainAndGetsEverything() throws IOException {
        startAll();
        masters.get(1).close();
        DurableFiles.deleteTree(place(1));
        Zips.drop(place(3).resolve("tasks"), "meanwhile.zip", PACKAGE);
        await().atMost(LONG).until(() -> names(place(3).resolve("tasks")).isEmpty());
        start(1).join();
        List<Map<String, Object>> twice = new ArrayList<>();
        await("all three count and have everything").atMost(LONG).untilAsserted(() -> {
            List<Map<String, Object>> rows = rows(3);
            twice.addAll(rows.stream()
                    .filter(row -> row.get("id").equals(1) && !row.get("role").equals("newcomer"))
                    .skip(1)
                    .toList());
            assertEquals(3, rows.size(), rows.toString());
            for (Map<String, Object> row : rows) {
                boolean counts = !Set.of("listener", "newcomer", "away").contains(row.get("role"));
                assertTrue(counts && row.get("missing").equals(0), rows.toString());
            }
        });
        assertEquals(List.of(), twice, "its address never stands for two members");
        String blob = names(place(3).resolve("data/blobs")).stream()
                .filter(name -> name.length() == 2)
                .findFirst()
                .orElseThrow();
        await("the package lies there too, as soon as it is forced to disk")
                .atMost(LONG)
                .until(() -> Files.exists(place(1).resolve("data/blobs").resolve(blob)));
        // The old leader dies for good: the emptied one helps to decide who leads.
        masters.get(3).close();
        awaitLeader(2);
        work(1, "peer", "kept\n");
        awaitResult("meanwhile.zip", "kept\n", 1, 2);
    }

    /** Says the numbers in turn, each until it is heard, at whichever master leads. */
    private void talk(String name, int count) {
        String who = "\"name\":\"" + name + "\",\"session\":\"session-" + name + "\"";
        for (int number = 0; number <= count; number++) {
            String json = number == 0
                    ? "{\"action\":\"ENTER_CHANNEL\"," + who + "}"
                    : "{\"action\":\"SAY\"," + who + ",\"number\":" + number + ",\"text\":\"" + number + "\"}";
            await(name + " says " + number).atMost(LONG).until(() -> List.of(3, 2, 1).stream()
                    .anyMatch(id -> "OK".equals(say(id, json).get("status"))));
        }
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> history(int id) {
        Object messages = say(id, "{\"action\":\"READ_CHANNEL\",\"last\":1000}").get("messages");
        return messages == null ? List.of() : (List<Map<String, Object>>) messages;
    }

    @Test
    void nothingSaidIsLostDoubledOrOutOfOrderWhenTheLeaderGoes() {
        int senders = 50;
        int each = 8;
        startAll();
        List<CompletableFuture<Void>> talking = new ArrayList<>();
        for (int sender = 0; sender < senders; sender++) {
            String name = "sender" + sender;
            talking.add(CompletableFuture.runAsync(() -> talk(name, each), threads));
        }
        await().atMost(LONG).until(() -> history(3).size() > senders);
        masters.get(3).close();
        talking.forEach(CompletableFuture::join);
        awaitLeader(2);
        await().atMost(LONG).until(() -> history(2).stream()
                .anyMatch(message -> message.get("text").equals("master-2 leads")));
        List<Map<String, Object>> history = history(2);
        for (int index = 0; index < history.size(); index++) {
            assertEquals(index + 1, history.get(index).get("id"), "without a gap");
        }
        for (int sender = 0; sender < senders; sender++) {
            String name = "sender" + sender;
            assertEquals(
                    Stream.iterate(1, number -> number + 1)
                            .limit(each)
                            .map(String::valueOf)
                            .toList(),
                    history.stream()
                            .filter(message -> message.get("sender").equals(name)
                                    && message.get("kind").equals("said"))
                            .map(message -> message.get("text"))
                            .toList(),
                    name);
        }
        start(3).join();
        awaitLeader(3);
        assertEquals(history, history(3).subList(0, history.size()), "the one that was away has the same");
    }

    @Test
    void theSurvivorOfALostMajorityGoesOnIfAPersonSaysSo() {
        startAll();
        Zips.drop(place(1).resolve("tasks"), "kept.zip", PACKAGE);
        work(3, "peer", "before\n");
        awaitResult("kept.zip", "before\n", 1, 2, 3);
        Zips.drop(place(1).resolve("tasks"), "waits.zip", PACKAGE);
        await().atMost(LONG).until(() -> names(place(1).resolve("tasks")).isEmpty());
        await().atMost(LONG)
                .until(() -> rows(3).stream().allMatch(row -> row.get("missing").equals(0)));
        List.of(3, 2, 1).forEach(id -> masters.get(id).close());
        List.of(2, 3).forEach(id -> DurableFiles.deleteTree(place(id)));
        GroupSettings usual = settings(1, 3, "default", Election.HIGHEST_PRIORITY);
        start(
                1,
                new GroupSettings(
                        usual.name(),
                        usual.size(),
                        usual.id(),
                        usual.priority(),
                        usual.election(),
                        usual.peers(),
                        0,
                        usual.multicast(),
                        true));
        awaitLeader(1);
        work(1, "peer", "after\n");
        awaitResult("waits.zip", "after\n", 1);
        start(3);
        awaitLeader(3);
        awaitResult("waits.zip", "after\n", 3);
    }
}
