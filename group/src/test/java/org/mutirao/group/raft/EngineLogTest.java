package org.mutirao.group.raft;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.group.log.DamagedLog;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.protocol.id.GridId;

/**
 * A log that the engine wrote, as a kill leaves it: each byte of each of its files flipped, and each file cut at each length. A start is
 * refused, or all that was acknowledged is there. All are inspected; some, by the seed, are started with the real engine. The long
 * form, which starts all: {@code -Dmutirao.flips=all}.
 */
@Tag("slow")
class EngineLogTest {
    private static final boolean ALL = "all".equals(System.getProperty("mutirao.flips"));
    private static final long SEED = Long.getLong("mutirao.seed", 20261128);
    private static final GridId GRID = GridId.random();
    private static final int WORDS = 12;
    /** Of what the engine reserves at the end of a segment. */
    private static final int ZEROS = 40;

    private static final int STARTS = 3;

    @TempDir
    private Path folder;

    private Path data;

    private record Damage(Path file, byte[] bytes, String what) {}

    private static final class Node implements ReplicatedLog.Listener, AutoCloseable {
        private final RaftLogTest.Words words = new RaftLogTest.Words();
        private final CompletableFuture<Void> leading = new CompletableFuture<>();
        private final ExecutorService owner = Executors.newSingleThreadExecutor();
        private final RaftLog<String, Integer> log;

        Node(Path data, long snapshotEvery) throws Exception {
            try {
                log = RaftLog.start(nodeConfig(data), words, owner, this, snapshotEvery);
            } catch (IOException e) {
                owner.shutdown();
                throw e;
            }
            leading.get(60, TimeUnit.SECONDS);
        }

        @Override
        public void onLeading() {
            leading.complete(null);
        }

        @Override
        public void onFollowing() {}

        @Override
        public void onBroken(String reason) {
            leading.completeExceptionally(new IllegalStateException(reason));
        }

        @Override
        public void close() {
            log.close();
            owner.shutdown();
        }
    }

    private static NodeConfig nodeConfig(Path data) {
        return RaftLog.alone(data.resolve("log"), GRID, "m1");
    }

    /** Returns the words that were acknowledged. */
    private List<String> write(long snapshotEvery) throws Exception {
        List<String> said = new ArrayList<>();
        try (Node node = new Node(folder.resolve("running"), snapshotEvery)) {
            for (int i = 0; i < WORDS; i++) {
                said.add("word-" + i);
                node.log.propose("word-" + i).get(60, TimeUnit.SECONDS);
            }
            if (snapshotEvery < WORDS) {
                await().until(() -> node.words.snapshots.get() > 0);
            }
            // What is applied is noted a moment after the answer. What nobody noted may be cut off, as if it was half
            // written.
            node.owner.submit(() -> {}).get();
            Path noted = HighWaterMark.fileFor(nodeConfig(folder.resolve("running")));
            await().until(() -> HighWaterMark.read(noted, GRID) >= node.log.applied());
            data = folder.resolve("killed");
            copy(folder.resolve("running"), data);
        }
        return said;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.getFileName().toString().endsWith("lock")) {
                    Files.write(target, withoutReserve(Files.readAllBytes(file)));
                }
            }
        }
    }

    private static byte[] withoutReserve(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOf(bytes, Math.min(bytes.length, end + ZEROS));
    }

    /** @param only what the names of the files begin with */
    private List<Damage> damages(Random random, String only) throws IOException {
        List<Damage> damages = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> found = Files.walk(data)) {
            files = found.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().startsWith(only))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            for (int at = 0; at < whole.length; at++) {
                byte[] flipped = whole.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                damages.add(new Damage(file, flipped, file.getFileName() + " flipped at " + at));
                damages.add(new Damage(file, Arrays.copyOf(whole, at), file.getFileName() + " cut at " + at));
            }
        }
        return damages;
    }

    private boolean isRefused(Damage damage) throws IOException {
        try {
            LogInspection.check(
                    nodeConfig(data),
                    HighWaterMark.read(HighWaterMark.fileFor(nodeConfig(data)), GRID),
                    Optional.empty());
            return false;
        } catch (IOException e) {
            assertFalse(e.getMessage().contains("Exception"), e.getMessage());
            assertArrayEquals(
                    damage.bytes(), Files.readAllBytes(damage.file()), damage.what() + ": nothing is changed");
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1000, 5})
    void noDamageEmptiesTheLogInSilence(long snapshotEvery) throws Exception {
        List<String> said = write(snapshotEvery);
        List<Damage> refused = new ArrayList<>();
        List<Damage> passed = new ArrayList<>();
        Random random = new Random(SEED);
        // The other files are the same with snapshots.
        List<Damage> damages = damages(random, snapshotEvery < WORDS && !ALL ? "snapshot" : "");
        for (Damage damage : damages) {
            byte[] whole = Files.readAllBytes(damage.file());
            Files.write(damage.file(), damage.bytes());
            (isRefused(damage) ? refused : passed).add(damage);
            Files.write(damage.file(), whole);
        }
        assertTrue(refused.size() > 200, refused.size() + " refused, " + passed.size() + " passed");
        for (List<Damage> some : List.of(refused, passed)) {
            Collections.shuffle(some, random);
            for (Damage damage : some.subList(0, ALL ? some.size() : Math.min(some.size(), STARTS))) {
                start(damage, some == passed, said);
            }
        }
    }

    /** With the real engine, which must not start with less; what only it finds, it may refuse too. */
    private void start(Damage damage, boolean mayStart, List<String> said) throws Exception {
        Path copy = Files.createTempDirectory(folder, "started");
        copy(data, copy);
        Files.write(copy.resolve(data.relativize(damage.file())), damage.bytes());
        try (Node node = new Node(copy, 1000)) {
            assertEquals(said, node.words.words, damage.what() + ", seed " + SEED);
            assertTrue(mayStart, damage.what() + ", seed " + SEED);
        } catch (DamagedLog e) {
            assertTrue(e.getMessage().contains("Nothing was changed or deleted."), e.getMessage());
        }
    }
}
