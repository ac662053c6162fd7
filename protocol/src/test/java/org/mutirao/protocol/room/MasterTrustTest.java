package org.mutirao.protocol.room;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS between two masters, without a network between them. */
class MasterTrustTest {
    @TempDir
    private Path folder;

    private final RoomSecret secret = RoomSecret.random(new SecureRandom());

    private KeyManager of(String master, RoomSecret known) throws Exception {
        return RoomCertificate.open(folder.resolve(master), known).keyManager();
    }

    private SSLEngine engine(KeyManager own, RoomSecret known, boolean client) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                own == null ? null : new KeyManager[] {own},
                new TrustManager[] {new MasterTrust(() -> List.of(known))},
                null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        engine.setNeedClientAuth(!client);
        return engine;
    }

    /** Until both sides have shaken hands, or one will not. */
    private static void shake(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer up = ByteBuffer.allocate(1 << 17);
        ByteBuffer down = ByteBuffer.allocate(1 << 17);
        for (int turn = 0; turn < 50; turn++) {
            step(client, down, up);
            step(server, up, down);
        }
        assertEquals(HandshakeStatus.NOT_HANDSHAKING, client.getHandshakeStatus());
        assertEquals(HandshakeStatus.NOT_HANDSHAKING, server.getHandshakeStatus());
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
            in.flip();
            engine.unwrap(in, ByteBuffer.allocate(1 << 16));
            in.compact();
        } else {
            engine.wrap(ByteBuffer.allocate(0), out);
        }
    }

    @Test
    void twoMastersOfARoomTrustEachOther() throws Exception {
        shake(engine(of("a", secret), secret, true), engine(of("b", secret), secret, false));
    }

    @Test
    void aMasterOfAnotherRoomIsNotLetInAndLetsNobodyIn() throws Exception {
        RoomSecret other = RoomSecret.random(new SecureRandom());
        KeyManager own = of("a", secret);
        KeyManager strange = of("b", other);
        assertThrows(SSLException.class, () -> shake(engine(strange, secret, true), engine(own, secret, false)));
        assertThrows(SSLException.class, () -> shake(engine(own, secret, true), engine(strange, secret, false)));
    }

    @Test
    void aRetiredSecretIsWorthNothingFromThatMomentOn() throws Exception {
        RoomSecret next = RoomSecret.random(new SecureRandom());
        List<RoomSecret> inForce = new ArrayList<>(List.of(next, secret));
        MasterTrust trust = new MasterTrust(() -> inForce);
        X509Certificate[] old = {
            RoomCertificate.open(folder.resolve("a"), secret).keyManager() instanceof X509KeyManager keys
                    ? keys.getCertificateChain(keys.getServerAliases("EC", null)[0])[0]
                    : null
        };
        assertDoesNotThrow(() -> trust.checkClientTrusted(old, "EC"));
        inForce.remove(secret);
        assertThrows(CertificateException.class, () -> trust.checkClientTrusted(old, "EC"));
        assertThrows(CertificateException.class, () -> trust.checkServerTrusted(old, "EC"));
    }

    @Test
    void whoShowsNoCertificateIsNotLetIn() throws Exception {
        KeyManager own = of("a", secret);
        assertThrows(SSLException.class, () -> shake(engine(null, secret, true), engine(own, secret, false)));
    }

    /** To a clock that is years off any certificate may be of the past or of the future. */
    @Test
    void nobodyLooksAtDates() throws Exception {
        char[] password = "a-password".toCharArray();
        Path file = folder.resolve("old.p12");
        RoomCertificate.keytool(file, password, "-genkeypair", "CN=mutirao", "-keyalg", "EC");
        String name = MasterMark.nameOf(certificate(file, password).getPublicKey(), secret);
        RoomCertificate.keytool(file, password, "-selfcert", name, "-validity", "1");
        X509Certificate old = certificate(file, password);
        assertThrows(CertificateExpiredException.class, old::checkValidity);
        MasterTrust trust = new MasterTrust(() -> List.of(secret));
        assertDoesNotThrow(() -> trust.checkClientTrusted(new X509Certificate[] {old}, "EC"));
        assertDoesNotThrow(() -> trust.checkServerTrusted(new X509Certificate[] {old}, "EC"));
    }

    private static X509Certificate certificate(Path file, char[] password) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, password);
        }
        return (X509Certificate) keys.getCertificate("master");
    }

    /** Somebody saw it on the network, and has another key. */
    @Test
    void aCopiedNameIsWorthNothing() throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        PublicKey one = keys.generateKeyPair().getPublic();
        PublicKey other = keys.generateKeyPair().getPublic();
        assertEquals(MasterMark.nameOf(one, secret), MasterMark.nameOf(one, secret));
        assertNotEquals(MasterMark.nameOf(one, secret), MasterMark.nameOf(other, secret));
    }
}
