package org.mutirao.master.results;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.ledger.InputNames;
import org.mutirao.master.ledger.JobPlan;
import org.mutirao.master.ledger.JobPlan.Merge;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.pack.Extra;
import org.mutirao.protocol.units.Told;
import org.mutirao.testkit.Zips;

/** What a task finds in its folder of what others left. */
class BroughtAlongTest {
    @TempDir
    private Path temp;

    private JobScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new JobScene(temp);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private JobId jobAfter(String... names) {
        return scene.job("next.zip", new JobPlan(InputNames.of(List.of("x", "y")), Merge.NONE, List.of(names), true));
    }

    /** Folder to what its stdout.txt says, or what is taken from the ZIP, or why there is none. */
    private Map<String, String> along(JobId job, int index) throws IOException {
        TaskRecord task = scene.record(scene.task(job, index));
        assertTrue(scene.along().areHere(task));
        Map<String, String> found = new TreeMap<>();
        for (Extra extra : scene.along().of(task)) {
            String what = extra.note();
            if (extra.zip().isPresent()) {
                Map<String, String> files =
                        Zips.read(Files.readAllBytes(extra.zip().get()));
                what = extra.only().isEmpty() ? files.get("stdout.txt") : "only " + extra.only();
            }
            found.put(extra.prefix(), what);
        }
        return found;
    }

    @Test
    void aMergeTaskFindsTheResultsThatSucceeded() throws Exception {
        JobId job = scene.job("calc.zip", Merge.SCRIPT, "a.csv", "b.csv", "c.csv");
        scene.end(scene.task(job, 1), 0, "stdout.txt", "one");
        scene.end(scene.task(job, 2), 1, "stdout.txt", "two");
        scene.end(scene.task(job, 3), 0, "stdout.txt", "three");
        assertEquals(Map.of("parts/a/", "one", "parts/c/", "three"), along(job, 4));
        assertEquals(Map.of(), along(job, 1), "only the merge task");
    }

    /** A newer job of the name does not stand in for the one that was waited for. */
    @Test
    void aTaskFindsTheResultsOfTheJobsThatItsJobWaitedFor() throws Exception {
        TaskId single = scene.single("raw.zip");
        scene.end(single, 0, "stdout.txt", "raw");
        JobId clean = scene.job("clean.zip", Merge.FILES, "a.csv", "b.csv");
        scene.end(scene.task(clean, 1), 0, "stdout.txt", "one");
        scene.end(scene.task(clean, 2), 1, "stdout.txt", "two");
        JobId next = jobAfter("raw.zip", "clean");
        JobId newer = scene.job("clean.zip", Merge.FILES, "a.csv", "b.csv");
        scene.end(scene.task(newer, 1), 0, "stdout.txt", "newer");
        scene.whole(clean);
        Map<String, String> expected = Map.of(
                "after/raw/",
                "raw",
                "after/clean/a/",
                "one",
                "after/clean/b/",
                "two",
                "after/clean/",
                "only [summary.csv, merged/]");
        assertEquals(expected, along(next, 1));
        assertEquals(expected, along(next, 2), "each task");
    }

    @Test
    void whatAPersonTookAwayIsSaid() throws Exception {
        JobId clean = scene.job("clean.zip", Merge.FILES, "a.csv", "b.csv");
        scene.end(scene.task(clean, 1), 0, "stdout.txt", "one");
        scene.end(scene.task(clean, 2), 0, "stdout.txt", "two");
        JobId next = jobAfter("clean.zip");
        Files.delete(scene.whole(clean));
        Files.delete(scene.results().resolve("clean/a.zip"));
        scene.drop(scene.task(clean, 1));
        Map<String, String> found = along(next, 1);
        assertEquals(Set.of("after/clean/", "after/clean/a/", "after/clean/b/"), found.keySet());
        assertEquals(
                "The result of task 1 (clean-a.zip) was moved away from results/, and no copy of it is left.\n",
                found.get("after/clean/a/"));
        assertTrue(
                found.get("after/clean/")
                        .startsWith("summary.csv and merged/ are not here: its results were moved away"),
                found.toString());
    }

    /** It may be at another master: the task waits, and does not run on half of its parts. */
    @Test
    void whatIsOnItsWayIsWaitedFor() throws Exception {
        JobId job = scene.job("calc.zip", Merge.SCRIPT, "a.csv", "b.csv");
        scene.end(scene.task(job, 1), 0, "stdout.txt", "one");
        TaskId second = scene.task(job, 2);
        scene.endElsewhere(second, "stdout.txt", "two");
        scene.drop(second);
        TaskRecord merge = scene.record(scene.task(job, 3));
        assertFalse(scene.along().areHere(merge));
        assertEquals(Set.of(second), scene.fetched());
        Told told = assertThrows(Told.class, () -> scene.along().of(merge));
        assertEquals("the result of task 2 is not here yet", told.getMessage());
        scene.storeAgain("stdout.txt", "two");
        scene.publish(second);
        await().until(() -> scene.along().areHere(merge));
        assertEquals(Map.of("parts/a/", "one", "parts/b/", "two"), along(job, 3));
    }

    @Test
    void aJobThatIsForgottenIsSaid() throws Exception {
        JobId next = jobAfterForgotten();
        assertEquals(Map.of("after/raw/", "Job raw.zip is not known any more.\n"), along(next, 1));
    }

    private JobId jobAfterForgotten() throws IOException {
        TaskId single = scene.single("raw.zip");
        scene.end(single, 0, "stdout.txt", "raw");
        JobId next = jobAfter("raw.zip");
        scene.forget(single);
        return next;
    }
}
