package org.mutirao.master.dispatch;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/** Gives leases, sends the packages, and ends what its worker lost. For the loop. */
final class Leases {
    /** Hears of leases that ended without a result. */
    interface Ends {
        /**
         * The log has answered.
         *
         * @param worker who had the lease, if the ledger knows
         * @param isLost whether it ended now; otherwise it had ended before, or the log does not answer
         */
        void ended(Lease lease, String reason, Optional<WorkerId> worker, boolean isLost);
    }

    private final Journal journal;
    private final DispatchPolicy policy;
    private final DispatchClock clock;
    private final Executor loop;
    private final Fleet fleet;
    private final HeldLeases held;
    private final Ends ends;
    private final LeaseKeeper keeper;
    /** Those whose end is under way to the log. */
    private final Set<Lease> losing = new HashSet<>();
    /** For each package that was sent since the last look at the leases, what notes it. Filled by any thread. */
    private final Queue<LongConsumer> sent = new ConcurrentLinkedQueue<>();

    /** @param loop where answers of other threads are brought back to */
    Leases(
            Journal journal,
            DispatchPolicy policy,
            DispatchClock clock,
            Executor loop,
            Fleet fleet,
            HeldLeases held,
            Ends ends) {
        this.journal = journal;
        this.policy = policy;
        this.clock = clock;
        this.loop = loop;
        this.fleet = fleet;
        this.held = held;
        this.ends = ends;
        this.keeper = new LeaseKeeper(policy);
    }

    /** Whether a worker may hold one more, and gets work. */
    boolean mayHoldMore(WorkerSession session) {
        Set<Lease> leases = held.of(session.id());
        // What a stranger just lost still stands in the ledger, for a moment.
        int most = session.profile().listsLeases()
                ? session.profile().slots() + session.profile().ahead()
                : 1 + (int) leases.stream().filter(losing::contains).count();
        return leases.size() + session.grantsUnderWay() < most && !fleet.isOut(session);
    }

    /**
     * Leases a task to a worker, and sends it the package once that is durable: so a deposed master never hands out work.
     *
     * @return whether it has the lease; otherwise its question is not answered
     */
    CompletableFuture<Boolean> grant(WorkerSession session, TaskRecord task, PendingRequest pending) {
        session.grantBegins(task.needs());
        long until = clock.millis() + policy.lease().toMillis();
        boolean withoutKey = session.admission() == Admission.WITHOUT_KEY;
        return journal.propose(new Command.GrantLease(
                        task.id(), session.id(), session.profile().name(), until, withoutKey, clock.millis()))
                .handle((applied, failure) -> {
                    Optional<Verdict.Granted> granted = Optional.ofNullable(applied)
                            .map(answer -> answer.verdict() instanceof Verdict.Granted given ? given : null);
                    session.grantEnds(task.needs(), granted.map(Verdict.Granted::lease));
                    granted.ifPresent(given -> send(session, given.lease(), pending));
                    return granted.isPresent();
                });
    }

    private void send(WorkerSession session, Lease lease, PendingRequest pending) {
        if (pending.isClosed()) {
            pending.empty();
            lose(lease, Text.kept("the worker's connection ended before it got the package"));
            return;
        }
        keeper.sending(lease, session.id());
        pending.deliver(held.task(lease), lease).whenComplete((nothing, failure) -> {
            if (failure == null) {
                sent.add(now -> keeper.sent(lease, session.profile(), now));
            } else {
                loop.execute(() -> lose(lease, Text.kept("the package could not be sent whole")));
            }
        });
    }

    /**
     * Before the leases are looked at. Not at once for each package, since most results come before the next look. All are noted with the
     * loop's time, so that a loop that lags takes no lease from a worker.
     */
    private void noteSent() {
        long now = clock.nanos();
        for (LongConsumer next = sent.poll(); next != null; next = sent.poll()) {
            next.accept(now);
        }
    }

    /** A lease that nobody here watches: another master gave it, or its grant was answered too late. It must end some time. */
    void adopt(TaskRecord task, TaskState.Leased state) {
        Lease lease = task.lease(state.attempt());
        if (!keeper.watches(lease)) {
            keeper.adopt(lease, state.worker(), clock.nanos());
        }
    }

    /** The task has no lease any more; returns who had it. */
    Optional<WorkerId> ended(TaskId task) {
        return keeper.end(task);
    }

    boolean watches(Lease lease) {
        return keeper.watches(lease);
    }

    /** A worker says what it holds. What it should have and does not name is lost. */
    void renew(WorkerSession session, Set<Lease> named) {
        noteSent();
        lose(keeper.renew(session.id(), session.profile(), named, clock.nanos()));
    }

    /** A worker that does not say what it holds said anything at all. */
    void renewAll(WorkerSession session) {
        noteSent();
        keeper.renewAll(session.id(), session.profile(), clock.nanos());
    }

    /** The worker's connection broke. */
    void hurry(WorkerSession session) {
        noteSent();
        keeper.hurry(session.id(), session.profile(), clock.nanos());
    }

    /** Ends what is overdue. */
    void tick() {
        noteSent();
        lose(keeper.overdue(clock.nanos()));
    }

    private void lose(List<LeaseKeeper.Ended> ended) {
        ended.forEach(each -> lose(each.lease(), each.reason()));
    }

    /** All that a worker holds is lost. */
    void loseAll(WorkerId worker, String reason) {
        held.of(worker).forEach(lease -> lose(lease, reason));
    }

    void lose(Lease lease, String reason) {
        lose(lease, reason, true);
    }

    /** @param counts whether it costs the task an attempt */
    void lose(Lease lease, String reason, boolean counts) {
        if (!losing.add(lease)) {
            return;
        }
        // One of another group does not tell why; it may well lose everything it gets.
        held.workerOf(lease)
                .flatMap(fleet::find)
                .filter(session -> !session.profile().listsLeases())
                .ifPresent(fleet::strike);
        journal.propose(new Command.LoseLease(lease, reason, counts, clock.millis()))
                .whenComplete((applied, failure) -> {
                    losing.remove(lease);
                    ends.ended(
                            lease,
                            reason,
                            held.workerOf(lease),
                            applied != null && applied.verdict() instanceof Verdict.Done);
                });
    }

    /** Watches none any more. */
    void clear() {
        sent.clear();
        keeper.clear();
    }
}
