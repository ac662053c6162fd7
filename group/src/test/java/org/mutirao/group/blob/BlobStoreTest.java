package org.mutirao.group.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.PayloadTooLarge;
import org.mutirao.protocol.wire.SpoolMemory;

class BlobStoreTest extends StoreScene {
    private Blob hold(Payload payload) throws IOException {
        store.hold(payload);
        return payload.blob();
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
        assertEquals(first, store.store(received("hello")));
        assertEquals(List.of(), incoming());
        assertEquals(0, store.memory().used());
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
    void whatTheLogCarriedIsKeptAndForcedAndMendedAfterAPowerCut() throws IOException {
        byte[] bytes = "small".getBytes(StandardCharsets.UTF_8);
        Sha256 hash = Sha256.of(bytes);
        store.keep(Sha256.of(bytes), bytes);
        assertTrue(store.has(hash));
        store.forceKept();
        store.delete(hash);
        assertFalse(store.has(hash));
        store.keep(Sha256.of(bytes), bytes);
        assertEquals("small", Files.readString(store.pathOf(hash)), "who wants to read it finds it");
        Files.writeString(store.pathOf(hash), "\0\0\0\0\0"); // as long, but what a power cut leaves
        BlobStore again = reopened();
        again.keep(hash, bytes);
        assertEquals("small", Files.readString(again.pathOf(hash)));
    }

    @Test
    void theLogMayNotForgetWhatCouldNotBeWritten() throws IOException {
        byte[] bytes = "small".getBytes(StandardCharsets.UTF_8);
        Path place = folder.resolve("blobs").resolve(Sha256.of(bytes).hex().substring(0, 2));
        Files.writeString(place, "a file where the folder should be");
        store.keep(Sha256.of(bytes), bytes);
        assertThrows(IOException.class, store::forceKept, "so that no snapshot is taken");
        Files.delete(place);
        store.forceKept();
        assertEquals("small", Files.readString(store.pathOf(Sha256.of(bytes))));
    }

    @Test
    void fewBytesAreHeldInMemoryAndLeaveNoTrace() throws IOException {
        Blob blob = hold(received("small"));
        assertEquals("small", new String(store.bytesOf(blob.hash()).orElseThrow(), StandardCharsets.UTF_8));
        assertEquals(BlobStore.Presence.WHOLE, store.look(blob));
        store.delete(blob.hash());
        assertTrue(store.has(blob.hash()), "it is pinned");
        store.unpin(blob.hash(), false);
        assertFalse(store.has(blob.hash()));
        assertEquals(0, store.memory().used());
        assertEquals(List.of(), files());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }

    @Test
    void whenItsMemoryIsUsedUpTheStoreGoesOnWithFiles() throws IOException {
        store = reopened(new SpoolMemory(new ByteSize(2500)));
        Blob first = hold(received("first"));
        Payload second = received("second");
        assertEquals(1, store.memory().refused());
        store.store(second); // a file: it is forced at once
        store.keep(Sha256.of(new byte[3000]), new byte[3000]);
        assertEquals(2, store.memory().refused());
        assertTrue(store.bytesOf(first.hash()).isPresent());
        assertTrue(Files.exists(store.pathOf(second.blob().hash())));
        assertTrue(store.bytesOf(Sha256.of(new byte[3000])).isEmpty());
        assertTrue(Files.exists(store.pathOf(Sha256.of(new byte[3000]))));
        store.unpin(first.hash(), false);
        assertEquals(0, store.memory().used());
        hold(received("third"));
        assertEquals(2, store.memory().refused(), "there is room again");
    }

    @Test
    void aFileOfTheSameBytesGoesWithThem() throws IOException {
        Blob blob = store.store(received("small"));
        hold(received("small"));
        store.unpin(blob.hash());
        store.unpin(blob.hash(), false);
        assertEquals(List.of(), files());
    }

    @Test
    void whatIsForcedTogetherIsGivenInOrder() throws IOException {
        List<Blob> blobs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Payload payload = received("number " + i);
            blobs.add(i % 3 == 0 ? store.store(payload) : hold(payload));
        }
        Blob gone = new Blob(Sha256.of(new byte[7]), 7);
        blobs.add(5, gone);
        List<BlobStore.Forced> forced = store.forced(blobs);
        for (int i = 0; i < blobs.size(); i++) {
            assertTrue(forced.get(i).failure().isEmpty());
            if (i == 5) {
                assertTrue(forced.get(i).file().isEmpty());
            } else {
                BlobStore.ForcedFile file = forced.get(i).file().orElseThrow();
                assertEquals(blobs.get(i).hash(), Sha256.ofFile(file.path()));
                file.release();
            }
        }
        assertEquals(List.of(), incoming());
        assertTrue(store.has(blobs.get(0).hash()), "what is stored stays");
    }

    @Test
    void oneThatCanNotBeForcedDoesNotHoldUpTheOthers() throws IOException {
        Blob first = hold(received("first"));
        Blob second = store.store(received("second"));
        Files.delete(store.pathOf(second.hash()));
        Files.delete(Files.move(store.pathOf(second.hash()).getParent(), folder.resolve("away")));
        DurableFiles.deleteTree(folder.resolve("blobs/incoming"));
        List<BlobStore.Forced> forced = store.forced(List.of(first, second));
        assertTrue(forced.get(0).failure().isPresent(), "it needs a file");
        assertTrue(forced.get(1).failure().isPresent(), "nobody can say whether it is gone");
        Files.createDirectory(folder.resolve("blobs/incoming"));
        forced = store.forced(List.of(first, second));
        assertTrue(forced.get(0).file().isPresent());
        assertTrue(forced.get(1).file().isEmpty());
    }

    @Test
    void whatStaysForAWhileIsWrittenAndTakesNoMemory() throws IOException {
        Blob blob = hold(received("small"));
        store.forceKept(Duration.ofHours(1));
        assertTrue(store.bytesOf(blob.hash()).isPresent(), "most are dropped before that");
        store.forceKept(Duration.ZERO);
        assertEquals(0, store.memory().used());
        assertEquals("small", Files.readString(store.payload(blob).file()));
    }
}
