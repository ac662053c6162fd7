package org.mutirao.worker.warm;

import java.time.Duration;
import java.util.Optional;

/**
 * What a script took.
 *
 * @param memory at most at a time, in bytes; 0 if that is not known
 * @param cpu of all its processes; zero if that is not known
 * @param io of all its processes; empty if that is not known
 */
public record Used(long memory, Duration cpu, Optional<Io> io) {
    /**
     * What went between memory and the disk, in bytes. What the system had in memory already is not read from there.
     *
     * @param read from it
     * @param written to it
     */
    public record Io(long read, long written) {
        private static final long BLOCK = 512;

        /** In the blocks that the system counts in for a parent. */
        static Io ofBlocks(long in, long out) {
            return new Io(in * BLOCK, out * BLOCK);
        }

        /** The larger of each: none of two looks can have seen too much. */
        public Io or(Io other) {
            return new Io(Math.max(read, other.read), Math.max(written, other.written));
        }
    }

    /** Nothing is known. */
    public static Used unknown() {
        return new Used(0, Duration.ZERO, Optional.empty());
    }
}
