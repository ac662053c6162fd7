package org.mutirao.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What passes between the nodes of a {@link LocalNetwork}. Everything does, at once, until a test says otherwise. */
public final class Firewall {
    private record Link(String from, String to) {}

    /** Sees every message before it passes. */
    public interface Filter {
        /** Returns whether it may pass. */
        boolean passes(String from, String to, Object message);
    }

    private final Set<Link> cut = new HashSet<>();
    private final Set<String> isolated = new HashSet<>();
    private final Map<Link, Duration> delays = new HashMap<>();
    private Filter filter = (from, to, message) -> true;

    Firewall() {}

    /** Between these two nothing passes any more. */
    public void cut(String one, String other) {
        cutOneWay(one, other);
        cutOneWay(other, one);
    }

    /** The second hears nothing of the first any more; the first still hears the second. */
    public void cutOneWay(String from, String to) {
        cut.add(new Link(from, to));
    }

    /** Cuts one off from all others. */
    public void isolate(String node) {
        isolated.add(node);
    }

    /** Nobody is cut off any more. */
    public void healAll() {
        cut.clear();
        isolated.clear();
    }

    /** How long a message takes from the one to the other. */
    public void delay(String from, String to, Duration time) {
        delays.put(new Link(from, to), time);
    }

    /** Looks at each message that would pass, and may lose it. */
    public void filter(Filter next) {
        filter = next;
    }

    /** Whether a message would pass now, whatever it says. */
    public boolean isOpen(String from, String to) {
        return from.equals(to)
                || !(cut.contains(new Link(from, to)) || isolated.contains(from) || isolated.contains(to));
    }

    boolean passes(String from, String to, Object message) {
        return isOpen(from, to) && filter.passes(from, to, message);
    }

    Duration delay(String from, String to) {
        return delays.getOrDefault(new Link(from, to), Duration.ZERO);
    }
}
