package org.mutirao.master.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.master.ledger.Command;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/**
 * What workers could not install lately. Such a worker gets no task that asks for the same. When nobody else could run those tasks for a while,
 * they are given up with the reason, and everybody may try again what is handed in later. For the loop.
 */
final class Uninstallable {
    /** Then a worker may try again: somebody may have brought a wheel. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    /** A worker that restarts, or has not come back to a new master yet, has so long to come. */
    private static final Duration WAITS_FOR_OTHERS = Duration.ofMinutes(2);

    private static final int MAX_REMEMBERED = 1000;
    private static final int MAX_NAMED = 3;

    private final Journal journal;
    private final DispatchClock clock;
    private final Fleet fleet;
    private final HeldLeases held;
    private final Supplier<TaskLedger> ledger;
    private final List<Failed> failed = new ArrayList<>();
    /** Since when nobody can run what asks for this. */
    private final Map<TaskNeeds, Long> nobodySince = new HashMap<>();

    private record Failed(WorkerId worker, TaskNeeds needs, String name, String reason, long at) {}

    /** @param ledger the one in force */
    Uninstallable(Journal journal, DispatchClock clock, Fleet fleet, HeldLeases held, Supplier<TaskLedger> ledger) {
        this.journal = journal;
        this.clock = clock;
        this.fleet = fleet;
        this.held = held;
        this.ledger = ledger;
    }

    /**
     * A worker gave a task back.
     *
     * @param environment what it could not install, if that is why
     * @return whether it is kept: the task does ask for that
     */
    boolean add(WorkerId worker, Optional<TaskRecord> task, Optional<String> environment, String reason) {
        Optional<TaskNeeds> needs = task.map(TaskRecord::needs)
                .filter(its -> environment.isPresent() && its.environment().equals(environment));
        if (needs.isEmpty()) {
            return false;
        }
        String name = environment.get();
        failed.removeIf(each -> each.worker().equals(worker) && each.name().equals(name));
        if (failed.size() >= MAX_REMEMBERED) {
            forget(List.of(failed.get(0)));
        }
        nobodySince.remove(needs.get());
        failed.add(new Failed(worker, needs.get(), name, reason, clock.nanos()));
        tell(worker);
        return true;
    }

    private void tell(WorkerId worker) {
        Map<String, String> its = new HashMap<>();
        failed.stream()
                .filter(each -> each.worker().equals(worker))
                .forEach(each -> its.put(each.name(), each.reason()));
        fleet.find(worker).ifPresent(session -> fleet.couldNotInstall(session, its));
    }

    /** Another master leads. */
    void clear() {
        nobodySince.clear();
        forget(List.copyOf(failed));
    }

    private void forget(List<Failed> some) {
        failed.removeAll(some);
        some.stream().map(Failed::worker).distinct().forEach(this::tell);
    }

    /**
     * Does what is due.
     *
     * @param again called when somebody may have what it could not have before
     */
    void tick(Runnable again) {
        if (failed.isEmpty()) {
            return;
        }
        long now = clock.nanos();
        List<Failed> over = new ArrayList<>(failed.stream()
                .filter(each -> now - each.at() > REMEMBERED.toNanos()
                        || fleet.find(each.worker()).isEmpty())
                .toList());
        Map<TaskNeeds, Failed> left = new LinkedHashMap<>();
        failed.stream().filter(each -> !over.contains(each)).forEach(each -> left.putIfAbsent(each.needs(), each));
        nobodySince.keySet().retainAll(left.keySet());
        for (Map.Entry<TaskNeeds, Failed> each : left.entrySet()) {
            if (!nobodyCan(each.getKey())) {
                nobodySince.remove(each.getKey());
            } else if (now - nobodySince.computeIfAbsent(each.getKey(), needs -> now) >= WAITS_FOR_OTHERS.toNanos()) {
                nobodySince.remove(each.getKey());
                giveUp(each.getKey(), each.getValue().name());
                over.addAll(failed.stream()
                        .filter(one -> one.name().equals(each.getValue().name()))
                        .toList());
            }
        }
        forget(over);
        if (!over.isEmpty()) {
            again.run();
        }
    }

    /** One that is drained may be resumed, and one that runs such a task may yet bring its result. */
    private boolean nobodyCan(TaskNeeds needs) {
        return fleet.all().stream()
                .noneMatch(session -> Fitting.ever(needs, session).isEmpty()
                        || held.needsOf(session.id()).anyMatch(needs::equals));
    }

    private void giveUp(TaskNeeds needs, String name) {
        List<String> reasons = failed.stream()
                .filter(each -> each.name().equals(name))
                .map(Failed::reason)
                .distinct()
                .toList();
        String reason = String.join("; ", reasons.subList(0, Math.min(MAX_NAMED, reasons.size())))
                + (reasons.size() > MAX_NAMED ? Text.kept("; and %d more workers", reasons.size() - MAX_NAMED) : "");
        TaskLedger current = ledger.get();
        for (JobView job : current.jobsOfSeveral()) {
            if (!job.ended() && job.plan().needs().equals(needs)) {
                journal.propose(
                        new Command.GiveUpJob(job.id(), job.taskPackage().hash(), reason, clock.millis()));
            }
        }
        for (TaskRecord task : List.copyOf(current.records())) {
            if (task.part().isEmpty()
                    && task.waiting().isPresent()
                    && !task.state().ended()
                    && task.needs().equals(needs)) {
                journal.propose(new Command.GiveUp(task.id(), task.taskPackage().hash(), reason, clock.millis()));
            }
        }
    }
}
