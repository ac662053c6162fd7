package org.mutirao.master.ledger;

import java.util.HexFormat;
import java.util.Objects;

/** The same for every repetition of one hand-in. Each task has one, and most are 32 hexadecimal digits. Those are kept as 16 bytes. */
public final class HandInKey {
    private static final int HALF = 16;

    /** Null if it is digits. */
    private final String words;

    private final long first;
    private final long second;

    HandInKey(String text) {
        boolean isDigits = isDigits(text);
        words = isDigits ? null : text;
        first = isDigits ? HexFormat.fromHexDigitsToLong(text, 0, HALF) : 0;
        second = isDigits ? HexFormat.fromHexDigitsToLong(text, HALF, 2 * HALF) : 0;
    }

    private HandInKey(String words, long first, long second) {
        this.words = words;
        this.first = first;
        this.second = second;
    }

    private static boolean isDigits(String text) {
        if (text.length() != 2 * HALF) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    void writeTo(PackedBytes.Writer out) {
        out.text(words == null ? "" : words);
        if (words == null) {
            out.whole(first);
            out.whole(second);
        }
    }

    /** Reads what {@link #writeTo} wrote at the end of something: the empty key has nothing behind its text. */
    static HandInKey read(PackedBytes.Reader in) {
        String words = in.text();
        return in.isAtEnd() ? new HandInKey(words, 0, 0) : new HandInKey(null, in.whole(), in.whole());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HandInKey that
                && first == that.first
                && second == that.second
                && Objects.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return words == null ? SecretHash.of(first, second) : SecretHash.of(words);
    }

    /** As it was given. */
    @Override
    public String toString() {
        HexFormat format = HexFormat.of();
        return words == null ? format.toHexDigits(first) + format.toHexDigits(second) : words;
    }
}
