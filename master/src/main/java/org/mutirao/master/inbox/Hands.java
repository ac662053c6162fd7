package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.file.Path;
import org.mutirao.protocol.pack.RefusedPackage;

/** What becomes of a complete file of {@code tasks/}. */
interface Hands {
    /**
     * Takes one file.
     *
     * @return false when the file is dealt with but can't be moved away, so that it must not be looked at again
     * @throws IOException when it should be tried again
     */
    boolean take(Path file, String name, Sighting sighting) throws IOException, RefusedPackage, InterruptedException;

    /**
     * Looks again at what was rejected.
     *
     * @param nanos monotonic
     */
    void lookAgain(long nanos);

    /** Finishes what a crash interrupted, and knows of what an earlier run rejected. */
    void recover() throws IOException, InterruptedException;
}
