package org.mutirao.master.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

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

    static long number(ByteBuffer in) {
        long number = 0;
        int shift = 0;
        byte part = in.get();
        while (part < 0) { // with the bit MORE
            number |= (long) (part & MORE - 1) << shift;
            shift += BITS;
            part = in.get();
        }
        return number | (long) part << shift;
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

    static String text(ByteBuffer in) {
        long head = number(in);
        byte[] bytes = new byte[lengthOf(head)];
        in.get(bytes);
        return (head & 1) == 0
                ? new String(bytes, StandardCharsets.ISO_8859_1)
                : ByteBuffer.wrap(bytes).asCharBuffer().toString();
    }

    static void skipText(ByteBuffer in) {
        int length = lengthOf(number(in));
        in.position(in.position() + length);
    }

    private static int lengthOf(long head) {
        int characters = (int) (head >>> 1);
        return (head & 1) == 0 ? characters : Character.BYTES * characters;
    }

    private static boolean isLatin(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > LAST_LATIN) {
                return false;
            }
        }
        return true;
    }
}
