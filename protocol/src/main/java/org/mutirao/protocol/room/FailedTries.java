package org.mutirao.protocol.room;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.mutirao.protocol.units.AddressBlock;

/**
 * How often each {@link AddressBlock} failed to prove that it knows the secret. One that failed often is answered later, but not refused:
 * others behind the same address may know it. Safe for any number of threads.
 */
public final class FailedTries {
    /** So many wrong proofs may come from one address within {@link #WINDOW} before it is answered later. */
    public static final int MAX_TRIES = 10;
    /** How long a wrong proof counts. */
    public static final Duration WINDOW = Duration.ofSeconds(60);
    /** How much later. Programs with the secret wait longer than that. */
    public static final Duration DELAY = Duration.ofSeconds(1);

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

    /** How much later this address is answered. */
    public synchronized Duration delay(InetAddress from) {
        Tries tries = byAddress.get(AddressBlock.of(from));
        boolean often = tries != null && isFresh(tries) && tries.count >= MAX_TRIES;
        return often ? DELAY : Duration.ZERO;
    }

    /**
     * Counts one more.
     *
     * @return whether it is the first of this address within {@link #WINDOW}, or the one after which it is answered later; so that each is told once
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
        return tries.count > 0 && nanos.getAsLong() - tries.since < WINDOW.toNanos();
    }

    /** How many wrong proofs there were since the start. */
    public synchronized long total() {
        return total;
    }
}
