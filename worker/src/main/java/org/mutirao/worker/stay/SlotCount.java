package org.mutirao.worker.stay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;

/** How many tasks at a time: a number, a part of the cores, or as many as there are cores. */
public final class SlotCount {
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,4})%");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");

    private SlotCount() {}

    /**
     * Reads {@code auto}, {@code 4} or {@code 50%}.
     *
     * @param cores of this machine
     * @return at least 1 of a part
     * @throws IllegalArgumentException with a sentence for people
     */
    public static int parse(String text, int cores) {
        if (text.equals("auto")) {
            return cores;
        }
        Matcher percent = PERCENT.matcher(text);
        if (percent.matches()) {
            int part = Integer.parseInt(percent.group(1));
            if (part >= 1 && part <= 400) {
                return Math.max(1, cores * part / 100);
            }
        } else if (NUMBER.matcher(text).matches()) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException(
                Text.of("--slots: expected auto, a number, or a part of the cores as %s", "50%"));
    }
}
