package org.mutirao.group.blob;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.SpoolMemory;

/** A store in a folder, at a time that the test says. */
abstract class StoreScene {
    @TempDir
    Path folder;

    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    final InstantSource wall = () -> now;
    BlobStore store;

    @BeforeEach
    void open() throws IOException {
        store = reopened();
    }

    /** As a process finds it that begins; it deletes at once. */
    BlobStore reopened() throws IOException {
        return reopened(SpoolMemory.ofThisProcess());
    }

    BlobStore reopened(SpoolMemory memory) throws IOException {
        return BlobStore.open(folder.resolve("blobs"), wall, memory, Runnable::run);
    }

    Payload received(String text) throws IOException {
        Spool.Sink sink = store.spool(ByteSize.mebi(1)).open();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sink.write(bytes, 0, bytes.length);
        return sink.finish();
    }

    List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("blobs/incoming"))) {
            return files.toList();
        }
    }
}
