package org.mutirao.master.results.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.csv.CsvPart;
import org.mutirao.protocol.units.Told;

/** CSV files of one header become one, byte for byte as a loop that appends them would do it. */
class CsvMergeTest {
    @Property(tries = 1000)
    void isWhatALoopOverTheFilesMakes(@ForAll long seed, @ForAll boolean withSource) throws IOException {
        Random random = new Random(seed);
        RandomCsv csv = new RandomCsv(random);
        List<RandomCsv.File> files = csv.files(1 + random.nextInt(6));
        List<String> sources = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CsvMerge merge = new CsvMerge(out, withSource);
        for (int i = 0; i < files.size(); i++) {
            sources.add("p" + i + ".csv");
            merge.add(sources.get(i), slowly(files.get(i).bytes(), random), true);
        }
        assertArrayEquals(RandomCsv.appended(files, sources, withSource, csv.delimiter()), out.toByteArray());
    }

    /** Gives as many bytes as it likes at a time, so that everything is cut everywhere. */
    private static InputStream slowly(byte[] bytes, Random random) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return super.read(into, offset, Math.min(length, 1 + random.nextInt(3)));
            }
        };
    }

    private static String merged(boolean withSource, Charset charset, String... parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CsvMerge merge = new CsvMerge(out, withSource);
        for (int i = 0; i < parts.length; i++) {
            merge.add("p" + (i + 1) + ".csv", new ByteArrayInputStream(parts[i].getBytes(charset)), true);
        }
        return out.toString(charset);
    }

    private static String merged(String... parts) throws IOException {
        return merged(false, StandardCharsets.UTF_8, parts);
    }

    record Case(String what, boolean withSource, List<String> parts, String expected) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("the header once", false, List.of("a,b\n1,2\n", "a,b\n3,4\n"), "a,b\n1,2\n3,4\n"),
                new Case("no line ending at the end of a part", false, List.of("a\n1", "a\n2", "a\n3"), "a\n1\n2\n3"),
                new Case("only a header", false, List.of("a", "a\n", "a\r\n2\r\n"), "a\r\n2\r\n"),
                new Case("only a header behind rows", false, List.of("a\n1", "a", "a\n"), "a\n1"),
                new Case("empty parts", false, List.of("", "a\n1\n", "", "\uFEFF"), "a\n1\n"),
                new Case("nothing at all", false, List.of("", ""), ""),
                new Case("the mark once", false, List.of("\uFEFFa\n1\n", "\uFEFFa\n2\n"), "\uFEFFa\n1\n2\n"),
                new Case("the mark of a later part", false, List.of("a\n1\n", "\uFEFFa\n2\n"), "a\n1\n2\n"),
                new Case("CR LF beside LF", false, List.of("a\r\n1\r\n", "a\n2\n"), "a\r\n1\r\n2\n"),
                new Case("CR LF is added where it is used", false, List.of("a\r\n1", "a\r\n2"), "a\r\n1\r\n2"),
                new Case(
                        "a quoted line ending in the header",
                        false,
                        List.of("\"a\nb\",c\n1,2\n", "\"a\nb\",c\n3,4\n"),
                        "\"a\nb\",c\n1,2\n3,4\n"),
                new Case("blank lines stay", false, List.of("a\n\n1\n\n", "a\n\n"), "a\n\n1\n\n\n"),
                new Case("a source", true, List.of("a;b\n1;2\n", "a;b\n3;4"), "source;a;b\np1.csv;1;2\np2.csv;3;4"),
                new Case("a source of one column", true, List.of("a\n1\n"), "source,a\np1.csv,1\n"),
                new Case(
                        "a source and quoted line endings",
                        true,
                        List.of("a,b\n\"1\n2\",\"x\"\"\n\"\n3,4\n"),
                        "source,a,b\np1.csv,\"1\n2\",\"x\"\"\n\"\np1.csv,3,4\n"),
                new Case(
                        "a source and a quote within a field",
                        true,
                        List.of("a,b\n5\",1\n6\"\"\",2\n"),
                        "source,a,b\np1.csv,5\",1\np1.csv,6\"\"\",2\n"),
                new Case(
                        "a source and blank lines",
                        true,
                        List.of("a\r\n1\r\n\r\n2\r\n"),
                        "source,a\r\np1.csv,1\r\n\r\np1.csv,2\r\n"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void puts(Case each) throws IOException {
        assertEquals(
                each.expected(),
                merged(each.withSource(), StandardCharsets.UTF_8, each.parts().toArray(new String[0])));
    }

    @Test
    void bytesThatAreNoUtf8GoThrough() throws IOException {
        assertEquals(
                "preço;é\n1;ã\n2;ü\n", merged(false, StandardCharsets.ISO_8859_1, "preço;é\n1;ã\n", "preço;é\n2;ü\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "'a,b\n1,2\n','b,a\n1,2\n'",
        "'a,b\n','a;b\n'",
        "'a\n','A\n'",
        "'a\n1\n','1\n2\n'",
        "'a\n',' a\n'",
        "'a\n','\n'"
    })
    void anotherHeaderDoesNotFit(String one, String other) {
        Told told = assertThrows(Told.class, () -> merged(one, other));
        assertTrue(told.getMessage().startsWith("its first line is \""), told.getMessage());
        assertTrue(told.getMessage().contains("that of p1.csv is \""), told.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a", "a,\"b\n1,2\n", "a,\"b\"\""})
    void aQuoteThatIsNotClosedDoesNotFit(String part) {
        assertEquals(
                "a quote in its first line is not closed",
                assertThrows(Told.class, () -> merged(part)).getMessage());
    }

    @Test
    void aHeaderHasALimit() {
        String longest = "x".repeat(CsvPart.MAX_HEADER);
        assertEquals(
                "its first line is longer than 1048576 bytes",
                assertThrows(Told.class, () -> merged(longest + "x\n")).getMessage());
        assertEquals(
                "a quote in its first line is not closed",
                assertThrows(Told.class, () -> merged("\"" + longest + "\n\"")).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void utf16IsNotTornApart(String charset) {
        Told told = assertThrows(Told.class, () -> merged(false, Charset.forName(charset), "\uFEFFa\n1\n"));
        assertTrue(told.getMessage().startsWith("it is UTF-16"), told.getMessage());
    }

    @Test
    void aSourceNeedsOneDelimiterOnly() throws IOException {
        Told told = assertThrows(Told.class, () -> merged(true, StandardCharsets.UTF_8, "name;a,b\n1;2\n"));
        assertTrue(told.getMessage().startsWith("no source column can be added"), told.getMessage());
        assertEquals("name;a,b\n1;2\n", merged("name;a,b\n1;2\n"), "without a source it does not matter");
        assertEquals(
                "source;\"a,b\";c\np1.csv;1;2\n",
                merged(true, StandardCharsets.UTF_8, "\"a,b\";c\n1;2\n"),
                "what is quoted separates nothing");
    }

    @Test
    void aSourceIsAFieldLikeAnyOther() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CsvMerge merge = new CsvMerge(out, true);
        merge.add("a,\"b\".csv", new ByteArrayInputStream("x\n1\n".getBytes(StandardCharsets.UTF_8)), true);
        merge.add("=1+1.csv", new ByteArrayInputStream("x\n2\n".getBytes(StandardCharsets.UTF_8)), true);
        assertEquals("source,x\n\"a,\"\"b\"\".csv\",1\n'=1+1.csv,2\n", out.toString(StandardCharsets.UTF_8));
    }
}
