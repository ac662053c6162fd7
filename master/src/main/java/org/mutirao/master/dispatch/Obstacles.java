package org.mutirao.master.dispatch;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.text.Text;

/** Why a queued task is not with a worker, in words. For the loop. */
public final class Obstacles {
    private final Supplier<TaskLedger> ledger;
    private final Fleet fleet;
    private final Eligibility eligibility;
    private final TaskChoice choice;
    private final Leases leases;

    /** @param ledger the one in force */
    Obstacles(Supplier<TaskLedger> ledger, Fleet fleet, Eligibility eligibility, TaskChoice choice, Leases leases) {
        this.ledger = ledger;
        this.fleet = fleet;
        this.eligibility = eligibility;
        this.choice = choice;
        this.leases = leases;
    }

    /** What a task waits for besides a worker. */
    public Optional<String> whyHeld(TaskRecord task) {
        return ledger.get().whyHeld(task);
    }

    /** What a task asks for and a worker does not have: never, or else at present. */
    public List<Shortage> shortages(TaskRecord task, WorkerSession session) {
        return choice.shortages(task, session);
    }

    /** What else is in the way; empty when this worker would get the task, or one before it, if it asked now. */
    public Optional<String> between(TaskRecord task, WorkerSession session) {
        Optional<String> out = fleet.whyOut(session);
        if (out.isPresent()) {
            return out;
        }
        if (!leases.mayHoldMore(session)) {
            return Optional.of(Text.of("has as many tasks as it may hold"));
        }
        if (!eligibility.mayTry(task, session)) {
            return Optional.of(Text.of("has delivered nothing yet, and the task has too few attempts left for a try"));
        }
        if (!eligibility.canRead(task, session)) {
            return Optional.of(
                    Text.of("is a program of another group that can't read so large a package, or not run it rightly"));
        }
        if (!eligibility.mayVerify(task, session)) {
            return Optional.of(Text.of("has run it, and another worker is to verify it"));
        }
        Optional<TaskRecord> awaited = choice.goesBefore(task, session);
        if (awaited.isPresent()) {
            return Optional.of(Text.of(
                    "makes room for task %s, which waits for it", awaited.get().id()));
        }
        return eligibility.wasLostLately(task, session)
                ? Optional.of(Text.of("lost it a moment ago"))
                : Optional.empty();
    }
}
