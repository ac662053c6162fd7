package org.mutirao.master.results;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.JobPlan.Merge;
import org.mutirao.protocol.id.JobId;
import org.mutirao.testkit.Zips;

/** What is put together of the results of jobs, whatever stands in the way. */
class JobAnswerTroubleTest extends JobAnswerScene {
    @Test
    void aPersonsFilesAreMovedNotLost() throws Exception {
        Path folder = Files.createDirectories(scene.results().resolve("calc"));
        Files.writeString(folder.resolve("a.zip"), "mine");
        Files.writeString(folder.resolve("a.csv"), "mine too");
        Files.writeString(folder.resolve("summary.csv"), "and this");
        JobId job = scene.job("calc.zip", Merge.NONE, "a.csv", "b.csv");
        end(job, 1, 0, "one", "k\n1\n");
        end(job, 2, 0, "two", "k\n2\n");
        scene.whole(job);
        assertEquals("one", text("calc/a.zip"));
        assertEquals("k\n1\n", text("calc/a.csv"));
        assertEquals("mine", Files.readString(folder.resolve("older/a-0.zip")));
        assertEquals("mine too", text("calc/older/a-0.csv"));
        assertEquals("and this", text("calc/older/summary-0.csv"));
    }

    @Test
    void aFileInTheWayOfTheFolderIsLeftThere() throws Exception {
        Files.writeString(scene.results().resolve("calc"), "a file");
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        end(job, 1, 0, "one", "k\n1\n");
        Files.delete(scene.results().resolve("calc"));
        scene.restart();
        end(job, 2, 0, "two", "k\n2\n");
        assertEquals(scene.results().resolve("calc-1/calc-1.zip"), scene.whole(job));
        assertEquals("one", text("calc-1/a.zip"));
        assertEquals("two", text("calc-1/b.zip"), "a job stays in one folder");
    }

    @Test
    void whatCannotBeWrittenIsTriedAgain() throws Exception {
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        end(job, 1, 0, "one", "k\n1\n");
        Path inTheWay = scene.results().resolve("calc/calc.zip/x");
        Files.createDirectories(inTheWay);
        end(job, 2, 0, "two", "k\n2\n");
        await().until(() -> names().contains("calc/merged/all.csv"));
        Files.delete(inTheWay);
        Files.delete(inTheWay.getParent());
        assertTrue(Files.isRegularFile(scene.whole(job)));
        assertEquals("k\n1\n2\n", text("calc/merged/all.csv"));
        assertTrue(
                names().stream().noneMatch(name -> name.startsWith("calc/older")), "what was made twice is the same");
    }

    @Test
    void whatAStopLeftIsCompletedAtTheNextStart() throws Exception {
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        end(job, 1, 0, "one", "k\n1\n");
        scene.answers().close();
        end(job, 2, 0, "two", "k\n2\n");
        Files.createDirectories(scene.results().resolve("calc/.merged.part/all.csv"));
        Files.writeString(scene.results().resolve("calc/.b.csv.part"), "half");
        assertFalse(names().contains("calc/calc.zip"));
        scene.restart();
        await().until(() -> names().contains("calc/calc.zip"));
        assertEquals("k\n1\n2\n", text("calc/merged/all.csv"));
        assertEquals("k\n2\n", text("calc/b.csv"));
        assertTrue(names().stream().noneMatch(name -> name.endsWith(".part")), names().toString());
    }

