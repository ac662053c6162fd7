package org.mutirao.master.dispatch;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;

/** Answers workers that want work: at once, or as soon as there is a task for them. For the loop. */
final class HandOut {
    /** How many of those who wait may find nothing that suits them, before the others wait for the next look. */
    private static final int MAX_VAIN = 64;

    private static final int TICKS_PER_LOOK = 8;

    private final Fleet fleet;
    private final TaskChoice choice;
    private final Leases leases;
    private final DispatchClock clock;
    private final Consumer<TaskId> notGiven;
    private final WaitingLine waiting = new WaitingLine();
    /** Whether a connection has ended since the waiting were looked at. */
    private boolean someGone;

    private long ticks;

    /** @param notGiven told of each task that was chosen and for which the log then took no lease */
    HandOut(Fleet fleet, TaskChoice choice, Leases leases, DispatchClock clock, Consumer<TaskId> notGiven) {
        this.fleet = fleet;
        this.choice = choice;
        this.leases = leases;
        this.clock = clock;
        this.notGiven = notGiven;
    }

    /**
     * A worker wants work.
     *
     * @param patience how long the answer may wait for some
     */
    void ask(WorkerSession session, Duration patience, PendingRequest pending) {
        session.takesNone(Optional.empty(), clock.nanos()); // by asking it says that it does
        Optional<TaskRecord> task = leases.mayHoldMore(session) ? choice.take(session) : Optional.empty();
        if (task.isPresent()) {
            give(session, task.get(), pending);
        } else if (patience.isZero()) {
            pending.empty();
        } else {
            // Also when it holds all it may, or is quarantined: an answer at once would make it ask again at once.
            waiting.add(session.id(), pending, session.admission(), clock.nanos() + patience.toNanos());
        }
    }

    /** A worker may be able to take something now. */
    void mayTakeMore(WorkerId worker) {
        waiting.unpark(worker);
    }

    /** The same, and those who wait are served. */
    void serveMore(WorkerId worker) {
        mayTakeMore(worker);
        serve();
    }

    /** Serves those who wait, also those that had nothing to hope for. */
    void serveAll() {
        fleet.all().forEach(session -> waiting.unpark(session.id()));
        serve();
    }

    /** Serves those who wait, the first first. Ends as soon as nothing is left to hand out. */
    void serve() {
        int vain = 0;
        for (int left = waiting.inLine(); left > 0 && vain < MAX_VAIN && choice.hasAny(); left--) {
            WaitingLine.Waiting next = waiting.first();
            WorkerSession session = fleet.find(next.worker()).orElse(null);
            if (next.pending().isClosed() || hasComeAnotherWay(session, next)) {
                waiting.remove(next);
                next.pending().empty();
            } else if (session == null || !leases.mayHoldMore(session)) {
                waiting.park(next);
            } else {
                Optional<TaskRecord> task = choice.take(session);
                if (task.isPresent()) {
                    waiting.remove(next);
                    give(session, task.get(), next.pending());
                } else {
                    waiting.toTheEnd(next);
                    vain++;
                }
            }
        }
    }

    /** What its worker gets now may not be for the one who asked. */
    private static boolean hasComeAnotherWay(WorkerSession session, WaitingLine.Waiting question) {
        return session != null && session.admission() != question.admission();
    }

    private void give(WorkerSession session, TaskRecord task, PendingRequest pending) {
        leases.grant(session, task, pending).thenAccept(granted -> {
            if (!granted) {
                waiting.unpark(session.id());
                notGiven.accept(task.id());
                pending.empty();
            }
        });
    }

    /** Some connections ended. Those who can't hear an answer any more are looked for once for many. */
    void dropGone() {
        someGone = true;
    }

    /** Serves those who wait, and answers those whose time is over. */
    void tick() {
        if (++ticks % TICKS_PER_LOOK == 0) {
            waiting.parked().stream()
                    .filter(worker ->
                            fleet.find(worker).filter(leases::mayHoldMore).isPresent())
                    .forEach(waiting::unpark); // a quarantine may be over
        }
        serve();
        if (someGone) {
            someGone = false;
            waiting.takeGone().forEach(each -> each.pending().empty());
        }
        waiting.takeOver(clock.nanos()).forEach(each -> each.pending().empty());
    }

    /** Nobody is served here any more. */
    void close() {
        waiting.takeAll().forEach(each -> each.pending().empty());
    }
}
