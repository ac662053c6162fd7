package org.mutirao.protocol.units;

/**
 * A pattern of names as shells have it: {@code *} is any text, {@code ?} one character. It takes no more steps than the pattern's length
 * times the name's, whoever wrote it.
 */
public final class NameGlob {
    private final int[] pattern;

    private NameGlob(int[] pattern) {
        this.pattern = pattern;
    }

    /** Every text is a pattern; one without {@code *} and {@code ?} matches itself. */
    public static NameGlob of(String text) {
        return new NameGlob(text.codePoints().toArray());
    }

    /** Whether it may match other names than itself. */
    public static boolean isPattern(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    /** Whether the whole name is as the pattern says, in the same case. */
    public boolean matches(String name) {
        return Stars.match(
                pattern.length,
                part -> pattern[part] == '*',
                (part, character) -> pattern[part] == '?' || pattern[part] == character,
                name.codePoints().toArray());
    }
}
