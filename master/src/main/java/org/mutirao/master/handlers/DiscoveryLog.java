package org.mutirao.master.handlers;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.units.AddressBlock;

/** Who asked for a master on which discovery ports: a sign of which group's program it is. Safe for any number of threads. */
public final class DiscoveryLog {
    /** New names without end push out the oldest. */
    private static final int MOST = 10_000;
    /** And first of all its own; but all programs of this machine share the total. */
    static final int OF_ONE_ADDRESS = 1_000;

    private record Known(InetAddress from, Set<Integer> ports) {}

    private final Map<WorkerId, Known> byWorker = new LinkedHashMap<>();
    private final Map<InetAddress, Set<WorkerId>> byAddress = new HashMap<>();

    /** Somebody asked. What is no possible id is nobody. */
    public synchronized void onAsked(String peer, InetAddress address, int port) {
        if (!WorkerId.isValid(peer)) {
            return;
        }
        InetAddress from = AddressBlock.of(address);
        WorkerId worker = new WorkerId(peer);
        if (!byWorker.containsKey(worker)) {
            Set<WorkerId> neighbours = byAddress.getOrDefault(from, Set.of());
            if (neighbours.size() >= OF_ONE_ADDRESS && !from.isLoopbackAddress()) {
                forget(neighbours.iterator().next());
            } else if (byWorker.size() >= MOST) {
                forget(byWorker.keySet().iterator().next());
            }
            byWorker.put(worker, new Known(from, new TreeSet<>()));
            byAddress.computeIfAbsent(from, unheard -> new LinkedHashSet<>()).add(worker);
        }
        byWorker.get(worker).ports().add(port);
    }

    private void forget(WorkerId worker) {
        Known gone = byWorker.remove(worker);
        byAddress.computeIfPresent(gone.from(), (address, neighbours) -> {
            neighbours.remove(worker);
            return neighbours.isEmpty() ? null : neighbours;
        });
    }

    /** From which {@link AddressBlock} that name was heard first. */
    synchronized Optional<InetAddress> firstAddressOf(WorkerId worker) {
        return Optional.ofNullable(byWorker.get(worker)).map(Known::from);
    }

    synchronized Set<Integer> askedOn(WorkerId worker) {
        Known known = byWorker.get(worker);
        return known == null ? Set.of() : Set.copyOf(known.ports());
    }
}
