package org.mutirao.group.raft;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.mutirao.protocol.disk.DurableFiles;

/**
 * The engine forces the bytes of its files, but not the list of their names: after a power cut a new segment could be gone as a whole,
 * with all that was acknowledged from it. This forces the list when a name in it is new. Used by the engine's writing thread only.
 */
final class SegmentFolder {
    /** Replaced, under its old name, at each election. */
    private static final String META = "raft-meta";

    private final Path folder;
    private Set<String> forced = Set.of();

    SegmentFolder(Path folder) {
        this.folder = folder;
    }

    /** Returns when all names would survive a power cut; whether any was new. */
    boolean force() throws IOException {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                names.add(file.getFileName().toString());
            }
        }
        Path meta = folder.resolve(META);
        if (Files.exists(meta)) {
            names.add(META + " of " + Files.getLastModifiedTime(meta) + ", " + Files.size(meta));
        }
        if (names.equals(forced)) {
            return false;
        }
        DurableFiles.forceFolder(folder);
        forced = names;
        return true;
    }
}
