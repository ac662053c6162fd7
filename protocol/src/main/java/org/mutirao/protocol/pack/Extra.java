package org.mutirao.protocol.pack;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * More files for a task's package, out of a ZIP that lies on this machine; or a note why there are none.
 *
 * @param prefix the folder in the package, which ends in {@code /}; each step of it can be stored by any system
 * @param zip a result
 * @param only names in that ZIP, those of folders with a {@code /} at their end; empty for all that is in it
 * @param note becomes {@code missing.txt} in that folder; empty for none
 */
public record Extra(String prefix, Optional<Path> zip, List<String> only, String note) {
    /** Where a merge task finds the results of all others. */
    public static final String PARTS = "parts/";
    /** Where a task finds the results of the jobs that its own was to run after. */
    public static final String AFTER = "after/";

    public Extra {
        if (!prefix.endsWith("/") || prefix.startsWith("/")) {
            throw new IllegalArgumentException(
                    "a folder in a package ends in a slash: " + EntryNames.printable(prefix));
        }
        only = List.copyOf(only);
    }

    /** All of a ZIP. */
    public Extra(String prefix, Path zip) {
        this(prefix, zip, List.of());
    }

    /** Some of a ZIP. */
    public Extra(String prefix, Path zip, List<String> only) {
        this(prefix, Optional.of(zip), only, "");
    }

    /** A sentence in place of files. */
    public static Extra missing(String prefix, String why) {
        return new Extra(prefix, Optional.empty(), List.of(), why);
    }

    /** Whether a file lies where those that come along do. */
    static boolean isWithin(String name) {
        return name.startsWith(PARTS) || name.startsWith(AFTER);
    }

    boolean has(String name) {
        return only.isEmpty()
                || only.stream().anyMatch(each -> each.endsWith("/") ? name.startsWith(each) : name.equals(each));
    }
}
