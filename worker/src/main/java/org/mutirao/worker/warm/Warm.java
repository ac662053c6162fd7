package org.mutirao.worker.warm;

import java.util.Locale;

/**
 * Whether scripts are forked from warm interpreters.
 *
 * @param tasks how many scripts one interpreter is forked for, before another takes its place; 0 for none
 */
public record Warm(int tasks) {
    /** All scripts of one interpreter have the same seed for hashes; a bound keeps that a property of some tasks, not of a worker. */
    private static final int USUAL = 200;

    private static final int MAX = 1_000_000;

    public Warm {
        if (tasks < 0 || tasks > MAX) {
            throw new IllegalArgumentException("--warm " + tasks + ": expected auto, off, or 1 to " + MAX);
        }
    }

    /** Where it works: on Linux. */
    public static Warm auto() {
        return new Warm(System.getProperty("os.name", "").startsWith("Linux") ? USUAL : 0);
    }

    /** Each script has an interpreter of its own. */
    public static Warm off() {
        return new Warm(0);
    }

    /** As a person writes it. */
    public static Warm parse(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "auto" -> auto();
            case "off" -> off();
            default -> counted(text);
        };
    }

    private static Warm counted(String text) {
        try {
            int tasks = Integer.parseInt(text.strip());
            return new Warm(tasks == 0 ? -1 : tasks);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--warm " + text + ": expected auto, off, or 1 to " + MAX, e);
        }
    }
}
