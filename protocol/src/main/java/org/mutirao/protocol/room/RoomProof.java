package org.mutirao.protocol.room;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * How a master and a program prove to each other that they know the room's secret, on one TLS connection.
 *
 * <p>Each side's proof is an HMAC over who proves it, the numbers that both sides drew for this connection, and the certificate that the
 * program sees. So a proof can't be sent again, or back to its maker. It is worth nothing on another connection: who stands between the two
 * must show a certificate of his own.
 */
public final class RoomProof {
    /** The length of the number that each side draws, in bytes. */
    public static final int NONCE_LENGTH = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] key;
    private final byte[] conversation;

    /**
     * What both sides have seen.
     *
     * @param peerNonce what the program drew
     * @param masterNonce what the master drew
     * @param certificate SHA-256 of the master's certificate, in DER
     */
    public RoomProof(RoomSecret secret, byte[] peerNonce, byte[] masterNonce, byte[] certificate) {
        key = secret.key("proof");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        // All have one length, so no two conversations look alike.
        all.writeBytes(checked(peerNonce));
        all.writeBytes(checked(masterNonce));
        all.writeBytes(checked(certificate));
        conversation = all.toByteArray();
    }

    private static byte[] checked(byte[] part) {
        if (part.length != NONCE_LENGTH) {
            throw new IllegalArgumentException("expected " + NONCE_LENGTH + " bytes, not " + part.length);
        }
        return part;
    }

    /**
     * What a master says of where it is, to one who asked by UDP.
     *
     * @param nonce what the one who asked drew
     * @param place as it is announced
     */
    public static byte[] ofPlace(RoomSecret secret, byte[] nonce, String place) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(checked(nonce));
        message.writeBytes(place.getBytes(StandardCharsets.UTF_8));
        return RoomSecret.mac(secret.key("discovery"), message.toByteArray());
    }

    /**
     * What a master adds to the card that it says by multicast.
     *
     * @param card as it is sent
     */
    public static String ofCard(RoomSecret secret, String card) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(RoomSecret.mac(secret.key("card"), card.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether one said this card who knows the secret. */
    public static boolean isOfCard(RoomSecret secret, String card, String said) {
        return MessageDigest.isEqual(
                ofCard(secret, card).getBytes(StandardCharsets.UTF_8), said.getBytes(StandardCharsets.UTF_8));
    }

    /** A number that was never drawn before. */
    public static byte[] nonce() {
        byte[] nonce = new byte[NONCE_LENGTH];
        RANDOM.nextBytes(nonce);
        return nonce;
    }

    /** What the master says. */
    public byte[] ofMaster() {
        return of("master");
    }

    /** What the program says. */
    public byte[] ofPeer() {
        return of("peer");
    }

    /** Whether a master said this that knows the secret and has that certificate. */
    public boolean isOfMaster(byte[] said) {
        return MessageDigest.isEqual(ofMaster(), said);
    }

    /** Whether a program said this that knows the secret and sees that certificate. */
    public boolean isOfPeer(byte[] said) {
        return MessageDigest.isEqual(ofPeer(), said);
    }

    private byte[] of(String side) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes((side + "\n").getBytes(StandardCharsets.UTF_8));
        message.writeBytes(conversation);
        return RoomSecret.mac(key, message.toByteArray());
    }
}
