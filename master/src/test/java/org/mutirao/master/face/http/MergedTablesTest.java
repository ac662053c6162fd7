package org.mutirao.master.face.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of any size is read page by page, in whole rows. */
class MergedTablesTest {
    @TempDir
    private Path folder;

    @Test
    void aLongTableIsReadInPagesOfWholeRowsThatMakeItUpAgain() throws Exception {
        String text = "n,text\n"
                + IntStream.range(0, 30_000)
                        .mapToObj(i -> i + ",\"a line\nof its own, and \"\"more\"\"\"\n")
                        .collect(Collectors.joining());
        Files.writeString(folder.resolve("all.csv"), text);
        MergedTables tables = new MergedTables(folder);
        StringBuilder again = new StringBuilder();
        long from = 0;
        int pages = 0;
        for (MergedTables.Page page = page(tables, 0); page.to() > page.from(); page = page(tables, from)) {
            assertTrue(page.text().length() <= 256 * 1024);
            assertTrue(page.text().endsWith("\"\n"), "whole rows");
            again.append(page.text());
            from = page.to();
            pages++;
        }
        assertEquals(text, again.toString());
        assertTrue(pages > 3, pages + " pages");
    }

    private String firstPage(String name, String first, String row) throws Exception {
        Files.writeString(folder.resolve(name), first + row.repeat(600_000 / row.length()));
        return new MergedTables(folder).page(name, 0).orElseThrow().text();
    }

    @Test
    void aQuoteOpensOnlyWhereACellOfATableBegins() throws Exception {
        assertTrue(firstPage("pipes.csv", "n,5\" pipe\n", "row,6\n").endsWith("row,6\n"));
        assertTrue(firstPage("other.csv", "a;b\n1,\"2;3\n", "row;6\n").endsWith("row;6\n"), "not its delimiter");
        assertTrue(firstPage("said.txt", "\"said nobody\n", "a line\n").endsWith("a line\n"), "text has no cells");
        assertTrue(firstPage("old.csv", "a,b\r", "row,6\r").endsWith("row,6\r"));
    }

    private static MergedTables.Page page(MergedTables tables, long from) throws Exception {
        return tables.page("all.csv", from).orElseThrow();
    }

    @Test
    void aRowLongerThanAPageIsTornAndNobodyHangs() throws Exception {
        Files.writeString(folder.resolve("all.csv"), "x".repeat(600_000));
        MergedTables.Page first = page(new MergedTables(folder), 0);
        assertEquals(256 * 1024, first.to());
        assertEquals(600_000, first.bytes());
    }

    @Test
    void onlyWhatLiesInTheFolderCanBeNamed() throws Exception {
        Path merged = Files.createDirectories(folder.resolve("merged"));
        Files.writeString(folder.resolve("secret.csv"), "no");
        Path table = Files.writeString(merged.resolve("b.csv"), "yes");
        Files.createDirectories(merged.resolve("a folder"));
        MergedTables tables = new MergedTables(merged);
        Files.setLastModifiedTime(table, FileTime.fromMillis(5_000));
        assertEquals(List.of(new MergedTables.Merged("b.csv", 3, 5_000)), tables.list());
        assertEquals(Optional.empty(), tables.page("../secret.csv", 0));
        assertEquals(Optional.empty(), tables.page("a folder", 0));
        assertEquals(List.of(), new MergedTables(folder.resolve("none")).list());
        assertEquals(3, tables.page("b.csv", Long.MAX_VALUE).orElseThrow().from(), "behind the end there is nothing");
    }
}
