package org.mutirao.master;

import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.commandline.SecretOption;
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

    /** The room; empty without a key. */
    Optional<MasterConfig.Room> room() {
        if (secret.secret().isEmpty() && openTo != null) {
            throw new IllegalArgumentException(Text.of("--open-to needs --secret: without it the room is open to all"));
        }
        return secret.secret()
                .map(known -> new MasterConfig.Room(known, OpenAddresses.parse(openTo == null ? List.of() : openTo)));
    }

    /** What a person is to be told when other users of this machine may read the secret. */
    Optional<String> exposure() {
        return secret.exposure();
    }
}
