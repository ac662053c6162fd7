package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvCutterTest {
    private static List<byte[]> cut(byte[] csv, int rows, int block) throws Exception {
        List<ByteArrayOutputStream> parts = new ArrayList<>();
        CsvCutter cutter = new CsvCutter(rows, () -> {
            parts.add(new ByteArrayOutputStream());
            return parts.get(parts.size() - 1);
        });
        for (int at = 0; at < csv.length; at += block) {
            int length = Math.min(block, csv.length - at);
            byte[] bytes = new byte[block];
            System.arraycopy(csv, at, bytes, 0, length);
            cutter.add(bytes, length);
        }
        cutter.finish();
        return parts.stream().map(ByteArrayOutputStream::toByteArray).toList();
    }

    private static List<String> cut(String csv, int rows) throws Exception {
        return cut(csv.getBytes(StandardCharsets.UTF_8), rows, 1 << 16).stream()
                .map(part -> new String(part, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void repeatsTheHeader() throws Exception {
        assertEquals(List.of("h\n1\n2\n", "h\n3\n4\n", "h\n5"), cut("h\n1\n2\n3\n4\n5", 2));
        assertEquals(List.of("h\r\n1\r\n", "h\r\n2\r\n"), cut("h\r\n1\r\n2\r\n", 1));
        assertEquals(List.of("h\r1\r", "h\r2"), cut("h\r1\r2", 1));
    }

    @Test
    void thereIsAlwaysOnePart() throws Exception {
        assertEquals(List.of(""), cut("", 5));
        assertEquals(List.of("h"), cut("h", 5));
        assertEquals(List.of("h\n"), cut("h\n", 5));
        assertEquals(List.of("\n\n"), cut("\n\n", 5));
    }

    @Test
    void emptyLinesAreNoRows() throws Exception {
        assertEquals(List.of("\nh\n\n1\n\n", "\nh\n2\n\n\n"), cut("\nh\n\n1\n\n2\n\n\n", 1));
    }

    @Test
    void aLineEndBetweenQuotesIsNone() throws Exception {
        assertEquals(
                List.of("a,\"b\nb\"\n1,\"x\ny\"\"\nz\"\n", "a,\"b\nb\"\n2,y\n"),
                cut("a,\"b\nb\"\n1,\"x\ny\"\"\nz\"\n2,y\n", 1));
    }

    /** As inches and Excel's decimal commas have it. */
    @Test
    void aQuoteInTheMiddleOfAFieldIsJustThat() throws Exception {
        assertEquals(List.of("a;b\n5\" pipe;1,\"2\n", "a;b\nx;y\n"), cut("a;b\n5\" pipe;1,\"2\nx;y\n", 1));
        assertEquals(List.of("a\n5\",\"\n", "a\n2"), cut("a\n5\",\"\n2", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "ISO-8859-1", "windows-1252"})
    void bytesStayAsTheyAre(String charset) throws Exception {
        byte[] csv = "açúcar;preço\nmaçã;1,50\npão;0,75\n".getBytes(Charset.forName(charset));
        List<byte[]> parts = cut(csv, 1, 64);
        assertEquals("açúcar;preço\nmaçã;1,50\n", new String(parts.get(0), charset));
        assertEquals("açúcar;preço\npão;0,75\n", new String(parts.get(1), charset));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void aByteOrderMarkStandsInEachPart(String charset) throws Exception {
        byte[] csv = "\uFEFF\"a\ta\"\tb\n\u0a0a\t\"\u0d22\n\"\n\u220a\t2\n".getBytes(Charset.forName(charset));
        List<byte[]> parts = cut(csv, 1, 16);
        assertEquals(2, parts.size());
        assertEquals("\uFEFF\"a\ta\"\tb\n\u0a0a\t\"\u0d22\n\"\n", new String(parts.get(0), charset));
        assertEquals("\uFEFF\"a\ta\"\tb\n\u220a\t2\n", new String(parts.get(1), charset));
    }

    @Test
    void whatCannotBeCutIsSaid() {
        RefusedPackage open = assertThrows(RefusedPackage.class, () -> cut("a,b\n1,\"x\ny\"\n2,\"z\n3,4\n", 1));
        assertEquals("in its input.csv the quote that opens in line 4 is never closed", open.getMessage());
        assertTrue(assertThrows(RefusedPackage.class, () -> cut("PK\u0003\u0004\u0000", 1))
                .getMessage()
                .contains("bytes that are 0"));
        String endless = "x".repeat(3 << 20);
        assertTrue(assertThrows(RefusedPackage.class, () -> cut(endless, 1))
                .getMessage()
                .contains("longer than 1 MiB"));
    }

    @Provide
    Arbitrary<String> csv() {
        Arbitrary<String> plain =
                Arbitraries.strings().withChars("ab é\"'").ofMaxLength(4).filter(text -> !text.startsWith("\""));
        Arbitrary<String> quoted = Arbitraries.strings()
                .withChars("ab;,\n\r\t é")
                .ofMaxLength(5)
                .map(text -> '"' + text.replace("a", "\"\"") + '"');
        Arbitrary<String> field =
                Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(3, plain), net.jqwik.api.Tuple.of(1, quoted));
        Arbitrary<String> delimiter = Arbitraries.of(",", ";", "\t", "|");
        Arbitrary<String> end = Arbitraries.of("\n", "\r\n", "\r");
        return Combinators.combine(delimiter, end, Arbitraries.integers().between(2, 4), Arbitraries.of("", "\uFEFF"))
                .flatAs((d, e, columns, mark) -> field.list()
                        .ofSize(columns)
                        .map(fields -> String.join(d, fields))
                        .list()
                        .ofMaxSize(12)
                        .map(records -> mark
                                + String.join(d, java.util.Collections.nCopies(columns, "h"))
                                + e
                                + String.join(e, records)));
    }

    /** Whatever is in it, nothing is lost, added or moved. */
    @Property(tries = 500)
    void thePartsWithoutTheirHeadersAreTheFile(
            @ForAll("csv") String csv,
            @ForAll @IntRange(min = 1, max = 4) int rows,
            @ForAll @IntRange(min = 1, max = 9) int block)
            throws Exception {
        for (String charset : List.of("UTF-8", "UTF-16LE")) {
            String text = charset.equals("UTF-8") || csv.startsWith("\uFEFF") ? csv : "\uFEFF" + csv;
            byte[] bytes = text.getBytes(Charset.forName(charset));
            List<byte[]> parts = cut(bytes, rows, 4 * block);
            int headerEnd = firstLineEnd(text);
            int header = text.substring(0, headerEnd).getBytes(Charset.forName(charset)).length;
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            for (int i = 0; i < parts.size(); i++) {
                byte[] part = parts.get(i);
                assertEquals(text.substring(0, headerEnd), new String(part, 0, header, charset));
                joined.write(part, i == 0 ? 0 : header, part.length - (i == 0 ? 0 : header));
            }
            assertArrayEquals(bytes, joined.toByteArray());
        }
    }

    /** The headers here have no quotes. */
    private static int firstLineEnd(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
        boolean pair = text.startsWith("\r\n", at);
        return Math.min(text.length(), at + (pair ? 2 : 1));
    }

    @Property(tries = 300)
    void noPartHasMoreRowsThanAskedAndAllButTheLastHaveAsMany(
            @ForAll("csv") String csv, @ForAll @IntRange(min = 1, max = 4) int rows) throws Exception {
        List<String> parts = cut(csv, rows);
        int all = rowsOf(csv);
        assertEquals(Math.max(1, (all + rows - 1) / rows), parts.size());
        for (int i = 0; i < parts.size(); i++) {
            assertEquals(Math.min(rows, all - i * rows), rowsOf(parts.get(i)), parts.get(i));
        }
    }

    /** A second way to count: fields one after the other. */
    private static int rowsOf(String csv) {
        String text = csv.startsWith("\uFEFF") ? csv.substring(1) : csv;
        char delimiter = text.charAt(1);
        int records = 0;
        int at = 0;
        while (at < text.length()) {
            int start = at;
            boolean ended = false;
            while (!ended) {
                if (at < text.length() && text.charAt(at) == '"') {
                    at++;
                    while (text.charAt(at) != '"' || text.startsWith("\"\"", at)) {
                        at += text.charAt(at) == '"' ? 2 : 1;
                    }
                    at++;
                }
                while (at < text.length() && delimiter != text.charAt(at) && "\r\n".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                ended = at == text.length() || text.charAt(at) != delimiter;
                at += ended ? 0 : 1;
            }
            records += at > start ? 1 : 0;
            at += text.startsWith("\r\n", at) ? 2 : 1;
        }
        return records - 1;
    }
}
