package org.mutirao.protocol.wire;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.units.AddressBlock;

/**
 * Connections on which nothing is proven yet. They take nothing of what is there for those inside. Where there are too many, the one that has
 * waited longest makes room: a program of the room needs milliseconds. Safe for any number of threads.
 *
 * @param <C> a connection
 */
final class UnprovenConnections<C> {
    static final int MAX_IN_ALL = 1_000;
    static final int MAX_OF_ONE_ADDRESS = 250;

    private final int most;
    private final int mostOfOne;
    private final Map<InetAddress, Set<C>> byAddress = new HashMap<>();
    private int open;

    UnprovenConnections() {
        this(MAX_IN_ALL, MAX_OF_ONE_ADDRESS);
    }

    /**
     * There are none.
     *
     * @param mostOfOne from one other machine; programs of this machine share the total only
     */
    UnprovenConnections(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** Returns the one that has to go for it. It counts no longer. */
    synchronized Optional<C> enter(InetAddress address, C connection) {
        InetAddress from = AddressBlock.of(address);
        Set<C> ofAddress = byAddress.computeIfAbsent(from, first -> new LinkedHashSet<>());
        ofAddress.add(connection);
        open++;
        if (ofAddress.size() > mostOfOne && !from.isLoopbackAddress()) {
            return Optional.of(removeOldest(from));
        }
        return open > most ? Optional.of(removeOldest(crowded())) : Optional.empty();
    }

    private InetAddress crowded() {
        return byAddress.entrySet().stream()
                .max(Comparator.comparingInt(each -> each.getValue().size()))
                .orElseThrow()
                .getKey();
    }

    private C removeOldest(InetAddress from) {
        Iterator<C> ofAddress = byAddress.get(from).iterator();
        C oldest = ofAddress.next();
        leave(from, oldest);
        return oldest;
    }

    /** It has proven it, or is gone. Not a fault if it does not count any longer. */
    synchronized void leave(InetAddress address, C connection) {
        InetAddress from = AddressBlock.of(address);
        Set<C> ofAddress = byAddress.get(from);
        if (ofAddress != null && ofAddress.remove(connection)) {
            open--;
            if (ofAddress.isEmpty()) {
                byAddress.remove(from);
            }
        }
    }
}
