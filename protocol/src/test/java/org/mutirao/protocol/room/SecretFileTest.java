package org.mutirao.protocol.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
    @TempDir
    private Path folder;

    private final RoomSecret secret = RoomSecret.random(new SecureRandom());

    @Test
    void aSecretIsReadAsItWasWrittenAndNeverReplaced() throws IOException {
        Path file = folder.resolve("room.secret");
        SecretFile.create(file, secret);
        assertEquals(secret, SecretFile.read(file));
        assertEquals(Optional.empty(), SecretFile.exposure(file));
        assertThrows(
                FileAlreadyExistsException.class, () -> SecretFile.create(file, RoomSecret.random(new SecureRandom())));
        assertEquals(secret, SecretFile.read(file));
    }

    @Test
    void aFileThatOthersMayReadIsNamed() throws IOException {
        Path file = folder.resolve("room.secret");
        SecretFile.create(file, secret);
        assumeTrue(file.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(SecretFile.exposure(file).orElseThrow().contains(file.toString()));
    }

    /** As Notepad and PowerShell's {@code >} write it. */
    @Test
    void filesOfWindowsAreReadToo() throws IOException {
        String marked = '\uFEFF' + secret.words() + "\r\n";
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            Path file = Files.writeString(folder.resolve(charset.name()), marked, charset);
            assertEquals(secret, SecretFile.read(file), charset.name());
        }
    }

    @Test
    void aWrongFileIsASentenceThatDoesNotRepeatIt() throws IOException {
        Path file = Files.writeString(folder.resolve("x"), "my password is tiger");
        IOException fault = assertThrows(IOException.class, () -> SecretFile.read(file));
        assertTrue(fault.getMessage().contains(file.toString()), fault::getMessage);
        assertFalse(fault.getMessage().contains("tiger"), fault::getMessage);
        assertThrows(IOException.class, () -> SecretFile.read(folder.resolve("nothing")));
        assertThrows(IOException.class, () -> SecretFile.read(folder));
    }
}
