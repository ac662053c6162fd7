package org.mutirao.protocol.id;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 hash (FIPS 180-4), the name of some bytes. Kept as its 256 bits: a master holds one for each of very many tasks. */
public final class Sha256 {
    /** Large enough that reading costs few system calls. */
    private static final int BLOCK = 128 * 1024;

    /** How many a hash has. */
    public static final int BYTES = 32;

    private static final int DIGITS = 64;
    private static final int DIGITS_A_PART = 16;

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    /** @param hex 64 lower-case hexadecimal digits */
    public Sha256(String hex) {
        if (hex.length() != DIGITS) {
            throw notHex(hex);
        }
        first = part(hex, 0);
        second = part(hex, 1);
        third = part(hex, 2);
        fourth = part(hex, 3);
    }

    /** The {@link #BYTES} from there on. */
    public Sha256(byte[] bytes, int start) {
        this(ByteBuffer.wrap(bytes, start, BYTES));
    }

    private Sha256(ByteBuffer bytes) {
        first = bytes.getLong();
        second = bytes.getLong();
        third = bytes.getLong();
        fourth = bytes.getLong();
    }

    /** By hand, since capitals are refused: a pattern that looks for them would cost more than all the rest. */
    private static long part(String hex, int number) {
        long part = 0;
        for (int i = number * DIGITS_A_PART; i < (number + 1) * DIGITS_A_PART; i++) {
            char c = hex.charAt(i);
            if (c >= '0' && c <= '9') {
                part = part << 4 | c - '0';
            } else if (c >= 'a' && c <= 'f') {
                part = part << 4 | c - 'a' + 10;
            } else {
                throw notHex(hex);
            }
        }
        return part;
    }

    private static IllegalArgumentException notHex(String hex) {
        return new IllegalArgumentException(
                "sha256 of " + hex.length() + " characters: expected 64 lower-case hexadecimal digits");
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        byte[] bytes = new byte[BYTES];
        writeTo(bytes, 0);
        return HexFormat.of().formatHex(bytes);
    }

    public void writeTo(byte[] bytes, int start) {
        ByteBuffer.wrap(bytes, start, BYTES)
                .putLong(first)
                .putLong(second)
                .putLong(third)
                .putLong(fourth);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256 that
                && first == that.first
                && second == that.second
                && third == that.third
                && fourth == that.fourth;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(first); // any part of a hash is one
    }

    public static Sha256 of(byte[] bytes) {
        MessageDigest digest = newDigest();
        digest.update(bytes);
        return finish(digest);
    }

    /** Of a file's bytes, without holding them in memory. */
    public static Sha256 ofFile(Path file) throws IOException {
        MessageDigest digest = newDigest();
        byte[] block = new byte[BLOCK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                digest.update(block, 0, count);
            }
        }
        return finish(digest);
    }

    /** A digest to feed; {@link #finish} reads it. Every Java platform has SHA-256. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    public static Sha256 finish(MessageDigest digest) {
        return new Sha256(ByteBuffer.wrap(digest.digest()));
    }

    /** The first eight digits, for names and log lines. */
    public String brief() {
        return hex().substring(0, 8);
    }

    @Override
    public String toString() {
        return hex();
    }
}
