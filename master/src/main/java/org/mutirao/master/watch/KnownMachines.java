package org.mutirao.master.watch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.mutirao.master.dispatch.Fitting;
import org.mutirao.master.dispatch.Shortage;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;

/**
 * The machines of the workers that are about, to say at once of a task that none of them can ever run it. The loop writes; any thread
 * reads, and never waits for another.
 */
public final class KnownMachines {
    /** Of more than so many nothing is said. */
    private static final int MAX_MACHINES = 1000;

    private static final int MAX_ANSWERS = 256;
    private static final int MAX_NAMED = 5;

    private record Lacking(String name, List<Shortage> shortages) {}

    private record Machine(
            String name, Optional<WorkerFacts> facts, Admission admission, Map<String, String> uninstallable) {}

    private volatile Seen seen = new Seen(Map.of());

    /** All machines at one moment, and what was found of them. */
    private static final class Seen {
        private final Map<WorkerId, Machine> machines;
        private final Map<TaskNeeds, Optional<String>> answers = new ConcurrentHashMap<>();

        Seen(Map<WorkerId, Machine> machines) {
            this.machines = machines;
        }

        Optional<String> unmet(TaskNeeds needs) {
            if (needs.isNone() || machines.isEmpty() || machines.size() > MAX_MACHINES) {
                return Optional.empty();
            }
            Optional<String> known = answers.get(needs);
            if (known == null) {
                if (answers.size() >= MAX_ANSWERS) {
                    answers.clear();
                }
                known = answer(needs, machines.values());
                answers.put(needs, known);
            }
            return known;
        }
    }

    /** Called on the loop: a worker came, or told something else of its machine. */
    void told(
            WorkerId worker,
            String name,
            Optional<WorkerFacts> facts,
            Admission admission,
            Map<String, String> uninstallable) {
        Machine machine = new Machine(name.isEmpty() ? worker.brief() : name, facts, admission, uninstallable);
        if (!machine.equals(seen.machines.get(worker))) {
            Map<WorkerId, Machine> changed = new LinkedHashMap<>(seen.machines);
            changed.put(worker, machine);
            seen = new Seen(changed);
        }
    }

    /** Called on the loop: a worker left. */
    void gone(WorkerId worker) {
        if (seen.machines.containsKey(worker)) {
            Map<WorkerId, Machine> changed = new LinkedHashMap<>(seen.machines);
            changed.remove(worker);
            seen = new Seen(changed);
        }
    }

    /** Why no worker that is about can ever run the task, in words; empty if one can, or there is none at all. */
    public Optional<String> unmet(TaskRecord task) {
        return task.state() instanceof TaskState.Queued ? unmet(task.needs()) : Optional.empty();
    }

    /** The same of tasks of a job that are still queued. */
    Optional<String> unmet(JobView job) {
        return job.counts().queued() > 0 ? unmet(job.plan().needs()) : Optional.empty();
    }

    /** A task as people see it, with that reason. */
    public TaskRow row(TaskRecord task) {
        TaskRow.Builder row = Rows.rowOf(task);
        unmet(task).ifPresent(why -> row.explanation(Optional.of(why)));
        return row.build();
    }

    /**
     * The same with its attempts.
     *
     * @param used what its script took
     */
    public Reply.TaskDetails details(TaskRecord task, ResourceUse used) {
        return new Reply.TaskDetails(
                row(task), Rows.attempts(task), Optional.of(used).filter(ResourceUse::tellsAnything));
    }

    Optional<String> unmet(TaskNeeds needs) {
        return seen.unmet(needs);
    }

    private static Optional<String> answer(TaskNeeds needs, Collection<Machine> machines) {
        List<Lacking> lacks = new ArrayList<>();
        for (Machine machine : machines) {
            List<Shortage> its = Fitting.ever(needs, machine.facts(), machine.admission(), machine.uninstallable());
            if (its.isEmpty()) {
                return Optional.empty();
            }
            lacks.add(new Lacking(machine.name(), its));
        }
        for (Shortage.Kind kind : Shortage.Kind.values()) {
            List<String> all = new ArrayList<>();
            Optional<Shortage> example = Optional.empty();
            for (Lacking each : lacks) {
                Optional<Shortage> its = each.shortages().stream()
                        .filter(lack -> lack.kind() == kind || lack.kind() == Shortage.Kind.UNTOLD)
                        .findFirst();
                its.ifPresent(lack -> all.add(NeedsInWords.has(each.name(), lack)));
                example = example.isPresent() ? example : its.filter(lack -> lack.kind() == kind);
            }
            if (example.isPresent() && all.size() == lacks.size()) {
                return Optional.of(NeedsInWords.nobody(example.get(), named(all)));
            }
        }
        return Optional.of(NeedsInWords.nobodyHasAll(named(lacks.stream()
                .map(each -> NeedsInWords.has(each.name(), each.shortages().get(0)))
                .toList())));
    }

    private static String named(List<String> all) {
        List<String> each = all.stream().distinct().toList(); // workers of one machine say the same
        return each.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
                + (each.size() > MAX_NAMED ? ", …" : "");
    }
}
