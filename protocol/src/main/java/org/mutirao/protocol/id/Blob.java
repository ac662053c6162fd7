package org.mutirao.protocol.id;

/**
 * Some bytes by their hash.
 *
 * @param size in bytes
 */
public record Blob(Sha256 hash, long size) {
    public Blob {
        if (size < 0) {
            throw new IllegalArgumentException("size " + size + ": expected 0 bytes or more");
        }
    }
}
