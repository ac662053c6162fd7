package org.mutirao.console;

/**
 * What a script printed, as a terminal would show it in the end, and safe for one: colours are left out, and of a line that is
 * written over again and again (a progress bar) the last state stays. Fed part by part, since a log is followed while it grows.
 */
final class PlainLog {
    private static final char ESCAPE = '\u001b';
    private static final char BELL = '\u0007';

    private enum Inside {
        TEXT,
        /** After the escape character. */
        ESCAPED,
        /** A colour, or the way of the cursor: ends with a letter. */
        CONTROL,
        /** A title of the window and the like: ends with a bell. */
        TITLE
    }

    /** The line that has not ended, as far as it was not given back yet. */
    private final StringBuilder line = new StringBuilder();

    private Inside inside = Inside.TEXT;
    private boolean begun;
    private boolean back;

    /** What to print for the next part of the log. */
    String next(String part) {
        StringBuilder out = new StringBuilder();
        part.codePoints().forEach(c -> take(c, out));
        begun |= !line.isEmpty();
        out.append(line);
        line.setLength(0);
        return out.toString();
    }

    private void take(int c, StringBuilder out) {
        switch (inside) {
            case TEXT -> text(c, out);
            case ESCAPED -> inside = c == '[' ? Inside.CONTROL : c == ']' ? Inside.TITLE : Inside.TEXT;
            case CONTROL -> controlled(c, out);
            case TITLE -> inside = c == BELL || c == ESCAPE || c == '\n' ? Inside.TEXT : Inside.TITLE;
        }
    }

    private void controlled(int c, StringBuilder out) {
        if (c >= '@' && c <= '~') {
            inside = Inside.TEXT;
        } else if (c < ' ' || c > '~') {
            inside = Inside.TEXT; // cut off, or never was one
            text(c, out);
        }
    }

    private void text(int c, StringBuilder out) {
        if (c == ESCAPE) {
            inside = Inside.ESCAPED;
        } else if (c == '\r') {
            back = true;
        } else if (c == '\n') {
            out.append(line).append('\n');
            line.setLength(0);
            begun = false;
            back = false;
        } else {
            writeOver(out);
            line.appendCodePoint(c == '\t' || !Character.isISOControl(c) ? c : '?');
        }
    }

    private void writeOver(StringBuilder out) {
        if (!back) {
            return;
        }
        back = false;
        line.setLength(0);
        if (begun) {
            out.append('\n'); // somebody has read it already: the new state gets a line of its own
            begun = false;
        }
    }
}
