package org.mutirao.master.dispatch;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerId;

/** What is left at each worker of what tasks ask for: nothing is handed out twice. For the loop. */
final class Rooms {
    /** How long a task waits before a worker makes room for it. */
    static final long PATIENCE_MILLIS = 30_000;

    private final Function<WorkerId, Stream<TaskNeeds>> held;
    /** Whether a task ever said how many cores it takes. Until then nobody need count. */
    private boolean cpusAreDeclared;

    private final Reservations reservations = new Reservations();

    /** @param held what the tasks ask for that a worker has a lease of */
    Rooms(Function<WorkerId, Stream<TaskNeeds>> held) {
        this.held = held;
    }

    /** One worker's, at one moment. */
    final class Room {
        private final WorkerSession session;
        private Optional<Load> load = Optional.empty();
        private boolean reserved;

        private Room(WorkerSession session) {
            this.session = session;
        }

        /** Whether a task can be run here now. One that waits too long for the room is kept it from now on. */
        boolean has(TaskRecord task, long wallMillis) {
            if (reserved || !Fitting.ever(task.needs(), session.facts()).isEmpty()) {
                return false;
            }
            if (shortages(task).isEmpty()) {
                return true;
            }
            reserved = task.needs().takesResources()
                    && task.state() instanceof TaskState.Queued queued
                    && wallMillis - queued.since() >= PATIENCE_MILLIS
                    && reservations.reserve(session.id(), task.id());
            return false;
        }

        boolean fits(TaskRecord task) {
            return shortages(task).isEmpty();
        }

        List<Shortage> shortages(TaskRecord task) {
            return task.needs().isNone() && !cpusAreDeclared
                    ? List.of()
                    : Fitting.now(
                            task.needs(), session.facts(), session.profile().slots(), load());
        }

        /** Counted at most once, however many tasks are looked at. */
        private Load load() {
            if (load.isEmpty()) {
                Load[] sum = {Load.NONE};
                Stream.concat(held.apply(session.id()), session.granting().stream())
                        .forEach(needs -> sum[0] = sum[0].plus(needs));
                load = Optional.of(sum[0]);
            }
            return load.get();
        }
    }

    Room of(WorkerSession session) {
        return new Room(session);
    }

    boolean isReserved(WorkerSession session) {
        return reservedFor(session).isPresent();
    }

    /** The task that a worker makes room for. */
    Optional<TaskId> reservedFor(WorkerSession session) {
        return reservations.of(session.id());
    }

    /** The worker makes room for nothing any more. */
    void release(WorkerSession session) {
        reservations.end(session.id());
    }

    /** Somebody gets the task. */
    void granting(TaskId task, TaskNeeds needs) {
        reservations.end(task);
        note(needs);
    }

    /** A worker has such a task. */
    void note(TaskNeeds needs) {
        cpusAreDeclared |= needs.cpus() > 0;
    }

    void clear() {
        reservations.clear();
    }
}
