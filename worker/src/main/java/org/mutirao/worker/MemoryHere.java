package org.mutirao.worker;

import java.nio.file.Files;
import java.nio.file.Path;
import org.mutirao.worker.facts.FactFinder;
import org.mutirao.worker.run.MemoryShare;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much memory scripts may take on this machine, and whether it can hold them to that. */
final class MemoryHere {
    private static final Logger log = LoggerFactory.getLogger(MemoryHere.class);

    private MemoryHere() {}

    /** Says it when this system does not tell what scripts take. */
    static MemoryShare share(WorkerConfig config) {
        if (!Files.isReadable(Path.of("/proc/self/status"))) {
            log.warn(
                    "memory: not enforced on this PC, since its system does not tell what a script and its children take");
            return MemoryShare.unlimited();
        }
        return config.limits()
                .maxMemory()
                .map(MemoryShare::of)
                .orElseGet(() ->
                        MemoryShare.fair(FactFinder.memory(), config.slots().tasks()));
    }
}
