package org.mutirao.worker.run;

import java.time.Duration;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.cgroup.TaskGroups;

/**
 * What one run may take.
 *
 * @param packages what its package may unpack to
 * @param timeout how long it may run if its package does not say
 * @param longest how long it may run whatever its package says
 * @param memory what it may take
 * @param usual what else it may take if its package does not say
 * @param most what else it may take whatever its package says
 * @param groups in which the system holds it to that, besides the worker
 */
public record RunLimits(
        PackageLimits packages,
        Duration timeout,
        Duration longest,
        MemoryShare memory,
        TaskBounds usual,
        TaskBounds most,
        TaskGroups groups) {
    /** A script that needs more at a time harms the others of its machine. */
    public static final int MAX_PROCESSES = 500;

    /** Of one process. */
    public static final int MAX_OPEN_FILES = 4096;

    /** A worker takes as long to delete these as a person waits. */
    public static final int MAX_FILES = 1_000_000;

    /** Without groups. */
    public RunLimits(
            PackageLimits packages,
            Duration timeout,
            Duration longest,
            MemoryShare memory,
            TaskBounds usual,
            TaskBounds most) {
        this(packages, timeout, longest, memory, usual, most, TaskGroups.none());
    }

    /** Only what no script needs, beside what it may print, and how long at most. */
    static RunLimits of(PackageLimits packages, ByteSize output, Duration timeout) {
        TaskBounds most = new TaskBounds(Duration.ZERO, 0, MAX_FILES, MAX_PROCESSES, MAX_OPEN_FILES, output.bytes());
        return new RunLimits(packages, timeout, timeout, MemoryShare.unlimited(), most, most);
    }

    /** With another memory. */
    RunLimits with(MemoryShare other) {
        return new RunLimits(packages, timeout, longest, other, usual, most, groups);
    }

    /** In groups. */
    public RunLimits in(TaskGroups given) {
        return new RunLimits(packages, timeout, longest, memory, usual, most, given);
    }

    /** What a script may take whose package asks for this. */
    TaskLimits of(TaskSpec spec) {
        Duration asked = spec.timeout().orElse(timeout);
        return new TaskLimits(
                asked.compareTo(longest) < 0 ? asked : longest,
                memory.of(spec.needs().memory()),
                spec.bounds().or(usual).within(most));
    }
}
