package org.mutirao.master.dispatch;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/**
 * Brings queued tasks and asking workers together. It hears what workers say and what the ledger does, and hands tasks out:
 *
 * <ul>
 *   <li>{@link Fleet} knows the workers that are about;
 *   <li>{@link TaskChoice} says which task one of them gets;
 *   <li>{@link Leases} gives it to them, and ends what they lose;
 *   <li>{@link HandOut} answers their questions, at once or when there is something for them.
 * </ul>
 *
 * <p>Lives on the loop: every method is called there.
 */
public final class Dispatcher {
    private static final Duration MAX_TICK = Duration.ofMillis(250);

    private final DispatchPolicy policy;
    private final DispatchClock clock;
    private final MasterListener listener;
    private final HeldLeases held;
    private final Fleet fleet;
    private final TaskChoice choice;
    private final Leases leases;
    private final HandOut handOut;
    private final Checks checks;
    private final Journal journal;
    private final Obstacles obstacles;
    private final GoneFiles goneFiles;
    private final Uninstallable uninstallable;

    private TaskLedger ledger = new TaskLedger();
    private boolean leading;
    private long ledSince;

    /**
     * Has nothing to hand out until {@link #lead}.
     *
     * @param wall for the times that people read
     * @param nanos monotonic, for everything that is waited for
     * @param loop where answers of other threads are brought back to
     */
    public Dispatcher(
            Journal journal,
            DispatchPolicy policy,
            InstantSource wall,
            LongSupplier nanos,
            Executor loop,
            MasterListener listener,
            Suitability suitability) {
        this.policy = policy;
        this.journal = journal;
        this.listener = listener;
        Reservations reservations = new Reservations();
        Journal heard = command -> telling(journal.propose(command));
        clock = new DispatchClock(wall, nanos);
        held = new HeldLeases(() -> ledger, this::lastLease);
        fleet = new Fleet(policy, clock, listener, worker -> held.of(worker).isEmpty(), reservations::end);
        checks = new Checks(heard, fleet, clock, suitability);
        Eligibility eligibility = new Eligibility(fleet, policy, suitability, clock, checks);
        choice = new TaskChoice(() -> ledger, held, eligibility, clock, reservations);
        leases = new Leases(heard, policy, clock, loop, fleet, held, this::onLeaseEnded);
        handOut = new HandOut(fleet, choice, leases, clock, this::offer);
        obstacles = new Obstacles(() -> ledger, fleet, eligibility, choice, leases);
        uninstallable = new Uninstallable(heard, clock, fleet, held, () -> ledger);
        goneFiles = new GoneFiles(heard, clock, () -> ledger, this::leads);
    }

    /** The workers that are about. */
    public Fleet fleet() {
        return fleet;
    }

    /** What they hold. For any thread, as far as that says so. */
    public HeldLeases held() {
        return held;
    }

    /** Why queued tasks are not with them. */
    public Obstacles obstacles() {
        return obstacles;
    }

    /** A task as the ledger has it. */
    public Optional<TaskRecord> task(TaskId id) {
        return ledger.task(id);
    }

    /** Takes over: what the ledger has queued is offered, what it has leased is watched. */
    public void lead(TaskLedger current) {
        follow();
        ledger = current;
        leading = true;
        ledSince = clock.nanos();
        held.led();
        ledger.jobsOfSeveral().forEach(this::addWaiting);
        for (TaskRecord task : ledger.records()) {
            checks.look(task);
            task.waiting().filter(queued -> ledger.mayRun(task)).ifPresent(queued -> choice.add(task, queued));
            task.leased().ifPresent(leased -> {
                choice.adopted(task);
                leases.adopt(task, leased);
            });
        }
        handOut.serve();
    }

    /** Hands out nothing any more. */
    public void follow() {
        leading = false;
        held.followed();
        choice.clear();
        checks.clear();
        uninstallable.clear();
        leases.clear();
        handOut.close();
    }

    /** Whether this master leads, so that the ledger here is the newest. */
    public boolean leads() {
        return leading;
    }

    /** Whether every worker that lives has had the time to register with this master since it leads. */
    public boolean hasLedLongEnough() {
        return leading && clock.nanos() - ledSince >= policy.workerTimeout().toNanos();
    }

