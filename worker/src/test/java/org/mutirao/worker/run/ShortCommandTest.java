package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShortCommandTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private List<String> python;

    @BeforeEach
    void findPython() throws Exception {
        python = Python.find(Optional.empty()).command();
    }

    private Optional<List<String>> ask(String script, Duration patience, int mostBytes) throws Exception {
        return ShortCommand.ask(
                Stream.concat(python.stream(), Stream.of("-c", script)).toList(), patience, mostBytes);
    }

    @Test
    void whatItPrintsIsItsAnswer() throws Exception {
        assertEquals(Optional.of(List.of("1", "ã")), ask("print(1); print('\\xe3')", MINUTE, 100));
        assertEquals(
                Optional.of(100_000),
                ask("print('x' * 99_999)", MINUTE, 100_000)
                        .map(lines -> lines.get(0).length() + 1));
    }

    @Test
    void oneThatHangsSaysTooMuchOrFailsIsAskedInVain() throws Exception {
        assertEquals(Optional.empty(), ask("import time; time.sleep(600)", Duration.ofMillis(200), 100));
        assertEquals(Optional.empty(), ask("while True: print('x' * 1000)", MINUTE, 1000));
        assertEquals(Optional.empty(), ask("print(1); raise SystemExit(3)", MINUTE, 100));
        assertEquals(Optional.empty(), ShortCommand.ask(List.of("no-such-program"), MINUTE, 100));
    }

    /** The child has its output, and ends when the file is there. */
    @Test
    void aChildThatItLeavesBehindIsNotWaitedFor(@TempDir Path folder) throws Exception {
        Path end = folder.resolve("end");
        String child = "import os, time\nwhile not os.path.exists(r'" + end + "'): time.sleep(0.02)";
        String parent = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', " + "\"\"\"" + child
                + "\"\"\"]); print('left')";
        try {
            assertEquals(Optional.of(List.of("left")), ask(parent, MINUTE, 100));
        } finally {
            Files.createFile(end);
        }
    }
}
