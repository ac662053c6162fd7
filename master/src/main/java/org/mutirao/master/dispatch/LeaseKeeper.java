package org.mutirao.master.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/**
 * Watches over leases: each lives until a deadline that its worker's heartbeats move on. While a package is on its way its
 * lease can't end, since the worker does not know of it yet. Times are monotonic nanoseconds.
 */
final class LeaseKeeper {
    /** A lease whose worker kept silent or let go of it. */
    record Ended(Lease lease, String reason) {}

    private static final class Held {
        private final Lease lease;
        private final WorkerId worker;
        private boolean sending;
        private long sentAt;
        private long deadline;

        Held(Lease lease, WorkerId worker) {
            this.lease = lease;
            this.worker = worker;
        }
    }

    private final Map<TaskId, Held> leases = new HashMap<>();
    private final Map<WorkerId, Map<TaskId, Held>> byWorker = new HashMap<>();
    private final DispatchPolicy policy;

    LeaseKeeper(DispatchPolicy policy) {
        this.policy = policy;
    }

    /** A package begins to travel. */
    void sending(Lease lease, WorkerId worker) {
        Held held = new Held(lease, worker);
        held.sending = true;
        put(held);
    }

    void sent(Lease lease, WorkerProfile profile, long now) {
        Held held = leases.get(lease.task());
        if (held != null && held.lease.equals(lease)) {
            held.sending = false;
            held.sentAt = now;
            held.deadline = now + patience(profile).toNanos();
        }
    }

    /** A lease from before this master led; its worker gets a whole lease to show itself. */
    void adopt(Lease lease, WorkerId worker, long now) {
        Held held = new Held(lease, worker);
        held.sentAt = now;
        held.deadline = now + longest().toNanos();
        put(held);
    }

    private void put(Held held) {
        end(held.lease.task());
        leases.put(held.lease.task(), held);
        byWorker.computeIfAbsent(held.worker, worker -> new HashMap<>()).put(held.lease.task(), held);
    }

    /** Watches it no more; returns who had it. */
    Optional<WorkerId> end(TaskId task) {
        Held held = leases.remove(task);
        if (held == null) {
            return Optional.empty();
        }
        byWorker.computeIfPresent(held.worker, (worker, others) -> {
            others.remove(task);
            return others.isEmpty() ? null : others;
        });
        return Optional.of(held.worker);
    }

    private Collection<Held> heldBy(WorkerId worker) {
        return byWorker.getOrDefault(worker, Map.of()).values();
    }

    boolean watches(Lease lease) {
        Held held = leases.get(lease.task());
        return held != null && held.lease.equals(lease);
    }

    /** A worker that does not say what it holds said anything at all. */
    void renewAll(WorkerId worker, WorkerProfile profile, long now) {
        for (Held held : heldBy(worker)) {
            if (!held.sending) {
                long last = held.sentAt + policy.strangerLease().toNanos();
                held.deadline = now + Math.min(patience(profile).toNanos(), Math.max(0, last - now));
            }
        }
    }

    /**
     * A worker said what it holds.
     *
     * @return leases of it that it should know by now and does not name: it lost them, in a restart for example
     */
    List<Ended> renew(WorkerId worker, WorkerProfile profile, Set<Lease> named, long now) {
        List<Ended> gone = new ArrayList<>();
        // What arrived while it wrote this message may be missing in it.
        long known = now - rhythm(profile).multipliedBy(2).toNanos();
        for (Held held : heldBy(worker)) {
            if (held.sending) {
                continue;
            }
            if (named.contains(held.lease)) {
                held.deadline = now + policy.lease().toNanos();
            } else if (held.sentAt - known < 0) {
                gone.add(new Ended(held.lease, Text.kept("the worker is back but no longer has it")));
            }
        }
        return gone;
    }

    /** The worker's connection broke: it gets a few heartbeats to come back. */
    void hurry(WorkerId worker, WorkerProfile profile, long now) {
        long soon = now + rhythm(profile).multipliedBy(3).toNanos();
        for (Held held : heldBy(worker)) {
            if (held.deadline - soon > 0) {
                held.deadline = soon;
            }
        }
    }

    List<Ended> overdue(long now) {
        List<Ended> overdue = new ArrayList<>();
        for (Held held : leases.values()) {
            if (!held.sending && held.deadline - now <= 0) {
                overdue.add(new Ended(held.lease, Text.kept("the worker fell silent")));
            }
        }
        return overdue;
    }

    void clear() {
        leases.clear();
        byWorker.clear();
    }

    private Duration patience(WorkerProfile profile) {
        return profile.listsLeases() ? policy.lease() : longest();
    }

    private Duration longest() {
        return policy.lease().compareTo(policy.workerTimeout()) > 0 ? policy.lease() : policy.workerTimeout();
    }

    private Duration rhythm(WorkerProfile profile) {
        return profile.heartbeat().orElse(policy.workerTimeout());
    }
}
