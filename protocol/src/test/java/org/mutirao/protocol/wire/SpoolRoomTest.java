package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.units.ByteSize;

class SpoolRoomTest {
    private static final byte[] BLOCK = new byte[400];

    @TempDir
    private Path folder;

    private final AtomicBoolean room = new AtomicBoolean(true);
    private FileSpool spool;

    @BeforeEach
    void make() {
        spool = new FileSpool(folder, ByteSize.mebi(1), new SpoolRoom(room::get, new ByteSize(1000)));
    }

    @Test
    void manySmallFilesTogetherAreLookedAtAsOneLargeOne() throws IOException {
        Spool.Sink first = spool.open();
        Spool.Sink second = spool.open();
        Spool.Sink third = spool.open();
        room.set(false);
        first.write(BLOCK, 0, BLOCK.length);
        second.write(BLOCK, 0, BLOCK.length);
        assertThrows(IOException.class, () -> third.write(BLOCK, 0, BLOCK.length));
        assertThrows(IOException.class, () -> first.write(BLOCK, 0, 1), "nothing grows until there is room");
        assertThrows(IOException.class, () -> spool.open());
        first.discard();
        second.discard();
        third.discard();
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void whenThereIsRoomAgainFilesGrowAgain() throws IOException {
        room.set(false);
        assertThrows(IOException.class, () -> spool.open());
        room.set(true);
        Spool.Sink sink = spool.open();
        for (int i = 0; i < 10; i++) {
            sink.write(BLOCK, 0, BLOCK.length);
        }
        assertEquals(4000, sink.finish().blob().size());
    }
}
