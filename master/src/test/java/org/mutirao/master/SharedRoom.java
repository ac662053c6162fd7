package org.mutirao.master;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.mutirao.protocol.disk.OwnerOnly;
import org.mutirao.protocol.room.RoomCertificate;
import org.mutirao.protocol.room.RoomSecret;

/** A secret for all tests of this JVM, with one certificate for their masters: making one takes a second or more. */
final class SharedRoom {
    /** The room's secret. */
    static final RoomSecret SECRET = RoomSecret.random(new SecureRandom());

    private static byte[] certificate;

    private SharedRoom() {}

    /** Lays the certificate where a master looks for its own. */
    static synchronized void certify(Path data) throws IOException {
        Path file = data.resolve("certificate.p12");
        if (Files.exists(file)) {
            return;
        }
        Files.createDirectories(data);
        if (certificate == null) {
            RoomCertificate.open(file, SECRET);
            certificate = Files.readAllBytes(file);
        } else {
            Files.write(file, certificate);
            OwnerOnly.restrict(file);
        }
    }
}
