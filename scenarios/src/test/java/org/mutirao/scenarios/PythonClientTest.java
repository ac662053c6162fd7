package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.client.PythonClient;

/** {@code client.py}: its own tests in Python, on each Python that is here, against a played master and a real one. */
class PythonClientTest {
    private static final Path TESTS = Program.root().resolve("scenarios/src/test/python/client/test_client.py");
    private static final int OLDEST = 8;
    private static final int NEWEST = 14;

    @TempDir
    private Path folder;

    private static String passes(Program tests) throws InterruptedException {
        assertEquals(0, tests.exitCode(), tests.text());
        assertTrue(tests.text().contains("\nRan "), "no test was run: " + tests.text());
        return tests.text();
    }

    private Program tests(String python, Map<String, String> environment, String... only) {
        List<String> command = new ArrayList<>(List.of(python, "-W", "error::ResourceWarning", TESTS.toString()));
        command.addAll(List.of(only));
        return Program.run(folder, "client", command, environment);
    }

    @Test
    void itsOwnTestsPassAgainstAPlayedMaster() throws Exception {
        try (Program tests = tests(ForeignPrograms.python(), Map.of())) {
            passes(tests);
        }
    }

    /** What differs between Pythons: futures, functions and where their source is, ZIPs, sockets. */
    @Tag("slow")
    @Test
    void theyPassOnEachPythonThatIsHere() throws Exception {
        Map<Integer, String> pythons = Pythons.found();
        List<Integer> missing = IntStream.rangeClosed(OLDEST, NEWEST)
                .filter(minor -> !pythons.containsKey(minor))
                .boxed()
                .toList();
        System.out.println("client.py: Pythons here " + pythons + "; skipped, since they are not here: 3." + missing);
        List<String> tried = new ArrayList<>();
        for (Map.Entry<Integer, String> python : pythons.entrySet()) {
            if (python.getKey() >= OLDEST) {
                try (Program tests = tests(
                        python.getValue(),
                        Map.of(),
                        "MapFilesTest",
                        "MapFunctionTest",
                        "PickleTest",
                        "ExecutorTest",
                        "CancelledFuturesTest")) {
                    passes(tests);
                    tried.add(python.getValue());
                }
            }
        }
        assertTrue(tried.size() > 0, "no Python of 3.8 or newer: " + pythons);
    }

    @Test
    void masterAndConsoleHandOutTheSameFile() throws Exception {
        String file = Files.readString(
                Program.root().resolve("protocol/src/main/resources/org/mutirao/protocol/client/client.py"),
                StandardCharsets.US_ASCII);
        assertEquals(file, PythonClient.text());
        try (Grid grid = new Grid(folder).startMaster("--token=secret")) {
            String served = new String(
                    URI.create(grid.dashboard() + "/client.py")
                            .toURL()
                            .openStream()
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
            assertEquals(file, served);
        }
    }
}
