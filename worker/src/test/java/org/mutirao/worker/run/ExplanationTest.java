package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.id.Ending;

class ExplanationTest {
    private static String of(int code, String stderr, boolean windows) {
        return Explanation.of(new Ending.Exited(code), stderr.getBytes(StandardCharsets.UTF_8), windows, List::of);
    }

    private static String missing(String name, String... there) {
        String line = "FileNotFoundError: [Errno 2] No such file or directory: '" + name + "'";
        String all = Explanation.of(
                new Ending.Exited(1), line.getBytes(StandardCharsets.UTF_8), false, () -> List.of(there));
        assertTrue(all.startsWith(line), all);
        return all.substring(line.length());
    }

    @Test
    void whatThereIsInsteadOfAMissingFileIsSaid() {
        assertEquals(
                " (there is dados.csv; it must be called input.csv)", missing("input.csv", "main.py", "dados.csv"));
        assertEquals(
                " (there is Input.CSV; it must be called input.csv)",
                missing("input.csv", "main.py", "Input.CSV", "other.csv"));
        assertEquals(
                " (there is Modelo.txt; it must be called modelo.txt)", missing("modelo.txt", "Modelo.txt", "x.csv"));
        assertEquals("", missing("input.csv", "main.py", "a.csv", "b.csv"));
        assertEquals("", missing("other.txt", "main.py", "a.csv"));
        assertEquals("", missing("/data/input.csv", "main.py", "a.csv"));
    }

    @Test
    void killedAndCrashedAreExplained() {
        assertEquals("killed, probably by signal 9 (KILL): mostly lack of memory", of(137, "", false));
        assertTrue(of(139, "", false).startsWith("probably crashed by signal 11 (SEGV)"), of(139, "", false));
        assertTrue(of(0xC0000005, "", true).contains("access violation"));
        assertTrue(of(0xC000013A, "", true).contains("Ctrl-C"));
        assertEquals("", of(137, "", true));
        assertEquals("MemoryError (it asked for more memory than it may have here)", of(1, "MemoryError\n", false));
        assertTrue(of(1, "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 8 GiB\n", false)
                .endsWith(" (it asked for more memory than it may have here)"));
    }

    @Test
    void whatToAskForIsSaidAsAnInstallerCallsIt() {
        assertTrue(of(1, "ModuleNotFoundError: No module named 'sklearn.svm'\n", false)
                .endsWith("; write scikit-learn into a requirements.txt beside main.py)"));
        assertTrue(
                of(1, "ModuleNotFoundError: No module named 'cowsay'\n", false).contains("write cowsay into"));
        assertEquals(
                "ModuleNotFoundError: import of x halted", of(1, "ModuleNotFoundError: import of x halted\n", false));
    }

    @Test
    void onlyKnownSignalsAreClaimed() {
        assertEquals(OptionalInt.of(9), Explanation.signal(137, false));
        for (int code : new int[] {-1, 0, 1, 128, 200, 255}) {
            assertEquals(OptionalInt.empty(), Explanation.signal(code, false), String.valueOf(code));
        }
        assertEquals(OptionalInt.empty(), Explanation.signal(137, true));
    }

    @Test
    void theLastLineOfTheErrorsIsTheReason() {
        assertEquals("ValueError: bad", of(1, "Traceback\n  File x\nValueError: bad\n\n", false));
        assertEquals("red", of(1, "\u001b[31mred\u001b[0m\r\n", false));
        assertEquals("", of(0, "a warning\n", false));
        assertTrue(of(1, "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe3 in position 3\n", false)
                .contains("encoding='latin-1'"));
    }
}
