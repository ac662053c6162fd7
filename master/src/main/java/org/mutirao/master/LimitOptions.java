package org.mutirao.master;

import java.time.Duration;
import org.mutirao.protocol.units.ByteSize;
import picocli.CommandLine.Option;

/** The options for how long something may take and how large it may be. */
final class LimitOptions {
    @Option(
            names = "--lease",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_LEASE:-60s}",
            description = "How long a silent worker keeps its tasks (${DEFAULT-VALUE}).")
    private Duration lease;

    @Option(
            names = "--worker-timeout",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_WORKER_TIMEOUT:-90s}",
            description = "The same for workers of other groups, which are slower to speak (${DEFAULT-VALUE}).")
    private Duration workerTimeout;

    @Option(
            names = "--stranger-lease",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_STRANGER_LEASE:-30m}",
            description =
                    "How long a worker of another group may hold one task, since it may have lost it without knowing "
                            + "(${DEFAULT-VALUE}).")
    private Duration strangerLease;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MAX_ATTEMPTS:-5}",
            description = "How often a task may be lost before it is given up (${DEFAULT-VALUE}).")
    private int maxAttempts;

    @Option(
            names = "--max-package",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_PACKAGE:-8GiB}",
            description = "Largest package (${DEFAULT-VALUE}).")
    private ByteSize maxPackage;

    @Option(
            names = "--max-result",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_RESULT:-8GiB}",
            description = "Largest result (${DEFAULT-VALUE}).")
    private ByteSize maxResult;

    @Option(
            names = "--max-unpacked",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_UNPACKED:-16GiB}",
            description = "What a package may unpack to (${DEFAULT-VALUE}).")
    private ByteSize maxUnpacked;

    MasterConfig.Leases leases() {
        return new MasterConfig.Leases(lease, workerTimeout, strangerLease, maxAttempts);
    }

    MasterConfig.Sizes sizes() {
        return new MasterConfig.Sizes(maxPackage, maxResult, maxUnpacked);
    }
}
