package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.units.ByteSize;

class JobLayoutTest {
    private static final PackageLimits LIMITS = new PackageLimits(20, 8, ByteSize.mebi(300), 250, 0);

    static Payload payload(byte[] zip) {
        return Payload.inMemory(zip, new Blob(Sha256.of(zip), zip.length));
    }

    private static JobLayout of(String... namesAndContents) throws Exception {
        try (TaskPackageFile file = TaskPackageFile.open(payload(SmallZips.of(namesAndContents)), LIMITS)) {
            return JobLayout.of(file);
        }
    }

    private static String refusal(String... namesAndContents) {
        RefusedPackage refused = assertThrows(RefusedPackage.class, () -> of(namesAndContents));
        assertFalse(refused.advice().isBlank());
        return refused.getMessage();
    }

    private static String said(JobLayout layout) {
        return layout.inWords("job.zip", layout.count()).orElse("");
    }

    @Test
    void aPackageWithoutAnyOfItIsAsItAlwaysWas() throws Exception {
        for (JobLayout layout : List.of(
                of("main.py", "print(1)"),
                of("main.py", "", "input.csv", "a\n1", "merge.py", ""),
                of("main.py", "", "data/1.csv", "", "data/2.csv", ""),
                of("main.py", "", "task.json", "{\"timeout\":\"5s\"}"))) {
            assertTrue(layout.isPlain());
            assertEquals(1, layout.count());
            assertEquals("", said(layout));
            assertFalse(layout.merges());
        }
    }

    @Test
    void eachFileOfInputsIsATaskInTheOrderInWhichAPersonCounts() throws Exception {
        JobLayout layout = of(
                "main.py",
                "open('input.csv')",
                "inputs/b10.csv",
                "",
                "inputs/b2.csv",
                "",
                "inputs/A1.csv",
                "",
                "inputs/more/x.csv",
                "",
                "inputs/.hidden",
                "",
                "inputs/__MACOSX/._b2.csv",
                "",
                "inputs/.DS_Store",
                "");
        assertEquals(List.of("A1.csv", "b2.csv", "b10.csv", "more/x.csv"), layout.inputs());
        assertFalse(layout.isPlain());
        assertEquals(
                "job.zip: 4 tasks, one for each file of inputs/; say \"each\": false in task.json to make it one",
                said(layout));
    }

    @Test
    void aScriptThatReadsTheFolderItselfIsOneTaskUnlessTaskJsonSaysOtherwise() throws Exception {
        String script = "import glob\nfor f in glob.glob('inputs/*'): print(f)";
        JobLayout guarded = of("main.py", script, "inputs/1.csv", "", "inputs/2.csv", "");
        assertTrue(guarded.isPlain());
        assertEquals(
                "job.zip: one task, since main.py speaks of inputs itself; say \"each\": \"inputs/*\" in task.json for one"
                        + " task for each file of inputs/ (2)",
                said(guarded));
        JobLayout named =
                of("main.py", script, "inputs/1.csv", "", "inputs/2.csv", "", "task.json", "{\"each\":\"inputs/*\"}");
        assertEquals(List.of("1.csv", "2.csv"), named.inputs());
        assertEquals("job.zip: 2 tasks, one for each file like inputs/*", said(named));
    }

    @Test
    void theGuardFindsTheWordWhereverItStands() throws Exception {
        for (int before : new int[] {64 * 1024 - 6, 64 * 1024 - 3, 64 * 1024 - 1, 64 * 1024, 200_000}) {
            String script = "#".repeat(before) + "inputs";
            assertTrue(of("main.py", script, "inputs/1.csv", "").isPlain(), "after " + before);
        }
    }

    @Test
    void eachFalseIsOneTaskAndSaysNothing() throws Exception {
        JobLayout layout = of("main.py", "", "inputs/1.csv", "", "input.csv", "", "task.json", "{\"each\":false}");
        assertTrue(layout.isPlain());
        assertEquals("", said(layout));
    }

