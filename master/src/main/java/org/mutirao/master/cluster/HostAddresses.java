package org.mutirao.master.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells whether a host, given by name or number, is at an address. Names are looked up by another thread, since that may take seconds,
 * so the first question after a while is answered by what was known before. Safe for any thread.
 */
final class HostAddresses {
    /** After which a name is looked up again. */
    static final Duration AGE = Duration.ofSeconds(30);

    private static final Pattern NUMBER = Pattern.compile("[0-9.]+|.*:.*");

    /** Finds the addresses of a name; may wait. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    private record Found(Set<String> addresses, long at) {}

    private final Map<String, Found> known = new ConcurrentHashMap<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Resolver resolver;
    private final Executor thread;
    private final LongSupplier nanos;

    /**
     * Knows no name yet.
     *
     * @param thread where names are looked up
     * @param nanos monotonic
     */
    HostAddresses(Resolver resolver, Executor thread, LongSupplier nanos) {
        this.resolver = resolver;
        this.thread = thread;
        this.nanos = nanos;
    }

    /** @param address in numbers */
    boolean isAt(String host, String address) {
        if (host.equals(address)) {
            return true;
        }
        if (NUMBER.matcher(host).matches()) {
            return false;
        }
        Found found = known.get(host);
        if (found == null || nanos.getAsLong() - found.at > AGE.toNanos()) {
            lookUp(host);
            found = known.get(host);
        }
        return found != null && found.addresses.contains(address);
    }

    private void lookUp(String host) {
        if (!underWay.add(host)) {
            return;
        }
        try {
            thread.execute(() -> {
                try {
                    known.put(host, new Found(addressesOf(host), nanos.getAsLong()));
                } finally {
                    underWay.remove(host);
                }
            });
        } catch (RejectedExecutionException e) {
            underWay.remove(host); // asked again with the next question
        }
    }

    private Set<String> addressesOf(String host) {
        try {
            return Stream.of(resolver.all(host))
                    .map(InetAddress::getHostAddress)
                    .collect(Collectors.toSet());
        } catch (UnknownHostException e) {
            return Set.of();
        }
    }
}
