package org.mutirao.protocol.pack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.Sha256;

/**
 * What a package wants to have installed for its script: a header of {@code main.py} as PEP 723 has it, or a {@code requirements.txt} beside it.
 *
 * @param lines as an installer reads them: without comments, names as installers compare them, sorted
 * @param python with which versions the script says that it runs
 */
public record Requirements(List<String> lines, Optional<PythonRange> python) {
    public static final int MAX_LINES = 500;
    /** Of a requirements.txt, or the header of a script, in characters. A lock file with hashes is long. */
    public static final int MAX_CHARS = 256 * 1024;

    private static final int KEY_LENGTH = 32;
    private static final Requirements NONE = new Requirements(List.of(), Optional.empty());

    public Requirements {
        lines = List.copyOf(lines);
    }

    static Requirements of(Collection<String> normalised, Optional<PythonRange> python) {
        return new Requirements(List.copyOf(new TreeSet<>(normalised)), python);
    }

    /** Nothing is declared. */
    public static Requirements none() {
        return NONE;
    }

    /**
     * Of a package.
     *
     * @throws RefusedPackage when they can't be had here, or are declared twice
     */
    public static Requirements of(TaskPackageFile taskPackage) throws RefusedPackage, IOException {
        return RequirementsReader.read(taskPackage);
    }

    /** The name of a package as installers compare it, by PEP 503. */
    public static String comparable(String name) {
        return name.replaceAll("[-_.]+", "-").toLowerCase(Locale.ROOT);
    }

    /** Whether the script runs with what is there. */
    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /** As a requirements.txt. */
    public String text() {
        return isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** The same for all packages that ask for the same; empty if there are none. */
    public Optional<String> key() {
        return isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Sha256.of(text().getBytes(StandardCharsets.UTF_8)).hex().substring(0, KEY_LENGTH));
    }
}
