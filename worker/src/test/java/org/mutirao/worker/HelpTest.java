package org.mutirao.worker;

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
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.units.HostPort;
import org.mutirao.worker.link.Search;
import picocli.CommandLine;

class HelpTest {
    @Test
    void everyOptionIsInASection() {
        assertEquals(List.of(), Main.help().forgotten(Main.commandLine().getCommandSpec()));
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120, 200})
    void noLineIsWiderThanTheTerminal(int width) {
        CommandLine worker = Main.commandLine();
        worker.setUsageHelpWidth(width);
        for (String line : worker.getUsageMessage().lines().toList()) {
            assertTrue(line.length() <= width, line);
        }
    }

    @Test
    void optionsMayStandInAFile(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("options"), List.of("--slots=3", "# how many", "--master pc7,pc8:9"));
        CommandLine worker = Main.commandLine();
        worker.parseArgs("@" + file);
        WorkerConfig config = ((Main) worker.getCommand()).config();
        assertEquals(3, config.slots().tasks());
        assertEquals(
                new Search(List.of(new HostPort("pc7", 50020), new HostPort("pc8", 9)), DiscoveryPorts.defaults()),
                config.search());
    }
}
