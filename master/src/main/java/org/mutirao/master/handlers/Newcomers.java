package org.mutirao.master.handlers;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.units.AddressBlock;

/**
 * How many workers of one {@link AddressBlock} the master remembers that have never delivered, so that nobody drives others out by making up ids.
 * This machine's are not counted. For the loop.
 */
final class Newcomers {
    static final int OF_ONE_ADDRESS = 1_000;
    private static final int MAX_ADDRESSES = 10_000;

    private final Predicate<WorkerId> isNew;
    private final Map<InetAddress, Set<WorkerId>> byAddress = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Set<WorkerId>> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    /**
     * Knows nobody yet.
     *
     * @param isNew whether a worker is remembered and has delivered nothing
     */
    Newcomers(Predicate<WorkerId> isNew) {
        this.isNew = isNew;
    }

    /** Whether a worker that the master does not know yet may be remembered. */
    boolean admits(WorkerId worker, InetAddress address) {
        InetAddress from = AddressBlock.of(address);
        if (from.isLoopbackAddress()) {
            return true;
        }
        Set<WorkerId> others = byAddress.computeIfAbsent(from, unheard -> new HashSet<>());
        if (others.size() >= OF_ONE_ADDRESS && !others.contains(worker)) {
            others.removeIf(isNew.negate());
        }
        return others.contains(worker) || (others.size() < OF_ONE_ADDRESS && others.add(worker));
    }
}
