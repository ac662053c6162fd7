package org.mutirao.worker.link;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.identity.WorkerKey;

/** What the link tells the worker, on the link's thread. */
public interface LinkListener {
    /** Registered; {@code first} for the first time in this process. */
    void onConnected(Session session, boolean first);

    /** The master is gone or no longer leads; the link looks for it, or for another. */
    void onLost(Session session, String reason);

    /** Nobody answered so far; told once each time the link starts looking. */
    void onSearching(String where);

    /**
     * Still nobody, after ten seconds; told once each time the link starts looking.
     *
     * @param advice what was tried and what a person can do, as sentences
     */
    default void onStillSearching(String advice) {}

    /**
     * A master said why it does not take this worker; told once for each of its reasons, until the worker is registered somewhere.
     *
     * @param why its text, in safe characters
     */
    default void onRefused(InetSocketAddress master, String why) {}

    /** The master has no use for these any more. */
    void onDrop(List<Lease> leases);

    /** Another process has this worker's id and lives; this one goes on under a new key and its id, which must be kept. */
    default void onNewId(WorkerKey key, String reason) {}

    /**
     * The master tells the worker's owner something.
     *
     * @param sentence its text, in safe characters
     */
    default void onNotice(String sentence) {}

    /** Whether a task of a master of another group runs, is being asked for, or has still to be delivered. */
    default boolean owesStrangers() {
        return false;
    }

    /** What the worker runs or has to deliver, for one grid or for all. */
    List<Lease> held(Optional<GridId> grid);
}
