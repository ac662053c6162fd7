package org.mutirao.master.folders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.threads.Liveness;

/** One folder, one master. */
class ServedByTest {
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve(ServedBy.NAME);
    }

    @Test
    void theSecondMasterIsToldWhoTheFirstIs() throws IOException {
        try (ServedBy first = ServedBy.claim(folder, Path.of("/first/data"), "pc1", CLOCK, Liveness.unwatched())) {
            for (String host : new String[] {"pc1", "pc2"}) {
                IOException refused = assertThrows(
                        IOException.class,
                        () -> ServedBy.claim(folder, Path.of("/second/data"), host, CLOCK, Liveness.unwatched()));
                assertTrue(refused.getMessage().contains("pc1"), refused.getMessage());
                assertTrue(refused.getMessage().contains("first"), refused.getMessage());
                assertTrue(refused.getMessage().contains("--tasks"), refused.getMessage());
            }
        }
        ServedBy.claim(folder, Path.of("/second/data"), "pc2", CLOCK, Liveness.unwatched())
                .close();
        assertEquals("", Files.readString(file()));
    }

    /** The operating system released the lock; the text is what a killed master left. */
    @Test
    void whatAKilledMasterOfThisMachineLeftIsTakenOver() throws IOException {
        leave("pc1");
        ServedBy.claim(folder, Path.of("data"), "pc1", CLOCK, Liveness.unwatched())
                .close();
    }

    /** A network's file system without locks. */
    @Test
    void anotherMachinesFreshTextCountsLikeALock() throws IOException {
        leave("pc2");
        IOException refused = assertThrows(
                IOException.class, () -> ServedBy.claim(folder, Path.of("data"), "pc1", CLOCK, Liveness.unwatched()));
        assertTrue(refused.getMessage().contains("pc2"), refused.getMessage());
        assertTrue(refused.getMessage().contains("in a minute"), refused.getMessage());
        Files.setLastModifiedTime(file(), FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
        ServedBy.claim(folder, Path.of("data"), "pc1", CLOCK, Liveness.unwatched())
                .close();
    }

    @Test
    void aDamagedFileIsInNobodysWay() throws IOException {
        Files.write(file(), new byte[] {0, 0, '{'});
        ServedBy.claim(folder, Path.of("data"), "pc1", CLOCK, Liveness.unwatched())
                .close();
    }

    private void leave(String host) throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        try (ServedBy served = ServedBy.claim(other, Path.of("old"), host, CLOCK, Liveness.unwatched())) {
            Files.copy(other.resolve(ServedBy.NAME), file());
        }
    }
}
