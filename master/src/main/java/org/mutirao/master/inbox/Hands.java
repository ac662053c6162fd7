package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.mutirao.protocol.pack.RefusedPackage;

/** What becomes of a complete file of {@code tasks/}. */
interface Hands {
    /** What is left to do with a file that was judged. */
    @FunctionalInterface
    interface Rest {
        /**
         * Does it. Called on a thread that may wait for a disk.
         *
         * @return false when the file is dealt with but can't be moved away, so that it must not be looked at again
         * @throws IOException when it should be tried again
         */
        boolean finish() throws IOException, RefusedPackage;
    }

    /**
     * Takes one file. While the log has it the next ones are taken, so that many are in one entry.
     *
     * @return completes once the log has answered, on its thread; never exceptionally
     * @throws IOException when it should be tried again
     */
    CompletableFuture<Rest> take(Path file, String name, Sighting sighting) throws IOException, RefusedPackage;

    /**
     * Looks again at what was rejected.
     *
     * @param nanos monotonic
     */
    void lookAgain(long nanos);

    /** Finishes what a crash interrupted, and knows of what an earlier run rejected. */
    void recover() throws IOException, InterruptedException;
}
