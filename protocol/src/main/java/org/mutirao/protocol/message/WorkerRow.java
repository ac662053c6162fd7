package org.mutirao.protocol.message;

import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.WorkerFacts;

/**
 * A worker as a person sees it.
 *
 * @param kind whose program it is: ours, A to F, D/E, OTHER, or unregistered when it was only heard so far
 * @param silentMs how long ago it was last heard, in milliseconds
 * @param holding ids of the tasks leased to it
 * @param limit how many bytes of JSON it reads at most; 0 when there is no limit
 * @param aside why it gets no work at present
 * @param withoutKey true if it was let into a room with a key without it; else empty
 * @param facts what it told of its machine; without the packages where many workers are listed
 */
public record WorkerRow(
        String id,
        String name,
        String kind,
        String dialect,
        String address,
        int slots,
        List<Long> holding,
        long delivered,
        long lost,
        long silentMs,
        long limit,
        Optional<String> aside,
        Optional<Boolean> withoutKey,
        Optional<WorkerFacts> facts) {

    /** Begins one. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds one by name. What is not named is empty or 0. */
    public static final class Builder {
        private String id = "";
        private String name = "";
        private String kind = "";
        private String dialect = "";
        private String address = "";
        private int slots;
        private List<Long> holding = List.of();
        private long delivered;
        private long lost;
        private long silentMs;
        private long limit;
        private Optional<String> aside = Optional.empty();
        private boolean withoutKey;
        private Optional<WorkerFacts> facts = Optional.empty();

        private Builder() {}

        public Builder id(String given) {
            id = given;
            return this;
        }

        public Builder name(String given) {
            name = given;
            return this;
        }

        public Builder kind(String given) {
            kind = given;
            return this;
        }

        public Builder dialect(String given) {
            dialect = given;
            return this;
        }

        public Builder address(String given) {
            address = given;
            return this;
        }

        public Builder slots(int given) {
            slots = given;
            return this;
        }

        public Builder holding(List<Long> given) {
            holding = given;
            return this;
        }

        public Builder delivered(long given) {
            delivered = given;
            return this;
        }

        public Builder lost(long given) {
            lost = given;
            return this;
        }

        public Builder silentMs(long given) {
            silentMs = given;
            return this;
        }

        public Builder limit(long given) {
            limit = given;
            return this;
        }

        public Builder aside(Optional<String> given) {
            aside = given;
            return this;
        }

        public Builder withoutKey(boolean given) {
            withoutKey = given;
            return this;
        }

        public Builder facts(Optional<WorkerFacts> given) {
            facts = given;
            return this;
        }

        /** The record. */
        public WorkerRow build() {
            return new WorkerRow(
                    id,
                    name,
                    kind,
                    dialect,
                    address,
                    slots,
                    holding,
                    delivered,
                    lost,
                    silentMs,
                    limit,
                    aside,
                    withoutKey ? Optional.of(true) : Optional.empty(),
                    facts);
        }
    }
}
