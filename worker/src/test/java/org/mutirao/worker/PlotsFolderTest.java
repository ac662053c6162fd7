package org.mutirao.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
}
