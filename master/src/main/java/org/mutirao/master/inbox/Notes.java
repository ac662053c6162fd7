package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts for people beside their files. */
final class Notes {
    private Notes() {}

    /**
     * Writes a text aside; the caller renames it, so that whoever sees the name reads the whole text. One at a time in a folder. It has an
     * ordinary file's rights: a temporary file's would let nobody but the master's user read it.
     */
    static Path draft(Path folder, String text) throws IOException {
        return Files.writeString(folder.resolve(".note.tmp"), text, StandardCharsets.UTF_8);
    }
}
