package org.mutirao.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.mutirao.worker.stay.Hours;
import org.mutirao.worker.stay.Stay;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** How a worker is a guest on its machine, on the command line. */
final class StayOptions {
    private static final String NONE = CommandLine.Option.NULL_VALUE;

    @Option(
            names = "--nice",
            negatable = true,
            defaultValue = "${env:MUTIRAO_NICE:-true}",
            fallbackValue = "true",
            description = "Let scripts run only on what the machine's user leaves free (on; not on Windows).")
    private boolean nice;

    @Option(
            names = "--hours",
            paramLabel = "HH:MM-HH:MM",
            defaultValue = "${env:MUTIRAO_HOURS:-" + NONE + "}",
            description = "Take work only then, as 18:00-07:00; what runs when they end is finished.")
    private Hours hours;

    @Option(
            names = "--lifetime",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_LIFETIME:-" + NONE + "}",
            description = "Take nothing more after that, finish what runs, and leave.")
    private Duration lifetime;

    @Option(
            names = "--idle-exit",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_IDLE_EXIT:-" + NONE + "}",
            description = "Leave when there was nothing to do for so long.")
    private Duration idleExit;

    @Option(
            names = "--max-tasks",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MAX_TASKS:-" + NONE + "}",
            description = "Leave after so many tasks.")
    private Integer maxTasks;

    @Option(
            names = "--once",
            defaultValue = "${env:MUTIRAO_ONCE:-false}",
            fallbackValue = "true",
            description = "Leave when there is nothing to do.")
    private boolean once;

    boolean nice() {
        return nice;
    }

    /** Throws an IllegalArgumentException with a sentence where it can't be so. */
    Stay stay() {
        return new Stay(
                once,
                Optional.ofNullable(lifetime),
                Optional.ofNullable(idleExit),
                maxTasks == null ? OptionalInt.empty() : OptionalInt.of(maxTasks),
                Optional.ofNullable(hours));
    }
}
