package org.mutirao.protocol.message;

import java.util.Optional;

/**
 * Somebody who takes part in the grid, for lists.
 *
 * @param id of a master its number, of a worker its long id
 * @param kind {@code master} or {@code worker}
 * @param rank as given once, if it was
 * @param state what it does at present, in a word or a few
 * @param silentMs how long ago it was last heard, in milliseconds; -1 if that is not known
 * @param clock empty as long as nothing is known of it
 */
public record ServerRow(
        String id,
        String name,
        String kind,
        Optional<Integer> rank,
        String address,
        String state,
        long silentMs,
        Optional<ClockRow> clock) {
    /**
     * An application clock, in microseconds.
     *
     * @param aheadUs of the leader's
     * @param errorUs by how much that may be wrong
     * @param offsetUs how far it is ahead of the machine's own clock
     * @param counted whether it counted in the last round; if not, it was too far from the others
     */
    public record ClockRow(long aheadUs, long errorUs, long offsetUs, boolean counted) {}
}
