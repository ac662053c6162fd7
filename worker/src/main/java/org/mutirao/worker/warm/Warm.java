package org.mutirao.worker.warm;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;

/**
 * Whether scripts are forked from warm interpreters.
 *
 * @param tasks how many scripts one interpreter is forked for, before another takes its place; 0 for none
 * @param preload modules that are imported for every script before it begins
 */
public record Warm(int tasks, List<String> preload) {
    /** All scripts of one interpreter have the same seed for hashes; a bound keeps that a property of some tasks, not of a worker. */
    private static final int USUAL = 200;

    private static final int MAX = 1_000_000;

    private static final int MAX_MODULES = 20;
    private static final Pattern MODULE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*){0,9}");

    public Warm {
        preload = List.copyOf(preload);
        if (tasks < 0 || tasks > MAX) {
            throw new IllegalArgumentException(Text.of("expected auto, off, or 1 to %s", MAX));
        }
    }

    /** Without modules for every script. */
    public Warm(int tasks) {
        this(tasks, List.of());
    }

    /**
     * The same, with modules for every script.
     *
     * @param modules as a person writes them, like {@code pandas}
     */
    public Warm preloading(List<String> modules) {
        if (modules.size() > MAX_MODULES) {
            throw new IllegalArgumentException(Text.of("--preload: expected at most %s modules", MAX_MODULES));
        }
        for (String module : modules) {
            if (!MODULE.matcher(module).matches()) {
                throw new IllegalArgumentException(
                        Text.of("--preload %s: expected names of modules with commas, like pandas,numpy", module));
            }
        }
        return new Warm(tasks, modules);
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

    /** As {@link #parse} reads it. Written by hand, as the start of each worker asks for it, and the text that Java makes takes time there. */
    @Override
    public String toString() {
        return tasks == 0 ? "off" : String.valueOf(tasks);
    }

    private static Warm counted(String text) {
        try {
            int tasks = Integer.parseInt(text.strip());
            return new Warm(tasks == 0 ? -1 : tasks);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(Text.of("expected auto, off, or 1 to %s", MAX), e);
        }
    }
}
