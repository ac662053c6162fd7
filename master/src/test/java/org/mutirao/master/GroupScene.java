package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.member.Election;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.group.member.GroupSettings.PeerAddress;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.testkit.Zips;

/** Three masters in this JVM, on loopback: real folders, real sockets, the real log. */
abstract class GroupScene {
    static final Duration LONG = Duration.ofMinutes(2);
    static final byte[] PACKAGE = Zips.of("main.py", "print(1)", "input.csv", "a,b\n");

    @TempDir
    Path folder;

    final ExecutorService threads = Executors.newCachedThreadPool();
    final Map<Integer, Master> masters = new HashMap<>();
    final List<Master> all = new CopyOnWriteArrayList<>();
    final Map<Integer, List<String>> waitings = new HashMap<>();
    final List<PeerAddress> peers = List.of(peer(1), peer(2), peer(3));

    static PeerAddress peer(int id) {
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

    Path place(int id) {
        return folder.resolve("m" + id);
    }

    GroupSettings settings(int id, int size, String group, Election election) {
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

    CompletableFuture<Master> start(int id) {
        return start(id, settings(id, 3, "default", Election.HIGHEST_PRIORITY));
    }

    CompletableFuture<Master> start(int id, GroupSettings settings) {
        return start(id, settings, false);
    }

    CompletableFuture<Master> start(int id, GroupSettings settings, boolean resultsOnLeaderOnly) {
        List<String> words = waitings.computeIfAbsent(id, same -> new CopyOnWriteArrayList<>());
        TestMaster master = prepared(id, TestMaster.in(place(id)))
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

    /** For scenes that want something of all masters. */
    TestMaster prepared(int id, TestMaster master) {
        return master;
    }

    void startAll() {
        CompletableFuture.allOf(start(1), start(2), start(3))
                .orTimeout(120, java.util.concurrent.TimeUnit.SECONDS)
                .join();
        awaitLeader(3);
    }

    Map<String, Object> say(int id, String json) {
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

    boolean leads(int id) {
        return Boolean.TRUE.equals(say(id, "{\"action\":\"FIND_LEADER\"}").get("self"));
    }

    void awaitLeader(int id) {
        await("master " + id + " leads").atMost(LONG).until(() -> leads(id));
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> rows(int id) {
        Object rows = say(id, "{\"action\":\"LIST_MASTERS\"}").get("group");
        return rows == null ? List.of() : (List<Map<String, Object>>) ((Map<String, Object>) rows).get("masters");
    }

    static Set<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            return Set.of("unreadable");
        }
    }

    Map<String, Object> ask(int id, String peer) {
        return say(id, "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"" + peer + "\"}");
    }

    Map<String, Object> deliver(int id, String peer, String name, String answer) {
        byte[] result = Zips.of("stdout.txt", answer, "stderr.txt", "");
        return say(
                id,
                "{\"action\":\"SUBMIT_RESULT\",\"peer_id\":\"" + peer + "\",\"result_name\":\"" + name
                        + "\",\"result_data\":\"" + Base64.getEncoder().encodeToString(result) + "\"}");
    }

    /** A program of another group works a task off through one of the masters. */
    void work(int through, String peer, String answer) {
        Map<String, Object> task = await().atMost(LONG)
                .until(() -> ask(through, peer), reply -> "TASK_PACKAGE".equals(reply.get("action")));
        assertEquals(
                "OK",
                deliver(through, peer, (String) task.get("task_name"), answer).get("status"));
    }

    void awaitResult(String name, String answer, int... at) {
        for (int id : at) {
            Path file = place(id).resolve("results").resolve(name);
            await("the result at master " + id).atMost(LONG).until(() -> Files.exists(file));
            assertEquals(answer, Zips.entry(file, "stdout.txt"));
        }
    }
}
