package org.mutirao.worker;

import java.time.Duration;
import java.util.Optional;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.environment.EnvironmentSettings;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Options for what packages want to have installed. */
final class EnvironmentOptions {
    private static final String NONE = CommandLine.Option.NULL_VALUE;

    @Option(
            names = "--allow-index",
            paramLabel = "URL",
            defaultValue = "${env:MUTIRAO_ALLOW_INDEX:-" + NONE + "}",
            description = "From where packages may come that the master's wheels/ does not have (nowhere).")
    private String index;

    @Option(
            names = "--max-environments",
            paramLabel = "SIZE",
            defaultValue = "${env:MUTIRAO_MAX_ENVIRONMENTS:-10GiB}",
            description = "What all environments of packages may take on the disk (${DEFAULT-VALUE}).")
    private ByteSize most;

    @Option(
            names = "--build-timeout",
            paramLabel = "TIME",
            defaultValue = "${env:MUTIRAO_BUILD_TIMEOUT:-10m}",
            description = "How long the making of one may take (${DEFAULT-VALUE}).")
    private Duration patience;

    EnvironmentSettings settings() {
        return new EnvironmentSettings(Optional.ofNullable(index), most, patience);
    }
}
