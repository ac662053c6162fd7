package org.mutirao.protocol.room;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/**
 * What shows that a certificate is a master's of the room: its name is an HMAC of its public key. Only who knows the secret can make
 * that name, and only who has the private key can open a TLS connection with it.
 */
final class MasterMark {
    private static final String NAME = "CN=";

    private MasterMark() {}

    /** The name that a certificate of that key must have. */
    static String nameOf(PublicKey key, RoomSecret secret) {
        return NAME + HexFormat.of().formatHex(RoomSecret.mac(secret.key("masters"), key.getEncoded()));
    }

    /** Whether the one who made it knew the secret. Its dates are nobody's business: a clock may be a year off. */
    static boolean isOn(X509Certificate certificate, RoomSecret secret) {
        byte[] expected = nameOf(certificate.getPublicKey(), secret).getBytes(StandardCharsets.UTF_8);
        String name = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
        return MessageDigest.isEqual(expected, name.getBytes(StandardCharsets.UTF_8));
    }
}
