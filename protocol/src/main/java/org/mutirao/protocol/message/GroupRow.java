package org.mutirao.protocol.message;

import java.util.List;
import java.util.Optional;

/**
 * A group of masters as one of them sees it.
 *
 * @param self the id of the master that answers
 * @param leader the id of the one that leads, if any does
 * @param size how many masters the group is meant to have
 * @param spare how many masters that are well could still be lost
 * @param note what a person should know, in words; may be empty
 */
public record GroupRow(
        String grid,
        String group,
        String election,
        int self,
        Optional<Integer> leader,
        long term,
        int size,
        int spare,
        String note,
        List<MasterRow> masters,
        List<GuestRow> guests) {
    /**
     * One master.
     *
     * @param role leader, follower, listener (not counted yet), away, or newcomer
     * @param behind entries of the log that it has still to get; -1 when that is not known
     * @param missing packages and results that it has still to get
     */
    public record MasterRow(
            int id,
            String node,
            String address,
            int priority,
            int rank,
            String role,
            long behind,
            long missing,
            Optional<String> problem) {}

    /** A program on the group's multicast address that is no master of ours. */
    public record GuestRow(int id, int priority, String address) {}
}
