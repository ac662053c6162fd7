package org.mutirao.master.results;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.mutirao.master.ledger.JobPlan.Merge;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.units.Told;
import org.mutirao.testkit.Zips;

/** What a person finds in {@code results/} of a job. */
class JobAnswersTest extends JobAnswerScene {
    private static final String HEADER =
            "input,task,state,exit,reason,waited_s,ran_s,worker,attempts,result_file,peak_memory,cpu_s,io_read,io_written\n";

    @Test
    void aJobThatHasEndedIsOneAnswer() throws Exception {
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        end(job, 2, 0, "two", "k\n2\n");
        end(job, 1, 0, "one", "k\n1\n");
        Path whole = scene.whole(job);
        assertEquals(scene.results().resolve("calc/calc.zip"), whole);
        Map<String, String> files = scene.files();
        assertEquals(
                Set.of(
                        "calc/a.zip",
                        "calc/a.csv",
                        "calc/b.zip",
                        "calc/b.csv",
                        "calc/summary.csv",
                        "calc/merged/all.csv",
                        "calc/merged/stdout.txt",
                        "calc/calc.zip"),
                files.keySet());
        assertEquals("k\n1\n", files.get("calc/a.csv"));
        assertEquals("k\n1\n2\n", files.get("calc/merged/all.csv"));
        assertEquals("one\ntwo\n", files.get("calc/merged/stdout.txt"));
        assertTrue(files.get("calc/summary.csv").startsWith(HEADER + "a.csv,1,succeeded,0,,"), files.toString());
        assertTrue(files.get("calc/summary.csv").contains(",0.250,lab-7,1,a.zip,,,,\nb.csv,2,"), files.toString());
        Map<String, String> packed = Zips.read(Files.readAllBytes(whole));
        assertEquals(
                List.of("a.zip", "a.csv", "b.zip", "b.csv", "summary.csv", "merged/all.csv", "merged/stdout.txt"),
                List.copyOf(packed.keySet()));
        assertEquals(files.get("calc/summary.csv"), packed.get("summary.csv"));
        assertEquals(files.get("calc/merged/all.csv"), packed.get("merged/all.csv"));
    }

    @Test
    void aSourceAndNothingAreThereForTheAsking() throws Exception {
        JobId source = scene.job("source.zip", Merge.FILES_WITH_SOURCE, "a.csv", "b.csv");
        end(source, 1, 0, "one", "k\n1\n");
        end(source, 2, 0, "two", "k\n2\n");
        scene.whole(source);
        assertEquals("source,k\na.csv,1\nb.csv,2\n", text("source/merged/all.csv"));
        JobId none = scene.job("none.zip", Merge.NONE, "a.csv", "b.csv");
        end(none, 1, 0, "one", "k\n1\n");
        end(none, 2, 0, "two", "k\n2\n");
        scene.whole(none);
        assertTrue(names().stream().noneMatch(name -> name.startsWith("none/merged")), names().toString());
    }

    @Test
    void theSummaryIsThereWhileTasksEndOnceASecondAtMost() throws Exception {
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv", "c.csv");
        await().until(() -> Files.exists(scene.results().resolve("calc/summary.csv")));
        assertEquals(
                HEADER + "a.csv,1,queued,,,,,,0,,,,,\nb.csv,2,queued,,,,,,0,,,,,\nc.csv,3,queued,,,,,,0,,,,,\n",
                text("calc/summary.csv"));
        end(job, 1, 0, "one", "k\n1\n");
        await().until(() -> names().contains("calc/a.csv"));
        assertTrue(text("calc/summary.csv").contains("a.csv,1,queued"), "a second has not gone by");
        end(job, 2, 3, "two", "k\n2\n");
        await().until(() -> {
            scene.clock().advance(Duration.ofSeconds(1)); // it may be written while the second one runs
            return text("calc/summary.csv").contains("b.csv,2,failed,3,it broke,");
        });
        assertTrue(text("calc/summary.csv").contains("a.csv,1,succeeded,0,"), text("calc/summary.csv"));
        assertTrue(text("calc/summary.csv").endsWith("c.csv,3,queued,,,,,,0,,,,,\n"), text("calc/summary.csv"));
        Told told = assertInstanceOf(
                Told.class,
                assertThrows(ExecutionException.class, () -> scene.whole(job)).getCause());
        assertEquals("job j1 has not ended yet, it is running", told.getMessage());
    }

