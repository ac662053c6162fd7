package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PassedOnTest {
    private static final Map<String, String> ENV = Map.of("NOME", "João \uD83D\uDE00", "PLAIN", "a 'b' \"c\" $d");
    private static final String SHOW =
            "import os, sys\nprint(sys.flags.optimize, sys.argv[1:], os.environ['NOME'], os.environ['PLAIN'], __name__)\n";

    @TempDir
    private Path folder;

    @Test
    void asciiNeedsNoDetour() {
        assertEquals(
                new PassedOn.Start(List.of("python3", "main.py", "a"), Map.of("A", "b")),
                PassedOn.of(List.of("python3"), List.of("main.py", "a"), Map.of("A", "b")));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // where every word can be passed on
    void wordsArriveThoughTheCommandIsAscii() throws Exception {
        Files.writeString(folder.resolve("main.py"), SHOW);
        PassedOn.Start start =
                PassedOn.relayed(List.of("python3", "-O"), List.of("main.py", "relatório.csv", "a b", "日本"), ENV);
        assertTrue(start.command().stream().allMatch(word -> word.chars().allMatch(c -> c < 0x80)));
        ProcessBuilder builder =
                new ProcessBuilder(start.command()).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("PYTHONUTF8", "1");
        builder.environment().putAll(start.env());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        String optimize = said.startsWith("1") ? "1" : "0"; // kept since Python 3.10
        assertEquals(optimize + " ['relatório.csv', 'a b', '日本'] João \uD83D\uDE00 a 'b' \"c\" $d __main__\n", said);
    }
}
