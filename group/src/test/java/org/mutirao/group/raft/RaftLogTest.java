package org.mutirao.group.raft;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.log.Frozen;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.log.StateMachine;
import org.mutirao.protocol.id.GridId;

/** The real engine on a real disk. */
class RaftLogTest {
    /** Something that happens while a snapshot is written. */
    interface Writing {
        void run() throws IOException;
    }

    /** Remembers its commands; the result of each is how many there were. */
    static final class Words implements StateMachine<String, Integer> {
        final List<String> words = new ArrayList<>();
        volatile Writing whileWriting = () -> {};
        final AtomicInteger snapshots = new AtomicInteger();
        int restored = -1;
        /** What the first one to ask for it waits for. */
        volatile CountDownLatch forced = new CountDownLatch(0);

        final AtomicInteger forcing = new AtomicInteger();
        /** How often it fails at first. */
        final AtomicInteger failing = new AtomicInteger();

        @Override
        public void forceKept() throws IOException {
            if (failing.getAndUpdate(times -> Math.max(0, times - 1)) > 0) {
                throw new IOException("the test's disk is full");
            }
            if (forcing.incrementAndGet() == 1) {
                try {
                    forced.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }

        @Override
        public synchronized Integer apply(String command) {
            words.add(command);
            return words.size();
        }

        @Override
        public void writeCommand(String command, DataOutput out) throws IOException {
            out.writeUTF(command);
        }

        @Override
        public String readCommand(DataInput in) throws IOException {
            return in.readUTF();
        }

        @Override
        public Frozen freeze() {
            List<String> frozen = List.copyOf(words);
            return out -> {
                whileWriting.run();
                out.writeInt(frozen.size());
                for (String word : frozen) {
                    out.writeUTF(word);
                }
                snapshots.incrementAndGet();
            };
        }

        @Override
        public void readSnapshot(DataInput in) throws IOException {
            words.clear();
            restored = in.readInt();
            for (int i = 0; i < restored; i++) {
                words.add(in.readUTF());
            }
        }
    }

    private final class Node implements ReplicatedLog.Listener, AutoCloseable {
        final Words words = new Words();
        final CompletableFuture<Void> leading = new CompletableFuture<>();
        final ExecutorService owner = Executors.newSingleThreadExecutor();
        final RaftLog<String, Integer> log;

        Node(long snapshotEvery) throws Exception {
            log = RaftLog.start(RaftLog.alone(place, GRID, "m1"), words, owner, this, snapshotEvery);
            leading.get(30, TimeUnit.SECONDS);
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

        int say(String word) throws Exception {
            return log.propose(word).get(30, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            log.close();
            owner.shutdown();
        }
    }

    private static final GridId GRID = GridId.random();
    /** Entries after which the engine itself takes a snapshot. */
    private static final long NEVER = 1_000_000;
    /** Bytes of the log after which a snapshot pays. */
    private static final int MUCH = 64 * 1024 * 1024;

    /** Bytes that each segment begins with. */
    private static final int MAGIC = 8;

    @TempDir
    private Path folder;

    private Path place;
    private Node node;

    @BeforeEach
    void begin() {
        place = folder.resolve("log");
    }

    /** What a crash of the machine leaves: the files as they are while the engine runs. */
    private void crash() throws IOException {
        crash(folder.resolve("crashed"));
    }

    private void crash(Path crashed) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().equals("in_use.lock")) {
                    Files.copy(file, crashed.resolve(place.relativize(file).toString()));
                }
            }
        }
        node.close();
        place = crashed;
    }

    /** Where the zeros begin that the engine reserves at the end of an open segment. */
    private static int endOfEntries(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = MAGIC;
        while (bytes[end] != 0) { // an entry is its length, its bytes and its checksum, which may end in zeros too
            CodedInputStream entry = CodedInputStream.newInstance(bytes, end, bytes.length - end);
            int length = entry.readRawVarint32();
            end += entry.getTotalBytesRead() + length + Integer.BYTES;
        }
        return end;
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void eachProposalGetsTheResultOfItsOwnApplication() throws Exception {
        node = new Node(1000);
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 1; i <= 5000; i++) {
            results.add(node.log.propose("w" + i));
        }
        for (int i = 1; i <= 5000; i++) {
            assertEquals(i, results.get(i - 1).get(30, TimeUnit.SECONDS));
        }
        assertEquals("w5000", node.words.words.get(4999));
    }

    @Test
    void afterARestartEverythingIsThereInOrder() throws Exception {
        node = new Node(1000);
        for (int i = 0; i < 50; i++) {
            node.say("w" + i);
        }
        node.close();
        node = new Node(1000);
        assertEquals(50, node.words.words.size());
        assertEquals("w49", node.words.words.get(49));
        assertEquals(51, node.say("more"));
    }

    @Test
    void snapshotsShortenTheLogAndAreRead() throws Exception {
        node = new Node(20);
        for (int i = 0; i < 100; i++) {
            node.say("w" + i);
        }
        await().until(() -> node.words.snapshots.get() > 2);
        node.close();
        node = new Node(20);
        assertTrue(node.words.restored >= 20, "restored " + node.words.restored);
        assertEquals(100, node.words.words.size());
        assertEquals(101, node.say("more"));
    }

