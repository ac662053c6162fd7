package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.testkit.Zips;

/** The conformance report tells the groups' programs apart by what they do. */
@Tag("slow")
class CompatTest {
    private static final Pattern TCP = Pattern.compile("tcp=(\\d+)");

    @TempDir
    private Path folder;

    private final List<Program> programs = new ArrayList<>();

    @BeforeAll
    static void bePatient() {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(3));
    }

    @AfterEach
    void stop() {
        programs.forEach(Program::close);
    }

    private Program remember(Program program) {
        programs.add(program);
        return program;
    }

    private static int port(Program program) {
        await(program.out.toString()).until(() -> TCP.matcher(program.text()).find());
        Matcher port = TCP.matcher(program.text());
        assertTrue(port.find());
        return Integer.parseInt(port.group(1));
    }

    private Program console(String... options) {
        return remember(Program.start(folder, "console", List.of(), options));
    }

    /** The words of a row, whatever the width of its columns. */
    private static String row(String report, String about, String trial) {
        return report.lines()
                .filter(line -> line.startsWith(about + " ") && line.contains("  " + trial + "  "))
                .map(line ->
                        line.substring(line.indexOf(trial) + trial.length()).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row '" + about + ", " + trial + "' in\n" + report));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A|flat|connection stays open (as group A's)|stays open|8000",
                "B|flat|as group B's|closes|64000",
                "C|flat|as group C's|stays open|64000",
                "D|flat|as group D's|stays open|1000",
                "E|super-peer|as group E's|closes|64000",
                "F|envelope|as group F's|closes|4000",
            })
    void aMasterOfEachGroupIsDescribed(String group, String dialect, String noWork, String connection, String takes)
            throws Exception {
        Program master = remember(
                ForeignPrograms.master(List.of(), folder, group, "--host=127.0.0.1", "--port=0", "--udp-port=0"));
        Program compat = console("compat", "--discovery-ports=none", "--patience=2s", "127.0.0.1:" + port(master));
        assertEquals(0, compat.exitCode(), compat.text());
        String report = compat.text();
        assertTrue(row(report, dialect, "REGISTER").startsWith("registers us"), report);
        assertTrue(row(report, dialect, "HEARTBEAT").startsWith("says that we are alive"), report);
        assertTrue(row(report, dialect, "REQUEST_TASK").contains(noWork), report);
        assertTrue(row(report, "connection", "after an answer").startsWith(connection), report);
        assertTrue(row(report, "results", "results of growing size").startsWith("takes " + takes + " bytes"), report);
        assertTrue(row(report, "summary", "registers peers in").contains(dialect), report);
    }

    @Test
    void aMasterOfOursIsDescribedAndKeepsItsTask() throws Exception {
        try (Grid grid = new Grid(folder.resolve("grid"))) {
            Files.createDirectories(folder.resolve("grid"));
            grid.startMaster();
            grid.drop("job.zip", "main.py", "print(1)");
            await().until(() -> Grid.names(grid.tasks).isEmpty());
            Program compat = console("compat", "--discovery-ports=none", grid.address());
            assertEquals(0, compat.exitCode(), compat.text());
            String report = compat.text();
            assertTrue(row(report, "mutirao", "REGISTER").startsWith("registers us and agrees on features"), report);
            assertTrue(row(report, "envelope", "REGISTER").startsWith("registers us"), report);
            assertEquals("answers both", row(report, "connection", "two messages in one write"));
            assertTrue(
                    row(report, "connection", "a message in two pieces").startsWith("waits until it is whole"), report);
            assertTrue(row(report, "results", "results of growing size").contains("all sizes"), report);
            assertTrue(report.contains("hands out a task"), report);
            for (String message : List.of("LIST_TASKS", "LIST_WORKERS", "READ_EVENTS", "GET_STATUS")) {
                assertTrue(row(report, "mutirao", message).startsWith("tells: "), report);
            }
            for (String message : List.of("SHOW_TASK", "EXPLAIN_TASK", "READ_LOG", "CANCEL_TASK", "CHANGE_WORKER")) {
                assertTrue(row(report, "mutirao", message).startsWith("refuses: "), report);
            }
            for (String message : List.of("SEND_LOG", "RETURN_TASK", "LEAVE")) {
                assertTrue(row(report, "mutirao", message).startsWith("takes it"), report);
            }
            grid.startWorker("--once");
            grid.awaitResults(1);
            assertTrue(
                    Zips.read(grid.results.resolve("job.zip")).get("stdout.txt").startsWith("1"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // These two end at the first package that is too large, and a human starts them again under another
                // name.
                "A|flat|a package of 8000 bytes of JSON",
                "B|flat|a package of 64000 bytes of JSON",
                "C|flat|lost it, it reads 1000 bytes",
                "D|flat|lost it",
                "E|super-peer|its Python never found main.py",
                "F|envelope|reads all sizes tried",
            })
    void aPeerOfEachGroupIsDescribed(String group, String dialect, String end) {
        Program compat =
                console("compat", "--as-master", "--host=127.0.0.1", "--port=0", "--discovery-ports=none", "--for=2m");
        int port = port(compat);
        String master = "--master=127.0.0.1:" + port;
        Program peer = remember(ForeignPrograms.peer(List.of(), folder, group, master, "--pace=0.1"));
        if (group.equals("C")) {
            peer.type("2\n".repeat(20));
        }
        await(compat.out.toString()).until(() -> compat.text().contains(end));
        assertTrue(compat.text().contains("in the " + dialect + " dialect"), compat.text());
        if (!group.equals("B")) {
            assertTrue(compat.text().contains("looks like group " + group + "'s"), compat.text());
        }
        if (!group.equals("D")) {
            await().until(() -> compat.text().contains("ran it and delivered"));
        }
    }

    @Test
    void nobodyThereIsASentence() throws Exception {
        Program compat = console("compat", "--discovery-ports=none", "127.0.0.1:1");
        assertEquals(1, compat.exitCode());
        assertTrue(compat.text().startsWith("console: nobody answers at 127.0.0.1:1"), compat.text());
    }
}
