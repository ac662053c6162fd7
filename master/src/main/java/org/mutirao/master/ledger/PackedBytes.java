package org.mutirao.master.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    /** Takes one value after the other. */
    static final class Writer {
        private final byte[] bytes;
        private int at;

        Writer(int most) {
            bytes = new byte[most];
        }

        int position() {
            return at;
        }

        void set(int place, int value) {
            bytes[place] = (byte) value;
        }

        void put(int value) {
            bytes[at++] = (byte) value;
        }

        void hash(Sha256 hash) {
            hash.writeTo(bytes, at);
            at += Sha256.BYTES;
        }

        /** Small ones take fewest bytes. */
        void number(long number) {
            long left = number;
            while (left >>> BITS != 0) {
                put((int) left | MORE);
                left >>>= BITS;
            }
            put((int) left);
        }

        /** A number of eight bytes. */
        void whole(long number) {
            for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
                put((int) (number >>> shift));
            }
        }

        /** In no charset: a name may have half a character, and keeps it. */
        void text(String text) {
            boolean isLatin = isLatin(text);
            number((long) text.length() << 1 | (isLatin ? 0 : 1));
            for (int i = 0; i < text.length(); i++) {
                if (!isLatin) {
                    put(text.charAt(i) >>> Byte.SIZE);
                }
                put(text.charAt(i));
            }
        }

        byte[] bytes() {
            return Arrays.copyOf(bytes, at);
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
            if ((head & 1) == 0) {
                return new String(bytes, start, at - start, StandardCharsets.ISO_8859_1);
            }
            StringBuilder text = new StringBuilder();
            for (int i = start; i < at; i += Character.BYTES) {
                text.append((char) (bytes[i] << Byte.SIZE | Byte.toUnsignedInt(bytes[i + 1])));
            }
            return text.toString();
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
            Sha256 hash = new Sha256(bytes, at);
            at += Sha256.BYTES;
            return hash;
        }

        /** A number of eight bytes. */
        long whole() {
            long whole = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                whole = whole << Byte.SIZE | Byte.toUnsignedInt(bytes[at++]);
            }
            return whole;
        }

        boolean isAtEnd() {
            return at == bytes.length;
        }
    }
}
