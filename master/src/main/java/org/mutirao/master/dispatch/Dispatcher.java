package org.mutirao.master.dispatch;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.mutirao.master.ledger.Applied;
import org.mutirao.master.ledger.AttemptRecord;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.ScriptRun;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/** Brings queued tasks and asking workers together. Lives on the loop: every method is called there. */
public final class Dispatcher {
    private static final Duration MAX_TICK = Duration.ofMillis(250);

    /** How many of those who wait may find nothing that suits them, before the others wait for the next look. */
    private static final int MAX_VAIN = 64;

    private static final int TICKS_PER_LOOK = 8;

    /** What a person reads of a task whose package no master has any more. */
    private static final String PACKAGE_GONE =
            Text.kept("its package is gone from the master's data folder; hand it in again");

    private final Journal journal;
    private final DispatchPolicy policy;
    private final DispatchClock clock;
    private final Executor loop;
    private final MasterListener listener;

    private final WorkerRoster roster = new WorkerRoster(WorkerRoster.MOST, this::canBeForgotten, this::forgotten);
    private final TaskChoice choice;
    private final ReadyQueue ready;
    private final LeaseKeeper reconciler;
    private final WaitingLine waiting = new WaitingLine();
    private final PackageLists packages = new PackageLists(PackageLists.MAX_CHARS);
    /** Whether a connection has ended since the waiting were looked at. */
    private boolean someGone;

