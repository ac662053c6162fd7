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
    /** Most payloads are small, and a whole block for each would cost more than they do. */
    private static final int FIRST = 2 * 1024;

    private byte[] text = new byte[FIRST];
    private byte[] bytes = {};
    private final Spool.Sink sink;
    private int filled;
    private boolean padded;

    Base64Text(Spool.Sink sink) {
        this.sink = sink;
    }

    void accept(byte[] source, int from, int to) throws IOException {
        for (int at = from; at < to; ) {
            makeRoom(to - at);
            int count = Math.min(to - at, text.length - filled);
            System.arraycopy(source, at, text, filled, count);
            filled += count;
            at += count;
            if (filled == BLOCK) {
                decode();
            }
        }
    }

    private void makeRoom(int count) {
        if (count > text.length - filled && text.length < BLOCK) {
            int wanted = (int) Math.min(BLOCK, (long) filled + count);
            text = Arrays.copyOf(text, Math.min(BLOCK, Math.max(2 * text.length, wanted)));
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
            return decoded(length);
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }

    private int decodeOrThrow(int length) throws BadBase64 {
        try {
            return decoded(length);
        } catch (IllegalArgumentException e) {
            throw new BadBase64(Text.of("not base64: %s", e.getMessage()));
        }
    }

    private int decoded(int length) {
        int most = (length + 3) / 4 * 3;
        if (bytes.length < most) {
            bytes = new byte[most];
        }
        return Base64.getDecoder().decode(length == text.length ? text : Arrays.copyOf(text, length), bytes);
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
