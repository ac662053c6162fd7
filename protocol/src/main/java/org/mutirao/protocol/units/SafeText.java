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
        return text.codePoints()
                .limit(most)
                .map(c -> isSafe(c) ? c : instead)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
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
