package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ScriptEnvironmentTest {
    @TempDir
    private Path folder;

    private static Map<String, String> ofAWorker() {
        Map<String, String> variables = new HashMap<>();
        for (String name : List.of(
                "PATH",
                "LANG",
                "LC_ALL",
                "PYTHONPATH",
                "LD_LIBRARY_PATH",
                "HOME",
                "TMPDIR",
                "DISPLAY",
                "MUTIRAO_SECRET",
                "MUTIRAO_TOKEN",
                "MUTIRAO_SLOTS",
                "AWS_SECRET_ACCESS_KEY",
                "SSH_AUTH_SOCK",
                "HTTPS_PROXY",
                "MPLCONFIGDIR")) {
            variables.put(name, "the worker's");
        }
        return variables;
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aScriptHasWhatFindsItsInterpreterAndNoSecret() {
        Map<String, String> variables = ofAWorker();
        ScriptEnvironment.usual().set(variables);
        assertEquals(
                new TreeSet<>(Set.of(
                        "PATH",
                        "LANG",
                        "LC_ALL",
                        "PYTHONPATH",
                        "LD_LIBRARY_PATH",
                        "MPLBACKEND",
                        "PYTHONUTF8",
                        "PYTHONIOENCODING",
                        "PYTHONUNBUFFERED",
                        "PYTHONDONTWRITEBYTECODE")),
                new TreeSet<>(variables.keySet()));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPersonLetsMoreThrough() {
        ScriptEnvironment environment = ScriptEnvironment.of(
                List.of("HTTPS_PROXY", "HOME", "MPLCONFIGDIR", "NOT_THERE"), "3.11.7", folder.resolve("plots"));
        Map<String, String> variables = ofAWorker();
        environment.set(variables);
        assertEquals("the worker's", variables.get("HTTPS_PROXY"));
        assertEquals("the worker's", variables.get("HOME"));
        assertEquals("the worker's", variables.get("MPLCONFIGDIR"));
        assertEquals(null, variables.get("MUTIRAO_SECRET"));
        assertEquals(null, variables.get("NOT_THERE"));
        assertEquals(Set.of("TMPDIR"), environment.own(folder.resolve("files")).keySet());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aTemporaryFolderTooDeepForASocketIsLeftOut() {
        ScriptEnvironment environment = ScriptEnvironment.usual();
        Path deep = Path.of("/" + "a".repeat(80), "files");
        assertEquals(Set.of("HOME"), environment.own(deep).keySet());
        assertEquals(
                Map.of("HOME", "/w/task/home", "TMPDIR", "/w/task/tmp"), environment.own(Path.of("/w/task/files")));
    }

    @Test
    void packagesThatAUserInstalledAreStillFound() throws Exception {
        assertEquals(Optional.empty(), ScriptEnvironment.userBase(folder.toString(), "3.11.7"));
        Files.createDirectories(folder.resolve(".local/lib/python3.11/site-packages"));
        assertEquals(
                Optional.of(folder.resolve(".local").toString()),
                ScriptEnvironment.userBase(folder.toString(), "3.11.7"));
        assertEquals(Optional.empty(), ScriptEnvironment.userBase(folder.toString(), "3.12.1"));
    }

    @Test
    void whatIsNoNameIsRefused() {
        String told = assertThrows(IllegalArgumentException.class, () -> ScriptEnvironment.names(List.of("A", "B=c")))
                .getMessage();
        assertTrue(told.startsWith("--pass-env B=c: expected names of variables"), told);
        assertThrows(IllegalArgumentException.class, () -> ScriptEnvironment.names(List.of("")));
        assertEquals(List.of("A_1"), ScriptEnvironment.names(List.of("A_1")));
    }
}
