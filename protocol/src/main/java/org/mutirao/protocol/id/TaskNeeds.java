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
 * @param trusted whether only a worker may have it that knows the room's key
 * @param environment a name for all that is to be installed for it; what has the same name is the same
 */
public record TaskNeeds(
        Optional<PythonRange> python,
        List<String> packages,
        Optional<String> system,
        List<String> tags,
        int cpus,
        long memory,
        int gpus,
        boolean trusted,
        Optional<String> environment) {
    public static final int MAX_PACKAGES = 50;
    public static final int MAX_CPUS = 1024;
    public static final int MAX_GPUS = WorkerFacts.MAX_GPUS;

    private static final TaskNeeds NONE =
            new TaskNeeds(Optional.empty(), List.of(), Optional.empty(), List.of(), 0, 0, 0);

    public TaskNeeds {
        packages = List.copyOf(packages);
        tags = List.copyOf(tags);
    }

    /** Of a task that any worker may have whose machine suits, and that runs with what is installed. */
    public TaskNeeds(
            Optional<PythonRange> python,
            List<String> packages,
            Optional<String> system,
            List<String> tags,
            int cpus,
            long memory,
            int gpus) {
        this(python, packages, system, tags, cpus, memory, gpus, false, Optional.empty());
    }

    /** The same of the machine, and only a worker may have it that knows the room's key, or any. */
    public TaskNeeds trusted(boolean isTrusted) {
        return new TaskNeeds(python, packages, system, tags, cpus, memory, gpus, isTrusted, environment);
    }

    /**
     * The same, and something is to be installed for it.
     *
     * @param also with which versions of Python it runs, beside those that were asked for
     * @throws IllegalArgumentException if the versions are too many
     */
    public TaskNeeds in(Optional<String> named, Optional<PythonRange> also) {
        Optional<PythonRange> both = python.isPresent() && also.isPresent()
                ? Optional.of(python.get().and(also.get()))
                : python.or(() -> also);
        return new TaskNeeds(both, packages, system, tags, cpus, memory, gpus, trusted, named);
    }

    /** Any worker will do. */
    public static TaskNeeds none() {
        return NONE;
    }

    public boolean isNone() {
        return equals(NONE);
    }

    /** Whether it asks for something that a machine is or has. */
    public boolean asksOfMachine() {
        return !trusted(false).isNone();
    }

    /** Whether it takes something of the worker's machine for itself. */
    public boolean takesResources() {
        return cpus > 0 || memory > 0 || gpus > 0;
    }
}
