package org.mutirao.group.raft;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFolderTest {
    @TempDir
    private Path folder;

    @Test
    void theNamesAreForcedWhenOneIsNewAndOnlyThen() throws IOException {
        SegmentFolder segments = new SegmentFolder(folder);
        Files.createFile(folder.resolve("log_inprogress_0"));
        assertTrue(segments.force());
        assertFalse(segments.force());
        Files.writeString(folder.resolve("log_inprogress_0"), "more");
        assertFalse(segments.force(), "bytes are the engine's business");
        Files.move(folder.resolve("log_inprogress_0"), folder.resolve("log_0-9"));
        assertTrue(segments.force());
        Files.writeString(folder.resolve("raft-meta"), "term=1");
        assertTrue(segments.force());
        assertFalse(segments.force());
        Files.setLastModifiedTime(folder.resolve("raft-meta"), FileTime.from(Instant.EPOCH));
        assertTrue(segments.force(), "replaced under its old name");
    }
}