    @Test
    void aPatternNamesTheInputs() throws Exception {
        JobLayout layout = of(
                "main.py",
                "",
                "data/2.json",
                "",
                "data/10.json",
                "",
                "data/readme.txt",
                "",
                "task.json",
                "{\"each\":\"data/*.json\",\"merge\":\"source\",\"after\":[\"clean.zip\"]}");
        assertEquals(List.of("2.json", "10.json"), layout.inputs());
        assertEquals("job.zip: 2 tasks, one for each file like data/*.json; begins after clean.zip", said(layout));
        assertEquals(JobSpec.Merge.WITH_SOURCE, layout.spec().merge());
    }

    @Test
    void aShareToVerifyMakesAJobOfOneTask() throws Exception {
        JobLayout layout = of("main.py", "", "task.json", "{\"verify\":\"2.5%\"}");
        assertFalse(layout.isPlain());
        assertEquals(250, layout.spec().verify());
        assertEquals(
                10_000,
                of("main.py", "", "task.json", "{\"verify\":\"100%\"}").spec().verify());
        assertTrue(of("main.py", "", "task.json", "{\"verify\":\"0%\"}").isPlain());
    }

    @Test
    void aPatternForTheTopTakesNoPartOfTheJob() throws Exception {
        JobLayout layout = of("main.py", "", "merge.py", "", "a.txt", "", "b.txt", "", "task.json", "{\"each\":\"*\"}");
        assertEquals(List.of("a.txt", "b.txt"), layout.inputs());
        assertTrue(layout.merges());
        assertEquals("job.zip: 2 tasks, one for each file like *, and then merge.py over all results", said(layout));
    }

    @Test
    void repeatsAndSplits() throws Exception {
        JobLayout repeated = of("main.py", "", "input.csv", "", "task.json", "{\"repeat\":100}");
        assertEquals(100, repeated.count());
        assertEquals(List.of(), repeated.inputs());
        assertFalse(repeated.suitsStrangers());
        assertEquals("job.zip: 100 tasks, MUTIRAO_INDEX from 1 to 100", said(repeated));
        JobLayout split = of("main.py", "", "input.csv", "a\n1\n2\n3", "task.json", "{\"split\":2}");
        assertEquals(JobLayout.Kind.SPLIT, split.kind());
        assertEquals(
                Optional.of("job.zip: 2 tasks, each with at most 2 rows of input.csv"), split.inWords("job.zip", 2));
    }

    @Test
    void mergesOnlyManyAndOnlyIfItMay() throws Exception {
        assertFalse(of("main.py", "", "merge.py", "", "inputs/1.csv", "").merges());
        assertTrue(of("main.py", "", "merge.py", "", "inputs/1.csv", "", "inputs/2.csv", "")
                .merges());
        assertFalse(of(
                        "main.py",
                        "",
                        "merge.py",
                        "",
                        "inputs/1.csv",
                        "",
                        "inputs/2.csv",
                        "",
                        "task.json",
                        "{\"merge\":false}")
                .merges());
        assertTrue(
                of("main.py", "", "merge.py", "", "task.json", "{\"repeat\":2}").merges());
    }

    @Test
    void strangersGetWhatTheyRunRightly() throws Exception {
        assertTrue(of("main.py", "print(1)", "inputs/1.csv", "").suitsStrangers());
        assertTrue(of("main.py", "print('MUTIRAO_')").suitsStrangers());
        assertFalse(
                of("main.py", "os.environ['MUTIRAO_INDEX']", "inputs/1.csv", "").suitsStrangers());
        assertFalse(of("main.py", "", "inputs/1.csv", "", "task.json", "{\"env\":{\"A\":\"1\"}}")
                .suitsStrangers());
        assertFalse(of("main.py", "", "task.json", "{\"after\":[\"a\"]}").suitsStrangers());
    }

