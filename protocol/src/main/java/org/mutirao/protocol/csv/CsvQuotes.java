package org.mutirao.protocol.csv;

/**
 * Whether a place in a CSV lies within quotes. A quote opens only where a field begins, as in RFC 4180; in the middle of a field it is a
 * character as any other.
 */
public final class CsvQuotes {
    private final String delimiters;
    private boolean open;
    private boolean fieldBegins = true;
    /** Right behind a quote that closed; another one is the second of two, which stand for one. */
    private boolean justClosed;

    /** @param delimiters any of which ends a field */
    public CsvQuotes(String delimiters) {
        this.delimiters = delimiters;
    }

    /** Goes over the next byte. */
    public void pass(int value) {
        if (open) {
            open = value != '"';
            justClosed = !open;
        } else {
            open = value == '"' && (fieldBegins || justClosed);
            justClosed = false;
            fieldBegins = !open && (CsvPart.isLineEnd(value) || delimiters.indexOf(value) >= 0);
        }
    }

    /** Whether the next byte lies within quotes. */
    public boolean areOpen() {
        return open;
    }
}
