package org.mutirao.protocol.pack;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Durations;
import org.mutirao.protocol.units.Told;

/** Reads task.json. A field that is unknown, or known but not supported yet, is an error: silence would look like success. */
final class TaskSpecReader {
    private static final Set<String> KNOWN = Set.of("timeout", "retries", "priority", "args", "env", "outputs");
    private static final List<Set<String>> ALL =
            List.of(KNOWN, NeedsReader.FIELDS, BoundsReader.FIELDS, JobSpecReader.FIELDS);
    private static final Set<String> LATER = Set.of("requirements");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final ByteSize LARGEST = ByteSize.gibi(1 << 20);
    private static final int MAX_ITEMS = 100;
    private static final int MAX_ITEM = 4096;

    private final Map<String, Object> fields;

    private TaskSpecReader(Map<String, Object> fields) {
        this.fields = fields;
    }

    static PackageSpec read(byte[] text) throws RefusedPackage {
        Map<String, Object> fields;
        try {
            fields = Json.readMap(text);
        } catch (IOException e) {
            throw refused(Text.of("is not a JSON object: %s", Told.of(e, Text.of("it can't be read"))));
        }
        for (String name : fields.keySet()) {
            if (LATER.contains(name)) {
                throw refused(Text.of("asks for '%s', which this version does not support", name));
            }
            if (ALL.stream().noneMatch(known -> known.contains(name))) {
                throw refused(Text.of("has an unknown field '%s'", EntryNames.printable(name)));
            }
        }
        TaskSpecReader reader = new TaskSpecReader(fields);
        TaskSpec task = new TaskSpec(
                duration(fields, "timeout", LONGEST),
                number(fields, "retries", 0, 100),
                number(fields, "priority", -1000, 1000),
                reader.texts("args"),
                reader.variables(),
                reader.globs(),
                NeedsReader.read(fields),
                BoundsReader.read(fields));
        return new PackageSpec(task, JobSpecReader.read(fields), fields);
    }

    /** Empty if it is not there. */
    static Optional<Duration> duration(Map<String, Object> fields, String name, Duration longest)
            throws RefusedPackage {
        Object value = fields.get(name);
        if (value == null) {
            return Optional.empty();
        }
        try {
            Duration duration = Durations.parse(value.toString());
            if (!duration.isZero() && duration.compareTo(longest) <= 0) {
                return Optional.of(duration);
            }
        } catch (IllegalArgumentException e) {
            // The error below says what was expected, whichever way it is wrong.
        }
        throw refused(
                Text.of("has a '%s' that is no duration like 90s or 2h, up to %s", name, Durations.format(longest)));
    }

    /** In bytes; 0 if it is not there. */
    static long size(Map<String, Object> fields, String name, ByteSize least) throws RefusedPackage {
        Object value = fields.get(name);
        if (value == null) {
            return 0;
        }
        if (value instanceof String text) {
            try {
                long bytes = ByteSize.parse(text).bytes();
                if (bytes >= least.bytes() && bytes <= LARGEST.bytes()) {
                    return bytes;
                }
            } catch (IllegalArgumentException e) {
                // The error below says what was expected.
            }
        }
        throw refused(Text.of(
                "has a '%s' that is no size of at least %s; write for example \"500MiB\" or \"2GiB\"", name, least));
    }

    /** 0 if it is not there. */
    static int number(Map<String, Object> fields, String name, int lowest, int highest) throws RefusedPackage {
        Object value = fields.get(name);
        if (value == null) {
            return 0;
        }
        if (value instanceof Integer number && number >= lowest && number <= highest) {
            return number;
        }
        throw refused(Text.of("has a '%s' that is no whole number from %s to %s", name, lowest, highest));
    }

    private List<String> texts(String name) throws RefusedPackage {
        Object value = fields.getOrDefault(name, List.of());
        if (value instanceof List<?> list
                && list.size() <= MAX_ITEMS
                && list.stream().allMatch(this::isText)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw refused(Text.of("has '%s' that are no list of at most %s texts", name, MAX_ITEMS));
    }

    private Map<String, String> variables() throws RefusedPackage {
        Object value = fields.getOrDefault("env", Map.of());
        Map<String, String> variables = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map
                && map.keySet().stream().filter(name -> !isOurs(name)).count() <= MAX_ITEMS) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String name = (String) entry.getKey();
                if (!VARIABLE.matcher(name).matches() || !isText(entry.getValue())) {
                    throw refused(Text.of(
                            "has in 'env' a variable '%s' that is no name or text", EntryNames.printable(name)));
                }
                variables.put(name, (String) entry.getValue());
            }
            return variables;
        }
        throw refused(Text.of("has an 'env' that is no object of at most %s texts", MAX_ITEMS));
    }

    /** Those that a job's task gets from the master don't count against what a person may set. */
    private static boolean isOurs(Object name) {
        return JobEnvironment.NAMES.contains(name);
    }

    private List<String> globs() throws RefusedPackage {
        List<String> globs = texts("outputs");
        for (String glob : globs) {
            try {
                FileSystems.getDefault().getPathMatcher("glob:" + glob);
            } catch (PatternSyntaxException e) {
                throw refused(Text.of("has in 'outputs' a pattern '%s' that is no glob", EntryNames.printable(glob)));
            }
        }
        return globs;
    }

    /** False if it is not there. */
    static boolean flag(Map<String, Object> fields, String name) throws RefusedPackage {
        if (fields.getOrDefault(name, false) instanceof Boolean said) {
            return said;
        }
        throw refused(Text.of("has a '%s' that is neither true nor false", name));
    }

    private boolean isText(Object value) {
        return value instanceof String text && text.length() <= MAX_ITEM && text.indexOf('\0') < 0;
    }

    static RefusedPackage refused(String fault) {
        return new RefusedPackage(Text.of("its task.json %s", fault), Text.of("Correct task.json, or leave it out."));
    }
}
