package org.mutirao.master.cluster;

import java.util.Optional;
import org.mutirao.protocol.units.HostPort;

/** A master among the others, as outer parts may see it. Safe for any thread. */
public interface GroupView {
    /** This master's number. */
    int id();

    /** Whether this master is a group of one. */
    boolean isAlone();

    /** Whether this master leads, with a majority behind it. */
    boolean serves();

    /** The number of the master that leads, if any does. */
    Optional<Integer> leader();

    /** Where the leader is found, if it is another. */
    Optional<HostPort> leaderElsewhere();

    /** In words, who leads. */
    String whoLeads();

    /** How often the port between the masters was closed to somebody who is no master of this group. */
    long strangers();

    /** How many cards by multicast had no seal of this room's secret; none in a room without a key. */
    long ignoredCards();
}
