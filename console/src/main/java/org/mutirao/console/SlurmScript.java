package org.mutirao.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Durations;

/**
 * A script for sbatch that starts workers.
 *
 * @param worker where the nodes find {@code mutirao-worker}
 * @param masters addresses with commas
 * @param secret the file with the secret, if the room has a key; its words stand nowhere in the script
 * @param more options of sbatch
 */
record SlurmScript(Size size, Times times, String worker, String masters, Optional<String> secret, List<String> more) {
    private static final Pattern GAP = Pattern.compile("\\{(\\w+)}");
    private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");
    private static final int SECONDS = 60;

    /** How many workers, and cores of each. */
    record Size(int workers, int cpus) {}

    /**
     * How long they stay.
     *
     * @param grace after the lifetime, before Slurm ends them
     */
    record Times(Duration lifetime, Duration grace, Duration idleExit) {
        /** What Slurm is asked for, in minutes. */
        long minutes() {
            return (lifetime.plus(grace).toSeconds() + SECONDS - 1) / SECONDS;
        }
    }

    /** All of it. */
    String text() throws CommandFailed {
        Map<String, String> gaps = Map.of(
                "want", String.valueOf(size.workers()),
                "cpus", String.valueOf(size.cpus()),
                "minutes", String.valueOf(times.minutes()),
                "more", lines(more),
                "worker", quoted(worker),
                "masters", quoted(masters),
                "secret", secret.isEmpty() ? "" : String.join(" ", "--secret", quoted(secret.get()), ""),
                "lifetime", Durations.format(times.lifetime()),
                "grace", Durations.format(times.grace()),
                "idle", Durations.format(times.idleExit()));
        return GAP.matcher(template())
                .replaceAll(gap -> Matcher.quoteReplacement(gaps.getOrDefault(gap.group(1), gap.group())));
    }

    private static String lines(List<String> options) throws CommandFailed {
        StringBuilder lines = new StringBuilder();
        for (String option : options) {
            if (!option.startsWith("-") || option.chars().anyMatch(Character::isISOControl)) {
                throw new CommandFailed(Text.of("--sbatch: expected an option of sbatch, such as --partition=long"));
            }
            lines.append("#SBATCH").append(' ').append(option).append('\n');
        }
        return lines.toString();
    }

    /** As one word of a shell. */
    private static String quoted(String word) throws CommandFailed {
        if (word.chars().anyMatch(Character::isISOControl)) {
            throw new CommandFailed(Text.of("a name with a line break in it can't be written into a script"));
        }
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static String template() {
        try (InputStream file = SlurmScript.class.getResourceAsStream("pilots.sbatch")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
