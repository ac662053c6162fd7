package org.mutirao.protocol.pack;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that {@code task.json} says.
 *
 * @param fields as they were written, in their order
 */
record PackageSpec(TaskSpec task, JobSpec job, Map<String, Object> fields) {
    PackageSpec {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** There is no task.json. */
    static PackageSpec defaults() {
        return new PackageSpec(TaskSpec.defaults(), JobSpec.defaults(), Map.of());
    }
}
