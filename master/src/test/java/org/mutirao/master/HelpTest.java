package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine;

class HelpTest {
    @Test
    void everyOptionIsInASection() {
        assertEquals(List.of(), Main.help().forgotten(Main.commandLine().getCommandSpec()));
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120, 200})
    void noLineIsWiderThanTheTerminal(int width) {
        CommandLine master = Main.commandLine();
        master.setUsageHelpWidth(width);
        for (String line : master.getUsageMessage().lines().toList()) {
            assertTrue(line.length() <= width, line);
        }
    }

    @Test
    void anOptionIsExplainedInPortugueseWithItsDefault() {
        Text.speak(Language.PORTUGUESE);
        try {
            String help = Main.commandLine().getUsageMessage();
            assertTrue(help.contains("Porta TCP, 0 para uma livre (50020)."), help);
            assertTrue(help.contains("Mostrar esta ajuda e sair."), help);
        } finally {
            Text.speak(Language.ENGLISH);
        }
    }

    @Test
    void optionsMayStandInAFile(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("options"), List.of("--port=7", "# where", "--tasks 'in box'"));
        CommandLine master = Main.commandLine();
        master.parseArgs("@" + file);
        MasterConfig config = ((Main) master.getCommand()).config();
        assertEquals(7, config.listening().port());
        assertEquals(Path.of("in box").toAbsolutePath(), config.folders().tasks());
    }
}
