package org.mutirao.protocol.pack;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Durations;

/** Reads the fields of task.json that say how much a script may take at most. */
final class BoundsReader {
    static final Set<String> FIELDS = Set.of("cpu_time", "disk", "files", "processes", "open_files", "output");

    private static final ByteSize LEAST = new ByteSize(1024);
    private static final ByteSize MOST = ByteSize.gibi(1 << 20);
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final int MANY = 1_000_000_000;
    /** An interpreter needs some itself. */
    private static final int LEAST_OPEN = 16;

    private final Map<String, Object> fields;

    private BoundsReader(Map<String, Object> fields) {
        this.fields = fields;
    }

    static TaskBounds read(Map<String, Object> fields) throws RefusedPackage {
        BoundsReader reader = new BoundsReader(fields);
        if (fields.get("output") instanceof List) {
            throw TaskSpecReader.refused(
                    Text.of("has a list in 'output', which is a size like \"10MiB\"; 'outputs' names files"));
        }
        return new TaskBounds(
                reader.duration("cpu_time"),
                reader.size("disk"),
                reader.number("files", 1),
                reader.number("processes", 1),
                reader.number("open_files", LEAST_OPEN),
                reader.size("output"));
    }

    private Duration duration(String name) throws RefusedPackage {
        Object value = fields.get(name);
        if (value == null) {
            return Duration.ZERO;
        }
        try {
            Duration duration = Durations.parse(value.toString());
            if (!duration.isZero() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            // The error below says what was expected.
        }
        throw TaskSpecReader.refused(Text.of("has a '%s' that is no duration like 90s or 2h", name));
    }

    private long size(String name) throws RefusedPackage {
        Object value = fields.get(name);
        if (value == null) {
            return 0;
        }
        if (value instanceof String text) {
            try {
                long bytes = ByteSize.parse(text).bytes();
                if (bytes >= LEAST.bytes() && bytes <= MOST.bytes()) {
                    return bytes;
                }
            } catch (IllegalArgumentException e) {
                // The error below says what was expected.
            }
        }
        throw TaskSpecReader.refused(Text.of(
                "has a '%s' that is no size of at least %s; write for example \"500MiB\" or \"2GiB\"", name, LEAST));
    }

    private int number(String name, int lowest) throws RefusedPackage {
        Object value = fields.get(name);
        if (value == null) {
            return 0;
        }
        if (value instanceof Integer number && number >= lowest && number <= MANY) {
            return number;
        }
        throw TaskSpecReader.refused(Text.of("has a '%s' that is no whole number from %s to %s", name, lowest, MANY));
    }
}
