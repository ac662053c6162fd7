package org.mutirao.master.dispatch;

import org.mutirao.master.ledger.TaskRecord;

/** Which workers may have a task, whatever room they have now. For the loop. */
final class Eligibility {
    private final Fleet fleet;
    private final DispatchPolicy policy;
    private final Suitability suitability;
    private final DispatchClock clock;
    private final Checks checks;

    Eligibility(Fleet fleet, DispatchPolicy policy, Suitability suitability, DispatchClock clock, Checks checks) {
        this.fleet = fleet;
        this.policy = policy;
        this.suitability = suitability;
        this.clock = clock;
        this.checks = checks;
    }

    /** Whether a worker may run a task at all. */
    boolean suits(TaskRecord task, WorkerSession session) {
        return mayTry(task, session) && canRead(task, session) && mayVerify(task, session);
    }

    /** The one that verifies a result is another than the one that brought it. */
    boolean mayVerify(TaskRecord task, WorkerSession session) {
        return checks.mayRun(task, session);
    }

    /** Whether its program can take the package as it is. */
    boolean canRead(TaskRecord task, WorkerSession session) {
        return suitability.suits(task, session.profile());
    }

    /** Programs that swallow whatever they get must not use up a task's attempts. */
    boolean mayTry(TaskRecord task, WorkerSession session) {
        int kept = Math.min(policy.reserved(), task.attemptsAllowed() - 1);
        return session.isProven() || task.attemptsLeft() > kept;
    }

    /** Others get it first, if there are any. */
    boolean wasLostLately(TaskRecord task, WorkerSession session) {
        if (task.attempts().isEmpty()) {
            return false; // nearly always
        }
        long since = clock.millis() - policy.avoid().toMillis();
        return task.attempts().stream()
                        .anyMatch(attempt -> attempt.worker().equals(session.id())
                                && attempt.endedInVain().orElse(Long.MIN_VALUE) > since)
                && fleet.hasOthers(session.id());
    }
}
