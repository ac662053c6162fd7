package org.mutirao.worker.run;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mutirao.protocol.disk.FileNames;

/**
 * Which files a package wants back. With LANG unset Java's patterns see no accents, so each other character of the patterns is compared
 * under a sign that stands for it, and all characters that no pattern has under one more.
 */
final class OutputGlobs {
    /** Signs that are ASCII, and in no name that a person gives. */
    private static final int LAST_SIGN = 0x1f;

    private final boolean plain;
    private final Map<Integer, Character> signs = new HashMap<>();
    private final List<PathMatcher> matchers;

    OutputGlobs(List<String> globs) {
        this(globs, FileNames.allAreExpressible());
    }

    /**
     * All files, if there is no pattern.
     *
     * @param plain whether Java's patterns see every character
     */
    OutputGlobs(List<String> globs, boolean plain) {
        this.plain = plain;
        if (!plain) {
            String.join("", globs)
                    .codePoints()
                    .filter(c -> c >= 0x80 && signs.size() + 1 < LAST_SIGN)
                    .forEach(c -> signs.computeIfAbsent(c, other -> (char) (signs.size() + 1)));
        }
        this.matchers = globs.stream()
                .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + (plain ? glob : signed(glob))))
                .toList();
    }

    /**
     * Whether a file is wanted.
     *
     * @param relative below the script's folder
     */
    boolean want(Path relative) {
        if (matchers.isEmpty()) {
            return true;
        }
        Path seen = plain ? relative : Path.of(signed(FileNames.textOf(relative)));
        return matchers.stream().anyMatch(matcher -> matcher.matches(seen));
    }

    private String signed(String text) {
        StringBuilder signed = new StringBuilder();
        text.codePoints().forEach(c -> signed.append(c < 0x80 ? (char) c : signs.getOrDefault(c, (char) LAST_SIGN)));
        return signed.toString();
    }
}
