package org.mutirao.protocol.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
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
