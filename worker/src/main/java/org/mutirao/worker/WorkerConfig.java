package org.mutirao.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.link.Search;
import org.mutirao.worker.warm.Warm;

/**
 * Everything that can be set at a worker.
 *
 * @param work the folder to work in; workers of one machine may share it
 * @param search where the master may be
 * @param slots how many tasks at a time
 * @param interpreter what scripts are started with
 * @param limits what a script may use
 * @param id empty to keep the one in the work folder
 * @param once leave when there is nothing to do
 * @param portFile where to write the ports in force
 */
public record WorkerConfig(
        Path work,
        Search search,
        int slots,
        Interpreter interpreter,
        Limits limits,
        Optional<WorkerId> id,
        Duration heartbeat,
        boolean once,
        Optional<Path> portFile) {
    public WorkerConfig {
        check(slots >= 1 && slots <= 1024, "--slots " + slots + ": expected 1 to 1024");
        check(heartbeat.toMillis() >= 50, "--heartbeat: expected at least 50ms");
    }

    /**
     * What one script may use.
     *
     * @param timeout how long it may run if its package does not say
     * @param maxUnpacked what its package may unpack to
     * @param maxOutput what it may print
     */
    public record Limits(Duration timeout, ByteSize maxUnpacked, ByteSize maxOutput) {
        public Limits {
            check(!timeout.isZero(), "--timeout: expected more than 0");
        }
    }

    /**
     * What scripts are started with.
     *
     * @param command of Python; empty to look for one
     */
    public record Interpreter(Optional<List<String>> command, Warm warm) {}

    private static void check(boolean fine, String message) {
        if (!fine) {
            throw new IllegalArgumentException(message);
        }
    }

    public static WorkerConfig defaults() {
        return new WorkerConfig(
                Path.of("work"),
                new Search(List.of(), DiscoveryPorts.defaults()),
                Runtime.getRuntime().availableProcessors(),
                new Interpreter(Optional.empty(), Warm.auto()),
                new Limits(Duration.ofHours(24), ByteSize.gibi(16), ByteSize.gibi(2)),
                Optional.empty(),
                Duration.ofSeconds(5),
                false,
                Optional.empty());
    }
}
