package org.mutirao.protocol.units;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of users and topics between the course's programs, which allow any text, and the channel, which allows letters, digits, '_', '.'
 * and '-'. Any other character becomes {@code -.hex.} with its number, so {@code Ana Maria} is {@code Ana-.20.Maria} here. Two texts never
 * become the same name, and each name of ours stands for exactly one text.
 */
public final class ForeignName {
    private static final Pattern OURS = Pattern.compile("[\\p{L}\\p{N}_.-]+");
    private static final Pattern ESCAPE = Pattern.compile("-\\.([1-9a-f][0-9a-f]{0,5})\\.");
    private static final int MAX_ESCAPE = 9;
    private static final int HYPHEN = '-';
    private static final String HYPHEN_TEXT = "-";

    private ForeignName() {}

    /** The channel's name for a text of theirs; a text that is a name already stays as it is, unless it looks like an escape. */
    public static String toOurs(String theirs) {
        StringBuilder ours = new StringBuilder();
        for (int at = 0; at < theirs.length(); ) {
            int character = theirs.codePointAt(at);
            if (needsEscape(character) || escapeEnd(theirs, at) > 0) {
                ours.append("-.").append(Integer.toHexString(character)).append('.');
            } else {
                ours.appendCodePoint(character);
            }
            at += Character.charCount(character);
        }
        return ours.toString();
    }

    /** The text that a name of ours stands for. */
    public static String toTheirs(String ours) {
        StringBuilder theirs = new StringBuilder();
        for (int at = 0; at < ours.length(); ) {
            int end = escapeEnd(ours, at);
            if (end > 0) {
                theirs.appendCodePoint(Integer.parseInt(ours.substring(at + 2, end - 1), 16));
                at = end;
            } else {
                theirs.append(ours.charAt(at));
                at++;
            }
        }
        return theirs.toString();
    }

    /** Whether this is a name on the channel, that stands for a text of at most so many characters. */
    public static boolean isValid(String ours, int longest) {
        if (ours.length() > longest * MAX_ESCAPE || !OURS.matcher(ours).matches()) {
            return false;
        }
        String theirs = toTheirs(ours);
        return theirs.codePointCount(0, theirs.length()) <= longest;
    }

    private static boolean needsEscape(int character) {
        return !OURS.matcher(Character.toString(character)).matches();
    }

    /**
     * Where the escape ends that begins there; -1 if none does. A hyphen is escaped only where it would look like an escape, which
     * may itself be one of a hyphen.
     */
    private static int escapeEnd(String text, int from) {
        int end = -1;
        String rest = text.substring(from);
        for (int at = from; ; ) {
            Matcher escape = ESCAPE.matcher(rest);
            if (!escape.lookingAt()) {
                return -1;
            }
            int character = Integer.parseInt(escape.group(1), 16);
            at += escape.end() - (end < 0 ? 0 : 1);
            end = end < 0 ? at : end;
            if (character != HYPHEN) {
                return Character.isValidCodePoint(character) && needsEscape(character) ? end : -1;
            }
            rest = HYPHEN_TEXT + text.substring(at);
        }
    }
}
