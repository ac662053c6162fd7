package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the system grants this worker at most, and so all that it starts. Linux tells it. */
final class OwnLimits {
    private static final Pattern LINE =
            Pattern.compile("(Max [a-z ]+?)\\s{2,}(\\d+|unlimited)\\s+(\\d+|unlimited)\\s.*");
    private static final Map<String, String> NAMES = Map.of(
            "NOFILE", "Max open files",
            "DATA", "Max data size",
            "CPU", "Max cpu time",
            "FSIZE", "Max file size",
            "NPROC", "Max processes");
    private static final Map<String, Long> MOST = read(Path.of("/proc/self/limits"));

    private OwnLimits() {}

    /** By the name that programs have for it. */
    static long most(String name) {
        return MOST.getOrDefault(NAMES.getOrDefault(name, name), Long.MAX_VALUE);
    }

    static Map<String, Long> read(Path file) {
        Map<String, Long> most = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches() && !matcher.group(3).equals("unlimited")) {
                    most.put(matcher.group(1), Long.parseLong(matcher.group(3)));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return most; // then nothing is known to be lower
        }
        return most;
    }
}
