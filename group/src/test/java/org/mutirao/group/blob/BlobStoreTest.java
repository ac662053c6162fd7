package org.mutirao.group.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.PayloadTooLarge;
import org.mutirao.protocol.wire.Spool;

class BlobStoreTest {
    @TempDir
    private Path folder;

    private BlobStore store;

    @BeforeEach
    void open() throws IOException {
        store = BlobStore.open(folder.resolve("blobs"));
    }

    private Payload received(String text) throws IOException {
        Spool.Sink sink = store.spool(ByteSize.mebi(1)).open();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sink.write(bytes, 0, bytes.length);
        return sink.finish();
    }

    @Test
    void whatIsStoredIsFoundByItsHash() throws IOException {
        Blob blob = store.store(received("hello"));
        assertEquals(Sha256.of("hello".getBytes(StandardCharsets.UTF_8)), blob.hash());
        assertEquals("hello", Files.readString(store.pathOf(blob.hash())));
        assertEquals("hello", Files.readString(store.payload(blob).file()));
    }

    @Test
    void theSameBytesAreStoredOnceAndLeaveNothingBehind() throws IOException {
        Blob first = store.store(received("hello"));
        Payload again = received("hello");
        assertEquals(first, store.store(again));
        assertFalse(Files.exists(again.file()));
    }

    @Test
    void aPinnedBlobIsNotDeleted() throws IOException {
        Blob blob = store.store(received("hello"));
        store.store(received("hello"));
        store.unpin(blob.hash());
        store.delete(blob.hash());
        assertTrue(Files.exists(store.pathOf(blob.hash())), "one of the two still relies on it");
        store.unpin(blob.hash());
        store.delete(blob.hash());
        assertFalse(Files.exists(store.pathOf(blob.hash())));
    }

    @Test
    void onlyWhatTheLedgerNeedsSurvivesTheStart() throws IOException {
        Blob needed = store.store(received("needed"));
        Blob orphan = store.store(received("orphan"));
        Payload half = received("half");
        store = BlobStore.open(folder.resolve("blobs"));
        store.retainOnly(Set.of(needed.hash()));
        assertTrue(Files.exists(store.pathOf(needed.hash())));
        assertFalse(Files.exists(store.pathOf(orphan.hash())));
        assertFalse(Files.exists(half.file()));
    }

    @Test
    void aFileOverTheLimitIsNotCopied() throws IOException {
        Path large = Files.write(folder.resolve("large"), new byte[2000]);
        assertThrows(PayloadTooLarge.class, () -> store.copyIn(large, new ByteSize(1000)));
        assertEquals(
                large.toFile().length(),
                store.copyIn(large, new ByteSize(2000)).blob().size());
    }

    @Test
    void aPromisedBlobStaysUntilItsEntryCame() throws IOException {
        Blob blob = store.promise(received("hello"));
        store.promise(received("hello"));
        store.delete(blob.hash());
        assertTrue(store.has(blob.hash()), "an older task of the same bytes ended");
        store.onNeeded(blob.hash());
        store.delete(blob.hash());
        assertTrue(store.has(blob.hash()), "the second entry is still to come");
        store.onNeeded(blob.hash());
        store.delete(blob.hash());
        assertFalse(store.has(blob.hash()));
    }

    @Test
    void whatLayThereAtTheStartGoesOnlyWithTheSecondSweep() throws IOException {
        Blob old = store.store(received("old"));
        BlobStore again = BlobStore.open(folder.resolve("blobs"));
        again.delete(old.hash());
        assertTrue(again.has(old.hash()), "an old entry was applied again; a later one may need it");
        again.sweep(Set.of(old.hash()));
        again.sweep(Set.of());
        assertTrue(again.has(old.hash()), "unneeded for the first time");
        again.sweep(Set.of());
        assertFalse(again.has(old.hash()));
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

    @Test
    void whatTheLogCarriedIsKeptAndForcedAndMendedAfterAPowerCut() throws IOException {
        byte[] bytes = "small".getBytes(StandardCharsets.UTF_8);
        Sha256 hash = Sha256.of(bytes);
        store.keep(bytes);
        assertTrue(store.has(hash));
        store.forceKept();
        store.delete(hash);
        assertFalse(store.has(hash));
        store.keep(bytes);
        assertEquals("small", Files.readString(store.pathOf(hash)), "who wants to read it finds it");
        Files.writeString(store.pathOf(hash), "\0\0\0\0\0"); // as long, but what a power cut leaves
        BlobStore again = BlobStore.open(folder.resolve("blobs"));
        again.keep(bytes);
        assertEquals("small", Files.readString(again.pathOf(hash)));
    }

    @Test
    void theLogMayNotForgetWhatCouldNotBeWritten() throws IOException {
        byte[] bytes = "small".getBytes(StandardCharsets.UTF_8);
        Path place = folder.resolve("blobs").resolve(Sha256.of(bytes).hex().substring(0, 2));
        Files.writeString(place, "a file where the folder should be");
        store.keep(bytes);
        assertThrows(IOException.class, store::forceKept, "so that no snapshot is taken");
        Files.delete(place);
        store.forceKept();
        assertEquals("small", Files.readString(store.pathOf(Sha256.of(bytes))));
    }
}
