package org.mutirao.protocol.pack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.json.Toml;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;

/** The comment of a script that says in TOML what the script needs, as PEP 723 has it: from {@code # /// script} to {@code # ///}. */
final class ScriptHeader {
    private static final String BEGIN = "# /// script";
    private static final String END = "# ///";
    private static final Set<String> KNOWN = Set.of("dependencies", "requires-python", "tool");
    /** {@code ~=3.11} means {@code >=3.11,==3.*}. */
    private static final Pattern COMPATIBLE = Pattern.compile("~=((?:\\d++\\.){1,9}+)\\d++");
    /** Of the versions of Python in it, in characters. */
    private static final int MAX_RANGE = 200;

    private ScriptHeader() {}

    /** The TOML in it, if there is such a comment. */
    static Optional<String> find(String script) throws RefusedPackage {
        if (!script.contains(BEGIN)) {
            return Optional.empty();
        }
        Optional<String> found = Optional.empty();
        List<String> open = null;
        for (String line : script.split("\r?\n", -1)) {
            String text = line.stripTrailing();
            if (open == null && text.equals(BEGIN)) {
                open = new ArrayList<>();
            } else if (open != null && isContent(text)) {
                open.add(text);
            } else if (open != null) {
                found = add(found, open);
                open = text.equals(BEGIN) ? new ArrayList<>() : null;
            }
        }
        return open == null ? found : add(found, open);
    }

    private static boolean isContent(String line) {
        return line.equals("#") || line.startsWith("# ");
    }

    /** Such a comment ends with the last such line; a block without one is a comment like any. */
    private static Optional<String> add(Optional<String> before, List<String> block) throws RefusedPackage {
        int end = block.lastIndexOf(END);
        if (end < 0) {
            return before;
        }
        if (before.isPresent()) {
            throw refused(Text.of("stands there twice"));
        }
        StringBuilder toml = new StringBuilder();
        for (String line : block.subList(0, end)) {
            toml.append(line.length() > 2 ? line.substring(2) : "").append('\n');
        }
        if (toml.length() > Requirements.MAX_CHARS) {
            throw refused(Text.of("has more than %d KiB", Requirements.MAX_CHARS / 1024));
        }
        return Optional.of(toml.toString());
    }

    static Requirements read(String toml) throws RefusedPackage {
        Map<String, Object> fields;
        try {
            fields = Toml.readMap(toml);
        } catch (IOException e) {
            throw refused(Text.of("can't be read: %s", Told.of(e, Text.of("it is no TOML"))));
        }
        for (String name : fields.keySet()) {
            if (!KNOWN.contains(name)) {
                throw refused(Text.of("has an unknown field '%s'", EntryNames.printable(name)));
            }
        }
        if (!(fields.getOrDefault("dependencies", List.of()) instanceof List<?> list)) {
            throw refused(Text.of("has 'dependencies' that are no list of texts"));
        }
        List<String> lines = new ArrayList<>();
        for (Object each : list) {
            if (!(each instanceof String line)) {
                throw refused(Text.of("has 'dependencies' that are no list of texts"));
            }
            lines.add(RequirementLine.normalised(Text.of("the header of main.py"), line));
            RequirementsReader.checkCount(lines);
        }
        return Requirements.of(lines, python(fields.get("requires-python")));
    }

    private static Optional<PythonRange> python(Object value) throws RefusedPackage {
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text && text.length() <= MAX_RANGE) {
            Matcher compatible = COMPATIBLE.matcher(text.replaceAll("\\s", ""));
            String plain =
                    compatible.replaceAll(range -> ">=" + range.group().substring(2) + ",==" + range.group(1) + "*");
            try {
                return Optional.of(new PythonRange(plain));
            } catch (IllegalArgumentException e) {
                // The error below says what was expected.
            }
        }
        throw refused(Text.of("has a 'requires-python' that names no versions; write for example \">=3.11\""));
    }

    private static RefusedPackage refused(String fault) {
        return new RefusedPackage(
                Text.of("the header of main.py that begins with '# /// script' %s", fault),
                Text.of("Correct the header, or delete it."));
    }
}
