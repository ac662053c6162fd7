package org.mutirao.protocol.pack;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;

/** Keeps nothing of what is written but its hash and length. */
public final class Sha256Stream extends OutputStream {
    private final MessageDigest digest = newDigest();
    private long size;

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void write(int value) {
        digest.update((byte) value);
        size++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        digest.update(bytes, from, length);
        size += length;
    }

    /** Of what was written; ends it. */
    public Blob blob() {
        return new Blob(new Sha256(HexFormat.of().formatHex(digest.digest())), size);
    }
}
