package org.mutirao.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.mutirao.protocol.text.Text;
import org.mutirao.worker.stay.Hours;
import org.mutirao.worker.stay.Pausing;
import org.mutirao.worker.stay.Senses;
import org.mutirao.worker.stay.Stay;
import org.mutirao.worker.stay.WorkTimes;
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
            description = "Let scripts run only on what the machine's user leaves free (on).")
    private boolean nice;

    @Option(
            names = "--hours",
            paramLabel = "HH:MM-HH:MM",
            defaultValue = "${env:MUTIRAO_HOURS:-" + NONE + "}",
            description = "Take work only then, as 18:00-07:00; what runs when they end is finished.")
    private Hours hours;

    @Option(
            names = "--idle-only",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_IDLE_ONLY:-" + NONE + "}",
            description = "Work only when nobody has touched keyboard and mouse for so long.")
    private Duration idleOnly;

    @Option(
            names = "--on-battery",
            paramLabel = "pause|go-on",
            defaultValue = "${env:MUTIRAO_ON_BATTERY:-go-on}",
            description = "What to do while the machine is on battery (${DEFAULT-VALUE}).")
    private OnBattery onBattery;

    @Option(
            names = "--pause",
            paramLabel = "suspend|give-back|finish",
            defaultValue = "${env:MUTIRAO_PAUSE:-" + NONE + "}",
            description =
                    "What becomes of what runs when it may not work: it stands still, other workers get it, or it is finished"
                            + " (finish at the end of --hours, else suspend).")
    private Pausing pausing;

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

    /** In words that a person types. */
    enum OnBattery {
        PAUSE,
        GO_ON;

        static OnBattery parse(String text) {
            return switch (text) {
                case "pause" -> PAUSE;
                case "go-on" -> GO_ON;
                default -> throw new IllegalArgumentException(Text.of("expected pause or go-on"));
            };
        }
    }

    boolean nice() {
        return nice;
    }

    /** Whether the machine has to tell of the person in front of it. */
    boolean asksTheMachine() {
        return idleOnly != null || onBattery == OnBattery.PAUSE;
    }

    /**
     * Sees to it that it does.
     *
     * @throws IOException with a sentence for people
     */
    void check(Senses senses) throws IOException, InterruptedException {
        if (idleOnly != null && senses.idle().isEmpty()) {
            throw new IOException(Text.of(
                    "--idle-only: this system does not tell how long keyboard and mouse have been idle (Linux tells it by"
                            + " loginctl); start without that option, or give --hours"));
        }
        if (onBattery == OnBattery.PAUSE && senses.onBattery().isEmpty()) {
            throw new IOException(Text.of(
                    "--on-battery: this system does not tell whether it runs on battery; start without that option"));
        }
    }

    /** Throws an IllegalArgumentException with a sentence where it can't be so. */
    Stay stay() {
        return new Stay(
                once,
                Optional.ofNullable(lifetime),
                Optional.ofNullable(idleExit),
                maxTasks == null ? OptionalInt.empty() : OptionalInt.of(maxTasks),
                new WorkTimes(
                        Optional.ofNullable(hours),
                        Optional.ofNullable(idleOnly),
                        onBattery == OnBattery.PAUSE,
                        Optional.ofNullable(pausing)));
    }
}
