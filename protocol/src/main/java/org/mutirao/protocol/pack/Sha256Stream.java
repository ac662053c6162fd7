package org.mutirao.protocol.pack;

import java.io.OutputStream;
import java.security.MessageDigest;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;

/** Keeps nothing of what is written but its hash and length. */
public final class Sha256Stream extends OutputStream {
    private final MessageDigest digest = Sha256.newDigest();
    private long size;

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
        return new Blob(Sha256.finish(digest), size);
    }
}
