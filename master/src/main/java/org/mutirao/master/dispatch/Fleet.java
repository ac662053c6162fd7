package org.mutirao.master.dispatch;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.mutirao.master.ledger.AttemptRecord;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/**
 * The workers that are about: who they are, what they told of their machines, and whether they are to get work. One that loses tasks which
 * others then finish is quarantined. For the loop.
 */
public final class Fleet {
    private static final Duration REST = Duration.ofSeconds(10);

    private final DispatchPolicy policy;
    private final DispatchClock clock;
    private final MasterListener listener;
    private final Predicate<WorkerId> isIdle;
    private final Consumer<WorkerId> onOut;
    private final WorkerRoster roster = new WorkerRoster(WorkerRoster.MOST, this::canBeForgotten, this::forgotten);
    private final PackageLists packages = new PackageLists(PackageLists.MAX_CHARS);

    /**
     * Knows nobody yet.
     *
     * @param isIdle whether a worker holds nothing
     * @param onOut told who gets no work any more, for a while or for ever
     */
    Fleet(
            DispatchPolicy policy,
            DispatchClock clock,
            MasterListener listener,
            Predicate<WorkerId> isIdle,
            Consumer<WorkerId> onOut) {
        this.policy = policy;
        this.clock = clock;
        this.listener = listener;
        this.isIdle = isIdle;
        this.onOut = onOut;
    }

    public Collection<WorkerSession> all() {
        return roster.all();
    }

    public Optional<WorkerSession> find(WorkerId worker) {
        return roster.find(worker);
    }

    /** Whether the worker registered with this master. */
    public boolean knows(WorkerId worker) {
        return find(worker).map(WorkerSession::registered).orElse(false);
    }

    /** What people call a worker; empty when it is not known. */
    public String nameOf(WorkerId worker) {
        return find(worker).map(session -> session.profile().name()).orElse("");
    }

    /** Why the worker gets no work at present. */
    public Optional<String> whyOut(WorkerSession session) {
        if (session.isDrained()) {
            return Optional.of(Text.of("drained by an operator"));
        }
        if (!session.isQuarantined(clock.nanos())) {
            return session.notNow().map(reason -> Text.of("takes no work now: %s", reason));
        }
        return Optional.of(
                session.wrongResults() > 0
                        ? Text.of("put aside: %d of its results differ from those of others", session.wrongResults())
                        : Text.of("put aside for a while"));
    }

    /** Several of its results were wrong: it gets no work for that time, unless a person trusts it. */
    void distrust(WorkerSession session, int wrong, Duration time) {
        boolean isKnown = session.isQuarantined(clock.nanos()) && session.wrongResults() > 0;
        session.distrust(clock.nanos() + time.toNanos(), wrong);
        if (!isKnown) {
            onOut.accept(session.id());
            listener.onWorkerDistrusted(session.id(), session.profile().name(), wrong);
        }
    }

    /** Whether it gets no work at present. */
    boolean isOut(WorkerSession session) {
        return isAside(session) || session.notNow().isPresent();
    }

    /** Whether it gets none until an operator or the master thinks better of it. One that takes none itself will take some again. */
    boolean isAside(WorkerSession session) {
        return session.isDrained() || session.isQuarantined(clock.nanos());
    }

    boolean hasOthers(WorkerId than) {
        return roster.hasOthers(than);
    }

    /** A worker said something. Returns its session, a new one if it was not about. */
    WorkerSession heard(WorkerId worker) {
        return roster.heard(worker, clock.nanos());
    }

    /** It says who it is. What it told before is void: another program may have come in its place. */
    void register(WorkerSession session, WorkerProfile profile) {
        boolean isNew = !session.registered();
        session.register(profile);
        tell(session.id(), Optional.empty());
        if (isNew) {
            listener.onWorkerJoined(session.id(), profile);
        }
    }

    /** It says what it is and has. Nothing is kept of a worker that is not remembered. */
    void tell(WorkerId worker, Optional<WorkerFacts> facts) {
        find(worker).ifPresent(session -> {
            packages.drop(session.facts());
            session.tell(facts.map(packages::keep));
            listener.onWorkerTold(session);
        });
    }

    /** It could not install this, or may try again what is not in the map. */
    void couldNotInstall(WorkerSession session, Map<String, String> now) {
        if (!session.uninstallable().equals(now)) {
            session.couldNotInstall(now);
            listener.onWorkerTold(session);
        }
    }

    /** It said something over a connection that came into the room so. */
    void came(WorkerSession session, Admission admission) {
        if (session.admission() != admission) {
            session.came(admission);
            listener.onWorkerTold(session);
        }
    }

    /** It says why it takes no work at present; empty when it does. */
    public void takesNone(WorkerId worker, Optional<String> reason) {
        find(worker).ifPresent(session -> {
            if (session.notNow().isEmpty() && reason.isPresent()) {
                onOut.accept(worker);
            }
            session.takesNone(reason, clock.nanos());
        });
    }

    /** It gave a task back. If that does not count it gets nothing for a moment: one that does so without end holds up no task. */
    void gaveBack(WorkerSession session, String reason, boolean counts) {
        if (!counts) {
            session.rest(reason, clock.nanos() + REST.toNanos());
            onOut.accept(session.id());
        }
    }

    /** Those that were not heard for so long. */
    List<WorkerSession> silentFor(long nanos) {
        return roster.silentSince(clock.nanos() - nanos);
    }

    /** It left, or fell silent for good. */
    void remove(WorkerSession session) {
        roster.remove(session.id());
        forgotten(session);
    }

    private void forgotten(WorkerSession session) {
        packages.drop(session.facts());
        onOut.accept(session.id());
        listener.onWorkerGone(session.id(), session.profile().name());
    }

    /** Nothing is lost with it: if it lives it is known again as soon as it says something. */
    private boolean canBeForgotten(WorkerSession session) {
        return session.delivered() == 0 && session.grantsUnderWay() == 0 && isIdle.test(session.id());
    }

    /** Counts against those who lost a task that another finished. */
    void judge(TaskRecord task, WorkerId finisher) {
        if (task.attempts().size() < 2) {
            return; // nearly always: nobody else had it
        }
        task.attempts().stream()
                .filter(attempt -> attempt.end() instanceof AttemptRecord.End.Lost)
                .map(AttemptRecord::worker)
                .filter(worker -> !worker.equals(finisher))
                .distinct()
                .flatMap(worker -> find(worker).stream())
                .filter(session -> session.profile().listsLeases())
                .filter(session -> task.needs()
                        .environment()
                        .filter(session.uninstallable()::containsKey)
                        .isEmpty())
                .forEach(this::strike);
    }

    /** Counts a task that it lost. */
    void strike(WorkerSession session) {
        if (session.strike(policy, clock.nanos())) {
            onOut.accept(session.id());
            listener.onWorkerQuarantined(session.id(), session.profile().name());
        }
    }

    /** An operator wants it to get nothing new. */
    public void drain(WorkerSession session) {
        session.drain();
        onOut.accept(session.id());
    }

    /** An operator does not trust it for a while. */
    public void quarantine(WorkerSession session) {
        session.quarantine(clock.nanos() + policy.quarantine().toNanos());
        onOut.accept(session.id());
        listener.onWorkerQuarantined(session.id(), session.profile().name());
    }
}
