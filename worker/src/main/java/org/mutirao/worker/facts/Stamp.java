package org.mutirao.worker.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file or folder as it was at one time.
 *
 * @param modified in milliseconds since 1970; 0 if it was not there
 */
record Stamp(Path path, long modified) {
    static Stamp of(Path path) {
        return new Stamp(path, modifiedAt(path));
    }

    boolean holds() {
        return modifiedAt(path) == modified;
    }

    private static long modifiedAt(Path path) {
        try {
            return Files.getLastModifiedTime(path).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
