package org.mutirao.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The one folder of the worker that all scripts may write to. */
class PlotsFolderTest {
    @TempDir
    private Path folder;

    private Path fonts;

    @BeforeEach
    void fonts() throws Exception {
        fonts = Files.writeString(folder.resolve("fontlist-v390.json"), "{}");
    }

    private long left() throws Exception {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }

    @Test
    void theListOfFontsStays() {
        new PlotsFolder(folder).look();
        assertTrue(Files.exists(fonts));
        new PlotsFolder(folder.resolve("none")).look();
    }

    @Test
    void whatFillsItGoes() throws Exception {
        Path deep = Files.createDirectories(folder.resolve("a/b"));
        Files.write(deep.resolve("large"), new byte[2000]);
        new PlotsFolder(folder, 2002).look();
        assertTrue(Files.exists(fonts), "that is just as much as it may have");
        new PlotsFolder(folder, 2001).look();
        assertEquals(0, left());
    }

    @Test
    void soDoManySmallFiles() throws Exception {
        for (int i = 0; i < 1001; i++) {
            Files.createFile(folder.resolve("f" + i));
        }
        new PlotsFolder(folder).look();
        assertEquals(0, left());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
    void whatALinkLeadsToStays() throws Exception {
        Path plots = Files.createDirectories(folder.resolve("plots/a")).getParent();
        Files.createSymbolicLink(plots.resolve("a/link"), folder);
        Files.createSymbolicLink(plots.resolve("other"), fonts);
        new PlotsFolder(plots, -1).look();
        assertEquals(List.of(fonts, plots), all(folder));
        assertEquals(List.of(), all(plots));
    }

    @Test
    void foldersGoHoweverDeepTheyAre() throws Exception {
        Files.createDirectories(folder.resolve("a/".repeat(150)));
        for (int look = 0; look < 4; look++) {
            new PlotsFolder(folder, -1).look();
        }
        assertEquals(List.of(), all(folder));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "rights are others there")
    void lockedFoldersGoToo() throws Exception {
        Path locked = Files.createDirectories(folder.resolve("locked"));
        Files.createFile(locked.resolve("file"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r--r--r--"));
        new PlotsFolder(folder, -1).look();
        assertEquals(List.of(), all(folder));
    }

    private static List<Path> all(Path of) throws Exception {
        try (Stream<Path> all = Files.list(of)) {
            return all.sorted().toList();
        }
    }
}
