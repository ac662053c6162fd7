package org.mutirao.protocol.room;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.mutirao.protocol.units.AddressBlock;

/**
 * How often each {@link AddressBlock} failed to prove that it knows the secret. One that failed often has to wait. Safe for any number of
 * threads.
 */
public final class FailedTries {
    /** So many wrong proofs may come from one address within {@link #WAIT}. */
    public static final int MAX_TRIES = 10;
    /** How long an address waits after that, and how long a wrong proof counts. */
    public static final Duration WAIT = Duration.ofSeconds(60);

    /** More addresses than a room has; whoever comes from more is not remembered longer than the others. */
    private static final int MAX_ADDRESSES = 10_000;

    private final LongSupplier nanos;
    private final Map<InetAddress, Tries> byAddress = new HashMap<>();
    private long total;

    private static final class Tries {
        private long since;
        private int count;
    }

    /** @param nanos monotonic */
    public FailedTries(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether this address has to wait before it may try again. */
    public synchronized boolean mustWait(InetAddress from) {
        Tries tries = byAddress.get(AddressBlock.of(from));
        return tries != null && isFresh(tries) && tries.count >= MAX_TRIES;
    }

    /**
     * Counts one more.
     *
     * @return whether it is the first of this address within {@link #WAIT}, or the one by which it has to wait; so that each is told once
     */
    public synchronized boolean failed(InetAddress from) {
        total++;
        if (byAddress.size() >= MAX_ADDRESSES) {
            byAddress.values().removeIf(tries -> !isFresh(tries));
        }
        if (byAddress.size() >= MAX_ADDRESSES) {
            byAddress.clear();
        }
        Tries tries = byAddress.computeIfAbsent(AddressBlock.of(from), address -> new Tries());
        if (!isFresh(tries)) {
            tries.count = 0;
        }
        if (tries.count == 0) {
            tries.since = nanos.getAsLong();
        }
        tries.count++;
        return tries.count == 1 || tries.count == MAX_TRIES;
    }

    private boolean isFresh(Tries tries) {
        return tries.count > 0 && nanos.getAsLong() - tries.since < WAIT.toNanos();
    }

    /** How many wrong proofs there were since the start. */
    public synchronized long total() {
        return total;
    }
}