    // What workers say.

    /** A worker is about to say something over a connection that came into the room so. */
    public void onCame(WorkerId worker, Admission admission) {
        fleet.came(heard(worker), admission);
    }

    /**
     * A worker says who it is.
     *
     * @param has what it has from before; empty when it did not say
     */
    public void onRegister(WorkerId worker, WorkerProfile profile, Optional<List<Lease>> has) {
        WorkerSession session = heard(worker);
        fleet.register(session, profile);
        checks.judge(worker);
        if (profile.listsLeases()) {
            has.ifPresent(named -> leases.renew(session, Set.copyOf(named)));
        }
        handOut.serveMore(worker); // it may have asked before it registered
    }

    /** A worker says what it is and has. */
    public void onFacts(WorkerId worker, WorkerFacts facts) {
        heard(worker);
        fleet.tell(worker, Optional.of(facts));
        handOut.serveMore(worker); // something may suit it now
    }

    /** What to take a worker for that asks without having registered here, as happens after a master's restart. */
    public void assume(WorkerId worker, WorkerProfile guess) {
        WorkerSession session = heard(worker);
        if (!session.registered()) {
            session.assume(guess);
        }
    }

    /** Returns the leases that the worker should drop. */
    public List<Lease> onHeartbeat(WorkerId worker, Optional<List<Lease>> has) {
        WorkerSession session = heard(worker);
        if (has.isEmpty()) {
            return List.of();
        }
        Set<Lease> named = Set.copyOf(has.get());
        leases.renew(session, named);
        return leading ? named.stream().filter(lease -> !leases.watches(lease)).toList() : List.of();
    }

    /**
     * A worker wants work.
     *
     * @param patience how long the answer may wait for some
     */
    public void onRequest(WorkerId worker, Duration patience, PendingRequest pending) {
        WorkerSession session = heard(worker);
        checks.judge(worker); // it may have been forgotten meanwhile, and not register again
        if (!session.profile().listsLeases()) {
            // One that takes another package before it delivered has lost the first.
            leases.loseAll(worker, Text.kept("the worker asked for the next task without delivering this"));
        }
        handOut.ask(session, patience, pending);
    }

    /**
     * A result whose bytes are safe.
     *
     * @param through the journal that takes the bytes along if they are to travel with the command
     */
    public CompletableFuture<Applied> onResult(
            WorkerId worker, Lease lease, Blob result, Ending ending, ScriptRun run, Journal through) {
        WorkerSession session = heard(worker);
        return telling(through.propose(new Command.Complete(lease, worker, result, ending, run, clock.millis())))
                .whenComplete((applied, failure) -> {
                    if (applied != null && applied.verdict() instanceof Verdict.Done) {
                        session.deliveredOne();
                        ledger.task(lease.task()).ifPresent(task -> fleet.judge(task, worker));
                    }
                    handOut.serveMore(worker);
                });
    }

    /** What a further run of a task brought that has a result, as a command of a given time. */
    public CompletableFuture<Applied> onCheck(WorkerId worker, LongFunction<Command> command) {
        heard(worker);
        return telling(journal.propose(command.apply(clock.millis())))
                .whenComplete((applied, failure) -> handOut.serveMore(worker));
    }

    /** Whether the worker has this lease, as far as the ledger knows. */
    public boolean holds(WorkerId worker, Lease lease) {
        boolean holds = held.has(worker, lease);
        if (holds || fleet.find(worker).isPresent()) {
            heard(worker);
        }
        return holds;
    }

    /** The worker gives a lease back; {@code environment} names what it could not install, and not all {@code counts} as lost. */
    public void onReturn(WorkerId worker, Lease lease, String reason, Optional<String> environment, boolean counts) {
        WorkerSession session = heard(worker);
        if (held.has(worker, lease)) {
            boolean isKept = uninstallable.add(worker, ledger.task(lease.task()), environment, reason);
            fleet.gaveBack(session, reason, counts);
            leases.lose(lease, reason, counts && !isKept);
        }
    }

    /** A worker of another group sent word that it could not even begin. */
    public void onNeverRun(WorkerId worker, String reason) {
        heard(worker);
        leases.loseAll(worker, reason);
    }

