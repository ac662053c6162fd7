package org.mutirao.master.handlers;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.units.AddressBlock;

/**
 * Which names may still get a rank: each keeps its place on the log for ever, so places are left for masters and for workers, whatever
 * others ask for. For the loop.
 */
final class RankPlaces {
    /** Who asks for a rank by a name. */
    enum Who {
        MASTER,
        WORKER,
        /** Programs of other groups, and whoever makes a name up. */
        OTHER
    }

    static final int FOR_OTHERS = 1_000;
    static final int FOR_WORKERS = 9_000;
    static final int OF_ONE_ADDRESS = 100;

    private final Map<InetAddress, Integer> othersByAddress = new HashMap<>();
    private int underWay;

    /**
     * Whether a name that has no rank yet may get one; if so its place is kept until {@link #settled}.
     *
     * @param given how many names have one
     * @param from who asks; empty for programs whose requests come through a master
     */
    boolean take(Who who, int given, Optional<InetAddress> from) {
        int taken = given + underWay;
        boolean room =
                switch (who) {
                    case MASTER -> true;
                    case WORKER -> taken < FOR_WORKERS;
                    case OTHER -> taken < FOR_OTHERS && shareLeft(from);
                };
        if (room) {
            underWay++;
        }
        return room;
    }

    /** At most as many addresses are remembered as others have places. */
    private boolean shareLeft(Optional<InetAddress> from) {
        Optional<InetAddress> other = from.map(AddressBlock::of).filter(address -> !address.isLoopbackAddress());
        if (other.isEmpty()) {
            return true;
        }
        boolean left = othersByAddress.getOrDefault(other.get(), 0) < OF_ONE_ADDRESS;
        if (left) {
            othersByAddress.merge(other.get(), 1, Integer::sum);
        }
        return left;
    }

    /** One that was let in has its rank, or never will. */
    void settled() {
        underWay--;
    }
}
