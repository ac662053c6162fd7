package org.mutirao.group.blob;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often the system is asked for the free space. */
class DiskRoomTest {
    @TempDir
    private Path folder;

    private long nanos;

    /** A folder that is gone can't be asked, and then counts as one with room; so it shows when the system was asked. */
    @Test
    void theSystemIsAskedOnceASecond() throws Exception {
        DiskRoom none = new DiskRoom(folder, () -> nanos, total -> Long.MAX_VALUE - 1);
        assertFalse(none.had(1), "the reserve is more than there is");
        Files.delete(folder);
        nanos += TimeUnit.MILLISECONDS.toNanos(999);
        assertFalse(none.had(1));
        nanos += TimeUnit.MILLISECONDS.toNanos(1);
        assertTrue(none.had(1));
        Files.createDirectory(folder);
        assertTrue(none.had(1));
        assertFalse(none.has(1), "who must know it exactly is told");
        assertFalse(none.had(1));
    }
}