    @Test
    void theOwnerGoesOnWhileASnapshotIsWritten() throws Exception {
        node = new Node(20);
        CompletableFuture<Void> written = new CompletableFuture<>();
        Node first = node;
        node.words.whileWriting = () -> {
            // Would wait in vain if the owner were writing.
            CompletableFuture.runAsync(() -> first.words.words.add("not on the log"), first.owner)
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
            first.words.whileWriting = () -> {};
            written.complete(null);
        };
        for (int i = 0; i < 29; i++) {
            node.say("w" + i);
        }
        written.get(30, TimeUnit.SECONDS);
        node.say("w29"); // applied once the snapshot is there
        crash();
        node = new Node(1000);
        assertTrue(node.words.restored > 0, "a snapshot was read");
        assertEquals(IntStream.range(0, 30).mapToObj(i -> "w" + i).toList(), node.words.words);
    }

    @Test
    void aSnapshotThatCantBeWrittenLeavesNoFile() throws Exception {
        node = new Node(20);
        Words words = node.words;
        words.whileWriting = () -> {
            words.whileWriting = () -> {};
            throw new IOException("the test's disk is full");
        };
        for (int i = 0; words.snapshots.get() == 0; i++) {
            node.say("w" + i);
        }
        node.say("one more"); // applied once the next snapshot is there
        try (Stream<Path> files = Files.walk(place)) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.getFileName().toString().endsWith(".part"))
                            .toList());
        }
        node.close();
        node = new Node(20);
        assertTrue(node.words.restored > 0, "the next one was written");
    }

    /** While the engine itself waits for it, nobody has an answer. */
    @Test
    void whatHasToBeForcedBeforeASnapshotKeepsNobodyWaiting() throws Exception {
        node = new Node(NEVER);
        node.words.forced = new CountDownLatch(1);
        byte[] large = new byte[ReplicatedLog.MAX_BYTES];
        List<CompletableFuture<Integer>> said = new ArrayList<>();
        for (int i = 0; i <= MUCH / large.length; i++) {
            said.add(new CompletableFuture<>());
            node.log.propose("large", large, said.get(i));
        }
        for (CompletableFuture<Integer> each : said) {
            each.get(60, TimeUnit.SECONDS);
        }
        await().until(() -> node.words.forcing.get() == 1);

        assertEquals(said.size() + 1, node.say("small"));
        assertEquals(0, node.words.snapshots.get());

        node.words.forced.countDown();
        await().until(() -> node.words.snapshots.get() == 1);
    }

    @Test
    void whatCantBeForcedNowIsTriedAgain() throws Exception {
        node = new Node(NEVER);
        node.words.failing.set(2);
        byte[] large = new byte[ReplicatedLog.MAX_BYTES];
        for (int i = 0; i <= MUCH / large.length; i++) {
            node.log.propose("large", large, new CompletableFuture<>());
        }
        await().until(() -> node.words.snapshots.get() == 1);
        assertEquals(0, node.words.failing.get());
    }

    @Test
    void aSnapshotThatACrashCutShortIsDeletedAtTheNextStart() throws Exception {
        node = new Node(20);
        for (int i = 0; node.words.snapshots.get() == 0; i++) {
            node.say("w" + i);
        }
        node.close();
        Path half = folderOfSnapshots().resolve("snapshot.1_7.part");
        Files.writeString(half, "half");

        node = new Node(20);

        assertTrue(Files.notExists(half));
        assertTrue(node.words.restored > 0, "the whole one was read");
    }

    private Path folderOfSnapshots() throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(file -> file.endsWith("sm")).findFirst().orElseThrow();
        }
    }

    /** Without a snapshot in between, the engine's own entries and ours are replayed in one go. */
    @Test
    void afterACrashEverythingIsThereInOrder() throws Exception {
        node = new Node(1000);
        for (int round = 1; round <= 3; round++) {
            for (int i = 0; i < 10; i++) {
                node.say("w" + i);
            }
            Path crashed = folder.resolve("crashed-" + round);
            crash(crashed);
            node = new Node(1000);
            assertEquals(round * 10, node.words.words.size());
        }
    }

    @Test
    void aTornTailCostsOnlyWhatWasNeverAcknowledged() throws Exception {
        node = new Node(1000);
        for (int i = 0; i < 20; i++) {
            node.say("word-" + i);
        }
        crash();
        int end = endOfEntries(openSegment());
        try (RandomAccessFile file = new RandomAccessFile(openSegment().toFile(), "rw")) {
            file.seek(end);
            byte[] garbage = new byte[300];
            Arrays.fill(garbage, (byte) 0x55);
            file.write(garbage);
        }
        node = new Node(1000);
        assertEquals(20, node.words.words.size());
        assertEquals(21, node.say("more"));
    }

    /** A stranger may write anything into the log's port; no master stops for it, now or at its next start. */
    @Test
    void anEntryThatCantBeReadIsSkipped() throws Exception {
        node = new Node(1000);
        node.say("before");
        for (String garbage : List.of("garbage", "", "\u0003", "\u0002\u0000", "\u0001xyz")) {
            node.log.send(ByteString.copyFromUtf8(garbage)).get(30, TimeUnit.SECONDS);
        }
        assertEquals(2, node.say("after"));
        crash();
        node = new Node(1000);
        assertEquals(List.of("before", "after"), node.words.words);
        assertEquals(3, node.say("more"));
    }

    private Path openSegment() throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(file -> file.getFileName().toString().startsWith("log_"))
                    .max((a, b) -> a.getFileName().compareTo(b.getFileName()))
                    .orElseThrow();
        }
    }
}
