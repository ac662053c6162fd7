package org.mutirao.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;

/**
 * Everything that can be set at a worker.
 *
 * @param work the folder to work in; workers of one machine may share it
 * @param masters where the master may be; empty to look for it
 * @param discovery where to look
 * @param slots how many tasks at a time
 * @param python the interpreter's command; empty to look for one
 * @param timeout how long a script may run if its package does not say
 * @param id empty to keep the one in the work folder
 * @param maxUnpacked what one package may unpack to
 * @param maxOutput what one script may print
 * @param once leave when there is nothing to do
 * @param portFile where to write the ports in force
 */
public record WorkerConfig(
        Path work,
        List<HostPort> masters,
        DiscoveryPorts discovery,
        int slots,
        Optional<List<String>> python,
        Duration timeout,
        Optional<WorkerId> id,
        Duration heartbeat,
        ByteSize maxUnpacked,
        ByteSize maxOutput,
        boolean once,
        Optional<Path> portFile) {
    public WorkerConfig {
        check(slots >= 1 && slots <= 1024, "--slots " + slots + ": expected 1 to 1024");
        check(heartbeat.toMillis() >= 50, "--heartbeat: expected at least 50ms");
        check(!timeout.isZero(), "--timeout: expected more than 0");
        check(
                !masters.isEmpty() || !discovery.numbers().isEmpty(),
                "--discovery-ports none needs --master HOST:PORT, or there is no way to a master");
    }

    private static void check(boolean fine, String message) {
        if (!fine) {
            throw new IllegalArgumentException(message);
        }
    }

    public static WorkerConfig defaults() {
        return new WorkerConfig(
                Path.of("work"),
                List.of(),
                DiscoveryPorts.defaults(),
                Runtime.getRuntime().availableProcessors(),
                Optional.empty(),
                Duration.ofHours(24),
                Optional.empty(),
                Duration.ofSeconds(5),
                ByteSize.gibi(16),
                ByteSize.gibi(2),
                false,
                Optional.empty());
    }
}
