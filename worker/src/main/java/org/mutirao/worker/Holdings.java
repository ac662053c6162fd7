package org.mutirao.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.mutirao.protocol.id.GridId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.message.Reply.Assignment;
import org.mutirao.worker.outbox.Outbox;

/** What the worker has of its masters: leases that run here, and leases whose results wait in the outbox. */
final class Holdings {
    private record Key(GridId grid, Lease lease) {}

    private final Map<Key, Boolean> recalledByRunning = new ConcurrentHashMap<>();
    private final AtomicInteger ofStrangers = new AtomicInteger();
    private final Outbox outbox;

    Holdings(Outbox outbox) {
        this.outbox = outbox;
    }

    void begin(Assignment assignment) {
        recalledByRunning.put(key(assignment), false);
    }

    void end(Assignment assignment) {
        recalledByRunning.remove(key(assignment));
    }

    boolean isRecalled(Assignment assignment) {
        return recalledByRunning.getOrDefault(key(assignment), false);
    }

    /** The master has no use for these; what is delivered already or not ours is left alone. */
    void recall(GridId grid, List<Lease> leases) {
        leases.forEach(lease -> recalledByRunning.computeIfPresent(new Key(grid, lease), (key, before) -> true));
    }

    List<Lease> held(Optional<GridId> grid) {
        List<Lease> held = new ArrayList<>(outbox.leases(grid));
        recalledByRunning.keySet().stream()
                .filter(key -> grid.isEmpty() || key.grid().equals(grid.get()))
                .map(Key::lease)
                .forEach(held::add);
        return held;
    }

    /** Something begins, or ends, that is for a master of another group: a question, or a task from its arrival to its result. */
    void foreignPeers(int more) {
        ofStrangers.addAndGet(more);
    }

    /** Whether something is under way for a master of another group. */
    boolean owesStrangers() {
        return ofStrangers.get() > 0 || outbox.hasForStrangers();
    }

    private static Key key(Assignment assignment) {
        return new Key(assignment.grid(), assignment.lease());
    }
}
