package org.mutirao.protocol.pack;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;

/**
 * Judges the names inside a package, and writes them in one way. What passes can be unpacked on Linux, macOS and Windows alike, and
 * leads nowhere else.
 */
final class EntryNames {
    private static final int LONGEST = 240;
    /** What a file system stores as one name. */
    private static final int MAX_STEP_BYTES = 255;

    private static final String ZIP_AGAIN = "delete the old ZIP, zip again and drop the new one.";
    private static final String RENAME = "Rename it, " + ZIP_AGAIN;
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*");
    private static final Pattern WINDOWS_DEVICE =
            Pattern.compile("(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?", Pattern.CASE_INSENSITIVE);
    /** What macOS and Windows put into ZIPs by themselves. */
    private static final Set<String> LITTER = Set.of(".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX");

    private record Seen(String name, boolean folder) {}

    /** Why a file can't be unpacked under its name, though it may be unpacked under another. */
    private record Unwritable(String name, RefusedPackage why) {}

    private final int maxDepth;
    private final boolean defers;
    private final Map<String, Seen> seen = new HashMap<>();
    private final List<Unwritable> unwritable = new ArrayList<>();

    private EntryNames(int maxDepth, boolean defers) {
        this.maxDepth = maxDepth;
        this.defers = defers;
    }

    /** Refuses each name that can't be unpacked as it is. */
    static EntryNames strict(int maxDepth) {
        return new EntryNames(maxDepth, false);
    }

    /** The same, but whether names can be written is asked at the end, by {@link #checkWritable}. */
    static EntryNames deferring(int maxDepth) {
        return new EntryNames(maxDepth, true);
    }

    /** Whether a system made it without being asked; so is {@code ._x}, which macOS puts beside x. */
    static boolean isLitter(String name) {
        String plain = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        String last = plain.substring(plain.lastIndexOf('/') + 1);
        return plain.startsWith("__MACOSX/") || LITTER.contains(last) || last.startsWith("._");
    }

    /**
     * The name with {@code /} between its steps, without {@code .} and empty steps; that of a folder ends in {@code /}, and the top's
     * is empty.
     *
     * @param dos whether a program of DOS or Windows wrote it; some of those separate by backslashes
     */
    static String plain(String name, boolean dos) {
        String slashed = dos && name.indexOf('/') < 0 ? name.replace('\\', '/') : name;
        List<String> steps = new ArrayList<>();
        String[] given = slashed.split("/", -1);
        for (int i = 0; i < given.length; i++) {
            boolean needless = given[i].equals(".") || (given[i].isEmpty() && i > 0 && i < given.length - 1);
            if (!needless) {
                steps.add(given[i]);
            }
        }
        return steps.equals(List.of("")) ? "" : String.join("/", steps);
    }

    /** Checks one plain name against the rules and against all names before it. */
    void check(String name) throws RefusedPackage {
        if (name.startsWith("/") || DRIVE.matcher(name).matches()) {
            throw leadsAway(name, Text.of("has an absolute path"));
        }
        boolean directory = name.endsWith("/");
        List<String> steps = List.of((directory ? name.substring(0, name.length() - 1) : name).split("/", -1));
        if (steps.contains("..")) {
            throw leadsAway(name, Text.of("leads out of its folder"));
        }
        if (name.indexOf('\\') >= 0) {
            throw refused(name, Text.of("has a backslash in its name"), Text.of(RENAME));
        }
        if (name.length() > LONGEST) {
            unwritable(
                    name,
                    refused(
                            name,
                            Text.of("has a path of %s characters, more than %s", name.length(), LONGEST),
                            Text.of("Rename it or its folders to something shorter, " + ZIP_AGAIN)));
        }
        if (steps.size() > maxDepth) {
            throw refused(
                    name,
                    Text.of("lies more than %s folders deep", maxDepth),
                    Text.of("Move it further up, " + ZIP_AGAIN));
        }
        for (String step : steps) {
            checkStep(name, step);
        }
        checkUnique(name, steps, directory);
    }

    private static void checkStep(String name, String step) throws RefusedPackage {
        if (step.isEmpty() || step.endsWith(".") || step.endsWith(" ")) {
            throw refused(
                    name, Text.of("ends with a dot or a space, which not every system can store"), Text.of(RENAME));
        }
        int unsafe = step.chars().filter(EntryNames::isUnsafe).findFirst().orElse(-1);
        if (unsafe >= 0) {
            throw refused(
                    name,
                    unsafe < 0x20 || unsafe == 0x7f
                            ? Text.of("has a control character in its name, which not every system can store")
                            : Text.of("has a '%s' in its name, which not every system can store", (char) unsafe),
                    Text.of(RENAME));
        }
        if (step.getBytes(StandardCharsets.UTF_8).length > MAX_STEP_BYTES) {
            throw refused(name, Text.of("has a name of more than %s bytes", MAX_STEP_BYTES), Text.of(RENAME));
        }
        if (WINDOWS_DEVICE.matcher(step).matches()) {
            throw refused(name, Text.of("is named like a Windows device"), Text.of(RENAME));
        }
    }

    /** Two names that differ in case only are one file on Windows and macOS. */
    private void checkUnique(String name, List<String> steps, boolean directory) throws RefusedPackage {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            path.append(i == 0 ? "" : "/").append(steps.get(i));
            boolean last = i == steps.size() - 1;
            boolean isFolder = !last || directory;
            String key = Normalizer.normalize(path, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
            Seen before = seen.putIfAbsent(key, new Seen(path.toString(), isFolder));
            if (before == null || (before.folder() && isFolder && before.name().contentEquals(path))) {
                continue;
            }
            if (before.name().contentEquals(path)) {
                throw refused(
                        path.toString(),
                        Text.of("stands in it twice"),
                        Text.of(
                                "Delete the old ZIP first, then zip again: adding to an old ZIP keeps what was in it."));
            }
            unwritable(
                    name,
                    refused(
                            path.toString(),
                            Text.of(
                                    "and '%s' differ only in upper and lower case or in how accents are written; on Windows"
                                            + " and macOS they are one file",
                                    printable(before.name())),
                            Text.of("Rename one of them, " + ZIP_AGAIN)));
            return;
        }
    }

    /** One is enough to refuse a package, but each may turn out to be an input, which every task sees under another name. */
    private void unwritable(String name, RefusedPackage why) throws RefusedPackage {
        if (!defers) {
            throw why;
        }
        unwritable.add(new Unwritable(name, why));
    }

    /** Whether each name can be unpacked as it is. */
    boolean areWritable() {
        return unwritable.isEmpty();
    }

    /**
     * Refuses what can't be unpacked under its name.
     *
     * @param inputs full names that nobody unpacks so
     */
    void checkWritable(Set<String> inputs) throws RefusedPackage {
        for (Unwritable each : unwritable) {
            if (!inputs.contains(each.name())) {
                throw each.why();
            }
        }
    }

    private static boolean isUnsafe(int character) {
        return character < 0x20 || character == 0x7f || "<>:\"|?*".indexOf(character) >= 0;
    }

    private static RefusedPackage leadsAway(String name, String fault) {
        return refused(name, fault, Text.of("Zip the folder again with the system's own ZIP program."));
    }

    private static RefusedPackage refused(String name, String fault, String advice) {
        return new RefusedPackage("'" + printable(name) + "' " + fault, advice);
    }

    /** Safe to stand in a message: no control characters, not long. */
    static String printable(String name) {
        String safe = SafeText.of(name, '?', 80);
        return name.codePointCount(0, name.length()) > 80 ? safe + "…" : safe;
    }
}
