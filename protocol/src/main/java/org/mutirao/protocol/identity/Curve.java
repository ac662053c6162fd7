package org.mutirao.protocol.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** X25519 (RFC 7748) of the JDK, with keys as their 32 bytes. */
final class Curve {
    /** The length of a key of either kind, in bytes. */
    static final int LENGTH = 32;

    private static final String NAME = "X25519";
    private static final int BASE_POINT = 9;

    private Curve() {}

    /** The public key that belongs to a private one. */
    static byte[] publicOf(byte[] secret) {
        byte[] base = new byte[LENGTH];
        base[0] = BASE_POINT;
        try {
            return agree(secret, base);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("the base point is a public key", e);
        }
    }

    /**
     * What only the owners of the two private keys can compute.
     *
     * @throws InvalidKeyException when the public key is one of the few from which anybody could compute it
     */
    static byte[] agree(byte[] secret, byte[] open) throws InvalidKeyException {
        try {
            KeyFactory factory = KeyFactory.getInstance(NAME);
            PrivateKey own = factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret));
            PublicKey other = factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, coordinate(open)));
            KeyAgreement agreement = KeyAgreement.getInstance(NAME);
            agreement.init(own);
            agreement.doPhase(other, true);
            return agreement.generateSecret();
        } catch (InvalidKeyException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + NAME, e);
        }
    }

    /** Its lowest byte comes first, and the highest bit counts for nothing. */
    private static BigInteger coordinate(byte[] open) {
        byte[] highestFirst = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            highestFirst[i] = open[LENGTH - 1 - i];
        }
        highestFirst[0] &= Byte.MAX_VALUE;
        return new BigInteger(1, highestFirst);
    }
}
