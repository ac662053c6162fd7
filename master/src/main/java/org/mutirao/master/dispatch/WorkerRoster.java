package org.mutirao.master.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.mutirao.protocol.id.WorkerId;

/** The workers that are about. */
final class WorkerRoster {
    /** More than any LAN has; who comes after that takes the place of another, or is served but not remembered. */
    static final int MOST = 50_000;
    /** How many of the longest silent are looked at for one that can be forgotten. */
    private static final int LOOKED_AT = 1_000;

    private final int most;
    private final Predicate<WorkerSession> canBeForgotten;
    private final Consumer<WorkerSession> onForgotten;
    /** In the order in which they came, which is that of lists. */
    private final Map<WorkerId, WorkerSession> sessions = new LinkedHashMap<>();
    /** The longest silent first. */
    private final Set<WorkerId> bySilence = new LinkedHashSet<>();

    /**
     * Knows nobody yet.
     *
     * @param onForgotten told who made room for another
     */
    WorkerRoster(int most, Predicate<WorkerSession> canBeForgotten, Consumer<WorkerSession> onForgotten) {
        this.most = most;
        this.canBeForgotten = canBeForgotten;
        this.onForgotten = onForgotten;
    }

    /** The worker's session, a new one if it was not about. */
    WorkerSession heard(WorkerId worker, long now) {
        WorkerSession session = sessions.get(worker);
        if (session == null) {
            session = new WorkerSession(worker);
            if (sessions.size() < most || makeRoom()) {
                sessions.put(worker, session);
            }
        }
        if (sessions.containsKey(worker)) {
            bySilence.remove(worker);
            bySilence.add(worker);
        }
        session.heard(now);
        return session;
    }

    private boolean makeRoom() {
        Optional<WorkerSession> gone = bySilence.stream()
                .limit(LOOKED_AT)
                .map(sessions::get)
                .filter(canBeForgotten)
                .findFirst();
        gone.map(WorkerSession::id).ifPresent(this::remove);
        gone.ifPresent(onForgotten);
        return gone.isPresent();
    }

    Optional<WorkerSession> find(WorkerId worker) {
        return Optional.ofNullable(sessions.get(worker));
    }

    boolean hasOthers(WorkerId than) {
        return sessions.size() > 1 || (sessions.size() == 1 && !sessions.containsKey(than));
    }

    Collection<WorkerSession> all() {
        return Collections.unmodifiableCollection(sessions.values());
    }

    void remove(WorkerId worker) {
        sessions.remove(worker);
        bySilence.remove(worker);
    }

    /** Those not heard since. */
    List<WorkerSession> silentSince(long nanos) {
        List<WorkerSession> silent = new ArrayList<>();
        for (WorkerId worker : bySilence) {
            WorkerSession session = sessions.get(worker);
            if (session.lastHeard() - nanos >= 0) {
                break; // the others were heard later
            }
            silent.add(session);
        }
        return silent;
    }
}