    @Test
    void aFailedTaskBlocksNothingAndARetryCompletesIt() throws Exception {
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        end(job, 1, 0, "one", "k\n1\n");
        end(job, 2, 1, "broken", "k\n");
        scene.whole(job);
        assertEquals("k\n1\n", text("calc/merged/all.csv"));
        scene.retry(job);
        end(job, 2, 0, "two", "k\n2\n");
        Path whole = scene.whole(job);
        Map<String, String> files = scene.files();
        assertEquals("two", files.get("calc/b.zip"));
        assertEquals("k\n2\n", files.get("calc/b.csv"));
        assertEquals("broken", files.get("calc/older/b-2.zip"));
        assertEquals("k\n", files.get("calc/older/b-2.csv"));
        assertEquals("k\n1\n2\n", files.get("calc/merged/all.csv"));
        assertEquals("k\n1\n", files.get("calc/older/merged-1/all.csv"));
        assertEquals(scene.results().resolve("calc/merged"), scene.mergedOf(job, true), "not its own earlier table");
        assertEquals("k\n1\n2\n", Zips.read(Files.readAllBytes(whole)).get("merged/all.csv"));
    }

    @Test
    void whatIsCancelledIsInTheSummaryOnly() throws Exception {
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        end(job, 1, 0, "one", "k\n1\n");
        scene.cancel(job);
        scene.whole(job);
        assertTrue(text("calc/summary.csv").contains("b.csv,2,cancelled,,,,,,0,,,,,\n"), text("calc/summary.csv"));
        assertEquals("k\n1\n", text("calc/merged/all.csv"));
    }

    @Test
    void aJobHandedInAgainLeavesNoOldAnswerUnderItsName() throws Exception {
        JobId first = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv", "gone.csv");
        end(first, 1, 0, "old a", "k\n1\n");
        end(first, 2, 0, "old b", "k\n2\n");
        end(first, 3, 0, "old gone", "k\n3\n");
        scene.whole(first);
        JobId second = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        await().until(() -> names().contains("calc/older/calc-1.zip"));
        assertFalse(names().contains("calc/merged/all.csv"), "it is not this job's");
        assertEquals("old b", text("calc/b.zip"), "as long as there is no other");
        end(second, 1, 0, "new a", "k\n7\n");
        end(second, 2, 5, "new b", "k\n8\n");
        scene.whole(second);
        Map<String, String> files = scene.files();
        assertEquals("new a", files.get("calc/a.zip"));
        assertEquals("k\n7\n", files.get("calc/a.csv"));
        assertEquals("new b", files.get("calc/b.zip"), "though it failed");
        assertEquals("k\n7\n", files.get("calc/merged/all.csv"));
        assertFalse(files.containsKey("calc/gone.zip"), "the new job has no such input");
        assertFalse(files.containsKey("calc/gone.csv"));
        assertEquals("old a", files.get("calc/older/a-1.zip"));
        assertEquals("k\n1\n", files.get("calc/older/a-1.csv"));
        assertEquals("old b", files.get("calc/older/b-2.zip"));
        assertEquals("old gone", files.get("calc/older/gone-3.zip"));
        assertEquals("k\n1\n2\n3\n", files.get("calc/older/merged-1/all.csv"));
        assertTrue(files.get("calc/older/summary-1.csv").contains("gone.csv,3,succeeded"), files.toString());
        assertEquals("calc/older/a-1.zip", scene.nameOf(new TaskId(1)).orElseThrow());
        assertEquals("calc/a.zip", scene.nameOf(new TaskId(4)).orElseThrow());
        assertEquals(scene.results().resolve("calc/older/calc-1.zip"), scene.whole(first), "still to be had");
        assertEquals(scene.results().resolve("calc/older/merged-1"), scene.mergedOf(first, false));
        assertEquals(scene.results().resolve("calc/merged"), scene.mergedOf(second, true));
    }

    @Test
    void whatComesLateOfAnOlderJobGoesStraightToOlder() throws Exception {
        JobId first = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        JobId second = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        end(second, 1, 1, "new a", "k\n7\n");
        end(second, 2, 0, "new b", "k\n8\n");
        end(first, 1, 0, "old a", "k\n1\n");
        end(first, 2, 0, "old b", "k\n2\n");
        assertEquals(scene.results().resolve("calc/calc.zip"), scene.whole(second));
        Path older = scene.whole(first);
        assertEquals(scene.results().resolve("calc/older/calc-1.zip"), older);
        Map<String, String> files = scene.files();
        assertEquals("new a", files.get("calc/a.zip"), "the newest job counts, though it failed");
        assertEquals("new b", files.get("calc/b.zip"));
        assertEquals("k\n8\n", files.get("calc/merged/all.csv"));
        assertEquals("old a", files.get("calc/older/a-1.zip"));
        assertEquals("k\n1\n2\n", files.get("calc/older/merged-1/all.csv"));
        assertTrue(files.get("calc/older/summary-1.csv").contains("a.csv,1,succeeded"), files.toString());
        assertEquals(
                List.of("a.zip", "a.csv", "b.zip", "b.csv", "summary.csv", "merged/all.csv", "merged/stdout.txt"),
                List.copyOf(Zips.read(Files.readAllBytes(older)).keySet()),
                "in it everything has its plain name");
    }

