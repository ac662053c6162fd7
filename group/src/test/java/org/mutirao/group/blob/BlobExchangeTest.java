package org.mutirao.group.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.member.Group;
import org.mutirao.group.member.Group.GroupStatus;
import org.mutirao.group.member.Group.Peer;
import org.mutirao.group.member.Member;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.GroupRequest;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.LocalNetwork;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.ManualThreads;

/** How three masters give each other packages and results, on a network of this JVM. */
class BlobExchangeTest {
    private static final GridId GRID = GridId.random();
    private static final ByteSize LIMIT = ByteSize.mebi(1);
    private static final String A = "0000000a";
    private static final String B = "0000000b";
    private static final String C = "0000000c";

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private final ManualThreads threads = new ManualThreads(clock);
    private final LocalNetwork network = new LocalNetwork(threads);
    private final Map<String, Master> masters = new LinkedHashMap<>();
    private final Set<String> silent = new HashSet<>();
    private final Set<String> listeners = new HashSet<>();

    private final class Master implements BlobExchange.Listener {
        private final String node;
        private final BlobStore blobs;
        private final BlobExchange exchange;
        private final List<Sha256> arrived = new ArrayList<>();
        private final List<Sha256> unavailable = new ArrayList<>();
        private final List<Request> asked = new ArrayList<>();
        private boolean liesAboutBytes;

        Master(String node) throws IOException {
            this.node = node;
            blobs = BlobStore.open(folder.resolve(node).resolve("blobs"), clock);
            exchange = new BlobExchange(
                    blobs, network.node(node), BlobExchangeTest.this::standing, () -> GRID, node, this, threads);
            network.node(node).listen((request, from) -> answer(request));
        }

