package org.mutirao.worker.stay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;

/**
 * How many tasks at a time: a number, a part of the cores, or as many as there are cores.
 *
 * @param tasks how many
 * @param cores how many cores they may keep busy together. Whoever gives a part of the cores keeps the others, also from one task that
 *     asks for many
 */
public record SlotCount(int tasks, int cores) {
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,4})%");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");

    /** One for each core of this machine. */
    public static SlotCount auto(int cores) {
        return new SlotCount(cores, cores);
    }

    /**
     * Reads {@code auto}, {@code 4} or {@code 50%}.
     *
     * @param cores of this machine
     * @return at least 1 of a part
     * @throws IllegalArgumentException with a sentence for people
     */
    public static SlotCount parse(String text, int cores) {
        if (text.equals("auto")) {
            return auto(cores);
        }
        Matcher percent = PERCENT.matcher(text);
        if (percent.matches()) {
            int part = Integer.parseInt(percent.group(1));
            if (part >= 1 && part <= 400) {
                int tasks = Math.max(1, cores * part / 100);
                return new SlotCount(tasks, Math.min(tasks, cores));
            }
        } else if (NUMBER.matcher(text).matches()) {
            return new SlotCount(Integer.parseInt(text), cores);
        }
        throw new IllegalArgumentException(
                Text.of("--slots: expected auto, a number, or a part of the cores as %s", "50%"));
    }
}
