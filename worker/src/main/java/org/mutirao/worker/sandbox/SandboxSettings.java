package org.mutirao.worker.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How scripts are kept from what is none of their business.
 *
 * @param network whether a script may have the network if its package asks for it
 * @param readable files and folders that scripts may read besides
 * @param account as which scripts of root's worker run, with {@link SandboxChoice#USER}
 * @param secret the file with the room's secret
 */
public record SandboxSettings(
        SandboxChoice choice, boolean network, List<Path> readable, String account, Optional<Path> secret) {
    /** The account that every system has for this. */
    public static final String NOBODY = "nobody";

    public SandboxSettings {
        readable = readable.stream().map(Path::toAbsolutePath).toList();
        secret = secret.map(Path::toAbsolutePath);
    }

    /** Scripts see what the worker's user sees. */
    public static SandboxSettings none() {
        return new SandboxSettings(SandboxChoice.NONE, false, List.of(), NOBODY, Optional.empty());
    }
}
