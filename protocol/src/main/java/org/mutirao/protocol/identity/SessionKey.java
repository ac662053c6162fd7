package org.mutirao.protocol.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mutirao.protocol.id.Sha256;

/** What a worker and its master both know after REGISTER, and nobody else: with it the worker proves each of its messages. Immutable. */
public final class SessionKey {
    private static final String MAC = "HmacSHA256";
    private static final byte[] LABEL = "mutirao worker 1 session\n".getBytes(StandardCharsets.UTF_8);

    private final SecretKeySpec key;

    private SessionKey(byte[] key) {
        this.key = new SecretKeySpec(key, MAC);
    }

    /**
     * From what the two agreed on, in the two steps of HKDF (RFC 5869).
     *
     * @param shared what {@link Curve#agree} gave
     * @param worker its public key
     * @param master the master's
     * @param nonce what the master drew for this session
     */
    static SessionKey of(byte[] shared, byte[] worker, byte[] master, byte[] nonce) {
        Mac mac = mac(new SecretKeySpec(mac(new SecretKeySpec(nonce, MAC)).doFinal(shared), MAC));
        mac.update(LABEL);
        mac.update(worker);
        mac.update(master);
        mac.update((byte) 1);
        return new SessionKey(mac.doFinal());
    }

    /** HMAC-SHA-256, ready to be fed. */
    static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + MAC, e);
        }
    }

    static SecretKeySpec macKey(byte[] bytes) {
        return new SecretKeySpec(bytes, MAC);
    }

    /** The proof of a message, in base64. */
    public String proofOf(Sha256 message) {
        byte[] proof = mac(key).doFinal(message.hex().getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(proof);
    }

    /** Whether who has this key said that message. */
    public boolean isProof(String said, Sha256 message) {
        return MessageDigest.isEqual(
                proofOf(message).getBytes(StandardCharsets.US_ASCII), said.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "a session's key";
    }
}
