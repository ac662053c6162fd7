package org.mutirao.master.dispatch;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerId;

/** What workers hold, or held, as the ledger has it. For the loop, but for {@link #mayVerify}. */
public final class HeldLeases {
    private final Supplier<TaskLedger> ledger;

    private final Function<WorkerId, Optional<Lease>> last;
    private volatile boolean mayVerify = true;

    /**
     * Knows what the ledger knows.
     *
     * @param ledger the one in force
     * @param last which lease a worker got last that is about
     */
    HeldLeases(Supplier<TaskLedger> ledger, Function<WorkerId, Optional<Lease>> last) {
        this.ledger = ledger;
        this.last = last;
    }

    /**
     * The lease that a result belongs to.
     *
     * @param told what the worker says; of another group's program, nothing
     * @return empty when the worker never had it
     */
    public Optional<Lease> leaseOfResult(WorkerId worker, Optional<Lease> told) {
        return told.isPresent() ? told.filter(lease -> everHad(worker, lease)) : leaseOfStranger(worker);
    }

    /** The lease that a stranger's result belongs to: what it holds, else what it held last. */
    public Optional<Lease> leaseOfStranger(WorkerId worker) {
        return of(worker).stream().findFirst().or(() -> last.apply(worker));
    }

    /** This master leads from now on, with another ledger. */
    void led() {
        mayVerify = ledger.get().jobsOfSeveral().stream().anyMatch(HeldLeases::verifies);
    }

    /** It does not lead: any result may be one to verify. */
    void followed() {
        mayVerify = true;
    }

    /** The ledger changed this job; the first time before anybody holds one of its tasks. */
    void onJob(JobView job) {
        if (verifies(job)) {
            mayVerify = true;
        }
    }

    private static boolean verifies(JobView job) {
        return job.plan().verify() > 0;
    }

    /** Whether any result that comes may be one that {@link #isToVerify}; after one such job, until the next change of the lead. For any thread. */
    public boolean mayVerify() {
        return mayVerify;
    }

    /** Whether what comes for a lease is to be compared: to verify a result, or to be verified later. */
    public boolean isToVerify(Lease lease) {
        return ledger.get().task(lease.task()).filter(ledger.get()::isToVerify).isPresent();
    }

    /** The task, if what comes for a lease only verifies the result that it has. */
    public Optional<TaskRecord> verified(Lease lease) {
        return ledger.get().task(lease.task()).filter(task -> task.attempts()
                .get(lease.attempt().number() - 1)
                .isCheck());
    }

    /** Whether a worker has that lease. */
    public boolean has(WorkerId worker, Lease lease) {
        return ledger.get().holds(worker, lease);
    }

    /** What a worker has been leased and has neither lost nor delivered. */
    Set<Lease> of(WorkerId worker) {
        return ledger.get().leasesOf(worker);
    }

    /** What the tasks ask for that a worker has. */
    Stream<TaskNeeds> needsOf(WorkerId worker) {
        return of(worker).stream()
                .flatMap(lease -> ledger.get().task(lease.task()).stream())
                .map(TaskRecord::needs);
    }

    /** Under which names the ledger has what a worker holds; of another group's program that is the address it asked from. */
    public Set<String> namesOf(WorkerId worker) {
        return of(worker).stream()
                .flatMap(lease -> ledger.get().task(lease.task()).stream().map(task -> task.attempts()
                        .get(lease.attempt().number() - 1)
                        .workerName()))
                .collect(Collectors.toSet());
    }

    /** The task of a lease that the ledger has just given. */
    TaskRecord task(Lease lease) {
        return ledger.get().task(lease.task()).orElseThrow();
    }

    /** Who was given a lease. */
    Optional<WorkerId> workerOf(Lease lease) {
        return ledger.get()
                .task(lease.task())
                .map(task -> task.attempts().get(lease.attempt().number() - 1).worker());
    }

    /** Who has a lease that was neither lost nor delivered. */
    public Optional<WorkerId> holderOf(Lease lease) {
        return ledger.get()
                .task(lease.task())
                .filter(task -> lease.attempt().number() <= task.attempts().size())
                .map(task -> task.attempts().get(lease.attempt().number() - 1).worker())
                .filter(worker -> has(worker, lease));
    }

    /** Whether the worker was ever given that lease. */
    boolean everHad(WorkerId worker, Lease lease) {
        return ledger.get()
                .task(lease.task())
                .flatMap(task -> task.attempt(lease.attempt(), worker))
                .isPresent();
    }
}
