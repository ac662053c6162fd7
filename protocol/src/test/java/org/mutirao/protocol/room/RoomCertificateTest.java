package org.mutirao.protocol.room;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomCertificateTest {
    @TempDir
    private Path folder;

    private final RoomSecret secret = RoomSecret.random(new SecureRandom());

    @Test
    void itIsMadeOnceForASecretAndAnewForAnotherOrWhenDamaged() throws IOException, GeneralSecurityException {
        Path file = folder.resolve("tls.p12");
        byte[] first = RoomCertificate.open(file, secret).hash();
        assertArrayEquals(first, RoomCertificate.open(file, secret).hash());

        RoomSecret other = RoomSecret.random(new SecureRandom());
        byte[] second = RoomCertificate.open(file, other).hash();
        assertFalse(Arrays.equals(first, second));

        Files.write(file, new byte[100]);
        byte[] third = RoomCertificate.open(file, other).hash();
        assertFalse(Arrays.equals(second, third));
        assertArrayEquals(third, RoomCertificate.open(file, other).hash());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void onlyItsOwnerReadsIt() throws IOException {
        Path file = folder.resolve("tls.p12");
        RoomCertificate.open(file, secret);
        assumeTrue(file.getFileSystem().supportedFileAttributeViews().contains("posix"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
}
