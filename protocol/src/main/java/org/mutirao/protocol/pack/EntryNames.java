package org.mutirao.protocol.pack;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.mutirao.protocol.units.SafeText;

/** Judges the names inside a package; what passes can be unpacked on Linux, macOS and Windows alike. */
final class EntryNames {
    private static final int LONGEST = 240;
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*");
    private static final Pattern WINDOWS_DEVICE =
            Pattern.compile("(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?", Pattern.CASE_INSENSITIVE);
    /** What macOS and Windows put into ZIPs by themselves. */
    private static final Set<String> LITTER = Set.of(".DS_Store", "Thumbs.db", "desktop.ini");

    private final int maxDepth;
    private final Map<String, Boolean> seen = new HashMap<>();

    EntryNames(int maxDepth) {
        this.maxDepth = maxDepth;
    }

    static boolean isLitter(String name) {
        return name.startsWith("__MACOSX/") || LITTER.contains(name.substring(name.lastIndexOf('/') + 1));
    }

    /** Checks one name against the rules and against all names before it. */
    void check(String name, boolean directory) throws RefusedPackage {
        if (name.startsWith("/") || DRIVE.matcher(name).matches()) {
            throw refused(name, "has an absolute path");
        }
        if (name.indexOf('\\') >= 0) {
            throw refused(name, "has a backslash in its path");
        }
        if (name.length() > LONGEST) {
            throw refused(name, "has a path of more than " + LONGEST + " characters");
        }
        String plain = directory && name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        List<String> steps = List.of(plain.split("/", -1));
        if (steps.size() > maxDepth) {
            throw refused(name, "lies more than " + maxDepth + " folders deep");
        }
        for (String step : steps) {
            checkStep(name, step);
        }
        checkUnique(name, steps, directory);
    }

    private static void checkStep(String name, String step) throws RefusedPackage {
        if (step.equals("..") || step.equals(".")) {
            throw refused(name, "leads out of its folder");
        }
        if (step.isEmpty()
                || step.endsWith(".")
                || step.endsWith(" ")
                || step.chars().anyMatch(EntryNames::isUnsafe)) {
            throw refused(name, "has a name that not every system can store");
        }
        if (WINDOWS_DEVICE.matcher(step).matches()) {
            throw refused(name, "is named like a Windows device");
        }
    }

    /** Two names that differ in case only are one file on Windows and macOS. */
    private void checkUnique(String name, List<String> steps, boolean directory) throws RefusedPackage {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            path.append('/').append(steps.get(i));
            boolean last = i == steps.size() - 1;
            boolean isFolder = !last || directory;
            String key = Normalizer.normalize(path, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
            Boolean before = seen.putIfAbsent(key, isFolder);
            if (before != null && (!before || !isFolder)) {
                throw refused(name, "stands in it twice");
            }
        }
    }

    private static boolean isUnsafe(int character) {
        return character < 0x20 || character == 0x7f || "<>:\"|?*".indexOf(character) >= 0;
    }

    private static RefusedPackage refused(String name, String fault) {
        return new RefusedPackage(
                "'" + printable(name) + "' " + fault, "Zip the folder again with the system's own ZIP program.");
    }

    /** Safe to stand in a message: no control characters, not long. */
    static String printable(String name) {
        String safe = SafeText.of(name, '?', 80);
        return name.codePointCount(0, name.length()) > 80 ? safe + "…" : safe;
    }
}
