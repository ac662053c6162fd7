package org.mutirao.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.environment.EnvironmentSettings;
import org.mutirao.worker.link.Search;
import org.mutirao.worker.run.RunLimits;
import org.mutirao.worker.sandbox.SandboxSettings;
import org.mutirao.worker.stay.SlotCount;
import org.mutirao.worker.stay.Stay;
import org.mutirao.worker.warm.Warm;

/**
 * Everything that can be set at a worker.
 *
 * @param work the folder to work in; workers of one machine may share it
 * @param search where the master may be
 * @param slots how many tasks at a time, on how many cores
 * @param interpreter what scripts are started with
 * @param limits what a script may use
 * @param called how the worker is called
 * @param stay how long it stays, and when it takes work
 * @param portFile where to write the ports in force
 */
public record WorkerConfig(
        Path work,
        Search search,
        SlotCount slots,
        Interpreter interpreter,
        Limits limits,
        Called called,
        Duration heartbeat,
        Stay stay,
        Optional<Path> portFile) {
    /** An interpreter alone takes some 10 MiB. */
    private static final long LEAST_MEMORY = 16L << 20;

    /** An interpreter needs some itself. */
    private static final int LEAST_OPEN = 16;
    /** As good as none. */
    static final Duration LONGEST = Duration.ofDays(3650);

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,63}");

    public WorkerConfig {
        check(slots.tasks() >= 1 && slots.tasks() <= 1024, Text.of("--slots %s: expected 1 to 1024", slots.tasks()));
        check(heartbeat.toMillis() >= 50, Text.of("--heartbeat: expected at least 50ms"));
    }

    /**
     * How a worker is called.
     *
     * @param id empty to keep the one in the work folder
     * @param name for people; empty for the machine's
     * @param tags words that tasks may ask for
     */
    public record Called(Optional<WorkerId> id, Optional<String> name, List<String> tags) {
        public Called {
            tags = List.copyOf(tags);
            name.ifPresent(given -> check(
                    NAME.matcher(given).matches(),
                    Text.of(
                            "--name '%s': expected 1 to 64 letters, digits, spaces, '.', '_' or '-', a letter or digit"
                                    + " first",
                            given)));
            tags.forEach(tag -> check(
                    WorkerFacts.isTag(tag),
                    Text.of(
                            "--tag '%s': expected 1 to 32 letters, digits, '.', '_' or '-', a letter or digit first",
                            tag)));
            check(
                    tags.size() <= WorkerFacts.MAX_TAGS,
                    Text.of("--tag: expected at most %s tags", WorkerFacts.MAX_TAGS));
        }

        /** As its machine. */
        public static Called asItsMachine() {
            return new Called(Optional.empty(), Optional.empty(), List.of());
        }
    }

    /**
     * What one script may use.
     *
     * @param timeout how long it may run if its package does not say
     * @param maxTimeout how long it may run whatever its package says
     * @param maxUnpacked what its package may unpack to
     * @param maxMemory what it may take of the memory; empty for an equal part for each slot
     * @param most what else it may take; no room on the disk is an equal part for each slot
     * @param cgroups whether the system holds it to that in a group of its own, where it can
     */
    public record Limits(
            Duration timeout,
            Duration maxTimeout,
            ByteSize maxUnpacked,
            Optional<ByteSize> maxMemory,
            TaskBounds most,
            boolean cgroups) {
        /** The usual ones but for these. */
        Limits(Duration timeout, ByteSize maxUnpacked, ByteSize maxOutput) {
            this(timeout, LONGEST, maxUnpacked, Optional.empty(), usual(maxOutput), false);
        }

        public Limits {
            check(
                    maxMemory.map(size -> size.bytes() >= LEAST_MEMORY).orElse(true),
                    Text.of("--max-memory: expected at least 16MiB"));
            check(!timeout.isZero(), Text.of("--timeout: expected more than 0"));
            check(!maxTimeout.isZero(), Text.of("%s: expected more than 0", "--max-timeout"));
            check(maxUnpacked.bytes() > 0, Text.of("%s: expected more than 0", "--max-unpacked"));
            check(most.output() > 0, Text.of("%s: expected more than 0", "--max-output"));
            check(most.processes() >= 1, Text.of("%s: expected at least %s", "--max-processes", 1));
            check(most.files() >= 1, Text.of("%s: expected at least %s", "--max-files", 1));
            check(most.openFiles() >= LEAST_OPEN, Text.of("%s: expected at least %s", "--max-open-files", LEAST_OPEN));
        }

        private static TaskBounds usual(ByteSize output) {
            return new TaskBounds(
                    Duration.ZERO,
                    0,
                    RunLimits.MAX_FILES,
                    RunLimits.MAX_PROCESSES,
                    RunLimits.MAX_OPEN_FILES,
                    output.bytes());
        }
    }

    /**
     * What scripts are started with.
     *
     * @param command of Python; empty to look for one
     * @param nice whether scripts leave the machine to its user, if this system can do that
     * @param passed names of the worker's variables that scripts have too, besides the usual ones
     * @param environments what may be installed for them
     * @param sandbox what they do not see
     */
    public record Interpreter(
            Optional<List<String>> command,
            Warm warm,
            boolean nice,
            List<String> passed,
            EnvironmentSettings environments,
            SandboxSettings sandbox) {
        public Interpreter {
            passed = List.copyOf(passed);
        }

        /** Without a sandbox. */
        Interpreter(
                Optional<List<String>> command,
                Warm warm,
                boolean nice,
                List<String> passed,
                EnvironmentSettings environments) {
            this(command, warm, nice, passed, environments, SandboxSettings.none());
        }
    }

    private static void check(boolean fine, String message) {
        if (!fine) {
            throw new IllegalArgumentException(message);
        }
    }

    public static WorkerConfig defaults() {
        return new WorkerConfig(
                Path.of("work"),
                new Search(List.of(), DiscoveryPorts.defaults()),
                SlotCount.auto(Runtime.getRuntime().availableProcessors()),
                new Interpreter(Optional.empty(), Warm.auto(), true, List.of(), EnvironmentSettings.defaults()),
                new Limits(
                        Duration.ofHours(24),
                        LONGEST,
                        ByteSize.gibi(16),
                        Optional.empty(),
                        Limits.usual(ByteSize.gibi(2)),
                        true),
                Called.asItsMachine(),
                Duration.ofSeconds(5),
                Stay.FOREVER,
                Optional.empty());
    }
}
