package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.HostPort;
import picocli.CommandLine;

class MasterConfigTest {
    private static MasterConfig parsed(String... args) {
        CommandLine line = Main.commandLine();
        line.parseArgs(args);
        return ((Main) line.getCommand()).config();
    }

    @Test
    void withoutOptionsTheDefaultsAreInForce() {
        assertEquals(MasterConfig.defaults(), parsed());
        MasterConfig defaults = MasterConfig.defaults();
        assertEquals(50020, defaults.port());
        assertEquals("50005,9999,8888,50001,55001", defaults.discovery().toString());
        assertEquals(Duration.ofSeconds(60), defaults.lease());
        assertEquals(Duration.ofSeconds(90), defaults.workerTimeout());
        assertEquals(5, defaults.maxAttempts());
    }

    @Test
    void everyOptionIsHeard() {
        assertEquals(
                new MasterConfig(
                        Path.of("t"),
                        Path.of("r"),
                        Path.of("d"),
                        "10.0.0.1",
                        7,
                        DiscoveryPorts.none(),
                        Duration.ofSeconds(3),
                        Duration.ofMinutes(4),
                        Duration.ofMinutes(5),
                        2,
                        ByteSize.gibi(1),
                        ByteSize.mebi(5),
                        ByteSize.gibi(6),
                        Optional.of(new HostPort("0.0.0.0", 8)),
                        Optional.of("secret"),
                        Optional.of(Path.of("p"))),
                parsed(
                        "--tasks=t",
                        "--results=r",
                        "--data=d",
                        "--host=10.0.0.1",
                        "--port=7",
                        "--discovery-ports=none",
                        "--lease=3s",
                        "--worker-timeout=4m",
                        "--stranger-lease=5m",
                        "--max-attempts=2",
                        "--max-package=1GiB",
                        "--max-result=5MiB",
                        "--max-unpacked=6GiB",
                        "--http=0.0.0.0:8",
                        "--token=secret",
                        "--port-file=p"));
    }

    @Test
    void everyOptionHasItsEnvironmentVariable() {
        for (Field field : Main.class.getDeclaredFields()) {
            CommandLine.Option option = field.getAnnotation(CommandLine.Option.class);
            if (option != null) {
                String name =
                        option.names()[0].substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
                assertTrue(option.defaultValue().startsWith("${env:MUTIRAO_" + name + ":-"), option.names()[0]);
            }
        }
    }

    @Test
    void wrongUsageIsCodeTwoAndASentence() {
        for (String[] args : new String[][] {{"--port=x"}, {"--lease=soon"}, {"--nope"}, {"--max-package=1XB"}}) {
            CommandLine line = Main.commandLine();
            StringWriter err = new StringWriter();
            line.setErr(new PrintWriter(err));
            assertEquals(2, line.execute(args));
            assertTrue(err.toString().contains(args[0].replaceFirst("=.*", "")), err.toString());
        }
    }

    @Test
    void helpAndVersion() {
        CommandLine line = Main.commandLine();
        StringWriter out = new StringWriter();
        line.setOut(new PrintWriter(out));
        assertEquals(0, line.execute("--help"));
        assertEquals(0, line.execute("--version"));
        assertTrue(out.toString().contains("--discovery-ports"));
        assertTrue(out.toString().contains("mutirao master"));
    }
}
