package org.mutirao.protocol.units;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;

/** Reads and writes durations like {@code 500ms}, {@code 90s}, {@code 5m}, {@code 2h} and {@code 1d}. */
public final class Durations {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|min|h|d)?", Pattern.CASE_INSENSITIVE);

    /** So that sums and multiples of it fit into any count of nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private Durations() {}

    /** A number without a unit is in seconds. */
    public static Duration parse(String text) {
        Matcher matcher = SHAPE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    Text.of("'%s' is not a duration: write it like 500ms, 90s, 5m or 2h", text));
        }
        long amount = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2).toLowerCase(Locale.ROOT);
        Duration duration =
                switch (unit) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m", "min" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                };
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    Text.of("'%s' is longer than %s, the longest that can be said", text, format(LONGEST)));
        }
        return duration;
    }

    /** The largest unit that divides it, for a person; {@link #parse} reads it back. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds == 0 || seconds % 60 != 0) {
            return seconds + "s";
        }
        if (seconds % 3600 != 0) {
            return seconds / 60 + "m";
        }
        return seconds % 86_400 != 0 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}
