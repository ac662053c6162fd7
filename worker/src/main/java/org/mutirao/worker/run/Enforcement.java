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

    /** Whether it tells what they take of the processor's time. */
    public static boolean ofTime() {
        return ProcessHandle.current().info().totalCpuDuration().isPresent();
    }

    /** Whether it lets a process be started with fewer open files. */
    public static boolean ofOpenFiles() {
        return TaskLimits.holdOpenFiles();
    }

    /**
     * Those that it can't, by the words of {@link WorkerLimits}.
     *
     * @param ofMemory whether scripts are held to their memory, by the worker or by the system
     */
    public static List<String> lacking(boolean ofMemory) {
        List<String> lacking = new ArrayList<>();
        if (!ofMemory) {
            lacking.add(WorkerLimits.MEMORY);
        }
        if (!ofOpenFiles()) {
            lacking.add(WorkerLimits.OPEN_FILES);
        }
        if (!ofTime()) {
            lacking.add(WorkerLimits.CPU_TIME);
        }
        return lacking;
    }
}
