package org.mutirao.master.results.job;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.mutirao.protocol.csv.CsvPart;

/**
 * CSV files whose rows are known before they become bytes. So what they should be together follows from the rows, and not from reading the
 * bytes in the same way again.
 */
final class RandomCsv {
    private static final String[] LINE_ENDS = {"\n", "\r\n", "\r"};
    private static final String PLAIN = "ab1 .'é-_";

    private final Random random;
    private final char delimiter;
    private final int columns;
    private final Charset charset;
    private final String header;

    /** One file. */
    record File(boolean bom, byte[] header, byte[] lineEnd, List<byte[]> rows, boolean endsWithLine) {
        boolean isEmpty() {
            return header.length == 0 && rows.isEmpty() && !endsWithLine;
        }

        boolean headerHasLineEnd() {
            return endsWithLine || !rows.isEmpty();
        }

        byte[] bytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            if (bom) {
                out.writeBytes(CsvPart.bom());
            }
            out.writeBytes(header);
            if (headerHasLineEnd()) {
                out.writeBytes(lineEnd);
            }
            out.writeBytes(rest(new byte[0]));
            return out.toByteArray();
        }

        /** The rows as they stand in it, each with something before it. */
        byte[] rest(byte[] before) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int i = 0; i < rows.size(); i++) {
                if (rows.get(i).length > 0) {
                    out.writeBytes(before);
                }
                out.writeBytes(rows.get(i));
                if (i < rows.size() - 1 || endsWithLine) {
                    out.writeBytes(lineEnd);
                }
            }
            return out.toByteArray();
        }
    }

    RandomCsv(Random random) {
        this.random = random;
        this.delimiter = ",;\t|".charAt(random.nextInt(4));
        this.columns = 1 + random.nextInt(4);
        this.charset = random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        this.header = row(true);
    }

    char delimiter() {
        return columns == 1 ? ',' : delimiter;
    }

    /** All have the same header, or nothing. */
    List<File> files(int count) {
        List<File> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(file());
        }
        return files;
    }

    private File file() {
        boolean bom = random.nextInt(4) == 0;
        byte[] lineEnd = LINE_ENDS[random.nextInt(LINE_ENDS.length)].getBytes(StandardCharsets.US_ASCII);
        if (random.nextInt(8) == 0) {
            return new File(bom, new byte[0], lineEnd, List.of(), false);
        }
        List<byte[]> rows = new ArrayList<>();
        for (int more = random.nextInt(5); more > 0; more--) {
            rows.add(row(false).getBytes(charset));
        }
        // A last row that is empty can only be seen by its line ending.
        boolean endsWithLine = random.nextInt(3) > 0 || (!rows.isEmpty() && rows.get(rows.size() - 1).length == 0);
        return new File(bom, header.getBytes(charset), lineEnd, rows, endsWithLine);
    }

    private String row(boolean isHeader) {
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            row.append(i > 0 ? String.valueOf(delimiter) : "").append(cell(isHeader));
        }
        return row.toString();
    }

    private String cell(boolean isHeader) {
        if (random.nextInt(3) == 0) {
            String inside = text("ab\n\r,;\t|é= ").replace("\"", "\"\"");
            return '"' + (random.nextBoolean() ? inside + "\"\"" + inside : inside) + '"';
        }
        if (random.nextInt(6) == 0) {
            return "a\"b"; // a quote that opens nothing
        }
        return (isHeader ? "c" : "") + text(PLAIN);
    }

    private String text(String letters) {
        StringBuilder text = new StringBuilder();
        for (int more = random.nextInt(5); more > 0; more--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    /** What a loop over the files makes that appends to one: the first one's header, then the rows of each. */
    static byte[] appended(List<File> files, List<String> sources, boolean withSource, char delimiter) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] firstLineEnd = null;
        boolean open = false;
        for (int i = 0; i < files.size(); i++) {
            File file = files.get(i);
            if (file.isEmpty()) {
                continue;
            }
            if (firstLineEnd == null) {
                out.writeBytes(file.bom() ? CsvPart.bom() : new byte[0]);
                out.writeBytes(column("source", withSource, delimiter));
                out.writeBytes(file.header());
                firstLineEnd = file.headerHasLineEnd() ? file.lineEnd() : new byte[0];
                out.writeBytes(firstLineEnd);
                open = !file.headerHasLineEnd();
            }
            byte[] rest = file.rest(column(sources.get(i), withSource, delimiter));
            if (rest.length > 0) {
                if (open) {
                    out.writeBytes(firstLineEnd.length > 0 ? firstLineEnd : file.lineEnd());
                }
                out.writeBytes(rest);
                open = !file.endsWithLine();
            }
        }
        return out.toByteArray();
    }

    private static byte[] column(String text, boolean wanted, char delimiter) {
        return (wanted ? text + delimiter : "").getBytes(StandardCharsets.UTF_8);
    }
}
