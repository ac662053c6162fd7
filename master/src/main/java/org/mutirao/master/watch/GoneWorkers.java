package org.mutirao.master.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mutirao.protocol.id.WorkerId;

/** The workers that left this master lately, so that people see whom they miss. Safe for any thread. */
public final class GoneWorkers {
    private static final int MAX_KEPT = 200;

    /**
     * One of them.
     *
     * @param at when it was found to be gone, in milliseconds since 1970
     */
    public record Gone(String id, String name, long at) {}

    private final Map<WorkerId, Gone> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<WorkerId, Gone> eldest) {
            return size() > MAX_KEPT;
        }
    };

    synchronized void left(WorkerId worker, String name, long at) {
        gone.remove(worker); // it is the latest now
        gone.put(worker, new Gone(worker.value(), name, at));
    }

    synchronized void joined(WorkerId worker) {
        gone.remove(worker);
    }

    /** Forgets one, as a person wishes; returns whether it was there. */
    public synchronized boolean forget(String id) {
        return gone.values().removeIf(each -> each.id().equals(id));
    }

    /** The latest last. */
    public synchronized List<Gone> list() {
        return new ArrayList<>(gone.values());
    }
}
