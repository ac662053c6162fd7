package org.mutirao.protocol.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.mutirao.protocol.text.Text;

/**
 * Decodes base64 (RFC 4648) that arrives in pieces. White space is skipped, padding may be missing. Works on blocks of whole
 * quanta, so that the JDK's vectorised decoder does the work.
 */
final class Base64Text {
    private static final int BLOCK = 32 * 1024;

    private final byte[] text = new byte[BLOCK];
    private final byte[] bytes = new byte[BLOCK / 4 * 3];
    private final Spool.Sink sink;
    private int filled;
    private boolean padded;

    Base64Text(Spool.Sink sink) {
        this.sink = sink;
    }

    void accept(byte[] source, int from, int to) throws IOException {
        for (int at = from; at < to; ) {
            int count = Math.min(to - at, BLOCK - filled);
            System.arraycopy(source, at, text, filled, count);
            filled += count;
            at += count;
            if (filled == BLOCK) {
                decode();
            }
        }
    }

    void accept(byte character) throws IOException {
        accept(new byte[] {character}, 0, 1);
    }

    void finish() throws IOException {
        dropWhiteSpace();
        write(filled, decodeOrThrow(filled));
        filled = 0;
    }

    private void decode() throws IOException {
        int whole = filled;
        int count = tryDecode(whole);
        if (count < 0) {
            dropWhiteSpace();
            whole = filled / 4 * 4;
            count = decodeOrThrow(whole);
        }
        write(whole, count);
        System.arraycopy(text, whole, text, 0, filled - whole);
        filled -= whole;
    }

    /** Most texts have no white space, so it is looked for only after a failure. */
    private int tryDecode(int length) {
        try {
            return Base64.getDecoder().decode(block(length), bytes);
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }

    private int decodeOrThrow(int length) throws BadBase64 {
        try {
            return Base64.getDecoder().decode(block(length), bytes);
        } catch (IllegalArgumentException e) {
            throw new BadBase64(Text.of("not base64: %s", e.getMessage()));
        }
    }

    private byte[] block(int length) {
        return length == text.length ? text : Arrays.copyOf(text, length);
    }

    private void write(int length, int count) throws IOException {
        if (length == 0) {
            return;
        }
        if (padded) {
            throw new BadBase64(Text.of("not base64: it goes on after its padding"));
        }
        padded = text[length - 1] == '=';
        sink.write(bytes, 0, count);
    }

    private void dropWhiteSpace() {
        int kept = 0;
        for (int i = 0; i < filled; i++) {
            byte character = text[i];
            if (character != ' ' && character != '\n' && character != '\r' && character != '\t') {
                text[kept++] = character;
            }
        }
        filled = kept;
    }
}
