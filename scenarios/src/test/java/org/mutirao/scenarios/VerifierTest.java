package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** The judge is judged: folders made up with every fault, and what the report says of each. */
class VerifierTest {
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)");

    @TempDir
    private Path folder;

    private Path tasks;
    private Path first;
    private Path second;

    @BeforeEach
    void makeFolders() throws Exception {
        tasks = Files.createDirectories(folder.resolve("tasks"));
        Files.createDirectories(tasks.resolve("rejected"));
        first = Files.createDirectories(folder.resolve("first"));
        second = Files.createDirectories(folder.resolve("second"));
    }

    private static void result(Path results, String name, String stdout) {
        Zips.drop(results, name, Zips.of("stdout.txt", stdout, "stderr.txt", ""));
    }

    /** Handed in and run; both results are still to come. */
    private static void ran(Verifier verifier, String name) {
        verifier.offered(name, PACKAGE, "1\n");
        verifier.promised(name);
        verifier.ran(name);
        verifier.delivered(name, false);
    }

    private void good(Verifier verifier, String name) {
        ran(verifier, name);
        result(first, name, "1\n");
        result(second, name, "1\n");
    }

    private static List<String> masterSays(String json) {
        return List.of(ForeignPrograms.python(), "-c", "print('''" + json + "''')");
    }

    @Test
    void whatIsWellIsCleanTimeAndAgain() throws Exception {
        try (Verifier verifier = new Verifier(folder).watch(List.of(first, second), List.of(tasks))) {
            good(verifier, "a.zip");
            good(verifier, "a-1.zip"); // its name looks like a second result of the other's
            verifier.offered("never-promised.zip", PACKAGE, "1\n");
            verifier.delivered("a.zip", true); // told again, and known as a duplicate
            String report = verifier.verify(Duration.ZERO, List.of());
            assertTrue(report.contains("3 offered, 2 promised, 2 + 2 results"), report);
            assertTrue(report.contains("0 lost, 0 doubled, 0 wrong, 0 rejected, 0 stuck"), report);
            good(verifier, "b.zip");
            assertTrue(verifier.verify(Duration.ZERO, List.of()).contains("3 promised, 3 + 3 results"));
            Files.delete(second.resolve("b.zip"));
            AssertionError lost = assertThrows(AssertionError.class, () -> verifier.verify(Duration.ZERO, List.of()));
            assertTrue(lost.getMessage().contains("lost  b.zip: no result in " + second), lost.getMessage());
        }
    }

    @Test
    void eachFaultIsNamed() throws Exception {
        try (Verifier verifier = new Verifier(folder)) {
            good(verifier, "good.zip");
            good(verifier, "vanishes.zip");
            good(verifier, "changes.zip");
            verifier.watch(List.of(first, second), List.of(tasks));
            Files.delete(first.resolve("vanishes.zip"));
            Files.write(second.resolve("changes.zip"), Zips.of("stdout.txt", "1\n", "more.txt", "2"));

            for (String name : List.of("missing.zip", "unknown.zip", "waits.zip", "half.zip")) {
                verifier.offered(name, PACKAGE, "1\n");
                verifier.promised(name);
            }
            verifier.delivered("missing.zip", false);
            verifier.ran("half.zip");
            result(first, "half.zip", "1\n");
            good(verifier, "twice.zip");
            verifier.delivered("twice.zip", false);
            good(verifier, "again.zip");
            result(first, "again-7.zip", "1\n");
            ran(verifier, "other.zip");
            result(second, "other.zip", "1\n");
            result(first, "other.zip", "another's output\n");
            result(first, "nobodys.zip", "1\n");
            ran(verifier, "empty.zip");
            result(first, "empty.zip", "1\n");
            Files.write(second.resolve("empty.zip"), new byte[0]);
            ran(verifier, "torn.zip");
            result(first, "torn.zip", "1\n");
            Zips.drop(second, "torn.zip", new byte[] {'P', 'K', 3, 4, 0});
            verifier.offered("not-run.zip", PACKAGE, "1\n");
            result(first, "not-run.zip", "1\n");
            verifier.offered("rejected.zip", PACKAGE, "1\n");
            verifier.promised("rejected.zip");
            Files.write(tasks.resolve("rejected/rejected.zip"), PACKAGE);
            Files.writeString(tasks.resolve("rejected/rejected.zip.txt"), "Why: it was damaged.\n");
            verifier.drop(tasks, "lies-there.zip", PACKAGE, "1\n");

            String report = verifier.report(
                    Duration.ZERO,
                    masterSays("[{\"name\":\"waits.zip\",\"status\":\"queued\",\"attempts\":0},"
                            + "{\"name\":\"missing.zip\",\"status\":\"succeeded\",\"attempts\":1},"
                            + "{\"name\":\"half.zip\",\"status\":\"succeeded\",\"attempts\":1}]"));
            assertTrue(report.endsWith("verdict faults"), report);
            for (String line : List.of(
                    "lost  vanishes.zip: the result was in " + first + " and is there no more",
                    "lost  missing.zip: no result in " + first + ", " + second
                            + "; its result was acknowledged; the master says: succeeded, attempts 1",
                    "lost  half.zip: no result in " + second + "; the master says: succeeded",
                    "lost  unknown.zip: no result in " + first + ", " + second + "; the master knows no such task",
                    "doubled  changes.zip: the result in " + second + " changed after it had appeared",
                    "doubled  twice.zip: 2 results were accepted, each as the first",
                    "doubled  again.zip: a second result, again-7.zip in " + first,
                    "wrong  other.zip: in " + first + ": expected '1\\n', it printed",
                    "wrong  nobodys.zip: a result in " + first + " of what nobody handed in",
                    "wrong  empty.zip: 0 bytes when it appeared in " + second,
                    "wrong  torn.zip: not a whole ZIP when it appeared in " + second,
                    "wrong  not-run.zip: a result in " + first + ", but it never ran",
                    "rejected  rejected.zip: in " + tasks.resolve("rejected") + ": Why: it was damaged.",
                    "stuck  waits.zip: no result in " + first + ", " + second + "; the master says: queued",
                    "stuck  lies-there.zip: still in " + tasks)) {
                assertTrue(report.contains(line), line + " is not in " + report);
            }
            Set<String> named = report.lines()
                    .filter(line -> line.matches("(lost|doubled|wrong|rejected|stuck)  .*"))
                    .map(line -> line.replaceFirst("^\\w+  ([^:]+):.*", "$1"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(
                    Set.of(
                            "again.zip",
                            "changes.zip",
                            "empty.zip",
                            "half.zip",
                            "lies-there.zip",
                            "missing.zip",
                            "nobodys.zip",
                            "not-run.zip",
                            "other.zip",
                            "rejected.zip",
                            "torn.zip",
                            "twice.zip",
                            "unknown.zip",
                            "vanishes.zip",
                            "waits.zip"),
                    named,
                    "and nothing that is well");
        }
    }
}