    /** Within a job: success first, then the later attempt. */
    @Test
    void aFailedRunDoesNotReplaceASuccessfulOne() throws Exception {
        JobId job = scene.job("calc.zip", Merge.FILES, "a.csv", "b.csv");
        TaskId task = scene.task(job, 1);
        scene.place(task, 1, 1, "stdout.txt", "first, failed");
        scene.place(task, 2, 0, "stdout.txt", "second");
        scene.place(task, 3, 1, "stdout.txt", "third, failed");
        scene.place(task, 4, 0, "stdout.txt", "fourth");
        scene.restart();
        scene.place(task, 5, 1, "stdout.txt", "fifth, failed");
        scene.place(task, 6, 0, "stdout.txt", "sixth");
        Map<String, String> files = scene.files();
        files.keySet().removeIf(name -> name.endsWith(".csv"));
        assertEquals(
                Map.of(
                        "calc/a.zip", "sixth",
                        "calc/older/a-1.zip", "first, failed",
                        "calc/older/a-1-2.zip", "second",
                        "calc/older/a-1-3.zip", "third, failed",
                        "calc/older/a-1-4.zip", "fourth",
                        "calc/older/a-1-5.zip", "fifth, failed"),
                files);
    }

    @Test
    void mergePyMakesWhatIsMerged() throws Exception {
        JobId job = scene.job("calc.zip", Merge.SCRIPT, "a.csv", "b.csv");
        end(job, 1, 0, "one", "k\n1\n");
        end(job, 2, 0, "two", "k\n2\n");
        scene.end(
                scene.task(job, 3),
                0,
                "stdout.txt",
                "sum 3\n",
                "files/sum.csv",
                "s\n3\n",
                "files/plots/p.txt",
                "plot",
                "files/../evil.txt",
                "x");
        scene.whole(job);
        Map<String, String> files = scene.files();
        assertEquals("s\n3\n", files.get("calc/merged/sum.csv"));
        assertEquals("plot", files.get("calc/merged/plots/p.txt"));
        assertEquals("sum 3\n", files.get("calc/merged/stdout.txt"));
        assertFalse(files.containsKey("calc/merged/all.csv"), "merge.py has the only say");
        assertTrue(files.keySet().stream().noneMatch(name -> name.contains("evil")), files.toString());
        assertTrue(files.get("calc/summary.csv").contains("merge.py,3,succeeded"), files.toString());
    }

    /** Names that no other system could store, or that come to the same. */
    @Test
    void namesBecomePlainOnes() throws Exception {
        String longest = "x".repeat(240);
        JobId job = scene.job("what?.zip", Merge.NONE, "a:1.csv", "a_1.csv", longest + ".csv", longest + "y.csv");
        for (int i = 1; i <= 4; i++) {
            end(job, i, 0, "task " + i, "k\n");
        }
        scene.whole(job);
        Map<String, String> files = scene.files();
        files.keySet().removeIf(name -> !name.matches("what_/[ax].*\\.zip"));
        assertEquals(
                Map.of(
                        "what_/a_1-1.zip",
                        "task 1",
                        "what_/a_1.zip",
                        "task 2",
                        "what_/" + "x".repeat(120) + "-3.zip",
                        "task 3",
                        "what_/" + "x".repeat(120) + "-4.zip",
                        "task 4"),
                files);
    }

    /** No two of them may be one file on another system. */
    @Test
    void eachInputHasItsOwnResultWhateverItIsCalled() throws Exception {
        List<String> inputs = List.of(
                "A.csv",
                "a.csv",
                "two words.csv",
                "relat\u00f3rio.csv",
                "relato\u0301rio.csv",
                "\ud83d\udc4d.csv",
                "n".repeat(251) + ".csv",
                "\ud83d\udc4d".repeat(62) + ".csv",
                "summary.csv",
                "merged.csv",
                "older.csv",
                "calc.csv",
                "stdout.txt");
        JobId job = scene.job("calc.zip", Merge.FILES, inputs.toArray(String[]::new));
        for (int i = 1; i <= inputs.size(); i++) {
            end(job, i, 0, "task " + i, "k\n" + i + "\n");
        }
        Path whole = scene.whole(job);
        Set<String> results = new HashSet<>();
        Set<String> printed = new HashSet<>();
        for (Map.Entry<String, String> file : scene.files().entrySet()) {
            String name = file.getKey();
            assertTrue(name.getBytes(StandardCharsets.UTF_8).length <= "calc/".length() + 255, name);
            if (name.endsWith(".zip") && !name.equals("calc/calc.zip")) {
                results.add(Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT));
                printed.add(file.getValue());
            }
        }
        assertEquals(inputs.size(), results.size(), results.toString());
        assertEquals(inputs.size(), printed.size(), printed.toString());
        assertEquals(1 + inputs.size(), text("calc/merged/all.csv").lines().count());
        for (String input : inputs) {
            assertTrue(text("calc/summary.csv").contains("\n" + input + ","), input);
        }
        long packed = Zips.read(Files.readAllBytes(whole)).keySet().stream()
                .filter(name -> name.endsWith(".zip"))
                .count();
        assertEquals(inputs.size(), packed);
    }
}
