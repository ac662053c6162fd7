package org.mutirao.protocol.commandline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.room.RoomSecret;
import org.mutirao.protocol.room.SecretFile;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The room's secret, as the command line of each program has it: by a file, since others can read the words of a command line. */
public final class SecretOption {
    @Option(
            names = "--secret",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:MUTIRAO_SECRET:-" + CommandLine.Option.NULL_VALUE + "}",
            converter = Reader.class,
            description =
                    "The file with the room's secret. Programs with the same secret make one room, and nobody else enters it.")
    private Given given;

    /**
     * What the file has.
     *
     * @param exposure a sentence when other users of this machine may read it
     */
    record Given(Path file, RoomSecret secret, Optional<String> exposure) {}

    static final class Reader implements CommandLine.ITypeConverter<Given> {
        @Override
        public Given convert(String name) {
            Path file = FileNames.given(name);
            if (isSecret(name) && !Files.exists(file)) {
                throw new IllegalArgumentException(
                        Text.of("expected a file with the words, not the words, since others can read a command line"));
            }
            try {
                return new Given(file, SecretFile.read(file), SecretFile.exposure(file));
            } catch (IOException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
    }

    private static boolean isSecret(String text) {
        try {
            RoomSecret.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Empty for a room without a key. */
    public Optional<RoomSecret> secret() {
        return Optional.ofNullable(given).map(Given::secret);
    }

    /** Where it was read from. */
    public Optional<Path> file() {
        return Optional.ofNullable(given).map(Given::file);
    }

    /** What a person is to be told when other users of this machine may read the file. */
    public Optional<String> exposure() {
        return Optional.ofNullable(given).flatMap(Given::exposure);
    }
}
