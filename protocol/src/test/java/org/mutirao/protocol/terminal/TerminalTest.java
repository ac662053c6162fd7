package org.mutirao.protocol.terminal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TerminalTest {
    private static final String LOST = "relat\uFFFD\uFFFDrio.zip";

    @Test
    void damagedWordsAreTakenFromTheCommandLine() {
        List<String> line = List.of("java", "-jar", "console.jar", "submit", "relatório.zip", "b.zip", "");
        assertArrayEquals(
                new String[] {"submit", "relatório.zip", "b.zip"},
                Terminal.restored(new String[] {"submit", LOST, "b.zip"}, line));
        assertArrayEquals(
                new String[] {"relat\uFFFDrio.zip"},
                Terminal.restored(new String[] {"relat\uFFFDrio.zip"}, line),
                "another word stands there");
        assertArrayEquals(
                new String[] {LOST}, Terminal.restored(new String[] {LOST}, List.of("")), "words came from a file");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whereLangIsNotSetTextIsReadAndPrintedAllTheSame() throws Exception {
        // Through a shell's printf: this JVM, too, may not be able to hand an accent to another process.
        List<String> command = List.of(
                "sh",
                "-c",
                "exec \"$@\" \"$(printf 'relat\\303\\263rio.zip')\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Echo.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals("relatório.zip\nrelatório.zip €\nrelatório.zip ✓\n", said);
    }

    /** Says its only argument three times. */
    static final class Echo {
        private Echo() {}

        public static void main(String[] args) {
            Terminal.open();
            String word = Terminal.typed(args)[0];
            System.out.println(word);
            Terminal.out().println(word + " €");
            Terminal.err().println(word + " ✓");
        }
    }
}
