package org.mutirao.protocol.pack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.mutirao.protocol.text.Text;

/**
 * Cuts a CSV file into parts of so many rows, as its bytes come. The first record is the header, and each part begins with it, byte for
 * byte; so a byte order mark stands in each part too. A line end between quotes is none. Empty lines are no rows and stay with the row before them.
 *
 * <p>Any encoding will do in which the ASCII characters are one byte each, and UTF-16 with its mark. All that is kept in memory is the header.
 */
final class CsvCutter {
    private static final int MAX_HEADER = 1 << 20;
    private static final String DELIMITERS = ",;\t|";
    private static final byte[] UTF8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** Where the parts go. */
    interface Parts {
        /** Ends the part before, if there was one, and begins another. */
        OutputStream next() throws IOException, RefusedPackage;
    }

    private enum Place {
        FIELD_START,
        IN_FIELD,
        IN_QUOTES,
        AFTER_QUOTE
    }

    private final int rows;
    private final Parts parts;
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private final int[] seen = new int[DELIMITERS.length()];

    private boolean begun;
    private int unit = 1;
    private int low;
    /** The characters before a quote that opens a field; told by the header. */
    private String delimiters = DELIMITERS;

    private Place place = Place.FIELD_START;
    private boolean inRecord;
    private boolean afterReturn;
    private long line = 1;
    private long quoteLine;
    private int rowsInPart;
    /** Null as long as the header is being read. */
    private OutputStream part;

    CsvCutter(int rows, Parts parts) {
        this.rows = rows;
        this.parts = parts;
    }

    /**
     * Takes the next bytes. All blocks but the last have the same even length.
     *
     * @throws RefusedPackage when it is no CSV that can be cut
     */
    void add(byte[] block, int length) throws IOException, RefusedPackage {
        int at = begun ? 0 : begin(block, length);
        int written = 0;
        for (; at + unit <= length; at += unit) {
            int c = unit == 1 ? block[at] & 0xff : (block[at + low] & 0xff) | (block[at + 1 - low] & 0xff) << 8;
            boolean newline = c == '\n' || c == '\r';
            boolean ended = afterReturn && c != '\n';
            if (ended) {
                afterReturn = false;
                endRecord();
                written = leaveHeader(block, written, at);
            }
            if (!newline && !inRecord) {
                written = beginRecord(block, written, at);
            }
            step(c);
            if (c == '\n' && place != Place.IN_QUOTES) {
                afterReturn = false;
                endRecord();
                written = leaveHeader(block, written, at + unit);
            }
        }
        write(block, written, length);
    }

    /** Looks at the first bytes; returns where the text begins. */
    private int begin(byte[] block, int length) throws RefusedPackage {
        begun = true;
        if (length >= 2 && (block[0] & block[1] & 0xff) == 0xfe && block[0] != block[1]) {
            unit = 2;
            low = block[0] == (byte) 0xff ? 0 : 1;
            if (length >= 4 && block[2] == 0 && block[3] == 0) {
                throw noText();
            }
            return 2;
        }
        for (int i = 0; i < length; i++) {
            if (block[i] == 0) {
                throw noText();
            }
        }
        boolean marked = length >= UTF8_MARK.length
                && block[0] == UTF8_MARK[0]
                && block[1] == UTF8_MARK[1]
                && block[2] == UTF8_MARK[2];
        return marked ? UTF8_MARK.length : 0;
    }

    private static RefusedPackage noText() {
        return new RefusedPackage(
                Text.of("its input.csv is no text that can be split: it has bytes that are 0"),
                Text.of("Save it as a CSV file, best as \"CSV UTF-8\", and zip again."));
    }

    private void step(int c) {
        if (place == Place.IN_QUOTES) {
            if (c == '"') {
                place = Place.AFTER_QUOTE;
            } else if (c == '\n') {
                line++;
            }
        } else if (c == '"' && place != Place.IN_FIELD) {
            quoteLine = place == Place.FIELD_START ? line : quoteLine;
            place = Place.IN_QUOTES;
        } else if (c == '\r' || c == '\n') {
            afterReturn = c == '\r';
        } else {
            int delimiter = delimiters.indexOf(c);
            place = delimiter < 0 ? Place.IN_FIELD : Place.FIELD_START;
            if (part == null && delimiter >= 0) {
                seen[delimiter]++;
            }
        }
    }

    private int beginRecord(byte[] block, int written, int at) throws IOException, RefusedPackage {
        inRecord = true;
        int from = written;
        if (part != null) {
            if (rowsInPart == rows) {
                write(block, written, at);
                from = at;
                beginPart();
            }
            rowsInPart++;
        }
        return from;
    }

    private void endRecord() {
        line++;
        place = Place.FIELD_START;
    }

    /** The header ends with the first record that is no empty line. */
    private int leaveHeader(byte[] block, int written, int at) throws IOException, RefusedPackage {
        boolean wasRecord = inRecord;
        inRecord = false;
        if (part != null || !wasRecord) {
            return written;
        }
        write(block, written, at);
        int most = 0;
        for (int count : seen) {
            most = Math.max(most, count);
        }
        StringBuilder found = new StringBuilder();
        for (int i = 0; i < seen.length; i++) {
            found.append(most > 0 && seen[i] == most ? DELIMITERS.substring(i, i + 1) : "");
        }
        delimiters = found.toString();
        beginPart();
        return at;
    }

    private void beginPart() throws IOException, RefusedPackage {
        part = parts.next();
        rowsInPart = 0;
        header.writeTo(part);
    }

    private void write(byte[] block, int from, int to) throws IOException, RefusedPackage {
        if (part != null) {
            part.write(block, from, to - from);
            return;
        }
        header.write(block, from, to - from);
        if (header.size() > MAX_HEADER) {
            throw place == Place.IN_QUOTES
                    ? unclosed()
                    : new RefusedPackage(
                            Text.of("the first line of its input.csv is longer than 1 MiB, so it is no header"),
                            Text.of("Look whether it is a CSV file with one record a line."));
        }
    }

    /** All bytes were given. Then there is at least one part. */
    void finish() throws IOException, RefusedPackage {
        if (place == Place.IN_QUOTES) {
            throw unclosed();
        }
        if (part == null) {
            beginPart();
        }
    }

    private RefusedPackage unclosed() {
        return new RefusedPackage(
                Text.of("in its input.csv the quote that opens in line %s is never closed", quoteLine),
                Text.of("Close it, or double each quote that stands for itself, and zip again."));
    }
}
