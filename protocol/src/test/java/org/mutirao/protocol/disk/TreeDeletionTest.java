package org.mutirao.protocol.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeDeletionTest {
    @TempDir
    private Path folder;

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Says nothing when run as root, who needs no rights. */
    @Test
    void foldersWithoutRightsGoToo() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("t/d/e"));
        Files.writeString(deep.resolve("x.csv"), "1");
        Assumptions.assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));
        Files.setPosixFilePermissions(deep, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(deep.getParent(), PosixFilePermissions.fromString("r-xr-xr-x"));
        assertTrue(new TreeDeletion(folder.resolve("t"), Long.MAX_VALUE / 2, System::nanoTime).run());
        assertEquals(List.of(), left());
    }

    @Test
    void aTreeDeeperThanTheLongestPathGoesAndNothingStaysBeside() throws IOException {
        Path top = Files.createDirectory(folder.resolve("t"));
        // Built from the inside out, as a script does it by going into each.
        for (int i = 0; i < 300; i++) {
            Path inner = Files.move(top, folder.resolve("inner"));
            Files.createDirectory(top);
            Files.move(inner, top.resolve("a-rather-long-name-of-a-folder"));
        }
        assertTrue(new TreeDeletion(top, Long.MAX_VALUE / 2, System::nanoTime).run());
        assertEquals(List.of(), left());
    }

    @Test
    void linksAreDeletedNotFollowed() throws IOException {
        Path kept =
                Files.writeString(Files.createDirectory(folder.resolve("kept")).resolve("file"), "x");
        Path top = Files.createDirectory(folder.resolve("t"));
        try {
            Files.createSymbolicLink(top.resolve("link"), kept.getParent());
        } catch (IOException | UnsupportedOperationException e) {
            Assumptions.abort("this system makes no links for us");
        }
        assertTrue(new TreeDeletion(top, Long.MAX_VALUE / 2, System::nanoTime).run());
        assertTrue(Files.exists(kept));
        assertFalse(Files.exists(top, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void itStopsWhenItsTimeIsOverAndSaysWhatIsLeft() throws IOException {
        Path top = Files.createDirectory(folder.resolve("t"));
        for (int i = 0; i < 100; i++) {
            Files.writeString(top.resolve("f" + i), "x");
        }
        AtomicLong now = new AtomicLong();
        TreeDeletion deletion = new TreeDeletion(top, 10, now::incrementAndGet);
        assertFalse(deletion.run());
        assertTrue(deletion.left() != null && Files.exists(top));
    }
}
