package org.mutirao.master.handlers;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.mutirao.protocol.wire.WireServer.Connection;

/** When this master heard of each session of the channel, and how much that session may still say. For the loop. */
final class Presences {
    /** Of messages; in a burst there may be twice as many. */
    static final int MAX_A_SECOND = 200;

    private static final int MAX_IN_A_BURST = 400;
    private static final Duration GONE = Duration.ofSeconds(40);
    /** For one whose connection broke; it may come back over another. */
    private static final Duration GONE_UNPLUGGED = Duration.ofSeconds(5);

    /** One session. */
    static final class Presence {
        private long goneAt;
        private Connection connection;
        private double mayStillSay = MAX_IN_A_BURST;
        private long countedAt;
    }

    private final LongSupplier ticker;
    private final Map<String, Presence> bySession = new HashMap<>();

    /** @param ticker monotonic, in nanoseconds */
    Presences(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /** A session said something. */
    Presence heard(String session, Connection from) {
        Presence presence = bySession.computeIfAbsent(session, unseen -> new Presence());
        presence.goneAt = ticker.getAsLong() + GONE.toNanos();
        presence.connection = from;
        return presence;
    }

    /** Counts one message; false if that is too many. */
    boolean maySay(Presence presence) {
        long now = ticker.getAsLong();
        double since = (now - presence.countedAt) / 1e9 * MAX_A_SECOND;
        presence.mayStillSay = Math.min(MAX_IN_A_BURST, presence.mayStillSay + since);
        presence.countedAt = now;
        if (presence.mayStillSay < 1) {
            return false;
        }
        presence.mayStillSay--;
        return true;
    }

    /** A connection broke. */
    void disconnected(Connection connection) {
        long soon = ticker.getAsLong() + GONE_UNPLUGGED.toNanos();
        bySession.values().stream()
                .filter(presence -> presence.connection == connection)
                .forEach(presence -> presence.goneAt = Math.min(presence.goneAt, soon));
    }

    /** Whether a session that is on the channel has been silent for too long. If it stays there, it has the whole time anew. */
    boolean isGone(String session) {
        long now = ticker.getAsLong();
        Presence presence = bySession.get(session);
        boolean isGone = presence != null && now - presence.goneAt > 0;
        if (presence == null || isGone) {
            bySession.computeIfAbsent(session, unseen -> new Presence()).goneAt = now + GONE.toNanos();
        }
        return isGone;
    }

    /** It left. */
    void remove(String session) {
        bySession.remove(session);
    }

    /** Only these are on the channel. */
    void retain(Collection<String> sessions) {
        bySession.keySet().retainAll(Set.copyOf(sessions));
    }

    void clear() {
        bySession.clear();
    }
}
