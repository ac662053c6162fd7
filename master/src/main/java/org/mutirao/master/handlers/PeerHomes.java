package org.mutirao.master.handlers;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.units.AddressBlock;

/**
 * Where each program without a session speaks from. It has nothing to prove itself with but its address, so nobody at another address may
 * speak in its name until it has been silent for a while. Safe for any number of threads.
 */
final class PeerHomes {
    static final int MOST = 50_000;
    /** An address that makes up more names loses its own first. Programs of this machine share the total. */
    static final int OF_ONE_ADDRESS = 1_000;
    /** A program that came through another master may have lost it, and comes itself. Longer than any program's rhythm. */
    static final Duration RELAYED_SILENCE = Duration.ofSeconds(35);

    private record Home(InetAddress address, boolean relayed, long heard) {}

    private final LongSupplier nanos;
    private final Duration silence;
    private final Function<WorkerId, Optional<InetAddress>> firstAsked;
    private final Map<WorkerId, Home> byPeer = new LinkedHashMap<>();
    private final Map<InetAddress, Set<WorkerId>> byAddress = new HashMap<>();

    /**
     * Knows nobody yet.
     *
     * @param nanos monotonic
     * @param silence after that long anybody may take the name
     * @param firstAsked who asked for a master under this name before others could have heard of it
     */
    PeerHomes(LongSupplier nanos, Duration silence, Function<WorkerId, Optional<InetAddress>> firstAsked) {
        this.nanos = nanos;
        this.silence = silence;
        this.firstAsked = firstAsked;
    }

    /**
     * Whether a peer may speak from an address; if so it is at home there from now on.
     *
     * @param relayed whether the address is another master's, which has looked itself and passes on what others say
     */
    synchronized boolean admits(WorkerId peer, InetAddress from, boolean relayed) {
        Home home = byPeer.get(peer);
        if (home != null && isHeard(home) && !isSame(home, from, relayed) && !cameFirst(peer, from)) {
            return false;
        }
        forget(peer);
        makeRoom(from, relayed);
        byPeer.put(peer, new Home(from, relayed, nanos.getAsLong()));
        byAddress
                .computeIfAbsent(AddressBlock.of(from), unheard -> new LinkedHashSet<>())
                .add(peer);
        return true;
    }

    private boolean isHeard(Home home) {
        Duration patience = home.relayed() ? RELAYED_SILENCE : silence;
        return nanos.getAsLong() - home.heard() <= patience.toNanos();
    }

    private static boolean isSame(Home home, InetAddress from, boolean relayed) {
        if (home.relayed() || relayed) {
            return home.relayed() && relayed;
        }
        return home.address().equals(from);
    }

    private boolean cameFirst(WorkerId peer, InetAddress from) {
        return firstAsked.apply(peer).equals(Optional.of(AddressBlock.of(from)));
    }

    private void makeRoom(InetAddress from, boolean relayed) {
        Set<WorkerId> neighbours = byAddress.getOrDefault(AddressBlock.of(from), Set.of());
        boolean counts = !relayed && !AddressBlock.isLoopback(from);
        if (counts && neighbours.size() >= OF_ONE_ADDRESS) {
            forget(neighbours.iterator().next());
        } else if (byPeer.size() >= MOST) {
            forget(byPeer.keySet().iterator().next());
        }
    }

    /** It has a session now, or is gone. */
    synchronized void forget(WorkerId peer) {
        Home gone = byPeer.remove(peer);
        if (gone != null) {
            byAddress.computeIfPresent(AddressBlock.of(gone.address()), (address, neighbours) -> {
                neighbours.remove(peer);
                return neighbours.isEmpty() ? null : neighbours;
            });
        }
    }
}
