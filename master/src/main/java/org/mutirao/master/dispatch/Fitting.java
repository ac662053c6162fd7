package org.mutirao.master.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.master.dispatch.Shortage.Kind;
import org.mutirao.protocol.id.Admission;
import org.mutirao.protocol.id.TaskNeeds;
import org.mutirao.protocol.id.WorkerFacts;

/** Whether a worker and its machine have what a task asks for. */
public final class Fitting {
    private Fitting() {}

    /** What an idle worker lacks for a task; empty if it could run it. */
    static List<Shortage> ever(TaskNeeds needs, WorkerSession session) {
        return ever(needs, session.facts(), session.admission(), session.uninstallable());
    }

    /**
     * What an idle machine lacks for a task; empty if it could run it.
     *
     * @param facts empty if the worker tells nothing
     * @param admission how the worker came into the room
     * @param uninstallable what it could not install lately, by name, and why
     */
    public static List<Shortage> ever(
            TaskNeeds needs, Optional<WorkerFacts> facts, Admission admission, Map<String, String> uninstallable) {
        if (needs.isNone()) {
            return List.of();
        }
        List<Shortage> lacks = new ArrayList<>();
        if (needs.trusted() && admission != Admission.PROVEN) {
            lacks.add(new Shortage(Kind.KEY, "", admission == Admission.OPEN_ROOM ? Shortage.NO_KEY : "", true));
        }
        needs.environment()
                .map(uninstallable::get)
                .ifPresent(why -> lacks.add(new Shortage(Kind.ENVIRONMENT, why, "", true)));
        if (facts.isEmpty()) {
            if (needs.asksOfMachine()) {
                lacks.add(new Shortage(Kind.UNTOLD, "", "", true));
            }
            return lacks;
        }
        WorkerFacts machine = facts.get();
        if (needs.network() && !machine.hasNetwork()) {
            lacks.add(new Shortage(Kind.NETWORK, "", "", true));
        }
        needs.system()
                .filter(system -> !system.equals(machine.system()))
                .ifPresent(system -> lacks.add(new Shortage(Kind.SYSTEM, system, machine.system(), true)));
        needs.python()
                .filter(range -> !machine.python().map(range::has).orElse(false))
                .ifPresent(range -> lacks.add(
                        new Shortage(Kind.PYTHON, range.text(), machine.python().orElse(""), true)));
        lacking(needs.packages().stream()
                        .filter(name -> !machine.hasPackage(name))
                        .toList())
                .ifPresent(names -> lacks.add(new Shortage(Kind.PACKAGES, names, "", true)));
        lacking(needs.tags().stream()
                        .filter(tag -> !machine.tags().contains(tag))
                        .toList())
                .ifPresent(tags -> lacks.add(new Shortage(Kind.TAGS, tags, "", true)));
        amount(Kind.CPUS, needs.cpus(), machine.cores(), true, lacks);
        if (needs.memory() <= machine.memory() && machine.maxTaskMemory() > 0) {
            amount(Kind.TASK_MEMORY, needs.memory(), machine.maxTaskMemory(), true, lacks);
        } else {
            amount(Kind.MEMORY, needs.memory(), machine.memory(), true, lacks);
        }
        amount(Kind.GPUS, needs.gpus(), machine.gpus().size(), true, lacks);
        return lacks;
    }

    /**
     * What is taken at present of what a task asks for.
     *
     * @param facts empty if the worker has told nothing yet; its slots then are all that is known
     * @param slots how many tasks the worker runs at a time, which may be more than its machine has cores
     */
    static List<Shortage> now(TaskNeeds needs, Optional<WorkerFacts> facts, int slots, Load load) {
        WorkerFacts machine = facts.orElseGet(WorkerFacts::unknown);
        List<Shortage> lacks = new ArrayList<>();
        if (needs.cpus() > 0) {
            amount(Kind.CPUS, needs.cpus(), machine.cores() - load.cpus(), false, lacks);
        } else if (load.declaresCpus()) {
            amount(Kind.CPUS, 1, Math.max(slots, machine.cores()) - load.cpus(), false, lacks);
        }
        long usual = machine.usualTaskMemory();
        long free = machine.memory() - load.memory(usual);
        if (needs.memory() > 0) {
            amount(Kind.MEMORY, needs.memory(), free, false, lacks);
        } else if (load.declaresMemory()) {
            amount(Kind.MEMORY, usual, free, false, lacks);
        }
        amount(Kind.GPUS, needs.gpus(), machine.gpus().size() - load.gpus(), false, lacks);
        return lacks;
    }

    private static Optional<String> lacking(List<String> names) {
        return names.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", names));
    }

    private static void amount(Kind kind, long wanted, long has, boolean ever, List<Shortage> lacks) {
        if (wanted > 0 && has < wanted) {
            lacks.add(new Shortage(kind, String.valueOf(wanted), String.valueOf(Math.max(0, has)), ever));
        }
    }
}
