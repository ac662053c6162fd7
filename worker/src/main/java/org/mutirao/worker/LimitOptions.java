package org.mutirao.worker;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.run.RunLimits;
import org.mutirao.worker.run.ScriptEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What a script may use and see, on the command line. */
final class LimitOptions {
    private static final String NONE = CommandLine.Option.NULL_VALUE;

    @Option(
            names = "--pass-env",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            defaultValue = "${env:MUTIRAO_PASS_ENV:-" + NONE + "}",
            split = ",",
            description = "More variables of the worker that scripts have too, with commas.")
    private List<String> passed;

    @Option(
            names = "--max-memory",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_MEMORY:-" + NONE + "}",
            description = "What a script may take of the memory (an equal part for each slot).")
    private ByteSize maxMemory;

    @Option(
            names = "--max-timeout",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_MAX_TIMEOUT:-" + NONE + "}",
            description = "How long a script may run, whatever its package says (as long as that says).")
    private Duration maxTimeout;

    @Option(
            names = "--max-cpu-time",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_MAX_CPU_TIME:-" + NONE + "}",
            description = "What a script may take of the processor's time (what its package says).")
    private Duration maxCpuTime;

    @Option(
            names = "--max-disk",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_DISK:-" + NONE + "}",
            description = "What a script may write into its folders (an equal part for each slot).")
    private ByteSize maxDisk;

    @Option(
            names = "--max-files",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MAX_FILES:-" + RunLimits.MAX_FILES + "}",
            description = "How many files and folders a script may make (${DEFAULT-VALUE}).")
    private int maxFiles;

    @Option(
            names = "--max-processes",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MAX_PROCESSES:-" + RunLimits.MAX_PROCESSES + "}",
            description = "How many processes a script may have at a time (${DEFAULT-VALUE}).")
    private int maxProcesses;

    @Option(
            names = "--max-open-files",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MAX_OPEN_FILES:-" + RunLimits.MAX_OPEN_FILES + "}",
            description = "How many files each process of a script may have open (${DEFAULT-VALUE}).")
    private int maxOpenFiles;

    @Option(
            names = "--cgroup",
            paramLabel = "auto|off",
            defaultValue = "${env:MUTIRAO_CGROUP:-auto}",
            description =
                    "Let Linux hold each script to its limits in a cgroup of its own, where the worker may have such (${DEFAULT-VALUE}).")
    private Cgroup cgroup;

    /** Whether scripts run in cgroups. */
    enum Cgroup {
        AUTO,
        OFF;

        /** As a person writes it. */
        static Cgroup parse(String text) {
            return switch (text.strip().toLowerCase(Locale.ROOT)) {
                case "auto" -> AUTO;
                case "off" -> OFF;
                default -> throw new IllegalArgumentException(Text.of("expected %s or %s", "auto", "off"));
            };
        }
    }

    /**
     * All of it together.
     *
     * @param timeout how long a script may run if its package does not say
     */
    WorkerConfig.Limits limits(Duration timeout, ByteSize maxUnpacked, ByteSize maxOutput) {
        checkThatItIsSomething(maxDisk == null || maxDisk.bytes() > 0, "--max-disk");
        checkThatItIsSomething(maxCpuTime == null || !maxCpuTime.isZero(), "--max-cpu-time");
        return new WorkerConfig.Limits(
                timeout,
                maxTimeout == null ? WorkerConfig.LONGEST : maxTimeout,
                maxUnpacked,
                Optional.ofNullable(maxMemory),
                new TaskBounds(
                        maxCpuTime == null ? Duration.ZERO : maxCpuTime,
                        maxDisk == null ? 0 : maxDisk.bytes(),
                        maxFiles,
                        maxProcesses,
                        maxOpenFiles,
                        maxOutput.bytes()),
                cgroup == Cgroup.AUTO);
    }

    /** Inside, a limit of 0 is none. */
    private static void checkThatItIsSomething(boolean isSomething, String option) {
        if (!isSomething) {
            throw new IllegalArgumentException(Text.of("%s: expected more than 0", option));
        }
    }

    /** Throws an IllegalArgumentException with a sentence where one can't be a name. */
    List<String> passed() {
        return ScriptEnvironment.names(passed == null ? List.of() : passed);
    }
}
