package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.disk.FileNames;

class ShortWayTest {
    @TempDir
    private Path folder;

    @Test
    @DisabledOnOs(OS.WINDOWS) // where every path can be expressed, and links need rights
    void aFolderWithAccentsIsReachedByNamesWithoutAndStays() throws Exception {
        Path files = Files.createDirectories(FileNames.resolve(folder, "relatório é/files"));
        Path stdout = Files.createFile(files.resolveSibling("printed.txt"));
        Path stderr = Files.createFile(files.resolveSibling("errors.txt"));
        Files.createFile(files.resolve("main.py"));
        File links;
        try (Captured printed = Captured.open(stdout);
                Captured errors = Captured.open(stderr);
                ShortWay way = ShortWay.byLinks(new Script.Membership(files, stdout, printed, stderr, errors))) {
            links = way.files().getParentFile();
            assertTrue(FileNames.canBePassedOn(way.files().toString()));
            assertTrue(new File(way.files(), "main.py").isFile());
            Files.writeString(way.stdout().toPath(), "out");
            Files.writeString(way.stderr().toPath(), "err");
        }
        assertFalse(links.exists());
        assertEquals("out", Files.readString(stdout));
        assertEquals("err", Files.readString(stderr));
        assertTrue(Files.exists(files.resolve("main.py")), "only the way there is removed");
    }
}
