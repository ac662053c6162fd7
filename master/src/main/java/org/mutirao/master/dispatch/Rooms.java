package org.mutirao.master.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerId;

/** What is left at each worker of what tasks ask for, and for what nobody has had room for long. Nothing is handed out twice. For the loop. */
final class Rooms {
    /** How long there is no room for a task before a worker makes some. */
    static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Of more kinds of needs it is not noted since when there is no room. */
    private static final int MAX_LACKING = 100;

    private final Function<WorkerId, Stream<TaskNeeds>> held;
    /** Whether a task ever said how many cores or how much memory it takes. Until then nobody need count. */
    private boolean amountsAreDeclared;
    /** Since when nobody who asked had room for such a task, in monotonic nanoseconds; the longest first. */
    private final Map<TaskNeeds, Long> lacking = new LinkedHashMap<>();

    /** @param held what the tasks ask for that a worker has a lease of */
    Rooms(Function<WorkerId, Stream<TaskNeeds>> held) {
        this.held = held;
    }

    /** One worker's, at one moment. */
    final class Room {
        private final WorkerSession session;
        private final TaskNeeds kept;
        private Optional<Load> load = Optional.empty();

        private Room(WorkerSession session, TaskNeeds kept) {
            this.session = session;
            this.kept = kept;
        }

        /** The same as if a task with such needs were here too: what it needs is kept for it. */
        Room keeping(TaskNeeds needs) {
            return new Room(session, needs);
        }

        /** Whether such a task can be run here now. */
        boolean has(TaskNeeds needs) {
            return shortages(needs).isEmpty();
        }

        /** What is lacking here: for ever, or else at present. */
        List<Shortage> shortages(TaskNeeds needs) {
            if (needs.isNone() && !amountsAreDeclared) {
                return List.of();
            }
            List<Shortage> ever = Fitting.ever(needs, session);
            return ever.isEmpty()
                    ? Fitting.now(needs, session.facts(), session.profile().slots(), load())
                    : ever;
        }

        /** Counted at most once, however many kinds of needs are looked at. */
        private Load load() {
            if (load.isEmpty()) {
                Load[] sum = {kept.isNone() ? Load.NONE : Load.NONE.plus(kept)};
                Stream.concat(held.apply(session.id()), session.granting().stream())
                        .forEach(needs -> sum[0] = sum[0].plus(needs));
                load = Optional.of(sum[0]);
            }
            return load.get();
        }
    }

    Room of(WorkerSession session) {
        return new Room(session, TaskNeeds.none());
    }

    /** A worker that asked could run such a task, but has no room for it at present. */
    void lacked(TaskNeeds needs, long now) {
        if (lacking.size() < MAX_LACKING) {
            lacking.putIfAbsent(needs, now);
        }
    }

    /** There is room for such a task, or none waits any more. */
    void found(TaskNeeds needs) {
        lacking.remove(needs);
    }

    /** For what there has been no room for too long; the longest first. */
    List<TaskNeeds> overdue(long now) {
        List<TaskNeeds> overdue = new ArrayList<>();
        for (Map.Entry<TaskNeeds, Long> each : lacking.entrySet()) {
            if (now - each.getValue() < PATIENCE.toNanos()) {
                break;
            }
            overdue.add(each.getKey());
        }
        return overdue;
    }

    /** A worker has such a task, or gets one. */
    void note(TaskNeeds needs) {
        amountsAreDeclared |= needs.cpus() > 0 || needs.memory() > 0;
    }

    void clear() {
        amountsAreDeclared = false;
        lacking.clear();
    }
}
