package org.mutirao.master.results.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.disk.DurableFiles;

/** What the tasks of a job left becomes one file of each name, or a text says why not. */
class MergingTest {
    @TempDir
    private Path temp;

    private final List<Merging.Part> parts = new ArrayList<>();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Path zip(Path file, Map<String, byte[]> entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    private void part(String source, String... namesAndContents) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (int i = 0; i < namesAndContents.length; i += 2) {
            entries.put(namesAndContents[i], utf8(namesAndContents[i + 1]));
        }
        parts.add(new Merging.Part(source, zip(temp.resolve(parts.size() + ".zip"), entries)));
    }

    private static Map<String, byte[]> merged(Path into, boolean withSource, List<Merging.Part> parts)
            throws IOException {
        Files.createDirectories(into);
        try (Merging merging = new Merging(into, withSource)) {
            for (Merging.Part part : parts) {
                merging.add(part);
            }
            merging.finish();
        }
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(into)) {
            all.filter(each -> !each.equals(into)).forEach(each -> {
                String name = into.relativize(each).toString().replace('\\', '/');
                try {
                    files.put(
                            Files.isDirectory(each) ? name + "/" : name,
                            Files.isDirectory(each) ? new byte[0] : Files.readAllBytes(each));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return files;
    }

    private Map<String, String> merged(boolean withSource) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        merged(temp.resolve("merged"), withSource, parts)
                .forEach((name, bytes) -> texts.put(name, new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }

    private Map<String, String> merged() throws IOException {
        return merged(false);
    }

    /** The property of the whole: results in, the file of a local loop out. */
    @Property(tries = 60)
    void isWhatALoopOverAllPartsMakes(@ForAll long seed, @ForAll boolean withSource) throws IOException {
        Random random = new Random(seed);
        RandomCsv csv = new RandomCsv(random);
        List<RandomCsv.File> files = csv.files(1 + random.nextInt(7));
        Path folder = Files.createTempDirectory("merging");
        try {
            List<Merging.Part> results = new ArrayList<>();
            List<String> sources = new ArrayList<>();
            StringBuilder printed = new StringBuilder();
            for (int i = 0; i < files.size(); i++) {
                String line = "task " + i + "\n";
                printed.append(line);
                Map<String, byte[]> entries = new LinkedHashMap<>();
                entries.put("stdout.txt", utf8(line));
                entries.put("files/all.csv", files.get(i).bytes());
                entries.put("result.json", utf8("{}"));
                sources.add("in" + i + ".csv");
                results.add(new Merging.Part(sources.get(i), zip(folder.resolve(i + ".zip"), entries)));
            }
            Map<String, byte[]> merged = merged(folder.resolve("merged"), withSource, results);
            assertEquals(List.of("all.csv", "stdout.txt"), List.copyOf(merged.keySet()));
            assertArrayEquals(RandomCsv.appended(files, sources, withSource, csv.delimiter()), merged.get("all.csv"));
            assertEquals(printed.toString(), new String(merged.get("stdout.txt"), StandardCharsets.UTF_8));
        } finally {
            DurableFiles.deleteTree(folder);
        }
    }

    @Test
    void eachNameThatAllLeftBecomesOneFile() throws IOException {
        part("a.csv", "stdout.txt", "1", "files/x.csv", "k\n1\n", "files/sub/y.CSV", "k\n5\n", "files/plot.png", "P");
        part("b.csv", "stdout.txt", "2\n", "files/sub/y.CSV", "k\n6\n", "files/x.csv", "k\n2\n");
        assertEquals(
                Map.of("stdout.txt", "1\n2\n", "x.csv", "k\n1\n2\n", "sub/", "", "sub/y.CSV", "k\n5\n6\n"), merged());
    }

    @Test
    void aSourceNamesTheInput() throws IOException {
        part("a.csv", "files/x.csv", "k\n1\n");
        part("b.csv", "files/x.csv", "k\n2\n");
        assertEquals(Map.of("x.csv", "source,k\na.csv,1\nb.csv,2\n"), merged(true));
    }

    @Test
    void otherHeadersAreNotMergedAndSaid() throws IOException {
        part("a.csv", "files/x.csv", "k,v\n1,2\n");
        part("b.csv", "files/x.csv", "v,k\n2,1\n");
        part("c.csv", "files/x.csv", "k,v\n3,4\n");
        Map<String, String> merged = merged();
        assertEquals(List.of("x.why.txt"), List.copyOf(merged.keySet()));
        String why = merged.get("x.why.txt");
        assertTrue(why.contains("b.csv: its first line is \"v,k\", that of a.csv is \"k,v\""), why);
        assertTrue(!why.contains("c.csv"), why);
    }

    @Test
    void aNameThatNotAllLeftIsSaid() throws IOException {
        part("a.csv", "files/x.csv", "k\n1\n", "files/result_a.csv", "k\n1\n");
        part("b.csv", "files/x.csv", "k\n1\n", "files/result_b.csv", "k\n1\n", "files/z.csv", "k\n");
        part("c.csv", "files/x.csv", "k\n1\n", "files/z.csv", "k\n");
        Map<String, String> merged = merged();
        assertEquals(List.of("why.txt", "x.csv"), List.copyOf(merged.keySet()));
        String why = merged.get("why.txt");
        assertTrue(why.contains("result_a.csv (1 of 3 tasks)"), why);
        assertTrue(why.contains("result_b.csv (1 of 3 tasks)"), why);
        assertTrue(why.contains("z.csv (2 of 3 tasks)"), why);
    }

    @Test
    void withoutOnePartNothingIsMerged() throws IOException {
        part("a.csv", "stdout.txt", "1\n", "files/x.csv", "k\n1\n");
        parts.add(new Merging.Part("b.csv", temp.resolve("taken away.zip")));
        parts.add(new Merging.Part("c.csv", Files.write(temp.resolve("c.zip"), utf8("no ZIP at all"))));
        Map<String, String> merged = merged();
        assertEquals(List.of("why.txt"), List.copyOf(merged.keySet()));
        assertTrue(
                merged.get("why.txt").contains("b.csv: its result is not in the folder any more"), merged.toString());
        assertTrue(merged.get("why.txt").contains("c.csv: it is a damaged ZIP"), merged.toString());
    }

    /** Names come from a worker. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x.csv",
                "/x.csv",
                "a/../../x.csv",
                "a\\x.csv",
                "C:x.csv",
                "a//x.csv",
                ".hidden.csv",
                "nul.csv",
                "a./x.csv",
                "x.csv/y.csv",
                "a\nb.csv",
                "1/2/3/4/5/6/7/8/x.csv",
                "stdout.txt/x.csv"
            })
    void aNameThatIsNotPlainBecomesNoFile(String name) throws IOException {
        for (String source : List.of("a.csv", "b.csv")) {
            part(source, "stdout.txt", "hi\n", "files/" + name, "k\n1\n", "files/good.csv", "k\n1\n");
        }
        Map<String, String> merged = merged();
        merged.remove("why.txt");
        assertEquals(Map.of("good.csv", "k\n1\n1\n", "stdout.txt", "hi\nhi\n"), merged);
        try (Stream<Path> files = Files.list(temp)) {
            assertEquals(3, files.count(), "two results and the folder");
        }
    }

    @Test
    void namesThatDifferInCaseOnlyAreOneFile() throws IOException {
        part("a.csv", "files/x.csv", "k\n1\n", "files/X.csv", "k\n2\n");
        assertEquals(Map.of("x.csv", "k\n1\n"), merged());
    }

    @Test
    void aFileTooManyIsNotMade() throws IOException {
        String[] files = new String[2 * (Merging.MAX_FILES + 1)];
        for (int i = 0; i <= Merging.MAX_FILES; i++) {
            files[2 * i] = "files/" + i + ".csv";
            files[2 * i + 1] = "k\n";
        }
        part("a.csv", files);
        Map<String, String> merged = merged();
        assertEquals(Merging.MAX_FILES + 1, merged.size());
        assertTrue(merged.get("why.txt").contains(Merging.MAX_FILES + ".csv (1 of 1 tasks)"), merged.get("why.txt"));
    }

    /** A hundred and fifty megabytes in a few kilobytes. */
    @Test
    void aBombIsNotUnpacked() throws IOException {
        Path bomb = temp.resolve("bomb.zip");
        try (OutputStream out = Files.newOutputStream(bomb);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("files/x.csv"));
            byte[] block = new byte[1 << 20];
            block[0] = '\n';
            for (int i = 0; i < 150; i++) {
                zip.write(block);
            }
            zip.closeEntry();
        }
        parts.add(new Merging.Part("a.csv", bomb));
        Map<String, String> merged = merged();
        assertEquals(List.of("x.why.txt"), List.copyOf(merged.keySet()));
        assertTrue(merged.get("x.why.txt").contains("like a ZIP bomb"), merged.toString());
    }
}