    /** The worker leaves on purpose. */
    public void onLeave(WorkerId worker) {
        leases.loseAll(worker, Text.kept("the worker left"));
        fleet.find(worker).ifPresent(fleet::remove);
    }

    /** The connection on which the worker's heartbeats came is closed. */
    public void onDisconnected(WorkerId worker) {
        fleet.find(worker).filter(session -> session.profile().listsLeases()).ifPresent(leases::hurry);
    }

    /** Those who can't hear an answer any more get no work. Call it when a connection ends; they are looked for once for many. */
    public void dropGone() {
        handOut.dropGone();
    }

    private Optional<Lease> lastLease(WorkerId worker) {
        return fleet.find(worker).flatMap(WorkerSession::lastLease);
    }

    private WorkerSession heard(WorkerId worker) {
        WorkerSession session = fleet.heard(worker);
        if (!session.profile().listsLeases()) {
            leases.renewAll(session);
        }
        return session;
    }

    /** The ledger has the task queued. */
    public void offer(TaskId id) {
        Optional<TaskRecord> task = ledger.task(id).filter(ledger::mayRun);
        Optional<TaskState.Queued> queued = task.flatMap(TaskRecord::waiting);
        if (leading && queued.isPresent()) {
            choice.add(task.get(), queued.get());
            handOut.serve();
        }
    }

    /** The ledger has tasks of the job queued that never had a lease. */
    public void offer(JobId id) {
        if (leading) {
            ledger.job(id).ifPresent(this::addWaiting);
            handOut.serve();
        }
    }

    private void addWaiting(JobView job) {
        choice.add(job, ledger.waitingOf(job.id()));
    }

    /** The ledger changed a job of several tasks, or forgot it. */
    public void onChanged(JobId id) {
        Optional<JobView> job = ledger.job(id);
        job.ifPresent(held::onJob);
        if (job.filter(each -> each.counts().queued() > 0).isEmpty()) {
            choice.remove(id);
        }
    }

    /** The ledger changed this task. */
    public void onChanged(TaskId id) {
        TaskRecord task = ledger.task(id).orElse(null);
        if (leading && task != null && task.leased().isPresent()) {
            leases.adopt(task, task.leased().get());
        } else {
            leases.ended(id).ifPresent(handOut::mayTakeMore);
        }
        if (task == null) {
            checks.forget(id);
            listener.onTaskForgotten(id);
            return;
        }
        if (leading) {
            checks.look(task);
        }
        if (task.waiting().isEmpty()) {
            choice.remove(task);
        }
        listener.onTaskChanged(task);
    }

    /** Gives up what can't be run or had any more, while this master leads. */
    public GoneFiles goneFiles() {
        return goneFiles;
    }

    private void onLeaseEnded(Lease lease, String reason, Optional<WorkerId> worker, boolean isLost) {
        worker.ifPresent(handOut::mayTakeMore);
        if (isLost) {
            if (ledger.task(lease.task()).filter(task -> task.isReturned(lease)).isPresent()) {
                listener.onLeaseReturned(lease, reason);
                return;
            }
            worker.flatMap(fleet::find).ifPresent(WorkerSession::lostOne);
            listener.onLeaseLost(lease, reason);
        }
    }

    private CompletableFuture<Applied> telling(CompletableFuture<Applied> proposed) {
        return proposed.whenComplete((applied, failure) -> {
            if (failure != null) {
                listener.onJournalFailed(failure);
            }
        });
    }

    /** What kept a task from being handed out is over. */
    public void look() {
        handOut.serve();
    }

    /** Does what is due; returns when to call again at the latest. */
    public Duration tick() {
        leases.tick();
        fleet.silentFor(Math.max(
                        policy.workerTimeout().toNanos(), policy.lease().toNanos()))
                .forEach(fleet::remove);
        choice.wake();
        checks.tick(this::task);
        uninstallable.tick(handOut::serveAll);
        handOut.tick();
        return MAX_TICK;
    }

    /** A worker is to get work again. */
    public void resume(WorkerSession session) {
        checks.forgive(session.id());
        session.resume();
        handOut.serveMore(session.id());
    }
}
