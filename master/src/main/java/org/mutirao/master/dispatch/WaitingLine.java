package org.mutirao.master.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.WorkerId;

/**
 * Questions for work that wait for an answer. Those of workers that may hold one more stand in a line; those of workers that are full,
 * drained or quarantined are parked, so that nobody looks at them each time that a task or a result comes. Each operation costs the
 * same, however many wait.
 */
final class WaitingLine {
    /** One question. Equal only to itself. */
    static final class Waiting {
        private final WorkerId worker;
        private final PendingRequest pending;
        private final Admission admission;
        private final long until;
        private final long number;

        private Waiting(WorkerId worker, PendingRequest pending, Admission admission, long until, long number) {
            this.worker = worker;
            this.pending = pending;
            this.admission = admission;
            this.until = until;
            this.number = number;
        }

        WorkerId worker() {
            return worker;
        }

        PendingRequest pending() {
            return pending;
        }

        /** How it came into the room. */
        Admission admission() {
            return admission;
        }
    }

    /** Differences, since monotonic time may overflow. */
    private static final Comparator<Waiting> BY_END = (one, other) ->
            one.until == other.until ? Long.compare(one.number, other.number) : Long.signum(one.until - other.until);

    private final LinkedHashSet<Waiting> line = new LinkedHashSet<>();
    private final Map<WorkerId, List<Waiting>> parked = new HashMap<>();
    private final TreeSet<Waiting> byEnd = new TreeSet<>(BY_END);
    private long asked;

    /** One more, at the end of the line. */
    void add(WorkerId worker, PendingRequest pending, Admission admission, long until) {
        Waiting waiting = new Waiting(worker, pending, admission, until, ++asked);
        line.add(waiting);
        byEnd.add(waiting);
    }

    /** How many stand in the line. */
    int inLine() {
        return line.size();
    }

    /** The first of the line, which is there. It stays there. */
    Waiting first() {
        return line.iterator().next();
    }

    /** Others go first from now on. */
    void toTheEnd(Waiting waiting) {
        line.remove(waiting);
        line.add(waiting);
    }

    /** Its worker can't take anything before {@link #unpark}. */
    void park(Waiting waiting) {
        line.remove(waiting);
        parked.computeIfAbsent(waiting.worker, worker -> new ArrayList<>()).add(waiting);
    }

    /** The worker may be able to take something now. */
    void unpark(WorkerId worker) {
        List<Waiting> some = parked.remove(worker);
        if (some != null) {
            line.addAll(some);
        }
    }

    /** It is answered. */
    void remove(Waiting waiting) {
        byEnd.remove(waiting);
        if (!line.remove(waiting)) {
            parked.computeIfPresent(waiting.worker, (worker, some) -> {
                some.remove(waiting);
                return some.isEmpty() ? null : some;
            });
        }
    }

    /** Takes out those whose time is over. */
    List<Waiting> takeOver(long now) {
        List<Waiting> over = new ArrayList<>();
        while (!byEnd.isEmpty() && byEnd.first().until - now <= 0) {
            Waiting next = byEnd.first();
            remove(next);
            over.add(next);
        }
        return over;
    }

    /** Takes out those who can't hear an answer. Looks at all. */
    List<Waiting> takeGone() {
        List<Waiting> gone =
                byEnd.stream().filter(each -> each.pending.isClosed()).toList();
        gone.forEach(this::remove);
        return gone;
    }

    /** Takes out all. */
    List<Waiting> takeAll() {
        List<Waiting> all = List.copyOf(byEnd);
        line.clear();
        parked.clear();
        byEnd.clear();
        return all;
    }

    /** Workers with a parked question. */
    Set<WorkerId> parked() {
        return new HashSet<>(parked.keySet());
    }
}
