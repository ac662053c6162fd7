package org.mutirao.worker.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.id.WorkerLimits;

/** Which limits this system can hold a script to. */
public final class Enforcement {
    private Enforcement() {}

    /** Whether the system tells what a script and its children take of the memory. */
    public static boolean ofMemory() {
        return Files.isReadable(Path.of("/proc/self/status"));
    }

    /** Those that it can't, by the words of {@link WorkerLimits}. */
    public static List<String> lacking() {
        List<String> lacking = new ArrayList<>();
        if (!ofMemory()) {
            lacking.add(WorkerLimits.MEMORY);
        }
        if (!TaskLimits.holdOpenFiles()) {
            lacking.add(WorkerLimits.OPEN_FILES);
        }
        return lacking;
    }
}
