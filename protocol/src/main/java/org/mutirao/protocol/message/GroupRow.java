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

    /** Begins one. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds one by name. What is not named is empty or 0. */
    public static final class Builder {
        private String grid = "";
        private String group = "";
        private String election = "";
        private int self;
        private Optional<Integer> leader = Optional.empty();
        private long term;
        private int size;
        private int spare;
        private String note = "";
        private List<MasterRow> masters = List.of();
        private List<GuestRow> guests = List.of();

        private Builder() {}

        public Builder grid(String given) {
            grid = given;
            return this;
        }

        public Builder group(String given) {
            group = given;
            return this;
        }

        public Builder election(String given) {
            election = given;
            return this;
        }

        public Builder self(int given) {
            self = given;
            return this;
        }

        public Builder leader(Optional<Integer> given) {
            leader = given;
            return this;
        }

        public Builder term(long given) {
            term = given;
            return this;
        }

        public Builder size(int given) {
            size = given;
            return this;
        }

        public Builder spare(int given) {
            spare = given;
            return this;
        }

        public Builder note(String given) {
            note = given;
            return this;
        }

        public Builder masters(List<MasterRow> given) {
            masters = given;
            return this;
        }

        public Builder guests(List<GuestRow> given) {
            guests = given;
            return this;
        }

        /** The record. */
        public GroupRow build() {
            return new GroupRow(grid, group, election, self, leader, term, size, spare, note, masters, guests);
        }
    }
}
