package org.mutirao.protocol.limit;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.mutirao.protocol.units.AddressBlock;

/** How often each {@link AddressBlock} asks within a second, and all together. What this machine itself asks is not counted. For one thread. */
public final class AddressRates {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final int most;
    private final int mostOfOne;
    private final LongSupplier nanos;
    private final Map<InetAddress, Integer> byAddress = new HashMap<>();
    private long since;
    private int asked;

    /**
     * Nobody has asked yet.
     *
     * @param most in all
     * @param mostOfOne from one other machine
     * @param nanos monotonic
     */
    public AddressRates(int most, int mostOfOne, LongSupplier nanos) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.nanos = nanos;
        this.since = nanos.getAsLong();
    }

    /** Whether one more is to be answered. */
    public boolean allows(InetAddress address) {
        InetAddress from = AddressBlock.of(address);
        if (from.isLoopbackAddress()) {
            return true;
        }
        long now = nanos.getAsLong();
        if (now - since >= SECOND) {
            since = now;
            asked = 0;
            byAddress.clear();
        }
        if (asked >= most || byAddress.getOrDefault(from, 0) >= mostOfOne) {
            return false;
        }
        asked++;
        byAddress.merge(from, 1, Integer::sum);
        return true;
    }
}
