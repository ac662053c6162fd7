package org.mutirao.protocol.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenPathTest {
    @TempDir
    private Path folder;

    @Test
    void detoursAreTakenOut() throws IOException {
        Path real = folder.toRealPath();
        Files.createDirectories(folder.resolve("a/b"));
        assertEquals(real.resolve("a/b"), GivenPath.resolve(folder.resolve("./a/./b/")));
        assertEquals(real.resolve("a/new/more"), GivenPath.resolve(folder.resolve("a/b/../new/more")));
        assertEquals(real.resolve("new"), GivenPath.resolve(folder.resolve("none/../new")));
        assertEquals(Path.of("").toRealPath().resolve("none"), GivenPath.resolve(Path.of("./none")));
    }

    @Test
    void aLinkMeansWhereItLeads() throws IOException {
        Files.createDirectories(folder.resolve("far/deep"));
        try {
            Files.createSymbolicLink(folder.resolve("link"), Path.of("far/deep"));
        } catch (IOException | UnsupportedOperationException e) {
            Assumptions.abort("this system makes no links for us");
        }
        assertEquals(folder.toRealPath().resolve("far/deep/work"), GivenPath.resolve(folder.resolve("link/work")));
    }
}
