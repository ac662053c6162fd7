package org.mutirao.console;

import java.time.Duration;
import java.util.Optional;
import org.mutirao.protocol.text.Text;

/** How long something lasted or is ago, in one or two units. */
final class Ages {
    private Ages() {}

    /** As short times of scripts are told: with a tenth below ten seconds. Nothing if it is not known. */
    static String brief(Optional<Long> millis) {
        return millis.map(known -> known < 9_950
                        ? String.format(Text.language().locale(), "%.1fs", known / 1000.0)
                        : brief(Duration.ofMillis(known)))
                .orElse("");
    }

    static String brief(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m " + seconds % 60 + "s";
        }
        return seconds < 86_400
                ? seconds / 3600 + "h " + seconds % 3600 / 60 + "m"
                : seconds / 86_400 + "d " + seconds % 86_400 / 3600 + "h";
    }
}
