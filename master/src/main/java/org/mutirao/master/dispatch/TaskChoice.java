package org.mutirao.master.dispatch;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;

/**
 * Which of the queued tasks a worker gets next.
 *
 * <p>A task that finds no room for long gets a worker that makes some: what it needs there counts as taken from then on. What takes nothing
 * of that goes on, and so does what has a higher priority. For the loop.
 */
final class TaskChoice {
    private static final int ANY_PRIORITY = Integer.MIN_VALUE;

    private final Supplier<TaskLedger> ledger;
    private final Eligibility eligibility;
    private final DispatchClock clock;
    private final ReadyQueue ready = new ReadyQueue();
    private final Reservations reservations;
    private final Rooms rooms;

    /** @param ledger the one in force */
    TaskChoice(
            Supplier<TaskLedger> ledger,
            HeldLeases held,
            Eligibility eligibility,
            DispatchClock clock,
            Reservations reservations) {
        this.ledger = ledger;
        this.eligibility = eligibility;
        this.clock = clock;
        this.reservations = reservations;
        this.rooms = new Rooms(held::needsOf);
    }

    /** The ledger has a task queued. */
    void add(TaskRecord task, TaskState.Queued queued) {
        ready.add(task, queued, clock.millis(), clock.tickerMillis());
    }

    /** The tasks of a job that never had a lease, by their places in the job; they replace those that it had here. */
    void add(JobView job, BitSet waiting) {
        ready.add(job, waiting);
    }

    /** A task is not to be handed out any more, or not now. */
    void remove(TaskRecord task) {
        reservations.end(task.id());
        ready.remove(task);
    }

    /** A job has nothing that waits any more. */
    void remove(JobId job) {
        ready.remove(job);
    }

    /** Whether anything waits that may be handed out. */
    boolean hasAny() {
        return !ready.isEmpty();
    }

    /** A task that another master leased. */
    void adopted(TaskRecord task) {
        rooms.note(task.needs());
    }

    /** Whatever had to wait and has waited long enough may be chosen. */
    void wake() {
        ready.wake(clock.tickerMillis(), id -> queued(id).isPresent());
    }

    /** Nothing waits any more. */
    void clear() {
        ready.clear();
        rooms.clear();
        reservations.clear();
    }

    private Optional<TaskRecord> queued(TaskId id) {
        return ledger.get().task(id).filter(task -> task.waiting().isPresent());
    }

    /** A worker that asks, and what is left there. */
    private final class Asking implements ReadyQueue.Taker {
        private final WorkerSession session;
        private final Rooms.Room room;

        Asking(WorkerSession session, Rooms.Room room) {
            this.session = session;
            this.room = room;
        }

        @Override
        public LongLook.Place place() {
            return session.place();
        }

        @Override
        public Fit fit(TaskNeeds needs) {
            List<Shortage> lacks = room.shortages(needs);
            if (lacks.isEmpty()) {
                return Fit.ROOM;
            }
            return lacks.get(0).ever() ? Fit.NEVER : Fit.NO_ROOM_NOW;
        }

        @Override
        public boolean mayHave(TaskId id) {
            return queued(id)
                    .filter(task -> !eligibility.wasLostLately(task, session) && eligibility.suits(task, session))
                    .isPresent();
        }

        @Override
        public void passesOver(TaskNeeds needs) {
            if (needs.takesResources()) {
                rooms.lacked(needs, clock.nanos());
            }
        }
    }

    /** Takes the next task for a worker out of the queue. */
    Optional<TaskRecord> take(WorkerSession session) {
        Optional<TaskRecord> task = find(session).flatMap(this::queued);
        task.ifPresent(taken -> {
            reservations.end(taken.id());
            rooms.found(taken.needs());
            rooms.note(taken.needs());
        });
        return task;
    }

    private Optional<TaskId> find(WorkerSession session) {
        Rooms.Room room = rooms.of(session);
        Asking asking = new Asking(session, room);
        Optional<TaskRecord> awaited = reserved(session).or(() -> reserve(asking));
        if (awaited.isEmpty()) {
            return ready.take(asking, ANY_PRIORITY);
        }
        TaskRecord large = awaited.get();
        Optional<TaskId> urgent = ready.take(asking, large.priority() + 1);
        if (urgent.isPresent()) {
            return urgent;
        }
        if (room.has(large.needs()) && ready.take(large)) {
            return Optional.of(large.id());
        }
        return ready.take(new Asking(session, room.keeping(large.needs())), ANY_PRIORITY);
    }

    /** The task that the worker makes room for, as long as it waits and can be run there. */
    private Optional<TaskRecord> reserved(WorkerSession session) {
        Optional<TaskId> id = reservations.of(session.id());
        Optional<TaskRecord> task = id.flatMap(this::queued)
                .filter(each -> eligibility.suits(each, session)
                        && Fitting.ever(each.needs(), session).isEmpty());
        if (id.isPresent() && task.isEmpty()) {
            reservations.end(session.id());
        }
        return task;
    }

    /** Has a worker make room for a task that nobody has had room for since long, if there is one. */
    private Optional<TaskRecord> reserve(Asking asking) {
        for (TaskNeeds needs : rooms.overdue(clock.nanos())) {
            if (!ready.has(needs)) {
                rooms.found(needs);
            } else if (asking.fit(needs) == Fit.NO_ROOM_NOW) {
                Optional<TaskId> task =
                        ready.first(needs, asking).filter(id -> reservations.reserve(asking.session.id(), id));
                if (task.isPresent()) {
                    return task.flatMap(this::queued);
                }
            }
        }
        return Optional.empty();
    }

    /** What a task asks for and a worker does not have: never, or else at present. */
    List<Shortage> shortages(TaskRecord task, WorkerSession session) {
        return rooms.of(session).shortages(task.needs());
    }

    /** The task for which a worker makes room, if that keeps another from it. */
    Optional<TaskRecord> goesBefore(TaskRecord task, WorkerSession session) {
        return reserved(session)
                .filter(awaited -> !awaited.id().equals(task.id())
                        && awaited.priority() >= task.priority()
                        && !rooms.of(session).keeping(awaited.needs()).has(task.needs()));
    }
}
