package org.mutirao.protocol.wire;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** How many connections are open, in all and from each address. Safe for any number of threads. */
final class ConnectionCounts {
    private final int most;
    private final int mostOfOne;
    private final Map<InetAddress, Integer> byAddress = new HashMap<>();
    private int open;

    ConnectionCounts(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** Whether one more may come; if so it counts until {@link #leave}. Programs of this machine share the total only. */
    synchronized boolean enter(InetAddress from) {
        boolean full = open >= most || (!from.isLoopbackAddress() && byAddress.getOrDefault(from, 0) >= mostOfOne);
        if (!full) {
            open++;
            byAddress.merge(from, 1, Integer::sum);
        }
        return !full;
    }

    synchronized void leave(InetAddress from) {
        open--;
        byAddress.computeIfPresent(from, (address, count) -> count == 1 ? null : count - 1);
    }
}
