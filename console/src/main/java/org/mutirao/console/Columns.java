package org.mutirao.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jline.utils.WCWidth;
import org.mutirao.protocol.units.SafeText;

/** Text as a terminal counts it: in columns, of which a letter of Chinese or a picture takes two and an accent of its own takes none. */
final class Columns {
    private static final String MORE = "…";
    private static final Pattern STYLE = Pattern.compile("\u001b\\[\\d*m");
    private static final int ASCII = 0x7f;
    /** A letter with more accents than any language has is a prank that covers the lines above it. */
    private static final int MAX_ACCENTS = 4;

    private Columns() {}

    /** Whatever a stranger wrote, without what could move the cursor, turn the eye around, or is as wide as each terminal likes. */
    static String clean(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder clean = new StringBuilder();
        int accents = 0;
        for (int c : SafeText.of(text, '?').codePoints().toArray()) {
            accents = widthOf(c) == 0 ? accents + 1 : 0;
            if (accents <= MAX_ACCENTS && !isVariation(c)) {
                clean.appendCodePoint(c);
            }
        }
        return clean.toString();
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < ASCII);
    }

    /** Says that the sign before it is a picture or a letter, about which terminals disagree. */
    private static boolean isVariation(int c) {
        return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
    }

    private static int widthOf(int c) {
        return c < ASCII ? 1 : Math.max(0, WCWidth.wcwidth(c));
    }

    /** How many columns a clean text takes. */
    static int width(String text) {
        return isPlain(text)
                ? text.length()
                : text.codePoints().map(Columns::widthOf).sum();
    }

    /** The same of a text with styles, which take none. */
    static int shownWidth(String text) {
        return width(STYLE.matcher(text).replaceAll(""));
    }

    /** A sentence in lines between words; those after the first stand further in. A word that is wider than that stays whole. */
    static String fold(String text, int width) {
        String indent = text.startsWith(" ") ? "    " : "  ";
        StringBuilder folded = new StringBuilder();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            boolean isFull = !line.toString().isBlank() && shownWidth(line + word) > width;
            if (isFull) {
                folded.append(line.toString().stripTrailing()).append(System.lineSeparator());
                line.setLength(0);
                line.append(indent);
            }
            line.append(word).append(' ');
        }
        return folded.append(line, 0, line.length() - 1).toString();
    }

    /** A clean text in lines of no more columns, between words where that is possible. */
    static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (width(rest) > width) {
            int room = fitting(rest, width);
            int space = rest.lastIndexOf(' ', room);
            int end = space > 0 ? space : room;
            lines.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    /** How many of its characters have room, at least one. */
    private static int fitting(String text, int width) {
        int end = text.offsetByCodePoints(0, 1);
        int taken = widthOf(text.codePointAt(0));
        while (end < text.length() && taken + widthOf(text.codePointAt(end)) <= width) {
            taken += widthOf(text.codePointAt(end));
            end = text.offsetByCodePoints(end, 1);
        }
        return end;
    }

    /** A clean text, or as much of it as has room together with a sign that there was more. */
    static String cut(String text, int most) {
        if (width(text) <= most) {
            return text;
        }
        StringBuilder start = new StringBuilder();
        int taken = 0;
        for (int c : text.codePoints().toArray()) {
            taken += widthOf(c);
            if (taken > most - 1) {
                break;
            }
            start.appendCodePoint(c);
        }
        return start + MORE;
    }
}
