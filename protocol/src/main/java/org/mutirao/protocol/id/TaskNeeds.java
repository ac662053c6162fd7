package org.mutirao.protocol.id;

import java.util.List;
import java.util.Optional;

/**
 * What a task asks of the machine that runs it. Whatever it does not ask for is empty or 0.
 *
 * @param python which versions it runs with
 * @param packages what it imports, as Python or as an installer calls it
 * @param system {@code linux}, {@code macos} or {@code windows}
 * @param tags what a person must have called the worker
 * @param cpus how many cores it keeps busy
 * @param memory in bytes
 * @param gpus how many it has to itself
 */
public record TaskNeeds(
        Optional<PythonRange> python,
        List<String> packages,
        Optional<String> system,
        List<String> tags,
        int cpus,
        long memory,
        int gpus) {
    public static final int MAX_PACKAGES = 50;
    public static final int MAX_CPUS = 1024;
    public static final int MAX_GPUS = WorkerFacts.MAX_GPUS;

    private static final TaskNeeds NONE =
            new TaskNeeds(Optional.empty(), List.of(), Optional.empty(), List.of(), 0, 0, 0);

    public TaskNeeds {
        packages = List.copyOf(packages);
        tags = List.copyOf(tags);
    }

    /** Any worker will do. */
    public static TaskNeeds none() {
        return NONE;
    }

    public boolean isNone() {
        return equals(NONE);
    }

    /** Whether it takes something of the worker's machine for itself. */
    public boolean takesResources() {
        return cpus > 0 || memory > 0 || gpus > 0;
    }
}
