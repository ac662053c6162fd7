package org.mutirao.protocol.room;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.disk.OwnerOnly;

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

    /** One that an earlier version made says nothing to other masters. */
    @Test
    void oneWithoutTheRoomsMarkIsMadeAnewOnce() throws Exception {
        Path file = folder.resolve("tls.p12");
        char[] password = HexFormat.of().formatHex(secret.key("certificate")).toCharArray();
        RoomCertificate.keytool(file, password, "-genkeypair", "CN=mutirao", "-keyalg", "EC");
        byte[] old;
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password);
            old = MessageDigest.getInstance("SHA-256")
                    .digest(keys.getCertificate("master").getEncoded());
        }
        byte[] made = RoomCertificate.open(file, secret).hash();
        assertFalse(Arrays.equals(old, made));
        assertArrayEquals(made, RoomCertificate.open(file, secret).hash());
    }

    @Test
    void onlyItsOwnerReadsIt() throws IOException {
        Path file = folder.resolve("tls.p12");
        RoomCertificate.open(file, secret);
        assumeTrue(file.getFileSystem().supportedFileAttributeViews().contains("posix"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    /** A master that ended while it made one has left things behind. */
    @Test
    void whatAnEarlierStartLeftIsInNobodysWay() throws IOException {
        Path left = Files.createDirectory(folder.resolve("tls.p12.new"));
        Files.write(left.resolve("tls.p12"), new byte[100]);
        RoomCertificate.open(folder.resolve("tls.p12"), secret);
        assertFalse(Files.exists(left));

        Files.write(left, new byte[100]); // as an older version left it
        RoomCertificate.open(folder.resolve("tls.p12"), RoomSecret.random(new SecureRandom()));
        assertFalse(Files.exists(left));
    }

    @Test
    void nobodyElseEntersTheFolderInWhichItIsMade() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path closed = folder.resolve("closed");
        OwnerOnly.createFolder(closed);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(closed)));
    }
}
