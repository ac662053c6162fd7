package org.mutirao.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How far something is, in one line of at most {@value #WIDTH} characters, which is one less than the narrowest usual terminal. */
final class Progress {
    static final int WIDTH = 79;
    private static final int BAR = 20;
    private static final String GAP = "  ";

    private final List<String> parts = new ArrayList<>();

    /** @param ended of {@code all} */
    Progress(long ended, long all) {
        int filled = all == 0 ? 0 : (int) (BAR * Math.min(ended, all) / all);
        parts.add("[" + "█".repeat(filled) + "·".repeat(BAR - filled) + "] " + ended + "/" + all);
    }

    /** What is said if there is room, after what was said before. */
    Progress and(String part) {
        parts.add(part);
        return this;
    }

    /** The same, if the number is not 0. */
    Progress count(long number, String what) {
        return number == 0 ? this : and(number + " " + what);
    }

    /**
     * How fast it goes and how long that takes.
     *
     * @param perSecond 0 if nobody knows
     */
    Progress rate(double perSecond, long open) {
        return perSecond <= 0 || open == 0
                ? this
                : and(String.format("%.1f/s", perSecond))
                        .and(Ages.brief(Duration.ofSeconds((long) (open / perSecond))) + " left");
    }

    /** As much of it as has room. */
    String line() {
        StringBuilder line = new StringBuilder(parts.get(0));
        for (String part : parts.subList(1, parts.size())) {
            if (line.length() + GAP.length() + part.length() > WIDTH) {
                break;
            }
            line.append(GAP).append(part);
        }
        return line.toString();
    }
}
