package org.mutirao.worker.run;

import org.mutirao.protocol.units.ByteSize;

/**
 * How much memory scripts may take, in bytes.
 *
 * @param usual if a package does not say; 0 for no limit
 * @param most whatever a package says; 0 for no limit
 */
public record MemoryShare(long usual, long most) {
    /** What a machine keeps for itself. */
    private static final long RESERVE_PART = 10;

    private static final long MAX_RESERVE = 1L << 30;
    /** What the worker itself takes: its heap of up to 256 MiB, and what Java takes besides. */
    private static final long MIN_RESERVE = 400L << 20;

    private static final long LEAST = 256L << 20;

    /** No script is held to anything. */
    public static MemoryShare unlimited() {
        return new MemoryShare(0, 0);
    }

    /** What a person said. */
    public static MemoryShare of(ByteSize most) {
        return new MemoryShare(most.bytes(), most.bytes());
    }

    /** An equal part for each slot, of what the machine can spare. A package that says what it needs may take more: the master counts that. */
    public static MemoryShare fair(long machine, int slots) {
        long spare = machine - Math.min(MAX_RESERVE, Math.max(MIN_RESERVE, machine / RESERVE_PART));
        return new MemoryShare(Math.max(LEAST, spare / slots), machine);
    }

    /** Whether a person chose what a script may take, the package's author or the worker's owner. Else the machine or a wrapper may grant less. */
    boolean isChosen(long asked) {
        return asked > 0 || (usual > 0 && most <= usual);
    }

    /** What a script may take whose package asks for so much, or for nothing: 0. */
    long of(long asked) {
        long wanted = asked == 0 ? usual : asked;
        return most == 0 ? wanted : Math.min(most, wanted);
    }
}
