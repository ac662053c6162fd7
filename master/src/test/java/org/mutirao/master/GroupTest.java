package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.member.Election;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.Zips;

/** Three masters in this JVM, on loopback: real folders, real sockets, the real log. */
@Tag("slow")
class GroupTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)", "input.csv", "a,b\n");

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<Integer, Master> masters = new HashMap<>();
    private final List<Master> all = new CopyOnWriteArrayList<>();
    private final Map<Integer, List<String>> waitings = new HashMap<>();
    private final List<PeerAddress> peers = List.of(peer(1), peer(2), peer(3));

    private static PeerAddress peer(int id) {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new PeerAddress(id, new HostPort("127.0.0.1", free.getLocalPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS), "a master that starts can be interrupted");
        all.forEach(Master::close);
    }

    private Path place(int id) {
        return folder.resolve("m" + id);
    }

    private GroupSettings settings(int id, int size, String group, Election election) {
        return new GroupSettings(
                group,
                size,
                OptionalInt.of(id),
                OptionalInt.of(id * 10),
                election,
                peers,
                0,
                GroupSettings.MULTICAST,
                false);
    }

    private CompletableFuture<Master> start(int id) {
        return start(id, settings(id, 3, "default", Election.HIGHEST_PRIORITY));
    }

    private CompletableFuture<Master> start(int id, GroupSettings settings) {
        return start(id, settings, false);
    }

    private CompletableFuture<Master> start(int id, GroupSettings settings, boolean resultsOnLeaderOnly) {
        List<String> words = waitings.computeIfAbsent(id, same -> new CopyOnWriteArrayList<>());
        TestMaster master = TestMaster.in(place(id))
                .port(peers.get(id - 1).address().port())
                .patience(Duration.ofSeconds(10))
                .group(settings, resultsOnLeaderOnly)
                .words(words::add);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        Master started = master.start();
                        synchronized (all) {
                            all.add(started);
                            masters.put(id, started);
                        }
                        return started;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                threads);
    }

    private void startAll() {
        CompletableFuture.allOf(start(1), start(2), start(3))
                .orTimeout(120, java.util.concurrent.TimeUnit.SECONDS)
                .join();
        awaitLeader(3);
    }

    private Map<String, Object> say(int id, String json) {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), peers.get(id - 1).address().port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return Json.readMap(socket.getInputStream().readAllBytes());
        } catch (IOException e) {
            return Map.of("broken", e.toString());
        }
    }

    private boolean leads(int id) {
        return Boolean.TRUE.equals(say(id, "{\"action\":\"FIND_LEADER\"}").get("self"));
    }

    private void awaitLeader(int id) {
        await("master " + id + " leads").atMost(LONG).until(() -> leads(id));
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> rows(int id) {
        Object rows = say(id, "{\"action\":\"LIST_MASTERS\"}").get("group");
        return rows == null ? List.of() : (List<Map<String, Object>>) ((Map<String, Object>) rows).get("masters");
    }

    private static Set<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            return Set.of("unreadable");
        }
    }

    private Map<String, Object> ask(int id, String peer) {
        return say(id, "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"" + peer + "\"}");
    }

    private Map<String, Object> deliver(int id, String peer, String name, String answer) {
        byte[] result = Zips.of("stdout.txt", answer, "stderr.txt", "");
        return say(
                id,
                "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"" + peer + "\",\"result_name\":\"" + name
                        + "\",\"result_data\":\"" + Base64.getEncoder().encodeToString(result) + "\"}");
    }

    /** A program of another group works a task off through one of the masters. */
    private void work(int through, String peer, String answer) {
        Map<String, Object> task = await().atMost(LONG)
                .until(() -> ask(through, peer), reply -> "TASK_PACKAGE".equals(reply.get("action")));
        assertEquals(
                "OK",
                deliver(through, peer, (String) task.get("task_name"), answer).get("status"));
    }

    private void awaitResult(String name, String answer, int... at) {
        for (int id : at) {
            Path file = place(id).resolve("results").resolve(name);
            await("the result at master " + id).atMost(LONG).until(() -> Files.exists(file));
            assertEquals(answer, Zips.entry(file, "stdout.txt"));
        }
    }

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

    @Test
    void withoutAMajorityNothingIsAcceptedAndThatIsSaid() {
        startAll();
        masters.get(1).close();
        masters.get(2).close();
        await().atMost(LONG)
                .until(() -> !Boolean.TRUE.equals(
                        say(3, "{\"action\":\"FIND_LEADER\"}").get("self")));
        String submit = "{\"action\":\"SUBMIT_TASK\",\"name\":\"x.zip\",\"key\":\"k\",\"task_data\":\""
                + Base64.getEncoder().encodeToString(PACKAGE) + "\"}";
        assertEquals("NOT_LEADER", say(3, submit).get("status"));
        start(2);
        await().atMost(LONG)
                .until(() -> "OK".equals(say(3, submit).get("status"))
                        || "OK".equals(say(2, submit).get("status")));
    }

    @Test
    void twoOfThreeSayWhatTheyWaitFor() {
        start(1);
        start(2);
        await().atMost(LONG)
                .until(() ->
                        heard(1).contains("Waiting for 1 more of 3 masters") && heard(2).contains("1 at 127.0.0.1"));
        assertFalse(Files.exists(place(1).resolve("data/grid")), "no group before all are there");
        Map<String, Object> reply = say(1, "{\"action\":\"GET_STATUS\"}");
        assertEquals("NOT_LEADER", reply.get("status"));
        assertEquals("this master has no group yet", reply.get("message"));
    }

    private String heard(int id) {
        return String.join("\n", waitings.get(id));
    }

    @Test
    void mastersThatDoNotFitSaySo() {
        start(1);
        start(2, settings(2, 2, "default", Election.HIGHEST_PRIORITY));
        await().atMost(LONG).until(() -> heard(1).contains("wants a group of 2, this one of 3"));
        start(3, settings(3, 3, "other", Election.HIGHEST_PRIORITY));
        await().atMost(LONG).until(() -> heard(3).contains("Waiting for 2 more of 3 masters of the group 'other'"));
    }

    @Test
    void equalIdsAreSaidAndNothingIsFounded() {
        start(1);
        GroupSettings twin = new GroupSettings(
                "default",
                3,
                OptionalInt.of(1),
                OptionalInt.empty(),
                Election.HIGHEST_PRIORITY,
                List.of(
                        new PeerAddress(1, peers.get(1).address()),
                        new PeerAddress(7, peers.get(0).address()),
                        peers.get(2)),
                0,
                GroupSettings.MULTICAST,
                false);
        start(2, twin);
        await().atMost(LONG).until(() -> heard(1).contains("Master 1 is there twice"));
        assertFalse(Files.exists(place(1).resolve("data/grid")));
    }

    @Test
    void resultsMayStayOnTheLeader() {
        List.of(1, 2, 3).forEach(id -> start(id, settings(id, 3, "default", Election.HIGHEST_PRIORITY), true));
        awaitLeader(3);
        Zips.drop(place(1).resolve("tasks"), "job.zip", PACKAGE);
        work(3, "peer", "here\n");
        awaitResult("job.zip", "here\n", 3);
        await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> names(place(1).resolve("results"))
                .isEmpty());
        assertEquals(Set.of(), names(place(2).resolve("results")));
    }

    @Test
    void aMasterThatWasAloneTakesOthersIn() {
        GroupSettings usual = settings(1, 3, "default", Election.HIGHEST_PRIORITY);
        GroupSettings alone = new GroupSettings(
                usual.name(),
                1,
                usual.id(),
                usual.priority(),
                usual.election(),
                List.of(),
                0,
                usual.multicast(),
                false);
        start(1, alone).join();
        Zips.drop(place(1).resolve("tasks"), "early.zip", PACKAGE);
        await().atMost(LONG).until(() -> names(place(1).resolve("tasks")).isEmpty());
        masters.get(1).close();
        start(1).join();
        awaitLeader(1);
        start(2);
        start(3);
        awaitLeader(3);
        await("all three count")
                .atMost(LONG)
                .until(() -> rows(3).stream()
                                .filter(row -> Set.of("leader", "follower").contains(row.get("role")))
                                .count()
                        == 3);
        masters.get(1).close();
        work(3, "peer", "grown\n");
        awaitResult("early.zip", "grown\n", 2, 3);
    }

    @Test
    void anOperatorChoosesWhoLeadsAndLeavesOneOut() {
        startAll();
        String change = "{\"action\":\"CHANGE_MASTERS\",\"change\":\"%s\",\"master\":\"%d\"}";
        assertEquals("OK", say(3, String.format(change, "transfer", 1)).get("status"));
        awaitLeader(1);
        assertEquals("NOT_FOUND", say(1, String.format(change, "transfer", 9)).get("code"));
        assertEquals("OK", say(1, String.format(change, "remove", 2)).get("status"));
        assertEquals(
                2,
                rows(1).stream()
                        .filter(row -> !row.get("role").equals("newcomer"))
                        .count());
        await("a master says how to take it in again").atMost(LONG).until(() -> rows(1).stream()
                .anyMatch(row -> String.valueOf(row.get("problem")).contains("'console masters add 2'")));
        masters.get(2).close();
        Throwable failure = start(2, GroupSettings.alone())
                .handle((master, refused) -> refused)
                .join();
        assertTrue(String.valueOf(failure).contains("start it with --masters 3"), String.valueOf(failure));
    }
}
