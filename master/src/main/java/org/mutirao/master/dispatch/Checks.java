package org.mutirao.master.dispatch;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.mutirao.master.ledger.Check;
import org.mutirao.master.ledger.CheckWords;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/**
 * Results that are verified: who may run a task again, how long somebody is waited for who may, and which workers differed from others. All of
 * it follows from the ledger but the waits, which begin anew with a new leader. For the loop.
 */
final class Checks {
    /** How long nobody is about who may run a task again, before it is given up. */
    static final Duration PATIENCE = Duration.ofMinutes(10);
    /** After that long without a third worker, one of two that differ runs it again, to see whether it agrees with itself. */
    static final Duration NO_THIRD = Duration.ofSeconds(30);
    /** Results of a worker that two others don't agree with, before it is not trusted. */
    static final int MOST_WRONG = 2;
    /** How long it gets no work then, since the last of them. */
    private static final Duration DISTRUST = Duration.ofHours(1);

    private static final int AT_ONCE = 256;
    private static final int MAX_WRONG = 10_000;

    private final Journal journal;
    private final Fleet fleet;
    private final DispatchClock clock;
    private final Suitability suitability;
    /** Those that wait, and since when nobody is about who may run them, in monotonic nanoseconds. */
    private final Map<TaskId, Long> waiting = new LinkedHashMap<>();

    /** Whose results were found to be wrong, and when, in milliseconds since 1970. */
    private final Map<WorkerId, Map<TaskId, Long>> wrong = new HashMap<>();

    /** Knows of none yet. */
    Checks(Journal journal, Fleet fleet, DispatchClock clock, Suitability suitability) {
        this.journal = journal;
        this.fleet = fleet;
        this.clock = clock;
        this.suitability = suitability;
    }

    /** The ledger has it so. */
    void look(TaskRecord task) {
        if (task.check()
                .map(Check::state)
                .filter(Check.State.Waiting.class::isInstance)
                .isPresent()) {
            waiting.putIfAbsent(task.id(), clock.nanos());
        } else {
            waiting.remove(task.id());
        }
        CheckWords.wrong(task).filter(worker -> wrong.size() < MAX_WRONG).ifPresent(worker -> {
            Map<TaskId, Long> tasks = wrong.computeIfAbsent(worker, none -> new HashMap<>());
            if (tasks.put(task.id(), task.check().orElseThrow().state().since()) == null) {
                judge(worker);
            }
        });
    }

    /** The ledger does not know it any more. */
    void forget(TaskId task) {
        waiting.remove(task);
    }

    /** A worker that is not trusted is not trusted either when it registers again, and not for longer by that. */
    void judge(WorkerId worker) {
        Map<TaskId, Long> tasks = wrong.getOrDefault(worker, Map.of());
        if (tasks.size() < MOST_WRONG) {
            return;
        }
        long age = Math.max(0, clock.millis() - Collections.max(tasks.values()));
        Duration left = DISTRUST.minusMillis(age);
        if (left.compareTo(Duration.ZERO) > 0) {
            fleet.find(worker).ifPresent(session -> fleet.distrust(session, tasks.size(), left));
        }
    }

    /** A person trusts it, and so does the next leader. */
    void forgive(WorkerId worker) {
        Map<TaskId, Long> tasks = wrong.remove(worker);
        if (tasks != null) {
            tasks.keySet().forEach(task -> journal.propose(new Command.Trust(task, clock.millis())));
        }
    }

    /** Whether a worker is another than those whose results are compared, or nobody else is there. */
    boolean mayRun(TaskRecord task, WorkerSession session) {
        if (task.check().isEmpty() || !task.hasBeenRunBy(session.id())) {
            return true;
        }
        Long since = waiting.get(task.id());
        return task.check().get().isAboutTwo() && since != null && clock.nanos() - since >= NO_THIRD.toNanos();
    }

    /** Gives up what nobody may run. */
    void tick(Function<TaskId, Optional<TaskRecord>> ledger) {
        for (TaskId id : waiting.keySet().stream().limit(AT_ONCE).toList()) {
            TaskRecord task = ledger.apply(id).orElse(null);
            long since = waiting.remove(id);
            if (task == null) {
                continue;
            }
            boolean isSomebody = fleet.all().stream()
                    .anyMatch(session -> !task.hasBeenRunBy(session.id()) && couldRun(task, session));
            waiting.put(id, isSomebody ? clock.nanos() : since); // behind those that were not looked at
            if (!isSomebody && clock.nanos() - since >= PATIENCE.toNanos()) {
                waiting.put(id, clock.nanos());
                journal.propose(new Command.EndCheck(
                        id, Text.kept("no other worker was there that could run it"), clock.millis()));
            }
        }
    }

    /** Whether a worker that gets work, now or when its machine is free again, could ever run it. */
    private boolean couldRun(TaskRecord task, WorkerSession session) {
        return !fleet.isAside(session)
                && suitability.suits(task, session.profile())
                && Fitting.ever(task.needs(), session).isEmpty();
    }

    void clear() {
        waiting.clear();
        wrong.clear();
    }
}
