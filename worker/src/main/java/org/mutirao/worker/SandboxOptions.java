package org.mutirao.worker;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mutirao.worker.sandbox.SandboxChoice;
import org.mutirao.worker.sandbox.SandboxSettings;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What scripts are kept from, on the command line. */
final class SandboxOptions {
    private static final String NONE = CommandLine.Option.NULL_VALUE;

    @Option(
            names = "--sandbox",
            paramLabel = "auto|bubblewrap|user|none",
            defaultValue = "${env:MUTIRAO_SANDBOX:-none}",
            description =
                    "Keep scripts from the files of this user and of each other: by bubblewrap, if it works here (auto), by another account, or not (${DEFAULT-VALUE}).")
    private SandboxChoice choice;

    @Option(
            names = "--allow-network",
            defaultValue = "${env:MUTIRAO_ALLOW_NETWORK:-false}",
            fallbackValue = "true",
            description = "With --sandbox bubblewrap: let packages that ask for the network have it.")
    private boolean network;

    @Option(
            names = "--account",
            paramLabel = "NAME",
            defaultValue = "${env:MUTIRAO_ACCOUNT:-" + SandboxSettings.NOBODY + "}",
            description = "As which user scripts run with --sandbox user (${DEFAULT-VALUE}).")
    private String account;

    @Option(
            names = "--readable",
            paramLabel = "DIR,…",
            hideParamSyntax = true,
            defaultValue = "${env:MUTIRAO_READABLE:-" + NONE + "}",
            split = ",",
            description = "Folders that scripts in a sandbox may read besides, with commas.")
    private List<Path> readable;

    /** @param secret the file with the room's secret */
    SandboxSettings settings(Optional<Path> secret) {
        return new SandboxSettings(choice, network, readable == null ? List.of() : readable, account, secret);
    }
}
