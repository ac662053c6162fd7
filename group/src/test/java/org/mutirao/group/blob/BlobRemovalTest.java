package org.mutirao.group.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.SpoolMemory;

/** What leaves a store, and what comes back. */
class BlobRemovalTest extends StoreScene {
    /** Too large for memory. */
    private Payload half() throws IOException {
        Spool.Sink sink = store.spool(ByteSize.mebi(1)).open();
        sink.write(new byte[100_000], 0, 100_000);
        return sink.finish();
    }

    private Payload receivedZip(String... contents) throws IOException {
        Path file = Files.createTempFile(folder, "in", ".zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String name : contents) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        return store.copyIn(file, ByteSize.mebi(1));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }

    private List<String> lost() throws IOException {
        try (Stream<Path> files = Files.list(store.lostAndFound())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Test
    void whatTheLedgerDoesNotKnowAtTheStartIsMovedAsideUnderAPlainName() throws IOException {
        Blob needed = store.store(received("needed"));
        Blob other = store.store(received("other"));
        Blob packed = store.store(receivedZip("main.py", "input.csv"));
        Blob result = store.store(receivedZip("stdout.txt", "stderr.txt"));
        half();
        assertEquals(1, incoming().size());
        store = reopened();
        assertEquals(3, store.setAside(Set.of(needed.hash())));
        assertTrue(Files.exists(store.pathOf(needed.hash())));
        assertFalse(Files.exists(store.pathOf(packed.hash())));
        assertEquals(
                List.of(
                        "README.txt",
                        "file-" + other.hash().hex(),
                        "package-" + packed.hash().hex() + ".zip",
                        "result-" + result.hash().hex() + ".zip"),
                lost());
        assertEquals(List.of(), incoming());
    }

    /** A master that is alone may lead again and again in its life; only the first time it has just read its log. */
    @Test
    void whatCameSinceTheStartIsNeverMovedAside() throws IOException {
        Blob old = store.store(received("old"));
        store = reopened();
        Blob pinned = store.store(received("being stored"));
        Blob stored = store.store(received("no longer pinned"));
        store.unpin(stored.hash());
        Blob promised = store.promise(received("promised"));
        byte[] kept = "kept".getBytes(StandardCharsets.UTF_8);
        store.keep(Sha256.of(kept), kept);
        store.store(received("old")); // again by somebody who relies on it now
        assertEquals(0, store.setAside(Set.of()));
        assertEquals(0, store.setAside(Set.of()));
        for (Sha256 hash : List.of(old.hash(), pinned.hash(), stored.hash(), promised.hash(), Sha256.of(kept))) {
            assertTrue(Files.exists(store.pathOf(hash)));
        }
        assertEquals(List.of(), lost());
    }

    @Test
    void whatIsNeededAfterAllComesBack() throws IOException {
        Blob blob = store.store(received("hello"));
        store = reopened();
        store.setAside(Set.of());
        assertEquals(1, lost().stream().filter(name -> name.startsWith("file-")).count());
        store = reopened();
        store.onNeeded(blob.hash());
        assertEquals("hello", Files.readString(store.pathOf(blob.hash())));
        assertEquals(List.of("README.txt"), lost());
    }

    @Test
    void whatIsLostIsKeptForADay() throws IOException {
        store.store(received("hello"));
        store = reopened();
        store.setAside(Set.of());
        now = now.plus(Duration.ofHours(23));
        store.expireLost();
        assertEquals(2, lost().size());
        now = now.plus(Duration.ofHours(2));
        store.expireLost();
        assertEquals(List.of("README.txt"), lost());
    }

    /** The ledger's thread has more to do than to wait for the disk. */
    @Test
    void aFileIsDeletedALittleLaterUnlessItIsWantedAgain() throws IOException {
        Queue<Runnable> deletions = new ArrayDeque<>();
        store = BlobStore.open(folder.resolve("blobs"), wall, SpoolMemory.ofThisProcess(), deletions::add);
        Blob gone = store.store(received("gone"));
        Blob needed = store.store(received("needed"));
        Blob again = store.store(received("again"));
        for (Blob blob : List.of(gone, needed, again)) {
            store.unpin(blob.hash());
            store.delete(blob.hash());
            assertTrue(Files.exists(store.pathOf(blob.hash())));
            assertFalse(store.has(blob.hash()));
            assertEquals(BlobStore.Presence.GONE, store.look(blob));
        }
        store.onNeeded(needed.hash());
        store.store(received("again"));
        assertEquals(1, deletions.size(), "one look for all");
        deletions.remove().run();
        assertFalse(Files.exists(store.pathOf(gone.hash())));
        assertEquals("needed", Files.readString(store.pathOf(needed.hash())));
        assertEquals("again", Files.readString(store.pathOf(again.hash())));
        assertEquals(BlobStore.Presence.WHOLE, store.look(needed));
        store.delete(needed.hash());
        store.forceKept();
        assertFalse(Files.exists(store.pathOf(needed.hash())), "else it would seem lost when the log has forgotten it");
    }

    @Test
    void whatIsDoneWithAtTheEndIsNotLostAtTheNextStart() throws IOException {
        List<Runnable> never = new ArrayList<>();
        store = BlobStore.open(folder.resolve("blobs"), wall, SpoolMemory.ofThisProcess(), never::add);
        Blob done = store.store(received("done with"));
        store.unpin(done.hash(), false);
        assertTrue(Files.exists(store.pathOf(done.hash())));
        store.finish();
        store = reopened();
        assertEquals(0, store.setAside(Set.of()));
    }

    @Test
    void whatLayThereAtTheStartGoesOnlyWithTheSecondSweep() throws IOException {
        Blob old = store.store(received("old"));
        BlobStore again = reopened();
        again.delete(old.hash());
        assertTrue(again.has(old.hash()), "an old entry was applied again; a later one may need it");
        again.sweep(Set.of(old.hash()));
        again.sweep(Set.of());
        assertTrue(Files.exists(again.pathOf(old.hash())), "unneeded for the first time");
        assertEquals(1, again.sweep(Set.of()));
        assertFalse(Files.exists(again.pathOf(old.hash())));
        assertTrue(again.has(old.hash()), "needed after all: it was only moved aside");
    }

    @Test
    void aSweepSparesWhatCameBackMeanwhile() throws IOException {
        Blob blob = store.store(received("hello"));
        store.unpin(blob.hash());
        store.sweep(Set.of());
        store.store(received("hello"));
        store.sweep(Set.of());
        assertTrue(store.has(blob.hash()));
    }

    /** A log that is read again brings each package and result again, also those that are done with. */
    @Test
    void whatTheLogBroughtAgainAndNobodyNeedsLeavesNoTrace() throws IOException {
        store = reopened(new SpoolMemory(new ByteSize(300)));
        List<Sha256> brought = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            byte[] bytes = ("small " + i).getBytes(StandardCharsets.UTF_8);
            brought.add(Sha256.of(bytes));
            store.keep(Sha256.of(bytes), bytes);
        }
        store.dropRead(Set.of(brought.get(0), brought.get(2)));
        assertTrue(store.has(brought.get(0)));
        assertFalse(store.has(brought.get(1)));
        assertTrue(store.has(brought.get(2)));
        store.dropRead(Set.of());
        assertEquals(List.of(), files());
        assertEquals(0, store.memory().used());
    }

    @Test
    void aDamagedBlobGoesToLostAndFoundAndIsNeverGivenBack() throws IOException {
        Blob blob = store.store(received("hello"));
        Files.writeString(store.pathOf(blob.hash()), "hell?");
        store.quarantine(blob.hash());
        Path kept = store.lostAndFound().resolve("damaged-" + blob.hash().hex());
        assertEquals("hell?", Files.readString(kept));
        assertFalse(store.has(blob.hash()));
        store = reopened();
        assertFalse(store.has(blob.hash()), "also after a restart");
        now = now.plus(Duration.ofHours(25));
        store.expireLost();
        assertFalse(Files.exists(kept), "after a day");
    }

    @Test
    void whatEarlierVersionsLeftBesideDamagedIsCollected() throws IOException {
        Blob blob = store.store(received("hello"));
        Path old = store.pathOf(blob.hash()).resolveSibling(blob.hash().hex() + ".damaged");
        Files.writeString(old, "hell?");
        store.expireLost();
        assertFalse(Files.exists(old));
        assertEquals(
                "hell?",
                Files.readString(
                        store.lostAndFound().resolve("damaged-" + blob.hash().hex())));
        assertTrue(store.has(blob.hash()));
    }
}
