package org.mutirao.protocol.pack;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;

/** Reads the fields of task.json that say how much a script may take at most. */
final class BoundsReader {
    static final Set<String> FIELDS = Set.of("cpu_time", "disk", "files", "processes", "open_files", "output");

    private static final ByteSize LEAST = new ByteSize(1024);
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final int MANY = 1_000_000_000;
    /** An interpreter needs some itself. */
    private static final int LEAST_OPEN = 16;

    private BoundsReader() {}

    static TaskBounds read(Map<String, Object> fields) throws RefusedPackage {
        if (fields.get("output") instanceof List) {
            throw TaskSpecReader.refused(
                    Text.of("has a list in 'output', which is a size like \"10MiB\"; 'outputs' names files"));
        }
        return new TaskBounds(
                TaskSpecReader.duration(fields, "cpu_time", LONGEST).orElse(Duration.ZERO),
                TaskSpecReader.size(fields, "disk", LEAST),
                TaskSpecReader.number(fields, "files", 1, MANY),
                TaskSpecReader.number(fields, "processes", 1, MANY),
                TaskSpecReader.number(fields, "open_files", LEAST_OPEN, MANY),
                TaskSpecReader.size(fields, "output", LEAST));
    }
}
