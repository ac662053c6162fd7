package org.mutirao.protocol.units;

import java.util.function.IntPredicate;

/**
 * Compares a text with a pattern in which a star stands for any characters. It takes no longer than the pattern's length times the text's,
 * whoever wrote it: only the last star can be where it went wrong.
 */
public final class Stars {
    /** Whether a part of a pattern that is no star accepts a character. */
    @FunctionalInterface
    public interface Accepting {
        boolean accepts(int part, int character);
    }

    private Stars() {}

    /**
     * Whether the whole text is as the pattern says.
     *
     * @param length of the pattern, in parts
     * @param isStar whether a part is one
     * @param text code points
     */
    public static boolean match(int length, IntPredicate isStar, Accepting one, int[] text) {
        int part = 0;
        int at = 0;
        int star = -1;
        int afterStar = 0;
        while (at < text.length) {
            if (part < length && isStar.test(part)) {
                star = part++;
                afterStar = at;
            } else if (part < length && one.accepts(part, text[at])) {
                part++;
                at++;
            } else if (star >= 0) {
                // The last star takes one character more.
                part = star + 1;
                at = ++afterStar;
            } else {
                return false;
            }
        }
        while (part < length && isStar.test(part)) {
            part++;
        }
        return part == length;
    }
}
