package org.mutirao.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.worker.run.Enforcement;
import org.mutirao.worker.run.RunLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much scripts may take on this machine, and whether it can hold them to that. */
final class LimitsHere {
    private static final Logger log = LoggerFactory.getLogger(LimitsHere.class);
    /** What a disk keeps for others, as a part of what is free. */
    private static final long RESERVE_PART = 10;

    private static final long LEAST_DISK = 1L << 30;

    private LimitsHere() {}

    /**
     * Says what this system does not enforce.
     *
     * @param run where scripts run
     * @param held whether Windows holds them to what they may take
     */
    static RunLimits of(WorkerConfig config, Path run, boolean held) {
        sayWhatIsNotEnforced();
        WorkerConfig.Limits limits = config.limits();
        TaskBounds most = limits.most();
        TaskBounds usual = most;
        if (most.disk() == 0) {
            long spare = spare(run);
            usual = withDisk(most, Math.max(LEAST_DISK, spare / config.slots().tasks()));
            most = withDisk(most, Math.max(LEAST_DISK, spare));
        }
        return new RunLimits(
                PackageLimits.defaults().withUnpacked(limits.maxUnpacked()).withResultsAlong(),
                limits.timeout(),
                limits.maxTimeout(),
                MemoryHere.share(config, held),
                usual,
                most);
    }

    private static void sayWhatIsNotEnforced() {
        if (!Enforcement.ofTime()) {
            log.warn("cpu_time: not enforced on this PC, since its system does not tell what a script takes");
        }
        if (!Enforcement.ofOpenFiles()) {
            log.warn("open_files: not enforced on this PC, since its system has no such limit");
        }
    }

    private static long spare(Path run) {
        try {
            long free = Files.getFileStore(Files.createDirectories(run)).getUsableSpace();
            return free - free / RESERVE_PART;
        } catch (IOException e) {
            return 0; // then the least holds
        }
    }

    private static TaskBounds withDisk(TaskBounds bounds, long disk) {
        return new TaskBounds(
                bounds.cpuTime(), disk, bounds.files(), bounds.processes(), bounds.openFiles(), bounds.output());
    }
}
