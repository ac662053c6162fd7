package org.mutirao.protocol.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
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
                new TrustManager[] {new MasterTrust(List.of(known))},
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
    void whoShowsNoCertificateIsNotLetIn() throws Exception {
        KeyManager own = of("a", secret);
        assertThrows(SSLException.class, () -> shake(engine(null, secret, true), engine(own, secret, false)));
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
