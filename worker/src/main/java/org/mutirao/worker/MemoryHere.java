package org.mutirao.worker;

import org.mutirao.protocol.id.WorkerLimits;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.facts.FactFinder;
import org.mutirao.worker.run.Enforcement;
import org.mutirao.worker.run.MemoryShare;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much memory scripts may take on this machine, and whether it can hold them to that. */
final class MemoryHere {
    private static final Logger log = LoggerFactory.getLogger(MemoryHere.class);

    private MemoryHere() {}

    /**
     * Says it when this system does not tell what scripts take.
     *
     * @param held whether Windows refuses them more. It counts what is set aside too, so only what a person chose holds there
     */
    static MemoryShare share(WorkerConfig config, boolean held) {
        if (held && config.limits().maxMemory().isEmpty()) {
            return new MemoryShare(0, FactFinder.memory());
        }
        if (!isEnforced(held)) {
            log.warn(
                    "memory: not enforced on this PC, since its system does not tell what a script and its children take");
            return MemoryShare.unlimited();
        }
        return planned(config);
    }

    /**
     * What masters are told of that. Where it is not enforced too, they count by it what scripts may take.
     *
     * @param held whether Windows refuses them more
     */
    static WorkerLimits limits(WorkerConfig config, boolean held) {
        return new WorkerLimits(
                planned(config).usual(),
                config.limits().maxMemory().map(ByteSize::bytes).orElse(0L),
                Enforcement.lacking(isEnforced(held)));
    }

    private static boolean isEnforced(boolean held) {
        return held || Enforcement.ofMemory();
    }

    private static MemoryShare planned(WorkerConfig config) {
        return config.limits()
                .maxMemory()
                .map(MemoryShare::of)
                .orElseGet(() ->
                        MemoryShare.fair(FactFinder.memory(), config.slots().tasks()));
    }
}
