package org.mutirao.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.units.ByteSize;

/** What is small comes into memory, the rest into files, and the memory is given back whatever becomes of it. */
class SmallSpoolTest {
    private static final int LARGEST = 32 * 1024;

    @TempDir
    private Path folder;

    private final AtomicBoolean room = new AtomicBoolean(true);
    private final SpoolMemory memory = new SpoolMemory(new ByteSize(100_000));
    private SmallSpool spool;

    @BeforeEach
    void make() {
        spool = new SmallSpool(new FileSpool(folder, new ByteSize(200_000), new SpoolRoom(room::get)), memory, LARGEST);
    }

    private long files() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            return left.count();
        }
    }

    private static void write(Spool.Sink sink, byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; at += 1000) {
            sink.write(bytes, at, Math.min(1000, bytes.length - at));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2048, 2049, 10_000, LARGEST, LARGEST + 1, 150_000})
    void theBytesAreWhatCame(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        for (Spool.Sink sink : new Spool.Sink[] {spool.open(), spool.open(size)}) {
            write(sink, bytes);
            Payload payload = sink.finish();
            assertEquals(Sha256.of(bytes), payload.blob().hash());
            assertEquals(size, payload.blob().size());
            assertEquals(size <= LARGEST, payload.bytes().isPresent());
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            payload.writeTo(copy);
            assertArrayEquals(bytes, copy.toByteArray());
            payload.delete();
            payload.delete();
        }
        assertEquals(0, memory.used());
        assertEquals(0, files());
    }

    @Test
    void withoutMemoryItIsAFile() throws IOException {
        assertTrue(memory.take(95_000));
        Spool.Sink grown = spool.open();
        write(grown, new byte[10_000]);
        Payload payload = grown.finish();
        assertTrue(payload.bytes().isEmpty());
        assertEquals(10_000, Files.size(payload.file()));
        assertEquals(1, memory.refused());
        assertTrue(memory.take(4_000));
        Payload second = spool.open().finish();
        assertTrue(second.bytes().isEmpty());
        payload.delete();
        second.delete();
        memory.give(95_000);
        memory.give(4_000);
        assertEquals(0, memory.used());
    }

    @Test
    void whatIsThrownAwayHalfGivesAllBack() throws IOException {
        for (int size : new int[] {0, 5_000, 100_000}) {
            Spool.Sink sink = spool.open();
            write(sink, new byte[size]);
            sink.discard();
            sink.discard();
        }
        Spool.Sink large = spool.open();
        assertThrows(PayloadTooLarge.class, () -> write(large, new byte[300_000]));
        large.discard();
        assertEquals(0, memory.used());
        assertEquals(0, files());
    }

    /** The log needs the room for it. */
    @Test
    void aFullDiskTakesNothingSmallEither() {
        room.set(false);
        assertThrows(IOException.class, () -> spool.open());
        assertEquals(0, memory.used());
    }

    @Test
    void aSmallLimitIsKeptInMemoryToo() throws IOException {
        SmallSpool few = new SmallSpool(new FileSpool(folder, new ByteSize(1000)), memory, LARGEST);
        Spool.Sink sink = few.open();
        sink.write(new byte[1000], 0, 1000);
        assertThrows(PayloadTooLarge.class, () -> sink.write(new byte[1], 0, 1));
        sink.discard();
        assertThrows(PayloadTooLarge.class, () -> few.open(1001));
        assertTrue(Arrays.equals(new byte[0], few.open(0).finish().bytes().orElseThrow()));
    }
}
