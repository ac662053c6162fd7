package org.mutirao.protocol.units;

/** What strangers wrote, for terminals, tables and log lines. */
public final class SafeText {
    private SafeText() {}

    /** The same with another character in place of whatever could move a cursor, or turn a reader's eye around. */
    public static String of(String text, char instead) {
        return of(text, instead, Integer.MAX_VALUE);
    }

    /** The same of the start of a text, up to so many characters. */
    public static String of(String text, char instead, int most) {
        if (text.length() <= most && isPlain(text)) {
            return text;
        }
        return text.codePoints()
                .limit(most)
                .map(c -> isSafe(c) ? c : instead)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** As nearly every text is: then there is nothing to make. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character < ' ' || character > '~') {
                return false;
            }
        }
        return true;
    }

    private static boolean isSafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
