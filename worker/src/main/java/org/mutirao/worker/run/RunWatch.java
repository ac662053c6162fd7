package org.mutirao.worker.run;

import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.worker.warm.RunningScript;
import org.mutirao.worker.warm.Used;

/** Looks again and again at what a script and all it started take, and compares it with what they may. For one thread. */
final class RunWatch implements AutoCloseable {
    /**
     * What was seen at most.
     *
     * @param used with what the system told at its end
     * @param processes at a time
     * @param folders what it had written into its folders at a time
     */
    record Peak(Used used, int processes, FolderUse.Size folders) {
        /** Nothing was seen. */
        static Peak unknown() {
            return new Peak(Used.unknown(), 0, FolderUse.Size.NOTHING);
        }
    }

    private final ProcessTree tree;
    private final RunningScript script;
    private final FolderUse folders;
    private final Consumption consumption;
    private final TaskLimits limits;
    private List<Long> pids;
    private int processes;

    RunWatch(ProcessTree tree, RunningScript script, FolderUse folders, Consumption consumption, TaskLimits limits) {
        this.tree = tree;
        this.script = script;
        this.folders = folders;
        this.consumption = consumption;
        this.limits = limits;
        this.pids = List.of(); // the first look is due at once
    }

    /** Which limit is broken, if one is. The first process is looked at each time, and all of them now and then. */
    Optional<Ending.Limit> look() {
        TaskBounds bounds = limits.bounds();
        if (tree.isDue()) {
            pids = tree.all();
            processes = Math.max(processes, pids.size());
            if (isAbove(pids.size(), bounds.processes())) {
                return Optional.of(Ending.Limit.PROCESSES);
            }
            consumption.look(pids);
        } else if (tree.isAlone()) {
            consumption.look(List.of(script.pid()));
        }
        if (isAbove(consumption.memory(), limits.memory())) {
            return Optional.of(Ending.Limit.MEMORY);
        }
        if (isAbove(consumption.cpu().toMillis(), bounds.cpuTime().toMillis())) {
            return Optional.of(Ending.Limit.CPU);
        }
        if (bounds.disk() > 0 || bounds.files() > 0) {
            folders.look(pids);
        }
        if (isAbove(folders.now().bytes(), bounds.disk())) {
            return Optional.of(Ending.Limit.DISK);
        }
        return isAbove(folders.now().entries(), bounds.files()) ? Optional.of(Ending.Limit.FILES) : Optional.empty();
    }

    private static boolean isAbove(long number, long limit) {
        return limit > 0 && number > limit;
    }

    /** @param told by the system at the script's end */
    Peak peak(Used told) {
        return new Peak(consumption.used(told), processes, folders.peak());
    }

    @Override
    public void close() {
        folders.close();
    }
}
