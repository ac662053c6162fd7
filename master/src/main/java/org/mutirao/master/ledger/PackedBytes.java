package org.mutirao.master.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.mutirao.protocol.id.Sha256;

/** Numbers and texts in few bytes: seven bits of a number in a byte, and a character in a byte where all of a text are Latin. */
final class PackedBytes {
    /** What a number takes at most. */
    static final int MAX_OF_NUMBER = 10;

    private static final int BITS = 7;
    private static final int MORE = 1 << BITS;
    private static final char LAST_LATIN = 0xFF;

    private PackedBytes() {}

    /** What a text takes at most. */
    static int maxOf(String text) {
        return MAX_OF_NUMBER + Character.BYTES * text.length();
    }

    /** Small ones take fewest bytes. */
    static void putNumber(ByteBuffer out, long number) {
        long left = number;
        while (left >>> BITS != 0) {
            out.put((byte) (left | MORE));
            left >>>= BITS;
        }
        out.put((byte) left);
    }

    static void putText(ByteBuffer out, String text) {
        boolean isLatin = isLatin(text);
        putNumber(out, (long) text.length() << 1 | (isLatin ? 0 : 1));
        if (isLatin) {
            out.put(text.getBytes(StandardCharsets.ISO_8859_1));
        } else {
            // In no charset: a name may have half a character, and keeps it.
            out.asCharBuffer().put(text);
            out.position(out.position() + Character.BYTES * text.length());
        }
    }

    private static boolean isLatin(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > LAST_LATIN) {
                return false;
            }
        }
        return true;
    }

    /** Reads one value after the other. It is no buffer, since the first compiler makes a call of each byte of one. */
    static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes, int start) {
            this.bytes = bytes;
            this.at = start;
        }

        long number() {
            long number = 0;
            int shift = 0;
            byte part = bytes[at++];
            while (part < 0) { // with the bit MORE
                number |= (long) (part & (MORE - 1)) << shift;
                shift += BITS;
                part = bytes[at++];
            }
            return number | (long) part << shift;
        }

        String text() {
            long head = number();
            int start = at;
            at += lengthOf(head);
            return (head & 1) == 0
                    ? new String(bytes, start, at - start, StandardCharsets.ISO_8859_1)
                    : ByteBuffer.wrap(bytes, start, at - start).asCharBuffer().toString();
        }

        void skipText() {
            long head = number();
            at += lengthOf(head);
        }

        private static int lengthOf(long head) {
            int characters = (int) (head >>> 1);
            return (head & 1) == 0 ? characters : Character.BYTES * characters;
        }

        Sha256 hash() {
            Sha256 hash = new Sha256(ByteBuffer.wrap(bytes, at, Sha256.BYTES));
            at += Sha256.BYTES;
            return hash;
        }

        /** A number of eight bytes. */
        long whole() {
            long whole = ByteBuffer.wrap(bytes).getLong(at);
            at += Long.BYTES;
            return whole;
        }

        boolean isAtEnd() {
            return at == bytes.length;
        }
    }
}