    /** They are not forced to disk: that would cost more than to look. */
    @Test
    void csvFilesThatAPowerCutEmptiedAreMadeAgain() throws Exception {
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv", "c.csv");
        end(job, 1, 0, "one", "k\n1\n");
        await().until(() -> names().contains("calc/a.csv"));
        Path a = scene.results().resolve("calc/a.csv");
        Files.write(a, new byte[0]);
        scene.restart();
        end(job, 2, 0, "two", "k\n2\n");
        end(job, 3, 0, "three", "k\n3\n");
        Path whole = scene.whole(job);
        assertEquals("k\n1\n", text("calc/a.csv"));
        assertEquals("k\n1\n", Zips.read(Files.readAllBytes(whole)).get("a.csv"));
        assertEquals("", text("calc/older/a-0.csv"), "whose it was is not known");

        Files.writeString(a, "what a person made of it");
        Files.setLastModifiedTime(
                a, FileTime.fromMillis(Files.getLastModifiedTime(whole).toMillis() + 5_000));
        Files.delete(scene.results().resolve("calc/b.csv"));
        Path c = scene.results().resolve("calc/c.csv");
        Files.write(c, new byte["k\n3\n".length()]);
        Files.setLastModifiedTime(c, Files.getLastModifiedTime(whole));
        scene.restart();
        await().until(() -> "k\n3\n".equals(text("calc/c.csv")));
        assertEquals("what a person made of it", text("calc/a.csv"));
        assertFalse(names().contains("calc/b.csv"), "a person took it away");
        assertEquals(whole, scene.whole(job));
    }

    /** Once made, it is a person's. */
    @Test
    void whatAPersonTookAwayIsNotMadeAgain() throws Exception {
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        end(job, 1, 0, "one", "k\n1\n");
        end(job, 2, 0, "two", "k\n2\n");
        Files.delete(scene.whole(job));
        Files.delete(scene.results().resolve("calc/merged/all.csv"));
        scene.restart();
        Throwable failure =
                assertThrows(ExecutionException.class, () -> scene.whole(job)).getCause();
        assertTrue(failure.getMessage().startsWith("its results were moved away from "), failure.getMessage());
        assertFalse(names().contains("calc/merged/all.csv"));
    }

    /** It may be at another master. */
    @Test
    void aResultThatIsNotHereIsFetchedAndWaitedFor() throws Exception {
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        end(job, 1, 0, "one", "k\n1\n");
        scene.endElsewhere(scene.task(job, 2), "stdout.txt", "two\n", "files/all.csv", "k\n2\n");
        await().until(() -> scene.fetched().equals(Set.of(scene.task(job, 2))));
        assertFalse(names().contains("calc/calc.zip"));
        scene.publish(scene.task(job, 2));
        scene.whole(job);
        assertEquals("k\n1\n2\n", text("calc/merged/all.csv"));
    }

    @Test
    void aMergePyThatFailsIsSaid() throws Exception {
        JobId job = scene.job("calc.zip", Merge.SCRIPT, "a.csv", "b.csv");
        end(job, 1, 0, "one", "k\n1\n");
        end(job, 2, 0, "two", "k\n2\n");
        scene.end(scene.task(job, 3), 1, "stdout.txt", "");
        scene.whole(job);
        assertEquals(
                "merge.py did not succeed; its task: failed with exit code 1, it broke. What it printed is in merge.py.zip.\n\n"
                        + "The results of the tasks can be used as they are.\n",
                text("calc/merged/why.txt"));
    }

    @Test
    void oneBadInputCostsItselfOnly() throws Exception {
        int count = 20;
        int bad = 7;
        JobId job = scene.job(
                "calc.zip",
                Merge.FILES,
                IntStream.rangeClosed(1, count).mapToObj(i -> i + ".csv").toArray(String[]::new));
        for (int i = 1; i <= count; i++) {
            if (i == bad) {
                scene.end(scene.task(job, i), 1, "stdout.txt", "", "stderr.txt", "ValueError: not a number: 'x'");
            } else {
                end(job, i, 0, "task " + i, "k\n" + i + "\n");
            }
        }
        scene.whole(job);
        String expected = "k\n"
                + IntStream.rangeClosed(1, count)
                        .filter(i -> i != bad)
                        .mapToObj(i -> i + "\n")
                        .collect(Collectors.joining());
        assertEquals(expected, text("calc/merged/all.csv"));
        List<String> failed = text("calc/summary.csv")
                .lines()
                .filter(line -> !line.contains(",succeeded,"))
                .toList();
        assertEquals(2, failed.size(), failed.toString());
        assertTrue(failed.get(1).startsWith("7.csv,7,failed,1,it broke,"), failed.get(1));
        assertTrue(names().contains("calc/7.zip"));
        assertFalse(names().contains("calc/7.csv"));
        assertTrue(names().stream().noneMatch(name -> name.endsWith(".why.txt")), names().toString());
    }
}