    @Test
    void whatIsUnclearIsRefused() {
        assertEquals("its folder inputs/ is empty, so there is no task in it", refusal("main.py", "", "inputs/", ""));
        assertEquals(
                "its folder inputs/ is empty, so there is no task in it",
                refusal("main.py", "", "inputs/.gitkeep", "", "inputs/", ""));
        assertEquals(
                "its task.json has the 'each' 'data/*.csv', and no file in the package is called so",
                refusal("main.py", "", "data/1.json", "", "task.json", "{\"each\":\"data/*.csv\"}"));
        assertEquals(
                "it has both 'input.csv' and inputs like 'inputs/1.csv', and each task sees its input under that name",
                refusal("main.py", "", "input.csv", "", "inputs/1.csv", ""));
        assertEquals(
                "it has both 'INPUT.JPG' and inputs like 'inputs/1.jpg', and each task sees its input under that name",
                refusal("main.py", "", "INPUT.JPG", "", "inputs/1.jpg", ""));
        assertTrue(refusal("main.py", "", "task.json", "{\"split\":2}").contains("no input.csv"));
        assertTrue(refusal("main.py", "", "input.csv", "", "inputs/1.csv", "", "task.json", "{\"split\":2}")
                .contains("only one of them"));
        assertTrue(refusal("main.py", "", "inputs/1.csv", "", "task.json", "{\"repeat\":2}")
                .contains("\"each\": false"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "{\"split\":1,\"repeat\":2} # 'split' and 'repeat'",
                "{\"each\":\"*\",\"split\":1} # 'each' and 'split'",
                "{\"split\":0} # 'split' that is no whole number",
                "{\"repeat\":100001} # 'repeat' that is no whole number from 1 to 100000",
                "{\"each\":true} # 'each'",
                "{\"each\":\"[\"} # no glob",
                "{\"merge\":\"both\"} # 'merge'",
                "{\"after\":\"clean\"} # 'after'",
                "{\"after\":[\"\"]} # 'after'",
                "{\"after\":[\"a\"],\"after_failed\":\"go\"} # 'after_failed'",
                "{\"after_failed\":\"run\"} # 'after' is missing",
                "{\"name\":\" \"} # 'name'",
                "{\"name\":\"a\\u0007\"} # 'name'"
            })
    void fieldsThatCannotBeAreRefused(String json, String said) {
        String refusal = refusal("main.py", "", "input.csv", "", "task.json", json);
        assertTrue(refusal.contains(said), refusal);
    }

    /** They are never unpacked under these names. */
    @Test
    void inputsMayBeCalledAsTheyLike() throws Exception {
        String accents = "relatório São João 👍.csv";
        String longest = "n".repeat(251) + ".csv";
        JobLayout layout = of(
                "main.py",
                "",
                "inputs/A.csv",
                "",
                "inputs/a.csv",
                "",
                "inputs/" + accents,
                "",
                "inputs/" + longest,
                "",
                "inputs/rela" + "to\u0301rio.csv",
                "",
                "inputs/relat\u00f3rio.csv",
                "");
        assertEquals(6, layout.inputs().size());
        assertEquals(List.of("A.csv", "a.csv", longest), layout.inputs().subList(0, 3));
        assertTrue(layout.inputs().contains(accents));
        assertTrue(refusal("main.py", "", "lib/A.csv", "", "lib/a.csv", "", "inputs/1.csv", "")
                .contains("differ only in upper and lower case"));
        assertTrue(refusal("main.py", "inputs", "inputs/A.csv", "", "inputs/a.csv", "")
                .contains("differ only in upper and lower case"));
        assertTrue(refusal("main.py", "", "inputs/" + "n".repeat(256), "").contains("more than 255 bytes"));
    }

    @Test
    void onlyInputsMayBeMoreThanOtherFiles() throws Exception {
        List<String> many = new ArrayList<>(List.of("main.py", ""));
        for (int i = 0; i < 500; i++) {
            many.addAll(List.of("inputs/" + i + ".csv", ""));
        }
        assertEquals(500, of(many.toArray(String[]::new)).count());
        many.addAll(List.of("task.json", "{\"each\":false}"));
        assertTrue(refusal(many.toArray(String[]::new)).contains("more than 20 files: 502; 'inputs/' has 500 of them"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"input.CSV", "a.b/input.csv", "x/y.csv"})
    void aCsvIsInputCsv(String name) {
        assertEquals("input.csv", JobLayout.nameForTask(name));
    }

    @Test
    void otherEndingsStay() {
        assertEquals("input.json", JobLayout.nameForTask("data/a.b.JSON"));
        assertEquals("input", JobLayout.nameForTask("data.d/readme"));
        assertEquals("input", JobLayout.nameForTask(".profile"));
    }
}
