package org.mutirao.master.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.WorkerId;

/** The workers that are about. */
final class WorkerRoster {
    /** More than any LAN has; who comes after that is served but not remembered. */
    private static final int MOST = 50_000;

    private final Map<WorkerId, WorkerSession> sessions = new HashMap<>();

    /** The worker's session, a new one if it was not about. */
    WorkerSession heard(WorkerId worker, long now) {
        WorkerSession session = sessions.get(worker);
        if (session == null) {
            session = new WorkerSession(worker);
            if (sessions.size() < MOST) {
                sessions.put(worker, session);
            }
        }
        session.heard(now);
        return session;
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
    }

    /** Those not heard since. */
    List<WorkerSession> silentSince(long nanos) {
        List<WorkerSession> silent = new ArrayList<>();
        for (WorkerSession session : sessions.values()) {
            if (session.lastHeard() - nanos < 0) {
                silent.add(session);
            }
        }
        return silent;
    }
}
