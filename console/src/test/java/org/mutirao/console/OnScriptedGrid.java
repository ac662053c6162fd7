package org.mutirao.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Commands of the console against a master that answers as a test wants it. */
abstract class OnScriptedGrid {
    @TempDir
    Path folder;

    ScriptedGrid grid;

    @BeforeEach
    void open() throws IOException {
        grid = new ScriptedGrid(Files.createDirectory(folder.resolve("spool")));
    }

    @AfterEach
    void close() {
        grid.close();
    }
}
