package org.mutirao.protocol.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OwnFilesTest {
    private static final Path RESULTS = Path.of("results");

    @Test
    void aDiskWithoutRoomIsNamedInOurWordsWhateverTheSystemSays() {
        String full = "the disk of results is full or reports a fault. Make room there, or look at the disk";
        assertEquals(full, OwnFiles.whyNotWritten(RESULTS, new IOException("Não há espaço")));
        assertEquals(
                full,
                OwnFiles.whyNotWritten(RESULTS, new FileSystemException("results/a", null, "No space left on device")));
    }

    @Test
    void whatAPersonMayNotWriteIsSaid() {
        assertEquals(
                "results/a can't be used: this user may not. Change its owner or its rights",
                OwnFiles.whyNotWritten(RESULTS, new AccessDeniedException("results/a")));
    }
}
