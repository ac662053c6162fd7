package org.mutirao.protocol.wire;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.mutirao.protocol.units.AddressBlock;

/** How many connections are open, in all and from each {@link AddressBlock}. Safe for any number of threads. */
public final class ConnectionCounts {
    private final int most;
    private final int mostOfOne;
    private final Map<InetAddress, Integer> byAddress = new HashMap<>();
    private int open;

    /**
     * Nobody is connected yet.
     *
     * @param most in all
     * @param mostOfOne from one other machine
     */
    public ConnectionCounts(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** Whether one more may come; if so it counts until {@link #leave}. Programs of this machine share the total only. */
    public synchronized boolean enter(InetAddress address) {
        InetAddress from = AddressBlock.of(address);
        boolean full = open >= most || (!from.isLoopbackAddress() && byAddress.getOrDefault(from, 0) >= mostOfOne);
        if (!full) {
            open++;
            byAddress.merge(from, 1, Integer::sum);
        }
        return !full;
    }

    /** One that was let in is gone. */
    public synchronized void leave(InetAddress from) {
        open--;
        byAddress.computeIfPresent(AddressBlock.of(from), (address, count) -> count == 1 ? null : count - 1);
    }
}
