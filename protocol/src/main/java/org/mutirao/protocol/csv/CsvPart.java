package org.mutirao.protocol.csv;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;

/**
 * One CSV file, split into its first record, which is the header, and what follows. It is read byte by byte and once, and its bytes are
 * never changed, so any encoding that contains ASCII goes through as it is. For one thread.
 *
 * <pre>
 *   [BOM] header [line ending] rows…
 * </pre>
 */
public final class CsvPart {
    /** The longest header, in bytes. */
    public static final int MAX_HEADER = 1 << 20;

    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    /** What may separate fields. */
    private static final String DELIMITERS = ",;\t|";

    private static final String OPEN_QUOTE = "a quote in its first line is not closed";
    private static final int BLOCK = 32 * 1024;

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private int at;
    private int end;

    private boolean hasBom;
    private final byte[] header;
    private byte[] lineEnd = {};
    /** How often each delimiter stands in the header outside of quotes. */
    private final int[] counts = new int[DELIMITERS.length()];

    /**
     * Reads the header.
     *
     * @param in whole file, which stays the caller's to close
     * @throws Told with a sentence when no header can be found in it
     */
    public CsvPart(InputStream in) throws IOException {
        this.in = in;
        skipBom();
        this.header = readHeader();
    }

    private void skipBom() throws IOException {
        end = Math.max(0, in.readNBytes(block, 0, BOM.length));
        boolean wide = end >= 2 && (block[0] & 0xFF) + (block[1] & 0xFF) == 0xFE + 0xFF && (block[0] & 0xFF) >= 0xFE;
        if (wide) {
            throw new Told(
                    Text.of("it is UTF-16, of which no two files can be put together byte by byte; write it as UTF-8"));
        }
        hasBom = end == BOM.length && Arrays.equals(block, 0, end, BOM, 0, BOM.length);
        at = hasBom ? end : 0;
    }

    private byte[] readHeader() throws IOException {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        CsvQuotes quotes = new CsvQuotes(DELIMITERS);
        for (int next = peek(); next >= 0; next = peek()) {
            if (!quotes.areOpen() && isLineEnd(next)) {
                lineEnd = readLineEnd();
                return record.toByteArray();
            }
            if (record.size() == MAX_HEADER) {
                throw new Told(
                        quotes.areOpen()
                                ? Text.of(OPEN_QUOTE)
                                : Text.of("its first line is longer than %d bytes", MAX_HEADER));
            }
            record.write(next);
            at++;
            quotes.pass(next);
            int which = DELIMITERS.indexOf(next);
            if (!quotes.areOpen() && which >= 0) {
                counts[which]++;
            }
        }
        if (quotes.areOpen()) {
            throw new Told(Text.of(OPEN_QUOTE));
        }
        return record.toByteArray();
    }

    /** Whether a record may end with that byte. */
    public static boolean isLineEnd(int value) {
        return value == '\n' || value == '\r';
    }

    private byte[] readLineEnd() throws IOException {
        int first = peek();
        at++;
        if (first == '\r' && peek() == '\n') {
            at++;
            return new byte[] {'\r', '\n'};
        }
        return new byte[] {(byte) first};
    }

    /** The next byte, which stays the next; -1 at the end. */
    private int peek() throws IOException {
        return at < end || fill() ? block[at] & 0xFF : -1;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(block, 0, block.length));
        return end > 0;
    }

    /** UTF-8's mark. */
    public static byte[] bom() {
        return BOM.clone();
    }

    /** Whether it begins with UTF-8's mark. */
    public boolean hasBom() {
        return hasBom;
    }

    /** The first record without its line ending. */
    public byte[] header() {
        return header;
    }

    /** CR LF, LF or CR behind the header; empty if the file ends there. */
    public byte[] lineEnd() {
        return lineEnd;
    }

    /** Whether nothing stands in it but perhaps a BOM. */
    public boolean isEmpty() {
        return header.length == 0 && lineEnd.length == 0;
    }

    /**
     * What separates its fields. A file of one column has none, and gets a comma.
     *
     * @return empty when the header has several that it may be
     */
    public Optional<Character> delimiter() {
        return Arrays.stream(counts).filter(count -> count > 0).count() > 1
                ? Optional.empty()
                : Optional.of(likelyDelimiter());
    }

    /** The one that stands most often in the header; a comma where none does. */
    public char likelyDelimiter() {
        int most = 0;
        for (int i = 1; i < counts.length; i++) {
            most = counts[i] > counts[most] ? i : most;
        }
        return DELIMITERS.charAt(most);
    }

    /** Whether there is anything behind the header. */
    public boolean hasRows() throws IOException {
        return peek() >= 0;
    }

    /**
     * Copies what follows the header.
     *
     * @return the last byte copied; -1 if there was none
     */
    public int copyRows(OutputStream out) throws IOException {
        int last = -1;
        while (at < end || fill()) {
            out.write(block, at, end - at);
            last = block[end - 1];
            at = end;
        }
        return last;
    }

    /**
     * Copies what follows the header, with some bytes before each record. A blank line is no record.
     *
     * @return as {@link #copyRows}
     */
    public int copyRows(OutputStream out, byte[] before, char delimiter) throws IOException {
        CsvQuotes quotes = new CsvQuotes(String.valueOf(delimiter));
        boolean recordBegins = true;
        int last = -1;
        while (at < end || fill()) {
            int from = at;
            for (; at < end; at++) {
                int next = block[at] & 0xFF;
                if (recordBegins && !isLineEnd(next)) {
                    out.write(block, from, at - from);
                    out.write(before);
                    from = at;
                }
                quotes.pass(next);
                recordBegins = !quotes.areOpen() && isLineEnd(next);
                last = next;
            }
            out.write(block, from, end - from);
        }
        return last;
    }
}
