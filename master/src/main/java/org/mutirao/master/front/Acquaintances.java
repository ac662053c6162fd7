package org.mutirao.master.front;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.mutirao.protocol.id.WorkerId;

/** Who asked for a master on which discovery ports: a sign of which group's program it is. Safe for any number of threads. */
public final class Acquaintances {
    /** Whoever asks under new names without end makes us forget the oldest. */
    private static final int MOST = 10_000;

    private final Map<WorkerId, Set<Integer>> portsByWorker = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<WorkerId, Set<Integer>> eldest) {
            return size() > MOST;
        }
    };

    /** Somebody asked. What is no possible id is nobody. */
    public synchronized void onAsked(String peer, int port) {
        if (WorkerId.isValid(peer)) {
            portsByWorker
                    .computeIfAbsent(new WorkerId(peer), id -> new TreeSet<>())
                    .add(port);
        }
    }

    synchronized Set<Integer> askedOn(WorkerId worker) {
        return Set.copyOf(portsByWorker.getOrDefault(worker, Set.of()));
    }
}
