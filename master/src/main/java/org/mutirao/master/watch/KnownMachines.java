package org.mutirao.master.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mutirao.master.dispatch.Fitting;
import org.mutirao.master.dispatch.Shortage;
import org.mutirao.master.ledger.JobView;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.TaskRow;

/** The machines of the workers that are about, to say at once of a task that none of them can ever run it. Safe for any thread. */
public final class KnownMachines {
    /** Of more than so many nothing is said. */
    private static final int MOST = 1000;

    private static final int MAX_ANSWERS = 256;
    private static final int MAX_NAMED = 5;

    private record Lacking(String name, List<Shortage> shortages) {}

    private record Machine(String name, Optional<WorkerFacts> facts) {}

    private final Map<WorkerId, Machine> machines = new LinkedHashMap<>();
    /** What was found since a machine changed last. */
    private final Map<TaskNeeds, Optional<String>> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TaskNeeds, Optional<String>> eldest) {
            return size() > MAX_ANSWERS;
        }
    };

    synchronized void told(WorkerId worker, String name, Optional<WorkerFacts> facts) {
        machines.put(worker, new Machine(name.isEmpty() ? worker.brief() : name, facts));
        answers.clear();
    }

    synchronized void gone(WorkerId worker) {
        machines.remove(worker);
        answers.clear();
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
        TaskRow row = Rows.task(task);
        return unmet(task).map(row::withExplanation).orElse(row);
    }

    synchronized Optional<String> unmet(TaskNeeds needs) {
        return needs.isNone() || machines.isEmpty() || machines.size() > MOST
                ? Optional.empty()
                : answers.computeIfAbsent(needs, this::answer);
    }

    private Optional<String> answer(TaskNeeds needs) {
        List<Lacking> lacks = new ArrayList<>();
        for (Machine machine : machines.values()) {
            List<Shortage> its = Fitting.ever(needs, machine.facts());
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
