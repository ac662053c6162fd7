package org.mutirao.group.member;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The group behind a replicated log: who belongs to it, who leads, and how to change that. Safe for any thread. */
public interface Group {
    /** Whether this master leads, with a majority behind it. Costs nothing. */
    boolean serves();

    /** The last entry that the state machine has acted on. */
    long applied();

    /** Whether the state machine has still to act on what others did a while ago. */
    boolean isCatchingUp();

    /** Whether this master could lead at once. */
    boolean isReady();

    /** How things stand, as far as this master knows. */
    GroupStatus standing();

    /**
     * Changes who belongs to the group, at the leader. Completes when it is on the log; exceptionally when that is not known, or
     * another change is under way.
     */
    CompletableFuture<Void> configure(List<Member> members);

    /** Lets another lead, which must be the one with the highest weight; for at most a moment nobody does. */
    CompletableFuture<Void> transfer(Member to);

    /** What a master is at the moment. */
    enum Role {
        LEADER,
        FOLLOWER,
        CANDIDATE,
        LISTENER
    }

    /**
     * A moment in the group's life.
     *
     * @param serving whether this master leads, with a majority behind it
     * @param term grows with every election
     * @param leader who leads, as far as this master knows
     * @param peers all members, this one too
     */
    record GroupStatus(Role role, boolean serving, long term, Optional<Member> leader, List<Peer> peers) {
        public boolean leads() {
            return role == Role.LEADER;
        }

        public List<Member> members() {
            return peers.stream().map(Peer::member).toList();
        }

        public Optional<Peer> peer(String node) {
            return peers.stream()
                    .filter(peer -> peer.member().node().equals(node))
                    .findFirst();
        }
    }

    /**
     * A member as the leader sees it; others know only who it is.
     *
     * @param silent since when it has not answered
     * @param behind entries that it has still to get; -1 when that is not known
     */
    record Peer(Member member, Duration silent, long behind) {
        /** A peer this quick to answer is alive. */
        private static final Duration ALIVE = Duration.ofMillis(500);

        /** Entries that a new leader may still lack: more would hold up everything while they are sent. */
        private static final long NEARLY_UP_TO_DATE = 64;

        /** Whether it answers at once. */
        boolean isAlive() {
            return silent.compareTo(ALIVE) < 0;
        }

        /** Whether it has what the log has, but for a little. */
        boolean hasTheLog() {
            return behind >= 0 && behind <= NEARLY_UP_TO_DATE;
        }
    }
}
