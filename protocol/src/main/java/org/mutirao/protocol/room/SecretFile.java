package org.mutirao.protocol.room;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.disk.OwnerOnly;
import org.mutirao.protocol.text.Text;

/** The file that has the room's secret, one line of six words. */
public final class SecretFile {
    private static final Pattern NO_ASCII = Pattern.compile("[\\x00\\x80-\\xff]");

    private SecretFile() {}

    /**
     * Reads the secret.
     *
     * @throws IOException with a sentence that names the file, and not what is in it
     */
    public static RoomSecret read(Path file) throws IOException {
        // A file of Windows may begin with a mark, or have two bytes a letter.
        String text = NO_ASCII.matcher(OwnFiles.readSmall(file)).replaceAll("");
        try {
            return RoomSecret.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    Text.of(
                            "the file %s has no room's secret: %s. 'mutirao secret new FILE' makes one",
                            FileNames.textOf(file), e.getMessage()),
                    e);
        }
    }

    /**
     * Writes a secret to a file that only its owner may read.
     *
     * @throws IOException also when there is such a file, since a room would be locked out without a word
     */
    public static void create(Path file, RoomSecret secret) throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        DurableFiles.writeSecret(file, secret.words() + System.lineSeparator());
    }

    /** What is wrong when other users of this machine may read or change the file; empty where the system does not tell. */
    public static Optional<String> exposure(Path file) throws IOException {
        return OwnerOnly.isOpenToOthers(file)
                ? Optional.of(Text.of(
                        "other users of this machine may read or change the secret in %s; take that right from them, on Linux and"
                                + " macOS with: chmod 600",
                        FileNames.textOf(file)))
                : Optional.empty();
    }
}
