package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
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

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(3));
    }

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

    /**
     * What differs between Pythons: futures, functions and where their source is, ZIPs, sockets. The oldest that is here, as the usual one
     * runs all tests anyway; a longer form has them all: {@code -Dmutirao.pythons=all}.
     */
    @Tag("slow")
    @Test
    void theyPassOnEachPythonThatIsHere() throws Exception {
        NavigableMap<Integer, String> pythons = Pythons.found();
        List<Integer> missing = IntStream.rangeClosed(OLDEST, NEWEST)
                .filter(minor -> !pythons.containsKey(minor))
                .boxed()
                .toList();
        System.out.println("client.py: Pythons here " + pythons + "; skipped, since they are not here: 3." + missing);
        List<String> tried = new ArrayList<>();
        for (Map.Entry<Integer, String> python : pythons.entrySet()) {
            if (isTried(python.getKey(), pythons)) {
                try (Program tests = tests(
                        python.getValue(),
                        Map.of(),
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

    private static boolean isTried(int minor, NavigableMap<Integer, String> pythons) {
        boolean isOldest = minor == pythons.ceilingKey(OLDEST);
        return isOldest
                || (minor > OLDEST && System.getProperty("mutirao.pythons", "").equals("all"));
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

    @Tag("slow")
    @Test
    void itsOwnTestsPassAgainstARealGrid() throws Exception {
        try (Grid grid = new Grid(folder).startMaster()) {
            grid.startWorker("--slots=3");
            try (Program tests = tests(
                    ForeignPrograms.python(),
                    Map.of("MUTIRAO_TEST_MASTER", grid.address()),
                    "MapFilesTest",
                    "MergeTest",
                    "MapFunctionTest",
                    "ExecutorTest",
                    "CommandTest.test_map_merges_and_ends_with_0")) {
                passes(tests);
            }
        }
    }

    /** By its own reading of PROTOCOL.md: TLS, the proof, and whom it does not believe. */
    @Tag("slow")
    @Test
    void inARoomWithAKeyToo() throws Exception {
        Path secret = Files.writeString(folder.resolve("room.secret"), "lusab-babad-gutih-tugad-gutuk-bisog");
        Path other = Files.writeString(folder.resolve("other.secret"), "bimab-tunuk-bifin-bivog-pidik-dudij");
        Path client = Files.writeString(folder.resolve("mutirao.py"), PythonClient.text());
        try (Grid grid = new Grid(folder).startMaster("--secret=" + secret)) {
            grid.startWorker("--slots=2", "--secret=" + secret);
            try (Program tests = tests(
                    ForeignPrograms.python(),
                    Map.of("MUTIRAO_TEST_MASTER", grid.address(), "MUTIRAO_SECRET", secret.toString()),
                    "MapFilesTest",
                    "MergeTest")) {
                passes(tests);
            }
            List<String> jobs =
                    List.of(ForeignPrograms.python(), client.toString(), "jobs", "--master=" + grid.address());
            try (Program wrong = Program.run(folder, "wrong", jobs, Map.of("MUTIRAO_SECRET", other.toString()));
                    Program none = Program.run(folder, "none", jobs, Map.of())) {
                assertEquals(1, wrong.exitCode(), wrong.text());
                assertTrue(wrong.text().contains("does not know this secret"), wrong.text());
                assertEquals(1, none.exitCode(), none.text());
                assertTrue(none.text().contains("--secret FILE"), none.text());
            }
        }
    }

    /** Each input is worked on once, and the table is whole, whoever dies meanwhile. */
    @Tag("slow")
    @Test
    void aMapOutlivesItsClientAndTheMaster() throws Exception {
        int count = 40;
        Path data = Files.createDirectories(folder.resolve("data"));
        StringBuilder expected = new StringBuilder("number\n");
        for (int i = 1; i <= count; i++) {
            Files.writeString(data.resolve("t" + i + ".csv"), "number\n" + i + "\n");
            expected.append(i).append('\n');
        }
        Path ran = folder.resolve("ran");
        Files.writeString(
                folder.resolve("copy.py"),
                "import os, time\nopen(r'" + ran
                        + "', 'a').write(os.environ['MUTIRAO_INPUT'] + '\\n')\ntime.sleep(0.2)\n"
                        + "open('out.csv', 'w').write(open('input.csv').read())\n");
        Path client = Files.writeString(folder.resolve("mutirao.py"), PythonClient.text());
        Path out = folder.resolve("out");
        try (Grid grid = new Grid(folder).startMaster()) {
            grid.startWorker("--slots=2", "--heartbeat=500ms");
            List<String> command =
                    new ArrayList<>(List.of(ForeignPrograms.python(), client.toString(), "map", "copy.py"));
            IntStream.rangeClosed(1, count).forEach(i -> command.add("data/t" + i + ".csv"));
            command.addAll(List.of("--out=" + out, "--merge=all.csv", "--master=" + grid.address()));
            Map<String, String> environment =
                    Map.of("MUTIRAO_CACHE", folder.resolve("cache").toString());
            Program first = grid.remember(Program.run(folder, "client", command, environment));
            await(first.text())
                    .until(() -> Files.isDirectory(out) && Grid.names(out).size() > 8);
            first.kill();
            grid.master.kill();
            Program second = grid.remember(Program.run(folder, "client", command, environment));
            Program third = grid.startMaster().console("--json", "jobs");
            assertEquals(0, second.exitCode(), second.text());
            assertTrue(second.text().contains(count + " of " + count + " succeeded"), second.text());
            assertTrue(second.text().contains(count + " were handed in before"), second.text());
            assertEquals(expected.toString(), Files.readString(folder.resolve("all.csv")));
            assertEquals(0, third.exitCode(), third.text());
            assertEquals(1, third.text().split("\"job\"", -1).length - 1, "one job: " + third.text());
            List<String> runs = Grid.readLines(ran);
            assertEquals(count, runs.stream().distinct().count());
            assertTrue(runs.size() <= count + 2, "only what ran while the master died may run again: " + runs);
        }
    }
}
