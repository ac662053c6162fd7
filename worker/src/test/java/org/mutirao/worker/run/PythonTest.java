package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonTest {
    @TempDir
    private Path folder;

    @Test
    void aWrapperIsKept() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/nice")));
        List<String> command = List.of("/usr/bin/nice", "-n", "7", "python3");
        assertEquals(command, Python.find(Optional.of(command)).command());
    }

    @Test
    void onlyAVersionSwitcherIsSteppedOver() throws Exception {
        for (String switcher : List.of("py", "py.exe")) {
            assertTrue(Python.isVersionSwitcher(List.of(switcher, "-3")));
            assertFalse(Python.isVersionSwitcher(List.of(switcher, "wrapper.py")));
        }
        assertTrue(Python.isVersionSwitcher(List.of("/home/a/.pyenv/shims/python3")));
        assertFalse(Python.isVersionSwitcher(List.of("/home/a/.pyenv/shims/python3", "-X", "dev")));
        assertFalse(Python.isVersionSwitcher(List.of("/opt/limits/python3")));
        assertFalse(Python.isVersionSwitcher(List.of("nice", "/home/a/.pyenv/shims/python3")));
    }

    @Test
    void wordsAreSplitAsAShellWould() throws Exception {
        assertEquals(List.of("nice", "-n", "7", "python3"), Python.parseCommand(" nice -n 7  python3 "));
        assertEquals(
                List.of("C:\\Program Files\\Python\\python.exe", "-X", "a b", ""),
                Python.parseCommand("\"C:\\Program Files\\Python\\python.exe\" -X 'a b' ''"));
        Path spaced = Files.createFile(folder.resolve("my python"));
        assertEquals(List.of(spaced.toString()), Python.parseCommand(spaced.toString()));
        for (String bad : List.of("'python3", "   ")) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> Python.parseCommand(bad));
            assertTrue(refused.getMessage().startsWith("--python "), refused.getMessage());
        }
    }
}
