package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each page for users has a Portuguese twin that tells the same, and links between pages lead somewhere. */
class DocumentTwinsTest {
    private static final Path ROOT = Program.root();
    private static final Path ENGLISH = ROOT.resolve("docs");
    private static final Path PORTUGUESE = ENGLISH.resolve("pt-BR");
    /** The benchmark writes it, for those who change the programs. */
    private static final Set<String> ENGLISH_ONLY = Set.of("performance.md");

    private static List<Path> pagesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** Portuguese by English. */
    private static Map<Path, Path> twins() throws IOException {
        Map<Path, Path> twins = new TreeMap<>();
        twins.put(ROOT.resolve("README.md"), ROOT.resolve("README.pt-BR.md"));
        for (Path page : pagesIn(ENGLISH)) {
            if (!ENGLISH_ONLY.contains(page.getFileName().toString())) {
                twins.put(page, PORTUGUESE.resolve(page.getFileName()));
            }
        }
        return twins;
    }

    /** The English ones that have a twin. */
    static List<Path> pages() throws IOException {
        return twins().entrySet().stream()
                .filter(each -> Files.exists(each.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** All that people read. */
    static List<Path> allPages() throws IOException {
        List<Path> all = new ArrayList<>(pagesIn(ROOT));
        all.addAll(pagesIn(ENGLISH));
        all.addAll(pagesIn(PORTUGUESE));
        all.addAll(pagesIn(ENGLISH.resolve("adr")));
        return all;
    }

    private static MarkdownPage read(Path page) throws IOException {
        return MarkdownPage.of(Files.readString(page));
    }

    @Test
    void noPageIsWithoutItsTwin() throws IOException {
        Set<Path> there = new TreeSet<>(pagesIn(PORTUGUESE));
        there.addAll(pagesIn(ROOT).stream()
                .filter(page -> page.toString().endsWith(".pt-BR.md"))
                .toList());
        assertEquals(new TreeSet<>(twins().values()), there);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void twinsTellTheSame(Path page) throws IOException {
        assertEquals(
                List.of(),
                read(page).differences(read(twins().get(page))),
                ROOT.relativize(page).toString());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void twinsLinkToEachOtherFirst(Path page) throws IOException {
        Path twin = twins().get(page);
        assertEquals(twin, target(page, read(page).links().get(0)));
        assertEquals(page, target(twin, read(twin).links().get(0)));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void portuguesePagesLinkToPortugueseOnes(Path page) throws IOException {
        Path twin = twins().get(page);
        List<String> links = read(twin).links();
        Set<Path> english = twins().keySet();
        assertEquals(
                List.of(),
                links.subList(1, links.size()).stream()
                        .filter(link -> !isElsewhere(link) && english.contains(target(twin, link)))
                        .toList(),
                ROOT.relativize(twin) + " links to English pages that have a Portuguese twin");
    }

    @ParameterizedTest
    @MethodSource("allPages")
    void noLinkLeadsNowhere(Path page) throws IOException {
        List<String> nowhere = new ArrayList<>();
        for (String link : read(page).links()) {
            if (!isElsewhere(link) && !leadsSomewhere(page, link)) {
                nowhere.add(link);
            }
        }
        assertEquals(List.of(), nowhere, ROOT.relativize(page) + " links to what is not there");
    }

    private static boolean isElsewhere(String link) {
        return link.contains("://");
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        Path target = target(page, link);
        if (!Files.exists(target)) {
            return false;
        }
        String anchor = URI.create(link).getFragment();
        return anchor == null || read(target).anchors().contains(anchor);
    }

    /** The file; one's own page if only an anchor is named. */
    private static Path target(Path page, String link) {
        String path = URI.create(link).getPath();
        return path.isEmpty() ? page : page.resolveSibling(path).normalize();
    }

    @Test
    void whatATwinLacksIsNamed() {
        MarkdownPage page = MarkdownPage.of("""
                # Title

                Set `--one` and `field`.

                | a | b |
                |---|---|
                | c | d |

                ## More

                ```
                run --two    # and wait
                ```
                """);
        MarkdownPage twin = MarkdownPage.of("""
                # Título

                Defina `--one`.

                | a | b |
                |---|---|

                ### Mais

                ```
                run --three    # e espere
                ```
                """);
        assertEquals(
                List.of(
                        "levels of headings: [1, 2], in its twin [1, 3]",
                        "rows of tables: [2], in its twin [1]",
                        "block 1: run --two\n, in its twin run --three\n",
                        "only here: --two",
                        "only here: field",
                        "only in its twin: --three"),
                page.differences(twin));
    }

    @Test
    void anchorsAreMadeOfHeadings() {
        assertEquals(
                List.of("o-canal-", "-um-mestre-não-responde", "taskjson", "taskjson-1"),
                MarkdownPage.of("# O canal (+)\n## … um mestre não responde\n## task.json\n## `task.json`\n")
                        .anchors());
    }
}
