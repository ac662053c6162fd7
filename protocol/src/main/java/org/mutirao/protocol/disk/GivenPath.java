package org.mutirao.protocol.disk;

import java.io.IOException;
import java.nio.file.Path;

/** A path as a person gave it, with its {@code .}, {@code ..} and links resolved once, so that paths below it can be compared. */
public final class GivenPath {
    private GivenPath() {}

    /**
     * Returns it absolute and without detours. What exists of it is resolved by the system, so that {@code link/..} means what it means
     * in a shell; what does not exist yet is taken by its words.
     */
    public static Path resolve(Path given) {
        Path absolute = given.toAbsolutePath();
        for (Path existing = absolute; existing != null; existing = existing.getParent()) {
            try {
                Path real = existing.toRealPath();
                return real.resolve(existing.relativize(absolute)).normalize();
            } catch (IOException e) {
                // This part does not exist yet, or may not be looked at; the one above may.
            }
        }
        return absolute.normalize();
    }
}