    private long ticks;
    private final Set<Lease> losing = new HashSet<>();
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
        this.journal = journal;
        this.policy = policy;
        this.clock = new DispatchClock(wall, nanos);
        this.loop = loop;
        this.listener = listener;
        this.choice = new TaskChoice(() -> ledger, roster, policy, suitability, clock);
        this.ready = choice.ready();
        this.reconciler = new LeaseKeeper(policy);
    }

    /** Takes over: what the ledger has queued is offered, what it has leased is watched. */
    public void lead(TaskLedger current) {
        follow();
        ledger = current;
        leading = true;
        ledSince = clock.nanos();
        ledger.jobsOfSeveral().forEach(this::addWaiting);
        for (TaskRecord task : ledger.records()) {
            if (task.state() instanceof TaskState.Queued queued && ledger.mayRun(task)) {
                ready.add(task, queued, clock.millis(), clock.tickerMillis());
            } else if (task.state() instanceof TaskState.Leased leased) {
                choice.adopted(task);
                reconciler.adopt(task.lease(leased.attempt()), leased.worker(), clock.nanos());
            }
        }
        match();
    }

    /** Hands out nothing any more. */
    public void follow() {
        leading = false;
        choice.clear();
        reconciler.clear();
        waiting.takeAll().forEach(each -> each.pending().empty());
    }

    /**
     * A worker says who it is.
     *
     * @param held what it has from before; empty when it did not say
     */
    public void onRegister(WorkerId worker, WorkerProfile profile, Optional<List<Lease>> held) {
        WorkerSession session = heard(worker);
        boolean isNew = !session.registered();
        session.register(profile);
        roster.find(worker)
                .ifPresent(each -> tell(each, Optional.empty())); // another program may have come in its place
        if (isNew) {
            listener.onWorkerJoined(worker, profile);
        }
        if (profile.listsLeases()) {
            held.ifPresent(leases -> renew(session, leases));
        }
        waiting.unpark(worker);
        match(); // it may have asked before it registered
    }

    /** A worker says what it is and has. */
    public void onFacts(WorkerId worker, WorkerFacts facts) {
        heard(worker);
        roster.find(worker)
                .ifPresent(session -> tell(session, Optional.of(facts))); // who is not remembered tells in vain
        waiting.unpark(worker);
        match(); // something may suit it now
    }

    private void tell(WorkerSession session, Optional<WorkerFacts> facts) {
        packages.drop(session.facts());
        session.tell(facts.map(packages::keep));
        listener.onWorkerTold(session.id(), session.profile().name(), session.facts());
    }

    /** What to take a worker for that asks without having registered here, as happens after a master's restart. */
    public void assume(WorkerId worker, WorkerProfile guess) {
        WorkerSession session = heard(worker);
        if (!session.registered()) {
            session.assume(guess);
        }
    }

    /** Returns the leases that the worker should drop. */
    public List<Lease> onHeartbeat(WorkerId worker, Optional<List<Lease>> held) {
        WorkerSession session = heard(worker);
        return held.isPresent() ? renew(session, held.get()) : List.of();
    }

    /** Whether the worker registered with this master. */
    public boolean knows(WorkerId worker) {
        return roster.find(worker).map(WorkerSession::registered).orElse(false);
    }

    /** What people call a worker; empty when it is not known. */
    public String nameOf(WorkerId worker) {
        return roster.find(worker).map(session -> session.profile().name()).orElse("");
    }

    private List<Lease> renew(WorkerSession session, List<Lease> held) {
        Set<Lease> named = Set.copyOf(held);
        reconciler.renew(session.id(), session.profile(), named, clock.nanos()).forEach(this::lose);
        return leading
                ? named.stream().filter(lease -> !reconciler.watches(lease)).toList()
                : List.of();
    }

    /**
     * A worker wants work.
     *
     * @param patience how long the answer may wait for some
     */
    public void onRequest(WorkerId worker, Duration patience, PendingRequest pending) {
        WorkerSession session = heard(worker);
        if (!session.profile().listsLeases()) {
            // One that takes another package before it delivered has lost the first.
            ledger.leasesOf(worker)
                    .forEach(lease -> lose(new LeaseKeeper.Ended(
                            lease, Text.kept("the worker asked for the next task without delivering this"))));
        }
        Optional<TaskId> task = leading && mayHoldMore(session) ? choice.take(session) : Optional.empty();
        if (task.isPresent()) {
            grant(session, task.get(), pending);
        } else if (patience.isZero()) {
            pending.empty();
        } else {
            // Also when it holds all it may, or is quarantined: an answer at once would make it ask again at once.
            waiting.add(worker, pending, clock.nanos() + patience.toNanos());
        }
    }

    private boolean mayHoldMore(WorkerSession session) {
        int held = ledger.leasesOf(session.id()).size() + session.grantsUnderWay();
        int slots = session.profile().listsLeases()
                ? session.profile().slots() + session.profile().ahead()
                : 1 + losingOf(session.id());
        return held < slots && !session.isDrained() && !session.isQuarantined(clock.nanos());
    }

    /** Leases that a stranger just lost still stand in the ledger, for a moment. */
    private int losingOf(WorkerId worker) {
        return (int) ledger.leasesOf(worker).stream().filter(losing::contains).count();
    }

    private void grant(WorkerSession session, TaskId id, PendingRequest pending) {
        Optional<TaskRecord> task = ledger.task(id);
        TaskNeeds needs = task.map(TaskRecord::needs).orElse(TaskNeeds.none());
        task.ifPresent(choice::granting);
        session.grantBegins(needs);
        long until = clock.millis() + policy.lease().toMillis();
        propose(new Command.GrantLease(id, session.id(), session.profile().name(), until, clock.millis()))
                .whenComplete((applied, failure) -> {
                    if (applied != null && applied.verdict() instanceof Verdict.Granted granted) {
                        session.grantEnds(needs, Optional.of(granted.lease()));
                        send(session, granted.lease(), pending);
                    } else {
                        session.grantEnds(needs, Optional.empty());
                        waiting.unpark(session.id());
                        offer(id);
                        pending.empty();
                    }
                });
    }

    /** Only after the lease is durable, so that a deposed master never hands out work. */
    private void send(WorkerSession session, Lease lease, PendingRequest pending) {
        TaskRecord task = ledger.task(lease.task()).orElseThrow();
        if (pending.isClosed()) {
            pending.empty();
            lose(new LeaseKeeper.Ended(lease, Text.kept("the worker's connection ended before it got the package")));
            return;
        }
        reconciler.sending(lease, session.id());
        pending.deliver(task, lease)
                .whenCompleteAsync(
                        (sent, failure) -> {
                            if (failure == null) {
                                reconciler.sent(lease, session.profile(), clock.nanos());
                            } else {
                                lose(new LeaseKeeper.Ended(lease, Text.kept("the package could not be sent whole")));
                            }
                        },
                        loop);
    }

    /** Those who can't hear an answer any more get no work. Call it when a connection ends; they are looked for once for many. */
    public void dropGone() {
        someGone = true;
    }

    /** No master has the bytes of a package any more: its tasks fail, so that nobody waits for them. */
    public void onPackageGone(Sha256 hash) {
        for (JobView job : leading ? ledger.jobsOfSeveral() : List.<JobView>of()) {
            if (!job.ended() && job.taskPackage().hash().equals(hash)) {
                propose(new Command.GiveUpJob(job.id(), hash, PACKAGE_GONE, clock.millis()));
            }
        }
        for (TaskRecord task : leading ? List.copyOf(ledger.records()) : List.<TaskRecord>of()) {
            if (task.part().isEmpty()
                    && !task.state().ended()
                    && task.taskPackage().hash().equals(hash)) {
                propose(new Command.GiveUp(task.id(), hash, PACKAGE_GONE, clock.millis()));
            }
        }
    }

    /** No master has the bytes of a result that was not put into results/ yet: it can be had only by another run. */
    public void onResultGone(TaskRecord task) {
        if (leading
                && task.state() instanceof TaskState.Done done
                && done.publishedAs().isEmpty()) {
            String reason = Text.kept(
                    "it was done, but the file of its result is gone from the master; 'console retry %s' runs it again",
                    task.id());
            propose(new Command.GiveUp(task.id(), done.result().hash(), reason, clock.millis()));
        }
    }

    /** The ledger has the task queued. */
    public void offer(TaskId id) {
        Optional<TaskRecord> task = ledger.task(id);
        if (leading
                && task.isPresent()
                && task.get().state() instanceof TaskState.Queued queued
                && ledger.mayRun(task.get())) {
            ready.add(task.get(), queued, clock.millis(), clock.tickerMillis());
            match();
        }
    }

    /** The ledger has tasks of the job queued that never had a lease. */
    public void offer(JobId id) {
        if (leading) {
            ledger.job(id).ifPresent(this::addWaiting);
            match();
        }
    }

    private void addWaiting(JobView job) {
        ready.add(job, ledger.waitingOf(job.id()));
    }

    /** The ledger changed a job of several tasks, or forgot it. */
    public void onChanged(JobId id) {
        boolean hasWaiting =
                ledger.job(id).filter(job -> job.counts().queued() > 0).isPresent();
        if (!hasWaiting) {
            ready.remove(id);
        }
    }

    /** What kept a task from being handed out is over. */
    public void look() {
        match();
    }

    /** Serves those who wait, the first first. Ends as soon as nothing is left to hand out. */
    private void match() {
        int vain = 0;
        for (int left = waiting.inLine(); left > 0 && vain < MAX_VAIN && !ready.isEmpty(); left--) {
            WaitingLine.Waiting next = waiting.first();
            WorkerSession session = roster.find(next.worker()).orElse(null);
            if (next.pending().isClosed()) {
                waiting.remove(next);
                next.pending().empty();
            } else if (session == null || !mayHoldMore(session)) {
                waiting.park(next);
            } else {
                Optional<TaskId> task = choice.take(session);
                if (task.isPresent()) {
                    waiting.remove(next);
                    grant(session, task.get(), next.pending());
                } else {
                    waiting.toTheEnd(next);
                    vain++;
                }
            }
        }
    }

    /** Whether this master leads, so that the ledger here is the newest. */
    public boolean leads() {
        return leading;
    }

    /** Whether every worker that lives has had the time to register with this master since it leads. */
    public boolean hasLedLongEnough() {
        return leading && clock.nanos() - ledSince >= policy.workerTimeout().toNanos();
    }

    /** Under which names the ledger has what a worker holds; of another group's program that is the address it asked from. */
    public Set<String> holdsAs(WorkerId worker) {
        return ledger.leasesOf(worker).stream()
                .flatMap(lease -> ledger.task(lease.task()).stream().map(task -> task.attempts()
                        .get(lease.attempt().number() - 1)
                        .workerName()))
                .collect(Collectors.toSet());
    }

    /**
     * The lease that a result belongs to.
     *
     * @param told what the worker says; of another group's program, nothing
     * @return empty when the worker never had it
     */
    public Optional<Lease> leaseOfResult(WorkerId worker, Optional<Lease> told) {
        return told.isPresent()
                ? told.filter(lease -> ledger.task(lease.task())
                        .filter(task -> hadIt(task, lease, worker))
                        .isPresent())
                : leaseOfStranger(worker);
    }

    private static boolean hadIt(TaskRecord task, Lease lease, WorkerId worker) {
        int number = lease.attempt().number();
        return number <= task.attempts().size()
                && task.attempts().get(number - 1).worker().equals(worker);
    }

    /** The lease that a stranger's result belongs to: what it holds, else what it held last. */
    public Optional<Lease> leaseOfStranger(WorkerId worker) {
        Optional<Lease> held = ledger.leasesOf(worker).stream().findFirst();
        return held.isPresent() ? held : roster.find(worker).flatMap(WorkerSession::lastLease);
    }

    /**
     * A result whose bytes are safe.
     *
     * @param through the journal that takes the bytes along if they are to travel with the command
     */
    public CompletableFuture<Applied> onResult(
            WorkerId worker, Lease lease, Blob result, Ending ending, ScriptRun run, Journal through) {
        WorkerSession session = heard(worker);
        return propose(new Command.Complete(lease, worker, result, ending, run, clock.millis()), through)
                .whenComplete((applied, failure) -> {
                    if (applied != null && applied.verdict() instanceof Verdict.Done) {
                        session.deliveredOne();
                        ledger.task(lease.task()).ifPresent(task -> judge(task, worker));
                    }
                    waiting.unpark(worker);
                    match(); // it may hold one more now
                });
    }

    /** Counts against those who lost a task that another finished. */
    private void judge(TaskRecord task, WorkerId finisher) {
        task.attempts().stream()
                .filter(attempt -> attempt.end() instanceof AttemptRecord.End.Lost)
                .map(AttemptRecord::worker)
                .filter(worker -> !worker.equals(finisher))
                .distinct()
                .flatMap(worker -> roster.find(worker).stream())
                .filter(session -> session.profile().listsLeases())
                .forEach(this::strike);
    }

    private void strike(WorkerSession session) {
        if (session.strike(policy, clock.nanos())) {
            choice.release(session);
            listener.onWorkerQuarantined(session.id(), session.profile().name());
        }
    }

    /** Whether the worker has this lease, as far as the ledger knows. */
    public boolean holds(WorkerId worker, Lease lease) {
        boolean holds = ledger.leasesOf(worker).contains(lease);
        if (holds || roster.find(worker).isPresent()) {
            heard(worker);
        }
        return holds;
    }

    /** The worker gives a lease back. */
    public void onReturn(WorkerId worker, Lease lease, String reason) {
        heard(worker);
        if (ledger.leasesOf(worker).contains(lease)) {
            lose(new LeaseKeeper.Ended(lease, reason));
        }
    }

    /** A worker of another group sent word that it could not even begin. */
    public void onNeverRun(WorkerId worker, String reason) {
        heard(worker);
        ledger.leasesOf(worker).forEach(lease -> lose(new LeaseKeeper.Ended(lease, reason)));
    }

    /** The worker leaves on purpose. */
    public void onLeave(WorkerId worker) {
        ledger.leasesOf(worker).forEach(lease -> lose(new LeaseKeeper.Ended(lease, Text.kept("the worker left"))));
        roster.find(worker).ifPresent(this::gone);
    }

    /** The connection on which the worker's heartbeats came is closed. */
    public void onDisconnected(WorkerId worker) {
        roster.find(worker)
                .filter(session -> session.profile().listsLeases())
                .ifPresent(session -> reconciler.hurry(worker, session.profile(), clock.nanos()));
    }

    private void gone(WorkerSession session) {
        roster.remove(session.id());
        forgotten(session);
    }

    private void forgotten(WorkerSession session) {
        packages.drop(session.facts());
        choice.release(session);
        listener.onWorkerGone(session.id(), session.profile().name());
    }

    /** Nothing is lost with it: if it lives it is known again as soon as it says something. */
    private boolean canBeForgotten(WorkerSession session) {
        return session.delivered() == 0
                && session.grantsUnderWay() == 0
                && ledger.leasesOf(session.id()).isEmpty();
    }

    private void lose(LeaseKeeper.Ended ended) {
        if (!losing.add(ended.lease())) {
            return;
        }
        // One of another group does not tell why; it may well lose everything it gets.
        workerOf(ended.lease())
                .filter(session -> !session.profile().listsLeases())
                .ifPresent(this::strike);
        propose(new Command.LoseLease(ended.lease(), ended.reason(), clock.millis()))
                .whenComplete((applied, failure) -> {
                    losing.remove(ended.lease());
                    workerOf(ended.lease()).map(WorkerSession::id).ifPresent(waiting::unpark);
                    if (applied != null && applied.verdict() instanceof Verdict.Done) {
                        workerOf(ended.lease()).ifPresent(WorkerSession::lostOne);
                        listener.onLeaseLost(ended.lease(), ended.reason());
                    }
                });
    }

    private Optional<WorkerSession> workerOf(Lease lease) {
        return ledger.task(lease.task())
                .map(task -> task.attempts().get(lease.attempt().number() - 1).worker())
                .flatMap(roster::find);
    }

    /** The ledger changed this task. */
    public void onChanged(TaskId id) {
        TaskRecord task = ledger.task(id).orElse(null);
        if (leading && task != null && task.state() instanceof TaskState.Leased state) {
            // Also one whose grant nobody waits for any more, after a pause for example: it must end some time.
            if (!reconciler.watches(task.lease(state.attempt()))) {
                reconciler.adopt(task.lease(state.attempt()), state.worker(), clock.nanos());
            }
        } else {
            reconciler.end(id).ifPresent(waiting::unpark);
        }
        if (leading && task != null && !(task.state() instanceof TaskState.Queued)) {
            choice.ended(task);
        }
        if (task != null) {
            listener.onTaskChanged(task);
        } else {
            listener.onTaskForgotten(id);
        }
    }

    /** Does what is due; returns when to call again at the latest. */
    public Duration tick() {
        long now = clock.nanos();
        reconciler.overdue(now).forEach(this::lose);
        long silence = Math.max(policy.workerTimeout().toNanos(), policy.lease().toNanos());
        roster.silentSince(now - silence).forEach(this::gone);
        choice.wake();
        if (++ticks % TICKS_PER_LOOK == 0) {
            waiting.parked().stream()
                    .filter(worker ->
                            roster.find(worker).filter(this::mayHoldMore).isPresent())
                    .forEach(waiting::unpark); // a quarantine may be over
        }
        match();
        if (someGone) {
            someGone = false;
            waiting.takeGone().forEach(each -> each.pending().empty());
        }
        waiting.takeOver(now).forEach(each -> each.pending().empty());
        return MAX_TICK;
    }

    private WorkerSession heard(WorkerId worker) {
        WorkerSession session = roster.heard(worker, clock.nanos());
        if (!session.profile().listsLeases()) {
            reconciler.renewAll(worker, session.profile(), clock.nanos());
        }
        return session;
    }

    private CompletableFuture<Applied> propose(Command command) {
        return propose(command, journal);
    }

    private CompletableFuture<Applied> propose(Command command, Journal through) {
        return through.propose(command).whenComplete((applied, failure) -> {
            if (failure != null) {
                listener.onJournalFailed(failure);
            }
        });
    }

    /** A task as the ledger has it. */
    public Optional<TaskRecord> task(TaskId id) {
        return ledger.task(id);
    }

    public Optional<WorkerSession> worker(WorkerId worker) {
        return roster.find(worker);
    }

    public Collection<WorkerSession> workers() {
        return roster.all();
    }

    /** An operator wants a worker to get nothing new. */
    public void drain(WorkerSession session) {
        session.drain();
        choice.release(session);
    }

    /** An operator does not trust a worker for a while. */
    public void quarantine(WorkerSession session) {
        session.quarantine(clock.nanos() + policy.quarantine().toNanos());
        choice.release(session);
        listener.onWorkerQuarantined(session.id(), session.profile().name());
    }

    /** An operator wants a worker to get work again. */
    public void resume(WorkerSession session) {
        session.resume();
        waiting.unpark(session.id());
        match();
    }

    /** What a queued task waits for besides a worker. */
    public Optional<String> whyHeld(TaskRecord task) {
        return ledger.whyHeld(task);
    }

    /** What a task asks for and a worker does not have: never, or else at present. */
    public List<Shortage> shortages(TaskRecord task, WorkerSession session) {
        return choice.shortages(task, session);
    }

    /** Why a queued task is not with this worker; empty when it would get it if it asked now. */
    public Optional<String> obstacle(TaskRecord task, WorkerSession session) {
        if (quarantineReason(session).isPresent()) {
            return quarantineReason(session);
        }
        if (!mayHoldMore(session)) {
            return Optional.of(Text.of("has as many tasks as it may hold"));
        }
        return choice.obstacle(task, session);
    }

    /** Why the worker gets no work at present. */
    public Optional<String> quarantineReason(WorkerSession session) {
        if (session.isDrained()) {
            return Optional.of(Text.of("drained by an operator"));
        }
        return session.isQuarantined(clock.nanos()) ? Optional.of(Text.of("put aside for a while")) : Optional.empty();
    }
}
