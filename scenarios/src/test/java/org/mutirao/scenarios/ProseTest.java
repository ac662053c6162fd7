package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The documents and the Javadoc are easy to read, as far as the length of sentences says it. The build prints the figures. */
class ProseTest {
    /** Each document's. Lower these as the text gets better; never raise them. */
    private static final Bound DOCUMENT = new Bound(15, 6);

    /** All Javadoc's together. */
    private static final Bound JAVADOC = new Bound(11.2, 1.5);

    private record Bound(double mean, double longOnes) {
        void check(String what, Prose prose) {
            assertTrue(prose.mean() <= mean, what + ": more than " + mean + " words in the mean: " + prose);
            assertTrue(prose.longOnes() <= longOnes, what + ": more than " + longOnes + " % are long: " + prose);
        }
    }

    @Test
    void sentencesOfTheDocumentsAreShort() throws IOException {
        Map<String, Prose> documents = new TreeMap<>();
        for (String name : List.of("README.md", "ARCHITECTURE.md", "PROTOCOL.md", "CONTRIBUTING.md", "SECURITY.md")) {
            documents.put(name, Prose.ofMarkdown(Files.readString(Program.root().resolve(name))));
        }
        for (Path file : files(Program.root().resolve("docs"), ".md")) {
            String name = Program.root().relativize(file).toString().replace('\\', '/');
            if (name.startsWith("docs/pt-BR/")) {
                // Portuguese needs more words for the same; DocumentTwinsTest looks at these pages.
                continue;
            }
            // Short pages of one kind are one document.
            documents.merge(
                    name.startsWith("docs/adr/") ? "docs/adr" : name,
                    Prose.ofMarkdown(Files.readString(file)),
                    Prose::and);
        }
        print("documents", documents);
        assertAll(documents.entrySet().stream()
                .<Executable>map(each -> () -> DOCUMENT.check(each.getKey(), each.getValue())));
    }

    @Test
    void sentencesOfTheJavadocAreShort() throws IOException {
        Map<String, Prose> modules = new TreeMap<>();
        for (String module : List.of("protocol", "group", "master", "worker", "console", "testkit")) {
            Prose all = new Prose(List.of());
            for (Path file : files(Program.root().resolve(module).resolve("src/main/java"), ".java")) {
                all = all.and(Prose.ofJavadoc(Files.readString(file)));
            }
            assertTrue(!all.sentences().isEmpty(), "no Javadoc was found in " + module);
            modules.put(module, all);
        }
        JAVADOC.check("Javadoc", print("Javadoc", modules));
    }

    private static Prose print(String name, Map<String, Prose> parts) {
        Prose all = new Prose(List.of());
        StringBuilder table = new StringBuilder();
        for (Map.Entry<String, Prose> part : parts.entrySet()) {
            all = all.and(part.getValue());
            table.append("  %-40s%s%n".formatted(part.getKey(), part.getValue()));
        }
        System.out.print("Prose of the %-29s%s%n%s".formatted(name, all, table));
        return all;
    }

    private static List<Path> files(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }

    @Test
    void codeHeadingsAndLinksAreNoWords() {
        assertEquals(List.of(5, 5, 3, 3, 7), Prose.ofMarkdown("""
                        # A heading of many words

                        Drop a ZIP into `tasks/`. See [the other page](a/b.md) too.
                        * one item here
                        * another one here

                        ```
                        this is code and not prose
                        ```

                        | cell | a cell, e.g. of a few words |
                        """).sentences());
    }

    @Test
    void commentsOfTheSourceAreNoJavadoc() {
        assertEquals(List.of(5, 3), Prose.ofJavadoc("""
                        // Not this one at all.
                        /**
                         * Waits for {@link Thing that} to
                         * end.
                         *
                         * @param length in milliseconds, positive
                         */
                        """).sentences());
    }
}
