package org.mutirao.master;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.handlers.Shares;
import org.mutirao.protocol.commandline.SecretOption;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.SecretFile;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.OpenAddresses;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for a room with a key. */
final class RoomOptions {
    @Mixin
    private SecretOption secret;

    @Option(
            names = "--open-to",
            paramLabel = "ADDRESS[/BITS],…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "${env:MUTIRAO_OPEN_TO:-" + CommandLine.Option.NULL_VALUE + "}",
            description =
                    "With --secret: from these addresses programs get in without it, such as those of other groups.")
    private List<String> openTo;

    @Option(
            names = "--old-secret",
            paramLabel = "FILE",
            description =
                    "With --secret: the file with the secret that the room had before. Programs with that one get in too, until"
                            + " 'mutirao secret retire'.")
    private List<Path> old;

    @Option(
            names = "--max-tasks-per-submitter",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MAX_TASKS_PER_SUBMITTER:-100000}",
            description =
                    "With --secret: how many unfinished tasks one may have who came in with a submitter's code (${DEFAULT-VALUE}).")
    private int maxTasks;

    @Option(
            names = "--max-jobs-per-submitter",
            paramLabel = "N",
            defaultValue = "${env:MUTIRAO_MAX_JOBS_PER_SUBMITTER:-1000}",
            description = "The same for unfinished jobs (${DEFAULT-VALUE}).")
    private int maxJobs;

    /** The room; empty without a key. */
    Optional<MasterConfig.Room> room() {
        if (secret.secret().isEmpty() && openTo != null) {
            throw new IllegalArgumentException(Text.of("--open-to needs --secret: without it the room is open to all"));
        }
        if (secret.secret().isEmpty() && old != null) {
            throw new IllegalArgumentException(Text.of("--old-secret needs --secret, which names the new one"));
        }
        List<RoomSecret> before = new ArrayList<>();
        for (Path file : old == null ? List.<Path>of() : old) {
            before.add(read(file));
        }
        return secret.secret()
                .map(known -> new MasterConfig.Room(
                        known,
                        before,
                        OpenAddresses.parse(openTo == null ? List.of() : openTo),
                        new Shares.Most(maxTasks, maxJobs)));
    }

    private static RoomSecret read(Path file) {
        try {
            return SecretFile.read(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** What a person is to be told when other users of this machine may read the secret. */
    Optional<String> exposure() {
        return secret.exposure();
    }
}
