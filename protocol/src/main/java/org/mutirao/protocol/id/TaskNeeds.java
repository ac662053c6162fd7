package org.mutirao.protocol.id;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
 * @param grants what only some workers give
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
        Set<Grant> grants,
        Optional<String> environment) {
    public static final int MAX_PACKAGES = 50;
    public static final int MAX_CPUS = 1024;
    public static final int MAX_GPUS = WorkerFacts.MAX_GPUS;

    /** What a worker gives by who or how it is, and not by what its machine has. */
    public enum Grant {
        /** It knows the room's key. */
        TRUST,
        /** Its scripts may have the network. Programs of other groups, which don't say, all do that. */
        NETWORK
    }

    private static final TaskNeeds NONE =
            new TaskNeeds(Optional.empty(), List.of(), Optional.empty(), List.of(), 0, 0, 0);

    public TaskNeeds {
        packages = List.copyOf(packages);
        tags = List.copyOf(tags);
        grants = Set.copyOf(grants);
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
        this(python, packages, system, tags, cpus, memory, gpus, Set.of(), Optional.empty());
    }

    /** The same of the machine, and only a worker may have it that knows the room's key, or any. */
    public TaskNeeds trusted(boolean isTrusted) {
        return with(Grant.TRUST, isTrusted);
    }

    /** The same of the machine, and only a worker may have it whose scripts have the network, or any. */
    public TaskNeeds network(boolean isWanted) {
        return with(Grant.NETWORK, isWanted);
    }

    private TaskNeeds with(Grant grant, boolean isWanted) {
        Set<Grant> others = EnumSet.noneOf(Grant.class);
        others.addAll(grants);
        if (isWanted) {
            others.add(grant);
        } else {
            others.remove(grant);
        }
        return new TaskNeeds(python, packages, system, tags, cpus, memory, gpus, others, environment);
    }

    /** Whether only a worker may have it that knows the room's key. */
    public boolean trusted() {
        return grants.contains(Grant.TRUST);
    }

    /** Whether its script asks for the network, where scripts have none without asking. */
    public boolean network() {
        return grants.contains(Grant.NETWORK);
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
        return new TaskNeeds(both, packages, system, tags, cpus, memory, gpus, grants, named);
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
        return !trusted(false).suitsStrangers();
    }

    /** Whether a program that tells nothing and takes no account of it runs the task rightly all the same. */
    public boolean suitsStrangers() {
        return network(false).isNone();
    }

    /** Whether it takes something of the worker's machine for itself. */
    public boolean takesResources() {
        return cpus > 0 || memory > 0 || gpus > 0;
    }
}
