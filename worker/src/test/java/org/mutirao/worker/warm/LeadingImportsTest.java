package org.mutirao.worker.warm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeadingImportsTest {
    @TempDir
    private Path folder;

    private List<String> of(String source) throws IOException {
        Files.writeString(folder.resolve("main.py"), source);
        return LeadingImports.of(folder);
    }

    @Test
    void allFormsAreRead() throws Exception {
        assertEquals(
                List.of("import a", "import b.c", "import d", "from e.f import g, h", "from i import j, k"),
                of(
                        "#!/usr/bin/env python3\n\n\"\"\"About it.\n\nimport nothing\n\"\"\"\nfrom __future__ import annotations\n"
                                + "import a  # first\nimport b.c as c, d\r\n\nfrom e.f import g as x, h\nfrom i import (\n    j,  # one\n    k as l,\n)\nprint(1)\nimport late\n"));
    }

    @Test
    void theyEndWhereSomethingElseBegins() throws Exception {
        for (String other : List.of(
                "x = 1",
                "import b; x = 1",
                "import b \\\n    , c",
                "from b import *",
                "from . import b",
                "if True:\n    import b",
                "try:\n    import b\nexcept ImportError:\n    pass",
                "\"\"\"import\n\"\"\"",
                "from b import (c",
                "import b, é",
                "import b as",
                " import b")) {
            assertEquals(List.of("import a"), of("import a\n" + other + "\nimport late\n"), other);
        }
    }

    @Test
    void theyEndAtAModuleThatLiesBesideTheScript() throws Exception {
        Files.createFile(folder.resolve("own.py"));
        Files.createDirectory(folder.resolve("package"));
        assertEquals(List.of("import a"), of("import a\nimport own\nimport b\n"));
        assertEquals(List.of("import a"), of("import a\nfrom package.x import y\nimport b\n"));
    }

    @Test
    void nothingIsTooLongOrTooMuch() throws Exception {
        assertEquals(LeadingImports.MAX, of("import a\n".repeat(1000)).size());
        assertEquals(List.of(), of("#".repeat(1 << 20) + "\nimport a\n"));
        assertEquals(List.of(), of("import a"), "perhaps cut");
        assertEquals(List.of(), of(""));
        Files.delete(folder.resolve("main.py"));
        assertEquals(List.of(), LeadingImports.of(folder));
    }
}
