package org.mutirao.worker.sandbox;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What one script is given.
 *
 * @param run what it may write to
 * @param files where it starts, below that
 * @param environment what was installed for it, to read
 * @param network whether its package asks for the network
 */
public record Room(Path run, Path files, Optional<Path> environment, boolean network) {
    /** For a script in a folder of a run: that of the run is two above. */
    public static Room of(Path files, Optional<Path> environment, boolean network) {
        Path absolute = files.toAbsolutePath();
        return new Room(absolute.getParent().getParent(), absolute, environment, network);
    }
}
