package org.mutirao.master.face.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.csv.CsvPart;

/** Histograms are of all rows, whatever a table looks like. */
class TableColumnsTest {
    @TempDir
    private Path folder;

    /** Some bytes at a time, as a file may come. */
    private static CsvNumbers read(byte[] bytes, int block) throws IOException {
        CsvPart table = new CsvPart(new ByteArrayInputStream(bytes));
        CsvNumbers numbers = new CsvNumbers(table);
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        table.copyRows(rows);
        for (int from = 0; from < rows.size(); from += block) {
            numbers.write(rows.toByteArray(), from, Math.min(block, rows.size() - from));
        }
        numbers.close();
        return numbers;
    }

    private static CsvNumbers read(String text, int block) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8), block);
    }

    @Test
    void columnsOfNumbersAreFoundWhateverStandsBesideThem() throws Exception {
        String text = "\uFEFFn,\"a, \"\"b\"\"\",text,odd,long\r\n"
                + "1,\"2\",x,NaN," + "9".repeat(50) + "\r\n"
                + "\r\n"
                + "3,-4.5e1,\"y\n7\",0x10,1\r\n"
                + "5,,z,Infinity,2";
        for (int block : List.of(1, 7, 1000)) {
            CsvNumbers found = read(text, block);
            assertEquals(3, found.rows(), "an empty line is none");
            assertEquals(
                    List.of(
                            new CsvNumbers.Numbers("n", 3, 1, 5, 3, List.of(1L, 2L)),
                            new CsvNumbers.Numbers("a, \"b\"", 2, -45, 2, 2, List.of(1L, 1L))),
                    found.numbers());
        }
        assertEquals("b", read("a;b;c\nx;1;y\nx;2;y\n", 3).numbers().get(0).name(), "other programs part cells so");
        assertEquals(List.of(), read("", 1).numbers());
    }

    private static List<String> names(String text) throws IOException {
        return read(text, 3).numbers().stream().map(CsvNumbers.Numbers::name).toList();
    }

    @Test
    void aQuoteInTheMiddleOfACellIsACharacterAsAnyOther() throws Exception {
        String text = "size,n\n5\" pipe,1\n6\" pipe,2\n7\" pipe,3\n";
        assertEquals(3, read(text, 2).rows());
        assertEquals(List.of("n"), names(text));
        assertEquals(List.of("5\" pipes"), names("5\" pipes,what\n1,x\n2,x\n"));
    }

    @Test
    void delimitersWithinQuotesDoNotCount() throws Exception {
        assertEquals(List.of("n"), names("\"a, b, and c\";n\nx;1\nx;2\n"));
    }

    @Test
    void aRowMayEndWithACarriageReturnAlone() throws Exception {
        assertEquals(2, read("a,b\r1,2\r3,4\r", 1).rows());
        assertEquals(List.of("a", "b"), names("a,b\r1,2\r3,4"));
    }

    @Test
    void aSentenceSaysWhatIsNoTable() throws Exception {
        Path file = folder.resolve("all.csv");
        TableColumns tables = new TableColumns(System::nanoTime);
        Files.writeString(file, "a,b\n1,2\n", StandardCharsets.UTF_16);
        String said = assertThrows(Problem.class, () -> whole(tables, file)).getMessage();
        assertTrue(said.contains("UTF-16"), said);
        Files.writeString(file, "\"never ends\n1\n2");
        said = assertThrows(Problem.class, () -> whole(tables, file)).getMessage();
        assertTrue(said.contains("not closed"), said);
    }

    @Test
    void manyNumbersAreSpreadAsTheyAre() {
        for (double scale : List.of(1.0, 1e-300, 1e300, 1e-9)) {
            for (double shift : List.of(0.0, -0.5, 1000.0)) {
                Random random = new Random(7);
                Spread spread = new Spread();
                double[] all = random.doubles(50_000)
                        .map(each -> (each + shift) * scale)
                        .toArray();
                Arrays.stream(all).forEach(spread::add);
                Arrays.sort(all);
                assertEquals(all[0], spread.min());
                assertEquals(all[all.length - 1], spread.max());
                assertEquals(all[25_000], spread.median(), (all[all.length - 1] - all[0]) / 500);
                assertEquals(
                        50_000, spread.counts().stream().mapToLong(each -> each).sum());
                assertTrue(spread.counts().stream().allMatch(each -> each > 1700 && each < 2500), "" + spread.counts());
            }
        }
        Spread jump = new Spread();
        for (int i = 0; i < 3000; i++) {
            jump.add(i == 2000 ? Double.MAX_VALUE : i == 2500 ? -Double.MAX_VALUE : 0);
        }
        assertEquals(3000, jump.counts().stream().mapToLong(each -> each).sum());
    }

    private Path million() throws IOException {
        Path file = folder.resolve("all.csv");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("n,half,name\n");
            for (int i = 0; i < 1_000_000; i++) {
                out.write(i + "," + i / 2.0 + ",row " + i + "\n");
            }
        }
        return file;
    }

    private static TableColumns.Columns whole(TableColumns tables, Path file) throws Exception {
        TableColumns.Columns found = tables.of(file);
        while (!found.ended()) {
            found = tables.of(file);
        }
        return found;
    }

    @Test
    void aMillionRowsAreLookedAtOnceAndAgainOnlyWhenTheFileHasChanged() throws Exception {
        Path file = million();
        TableColumns tables = new TableColumns(System::nanoTime);
        TableColumns.Columns found = whole(tables, file);
        assertEquals(1_000_000, found.rows());
        assertEquals(Files.size(file), found.bytes());
        CsvNumbers.Numbers n = found.columns().get(0);
        assertEquals(
                List.of(999_999.0, 1_000_000.0), List.of(n.max(), (double) n.numbers()), "not of the first rows only");
        assertEquals(500_000, n.median(), 1000);
        assertEquals(24, n.counts().size());
        assertEquals("half", found.columns().get(1).name());
        assertEquals(2, found.columns().size());
        assertSame(found, whole(tables, file), "kept");
        Files.writeString(file, "n\n1\n2\n");
        assertEquals(2, whole(tables, file).rows());
    }
}
