package org.mutirao.protocol.wire;

import org.mutirao.protocol.text.Text;

/** Reads {@code "raw":N} of an object while it is scanned: the number of bytes that follow it. */
final class RawCount {
    /** More digits have no number that a double holds exactly. */
    private static final int MAX_DIGITS = 15;

    private static final long NONE = -1;

    private final StringBuilder digits = new StringBuilder();
    private boolean reading;
    private long count = NONE;

    /** Its name was read, and the colon. */
    void begin() throws StreamBroken {
        if (isPresent()) {
            throw broken();
        }
        reading = true;
        digits.setLength(0);
    }

    boolean reading() {
        return reading;
    }

    /** The next character of the value, which is no white space. */
    void accept(byte character) throws StreamBroken {
        if (character < '0' || character > '9' || digits.length() == MAX_DIGITS) {
            throw broken();
        }
        digits.append((char) character);
    }

    /** The value has ended, if it was one. */
    void end() throws StreamBroken {
        if (!reading) {
            return;
        }
        if (digits.length() == 0) {
            throw broken();
        }
        count = Long.parseLong(digits.toString());
        reading = false;
    }

    boolean isPresent() {
        return count != NONE;
    }

    /** The number, for which the next object has none again. */
    long take() {
        long taken = count;
        forget();
        return taken;
    }

    void forget() {
        count = NONE;
        reading = false;
    }

    private static StreamBroken broken() {
        return new StreamBroken(Text.of("'raw' is to be said once, as the number of the bytes that follow"));
    }
}
