package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark in its smallest form: whether it works, not how fast anything is. */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class SmallestBenchTest {
    @TempDir
    private Path folder;

    @Test
    void everyRowIsMeasuredAndThePageAndItsPlotAreWritten() throws Exception {
        String printed = run("run", "--smallest", "--write", folder.toString());
        String page = Files.readString(folder.resolve("performance.md"));
        List<String> measured =
                printed.lines().filter(line -> line.contains(", goal: ")).toList();
        assertTrue(measured.size() >= 10, printed);
        for (String row : measured) {
            String title = row.substring(0, row.indexOf(", goal: "));
            assertEquals(
                    1,
                    page.lines()
                            .filter(line ->
                                    line.startsWith("| " + title + " | ") && line.matches(".* \\| (yes|no) \\|"))
                            .count(),
                    title);
        }
        assertEquals(
                "svg",
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(folder.resolve("performance.svg").toFile())
                        .getDocumentElement()
                        .getTagName());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theLoopsShareOfANoOpIsTold() throws Exception {
        String printed = run("loop.py", "--rounds", "1", "--tasks", "64", "--connections", "8");
        assertTrue(
                printed.lines().anyMatch(line -> line.matches("round 1 .*: the loop [1-9]\\d* us a no-op, .*")),
                printed);
    }

    private String run(String script, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "python3", Program.root().resolve("bench").resolve(script).toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors").toFile());
        builder.environment().put("MUTIRAO_CACHE", "off");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> printed + read(folder.resolve("errors")));
        return printed;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
