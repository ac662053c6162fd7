package org.mutirao.master.results.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.mutirao.protocol.csv.CsvPart;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.units.Told;

/**
 * Puts CSV files of one header together: BOM and header of the first, then the rows of each, byte for byte. A line ending is added only where
 * a part has none at its end and another follows. An empty file adds nothing and fits to all. For one thread.
 */
final class CsvMerge implements MergedFile.Way {
    private static final byte[] NEW_LINE = {'\n'};
    private static final int MAX_SHOWN = 200;

    private final OutputStream out;
    private final boolean withSource;
    private Optional<First> first = Optional.empty();
    private boolean lineIsOpen;

    /** What the first part that is not empty has. */
    private record First(String source, byte[] header, byte[] lineEnd, char delimiter) {}

    /** @param withSource whether the rows get a first column that says from which part they come */
    CsvMerge(OutputStream out, boolean withSource) {
        this.out = out;
        this.withSource = withSource;
    }

    @Override
    public void add(String source, InputStream in, boolean copies) throws IOException {
        CsvPart part = new CsvPart(in);
        if (part.isEmpty()) {
            return;
        }
        if (first.isEmpty()) {
            begin(source, part);
        }
        First one = first.orElseThrow();
        if (!Arrays.equals(one.header(), part.header())) {
            throw new Told(Text.of(
                    "its first line is %s, that of %s is %s", shown(part.header()), one.source(), shown(one.header())));
        }
        if (copies && part.hasRows()) {
            addRows(source, part, one);
        }
    }

    private void addRows(String source, CsvPart part, First one) throws IOException {
        if (lineIsOpen) {
            out.write(one.lineEnd().length > 0 ? one.lineEnd() : part.lineEnd().length > 0 ? part.lineEnd() : NEW_LINE);
        }
        int last = withSource ? part.copyRows(out, cell(source, one.delimiter()), one.delimiter()) : part.copyRows(out);
        lineIsOpen = !CsvPart.isLineEnd(last);
    }

    private void begin(String source, CsvPart part) throws IOException {
        char delimiter = ',';
        if (withSource) {
            delimiter = part.delimiter()
                    .orElseThrow(() ->
                            new Told(Text.of("no source column can be added, since its first line has more than one of"
                                    + " comma, semicolon, tab and |, and any of them may separate the columns")));
        }
        first = Optional.of(new First(source, part.header(), part.lineEnd(), delimiter));
        if (part.hasBom()) {
            out.write(CsvPart.bom());
        }
        if (withSource) {
            out.write(cell("source", delimiter));
        }
        out.write(part.header());
        out.write(part.lineEnd());
        lineIsOpen = part.lineEnd().length == 0;
    }

    private static byte[] cell(String text, char delimiter) {
        return (CsvCell.of(text, delimiter) + delimiter).getBytes(StandardCharsets.UTF_8);
    }

    private static String shown(byte[] header) {
        String text = new String(header, 0, Math.min(header.length, MAX_SHOWN), StandardCharsets.UTF_8);
        return '"' + SafeText.of(text, ' ') + (header.length > MAX_SHOWN ? "…" : "") + '"';
    }
}