        private Reply answer(Request request) {
            asked.add(request);
            try {
                if (request instanceof GroupRequest.StoreBlob store) {
                    assertEquals(GRID, store.grid());
                    blobs.promise(blobs.copyIn(store.blob().file(), LIMIT));
                    return new Reply.Ok(false);
                }
                Sha256 hash = ((GroupRequest.FetchBlob) request).hash();
                if (!blobs.has(hash)) {
                    return new Reply.Failure(Reply.Refusal.NOT_FOUND, "it is not here");
                }
                Path copy = Files.createTempFile(folder, "sent", "");
                Files.write(copy, liesAboutBytes ? new byte[] {1} : Files.readAllBytes(blobs.pathOf(hash)));
                return new Reply.BlobData(new Payload(copy, new Blob(Sha256.ofFile(copy), Files.size(copy))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onArrived(Sha256 hash) {
            arrived.add(hash);
        }

        @Override
        public void onUnavailable(Sha256 hash) {
            unavailable.add(hash);
        }

        void stop() {
            exchange.close();
            network.node(node).stop();
        }

        /** As the leader or an earlier life got it. */
        Blob has(String text) {
            try {
                Path file = Files.writeString(folder.resolve(node + ".zip"), text);
                Blob blob = blobs.store(blobs.copyIn(file, LIMIT));
                blobs.unpin(blob.hash());
                return blob;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private GroupStatus standing() {
        List<Peer> peers = IntStream.rangeClosed(1, 3)
                .mapToObj(id -> {
                    String node = List.of(A, B, C).get(id - 1);
                    Member member = new Member(
                            Member.name(id, id, node),
                            network.node(node).place(),
                            network.node(node).place(),
                            id,
                            !listeners.contains(node));
                    return new Peer(member, silent.contains(node) ? Duration.ofSeconds(3) : Duration.ZERO, 0);
                })
                .toList();
        return new GroupStatus(
                Group.Role.LEADER, true, 1, Optional.of(peers.get(0).member()), peers);
    }

    @BeforeEach
    void open() throws IOException {
        for (String node : List.of(A, B, C)) {
            masters.put(node, new Master(node));
        }
    }

    private Master at(String node) {
        return masters.get(node);
    }

    private static String failure(CompletableFuture<Void> replicated) throws InterruptedException {
        try {
            assertTrue(replicated.isDone());
            replicated.get();
            return "";
        } catch (ExecutionException e) {
            return e.getCause().getMessage();
        }
    }

    private void run(long seconds) {
        threads.run(Duration.ofSeconds(seconds));
    }

    @Test
    void whatIsReplicatedIsOnTheDisksOfTheOthersBeforeItCounts() throws Exception {
        Blob blob = at(A).has("a package");
        assertEquals("", failure(at(A).exchange.replicate(blob)));
        for (String other : List.of(B, C)) {
            assertEquals("a package", Files.readString(at(other).blobs.pathOf(blob.hash())));
        }
    }

    @Test
    void oneOfTwoOthersIsEnoughAndNoneIsNot() throws Exception {
        Blob blob = at(A).has("a package");
        network.firewall().isolate(C);
        assertEquals("", failure(at(A).exchange.replicate(blob)));
        network.firewall().isolate(B);
        assertEquals("too few masters could store it", failure(at(A).exchange.replicate(blob)));
        network.firewall().healAll();
        assertEquals("", failure(at(A).exchange.replicate(blob)));
    }

    /** The leader must not count on what it was not told. */
    @Test
    void whatWasStoredButNeverConfirmedDoesNotCount() throws Exception {
        Blob blob = at(A).has("a package");
        network.firewall().cutOneWay(B, A);
        network.firewall().cutOneWay(C, A);
        assertEquals("too few masters could store it", failure(at(A).exchange.replicate(blob)));
        assertTrue(at(B).blobs.has(blob.hash()));
    }

    @Test
    void whoHasBeenSilentForLongIsNotAskedAtAll() throws Exception {
        Blob blob = at(A).has("a package");
        silent.addAll(List.of(B, C));
        assertEquals(
                "too few masters are about to keep it safely",
                failure(at(A).exchange.replicate(blob)));
        assertEquals(List.of(), at(B).asked);
        silent.remove(B);
        assertEquals("", failure(at(A).exchange.replicate(blob)));
        assertEquals(List.of(), at(C).asked);
    }

    @Test
    void aNewcomerThatDoesNotCountYetIsGivenItAndNotCounted() throws Exception {
        Blob blob = at(A).has("a package");
        listeners.add(B);
        network.firewall().isolate(C);
        assertEquals("too few masters could store it", failure(at(A).exchange.replicate(blob)));
        assertTrue(at(B).blobs.has(blob.hash()));
    }

    @Test
    void whatTheLogCarriesIsNotSentBesides() throws Exception {
        Blob small = at(A).has("a small package");
        byte[] inlineBytes = at(A).exchange.inlineBytes(small);
        assertArrayEquals("a small package".getBytes(StandardCharsets.UTF_8), inlineBytes);
        assertEquals("", failure(at(A).exchange.replicate(small, inlineBytes)));
        assertEquals(List.of(), at(B).asked);
        Blob large = at(A).has("x".repeat(ReplicatedLog.MAX_BYTES + 1));
        assertEquals(0, at(A).exchange.inlineBytes(large).length);
    }

    @Test
    void whatIsMissingIsFetchedFromWhoeverHasItAndToldOnce() throws Exception {
        Blob blob = at(C).has("a result");
        assertFalse(at(A).exchange.need(blob.hash(), 0));
        assertTrue(at(A).exchange.isMissing(blob.hash()));
        run(1);
        assertEquals(List.of(blob.hash()), at(A).arrived);
        assertEquals("a result", Files.readString(at(A).blobs.pathOf(blob.hash())));
        assertEquals(0, at(A).exchange.missing());
        assertTrue(at(A).exchange.need(blob.hash(), 0), "now it is here");
    }

    @Test
    void whileItsHolderIsCutOffItIsNotGivenUp() {
        Blob blob = at(C).has("a result");
        network.firewall().isolate(C);
        at(A).exchange.need(blob.hash(), 0);
        run(120);
        assertEquals(List.of(), at(A).unavailable);
        assertEquals(1, at(A).exchange.missing());
        network.firewall().healAll();
        run(1);
        assertEquals(List.of(blob.hash()), at(A).arrived);
    }

    /** They may still be getting it themselves. */
    @Test
    void whatAllOthersLackIsGivenUpOnlyAfterSomeRounds() {
        Sha256 lost = Sha256.of(new byte[] {7});
        at(A).exchange.need(lost, 0);
        run(2);
        assertEquals(List.of(), at(A).unavailable);
        run(2);
        assertEquals(List.of(lost), at(A).unavailable);
        assertEquals(0, at(A).exchange.missing());
        run(60);
        assertEquals(List.of(lost), at(A).unavailable, "told once");
    }

    @Test
    void aCutInBetweenBeginsTheCountAnew() {
        Sha256 lost = Sha256.of(new byte[] {7});
        at(A).exchange.need(lost, 0);
        run(2);
        network.firewall().isolate(B);
        run(1);
        network.firewall().healAll();
        run(2);
        assertEquals(List.of(), at(A).unavailable, "B was away and may have got it there");
        run(2);
        assertEquals(List.of(lost), at(A).unavailable);
    }

    @Test
    void whatIsOnlyWishedForIsGivenUpAtOnceAndNeverCountsAsMissing() {
        Sha256 lost = Sha256.of(new byte[] {7});
        at(A).exchange.wish(lost, 3);
        assertEquals(0, at(A).exchange.missing());
        run(1);
        assertEquals(List.of(lost), at(A).unavailable);
        assertEquals(3, ((GroupRequest.FetchBlob) at(B).asked.get(0)).task(), "it may lie in its results folder");
    }

    @Test
    void otherBytesThanAskedForAreThrownAwayAndTheNextIsAsked() {
        Blob blob = at(B).has("a result");
        at(C).has("a result");
        at(B).liesAboutBytes = true;
        at(A).exchange.need(blob.hash(), 0);
        run(1);
        assertEquals(List.of(blob.hash()), at(A).arrived);
        assertTrue(at(C).asked.size() > 0);
        assertFalse(at(A).blobs.has(Sha256.of(new byte[] {1})));
    }

    @Test
    void whatNobodyWantsAnyMoreIsNotFetched() {
        Blob blob = at(C).has("a result");
        at(A).exchange.need(blob.hash(), 0);
        at(A).exchange.forget(blob.hash());
        run(1);
        assertEquals(List.of(), at(A).arrived);
        assertFalse(at(A).blobs.has(blob.hash()));
    }

    @Test
    void aMasterThatStartsAnewFetchesWhatItStillLacks() throws Exception {
        Blob first = at(B).has("first");
        Blob second = at(C).has("second");
        network.firewall().isolate(C);
        at(A).exchange.need(first.hash(), 0);
        at(A).exchange.need(second.hash(), 0);
        run(1);
        at(A).stop();
        network.firewall().healAll();
        run(5);
        masters.put(A, new Master(A));
        assertTrue(at(A).exchange.need(first.hash(), 0), "it was on the disk");
        assertFalse(at(A).exchange.need(second.hash(), 0));
        run(1);
        assertEquals(List.of(second.hash()), at(A).arrived);
    }
}
