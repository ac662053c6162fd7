package org.mutirao.master.dispatch;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.master.ledger.AttemptRecord;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.text.Text;

/**
 * Which of the queued tasks a worker gets next, and why it does not get one.
 *
 * <p>A task that finds no room for long gets a worker that makes some: what it needs there counts as taken from then on. What takes nothing
 * of that goes on, and so does what has a higher priority. For the loop.
 */
final class TaskChoice {
    private final Supplier<TaskLedger> ledger;
    private final WorkerRoster roster;
    private final DispatchPolicy policy;
    private final Suitability suitability;
    private final DispatchClock clock;
    private final ReadyQueue ready = new ReadyQueue();
    private final Reservations reservations = new Reservations();
    private final Rooms rooms;

    /** @param ledger the one in force */
    TaskChoice(
            Supplier<TaskLedger> ledger,
            WorkerRoster roster,
            DispatchPolicy policy,
            Suitability suitability,
            DispatchClock clock) {
        this.ledger = ledger;
        this.roster = roster;
        this.policy = policy;
        this.suitability = suitability;
        this.clock = clock;
        this.rooms = new Rooms(worker -> ledger.get().leasesOf(worker).stream()
                .flatMap(lease -> ledger.get().task(lease.task()).stream())
                .map(TaskRecord::needs));
    }

    /** What waits to be chosen. */
    ReadyQueue ready() {
        return ready;
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
            TaskRecord task = ledger.get().task(id).orElse(null);
            return task == null || TaskChoice.this.mayHave(task, session); // of what is gone the ledger will say so
        }

        @Override
        public void passesOver(TaskNeeds needs) {
            if (needs.takesResources()) {
                rooms.lacked(needs, clock.nanos());
            }
        }
    }

    /** Takes the next task for a worker out of the queue. */
    Optional<TaskId> take(WorkerSession session) {
        Rooms.Room room = rooms.of(session);
        Optional<TaskRecord> awaited = reserved(session).or(() -> reserve(session, room));
        if (awaited.isEmpty()) {
            return ready.take(new Asking(session, room), Integer.MIN_VALUE);
        }
        TaskRecord large = awaited.get();
        Optional<TaskId> urgent = ready.take(new Asking(session, room), large.priority() + 1);
        if (urgent.isPresent()) {
            return urgent;
        }
        if (room.has(large.needs()) && ready.take(large)) {
            return Optional.of(large.id());
        }
        return ready.take(new Asking(session, room.keeping(large.needs())), Integer.MIN_VALUE);
    }

    /** Whether the worker may have a task if it has room for it. */
    private boolean mayHave(TaskRecord task, WorkerSession session) {
        return !lostLately(task, session) && suits(task, session);
    }

    private boolean suits(TaskRecord task, WorkerSession session) {
        return mayTry(task, session) && suitability.suits(task, session.profile());
    }

    /** Programs that swallow whatever they get must not use up a task's attempts. */
    private boolean mayTry(TaskRecord task, WorkerSession session) {
        int kept = Math.min(policy.reserved(), task.attemptsAllowed() - 1);
        return session.isProven() || task.attemptsLeft() > kept;
    }

    /** Others get it first, if there are any. */
    private boolean lostLately(TaskRecord task, WorkerSession session) {
        long since = clock.millis() - policy.avoid().toMillis();
        return task.attempts().stream()
                        .anyMatch(attempt -> attempt.worker().equals(session.id())
                                && attempt.end() instanceof AttemptRecord.End.Lost lost
                                && lost.at() > since)
                && roster.hasOthers(session.id());
    }

    /** The task that the worker makes room for, as long as it waits and can be run there. */
    private Optional<TaskRecord> reserved(WorkerSession session) {
        Optional<TaskId> id = reservations.of(session.id());
        Optional<TaskRecord> task = id.flatMap(ledger.get()::task)
                .filter(each -> isQueued(each)
                        && suits(each, session)
                        && Fitting.ever(each.needs(), session.facts()).isEmpty());
        if (id.isPresent() && task.isEmpty()) {
            release(session);
        }
        return task;
    }

    /** Has the worker make room for a task that nobody has had room for since long, if there is one. */
    private Optional<TaskRecord> reserve(WorkerSession session, Rooms.Room room) {
        for (TaskNeeds needs : rooms.overdue(clock.nanos())) {
            if (!ready.has(needs)) {
                rooms.found(needs);
            } else if (new Asking(session, room).fit(needs) == Fit.NO_ROOM_NOW) {
                Optional<TaskRecord> task = ready.first(needs, new Asking(session, room))
                        .flatMap(ledger.get()::task)
                        .filter(TaskChoice::isQueued);
                if (task.isPresent()
                        && reservations.reserve(session.id(), task.get().id())) {
                    return task;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isQueued(TaskRecord task) {
        return task.state() instanceof TaskState.Queued;
    }

    /** The task is about to be leased to a worker. */
    void granting(TaskRecord task) {
        reservations.end(task.id());
        rooms.found(task.needs());
        rooms.note(task.needs());
    }

    /** A task that another master leased. */
    void adopted(TaskRecord task) {
        rooms.note(task.needs());
    }

    /** A task is not to be handed out any more. */
    void ended(TaskRecord task) {
        reservations.end(task.id());
        ready.remove(task);
    }

    /** The worker makes room for nothing any more. */
    void release(WorkerSession session) {
        reservations.end(session.id());
    }

    /** Nothing waits any more. */
    void clear() {
        ready.clear();
        rooms.clear();
        reservations.clear();
    }

    /** Whatever had to wait and has waited long enough may be chosen. */
    void wake() {
        ready.wake(
                clock.tickerMillis(),
                id -> ledger.get().task(id).filter(TaskChoice::isQueued).isPresent());
    }

    /** What a task asks for and a worker does not have: never, or else at present. */
    List<Shortage> shortages(TaskRecord task, WorkerSession session) {
        return rooms.of(session).shortages(task.needs());
    }

    /** Why a queued task is not with a worker that may hold one more; empty when it would get it, or one before it. */
    Optional<String> obstacle(TaskRecord task, WorkerSession session) {
        if (!mayTry(task, session)) {
            return Optional.of(Text.of("has delivered nothing yet, and the task has too few attempts left for a try"));
        }
        if (!suitability.suits(task, session.profile())) {
            return Optional.of(
                    Text.of("is a program of another group that can't read so large a package, or not run it rightly"));
        }
        Optional<TaskRecord> awaited = reserved(session)
                .filter(large -> !large.id().equals(task.id())
                        && task.priority() <= large.priority()
                        && !rooms.of(session).keeping(large.needs()).has(task.needs()));
        if (awaited.isPresent()) {
            return Optional.of(Text.of(
                    "makes room for task %s, which waits for it", awaited.get().id()));
        }
        return lostLately(task, session) ? Optional.of(Text.of("lost it a moment ago")) : Optional.empty();
    }
}
