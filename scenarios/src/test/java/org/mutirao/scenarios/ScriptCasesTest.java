package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/**
 * Packages and scripts that real people make, all at once in the tasks folder of one master with one worker: what each leaves, and
 * what its owner reads. The cases are files of the tests' resources ({@code cases/script} here, {@code cases} of the protocol); large
 * ones are made here.
 */
@Tag("slow")
class ScriptCasesTest {
    private static final Path SCRIPTS = Program.root().resolve("scenarios/src/test/resources/cases/script");
    private static final Path PACKAGES = Program.root().resolve("protocol/src/test/resources/cases");
    static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");
    static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");
    /** What only a system with its signals, links and modes can show. */
    private static final Set<String> OF_UNIX = Set.of("s15", "s20", "s23", "s42", "s58", "z53");

    private static final Set<String> OF_LINUX = Set.of("s11", "s12b", "s13c", "s19b", "s40");
    private static final Duration SOON = Duration.ofMinutes(2);
    /** Its requirements.txt asks for what nobody has. */
    private static final String UNKNOWN_PACKAGE = "s30-missing-module.zip";

    private static final String SLOW = "i01-with-40-xlsx-stored.zip";
    private static final String LIVE = "s02-prints-without-flush.zip";
    private static final String CROWD = "z41-10001-files.zip";

    @TempDir
    private static Path folder;

    private static Grid grid;
    private static Program worker;
    private static Path go;

    @BeforeAll
    static void dropAll() throws Exception {
        go = folder.resolve("go");
        grid = new Grid(folder).startMaster("--max-result=4MiB");
        for (Path file : List.of(SCRIPTS, PACKAGES)) {
            for (String name : Grid.names(file)) {
                if (isFor(name)) {
                    Zips.drop(grid.tasks, name, Files.readAllBytes(file.resolve(name)));
                }
            }
        }
        byte[] plain = Files.readAllBytes(PACKAGES.resolve("z12-bsdtar-dot.zip"));
        Zips.drop(grid.tasks, "z22b-trailing-100k.zip", Arrays.copyOf(plain, plain.length + 100_000));
        Zips.drop(grid.tasks, CROWD, LargePackages.ofManyFiles());
        grid.drop(
                LIVE,
                "main.py",
                "import os, time\nfor i in range(3000):\n    print('passo', i)\n    time.sleep(0.2)\n"
                        + "    if os.path.exists(r'" + go + "'): break\n");
        worker = grid.remember(CaseWorker.start(grid, folder));
        LargePackages.copySlowly(LargePackages.ofPackages(), grid.tasks.resolve(SLOW));
    }

    @AfterAll
    static void end() {
        if (grid != null) {
            grid.close();
        }
    }

    /** The files that hold something, however deep. */
    private static List<Path> contents(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(
                            file -> Files.isRegularFile(file) && file.toFile().length() > 0)
                    .toList();
        } catch (UncheckedIOException e) {
            return List.of(place); // something was deleted meanwhile: look again
        }
    }

    private static boolean isFor(String file) {
        String key = file.substring(0, file.indexOf('-'));
        return (LINUX || !OF_LINUX.contains(key)) && (!WINDOWS || !OF_UNIX.contains(key));
    }

    private static String noteOf(String name) throws IOException {
        return String.valueOf(grid.row(name).get("explanation"));
    }

    private static Map<String, String> resultOf(String name) {
        Path result = grid.results.resolve(name);
        await("the result of " + name + "; " + worker.out + ", " + grid.master.out)
                .atMost(SOON)
                .until(() -> Files.exists(result));
        return Zips.read(result);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s06-latin1-csv-default-open | exit code 1: UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe3 in position 13: "
                        + "invalid continuation byte (the file is not UTF-8: open(..., encoding='latin-1') or encoding='cp1252' may read it) | ''",
                "s11-deletes-parent-folder | exit code 0: not packed: all files (the script removed its own folder, or the worker may not "
                        + "read it) | fim",
                "s12b-popen-child-quick-exit | exit code 0 | filho no ar",
                "s15-killed-by-signal-9 | exit code 137: killed, probably by signal 9 (KILL): mostly lack of memory | antes",
                "s19b-non-utf8-output-names-collide | exit code 0 | ''",
                "s23-readonly-folder | exit code 0 | ok",
                "s32-display | exit code 0 | DISPLAY None MPLBACKEND Agg",
                "s33-progress-bar-cr | exit code 0 | 98% [#################################################]",
                "s40-memory-hog | exit code 1: MemoryError (it asked for more memory than it may have here) | ''",
                "s42-niceness-and-uid | exit code 0 | nice 7 uid",
                "s58-exit-minus-1 | exit code 255 | erro",
                "z10-7z-xz | exit code 0 | args",
                "z12-bsdtar-dot | exit code 0 | files ['input.csv', 'main.py']",
                "z16-powershell51-folder | exit code 0 | args",
                "z18-appledouble-beside-folder | exit code 0 | args",
                "z19-self-extracting-stub | exit code 0 | args",
                "z20-zipapp-shebang | exit code 0 | args",
                "z22b-trailing-100k | exit code 0 | args",
                "z25-Main.py | exit code 0 | args",
                "z27-readme-beside-folder | exit code 0 | args",
                "z27e-csv-of-another-name | exit code 1: FileNotFoundError: [Errno 2] No such file or directory: 'input.csv' (there is "
                        + "dados.csv; it must be called input.csv) | args []",
                "z27f-Input.CSV | exit code 1: FileNotFoundError: [Errno 2] No such file or directory: 'input.csv' (there is Input.CSV; it "
                        + "must be called input.csv) | args",
                "z28-cp850-relatorio | exit code 0 | 'relatório.csv'",
                "z29-utf8-flagged | exit code 0 | 'relatório.csv'",
                "z50-zip-in-zip-moodle | exit code 0 | args",
                "z53-executable-helper | exit code 0 | ferramenta roda",
                "i01-with-40-xlsx-stored | exit code 0 | 40",
            })
    void runsOnceAndIsExplained(String name, String note, String printed) throws Exception {
        assumeTrue(isFor(name), "SKIPPED: this system can't do that");
        String file = name + ".zip";
        Map<String, String> result = resultOf(file);
        Map<?, ?> row = grid.row(file);
        assertAll(
                () -> assertEquals(note, row.get("explanation"), "what all lists say"),
                () -> assertEquals(1, grid.attempts(file), "attempts"),
                () -> assertTrue(result.get("stdout.txt").contains(printed), result.get("stdout.txt")),
                () -> assertEquals(
                        note.equals("exit code 0") || note.startsWith("exit code 0:"),
                        Json.readMap(result.get("result.json").getBytes(StandardCharsets.UTF_8))
                                .get("success")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s39d-taskjson-requirements | its task.json asks for 'requirements', which this version does not support. | Correct task.json, or leave it out.",
                "z27c-script-of-another-name | there is 'script.py', and it must be called main.py | Rename it to main.py",
                "z27d-notebook | there is 'main.ipynb', a notebook | Save the notebook as a Python script",
                "z34-colon | 'dados 12:30.csv' has a ':' in its name | Rename it",
                "z36-case-only | 'dados.csv' and 'Dados.csv' differ only in upper and lower case | Rename one of them",
                "z38-path-over-240 | has a path of 2 | Rename it or its folders",
                "z41-10001-files | more than 10000 files: 10001; 'tarefa/venv/' has 10000 of them | requirements.txt",
                "z47-google-drive-virus-page | it is a web page | Download the ZIP again",
                "z48-7z-renamed | it is a 7-Zip archive | Unpack it",
            })
    void isRefusedWithWhatItIsAndWhatToDo(String name, String why, String advice) throws Exception {
        Path rejected = grid.tasks.resolve("rejected");
        Path note = rejected.resolve(name + ".zip.txt");
        await(note + ", " + grid.master.out).atMost(SOON).until(() -> Files.exists(note));
        String text = Files.readString(note);
        assertTrue(text.contains("Why: ") && text.contains(why), text);
        assertTrue(text.contains("What to do: ") && text.contains(advice), text);
        assertTrue(Files.exists(rejected.resolve(name + ".zip")), "the package lies beside its note");
        assertEquals(Map.of(), grid.row(name + ".zip"), "no task came of it");
    }

    /** It is given up minutes later, if no other worker comes. */
    @Test
    void whatNobodyCanInstallNeverRunsAndIsExplained() throws Exception {
        await(grid.master.out.toString()).atMost(SOON).untilAsserted(() -> {
            Program explain = grid.console("explain", UNKNOWN_PACKAGE);
            explain.exitCode();
            assertTrue(explain.text().contains("can't install what it asks for"), explain.text());
        });
        assertFalse(Files.exists(grid.results.resolve(UNKNOWN_PACKAGE)));
    }

    /** And when the last one has ended, nothing is left of any of them, and the worker works on. */
    @Test
    void whatIsPrintedWithoutFlushIsReadWhileTheScriptRuns() throws Exception {
        Program follow = grid.console("logs", "-f", LIVE);
        await(follow.out.toString()).atMost(SOON).until(() -> follow.text().contains("passo 1\n"));
        assertFalse(Files.exists(grid.results.resolve(LIVE)), "it still runs");
        assertEquals("running", grid.row(LIVE).get("status"));
        Files.createFile(go);
        assertEquals(0, follow.exitCode(), follow.text());
        assertEquals(resultOf(LIVE).get("stdout.txt"), follow.text());
        resultOf(SLOW);
        await("tasks/ is empty").atMost(SOON).until(() -> Grid.names(grid.tasks).equals(Set.of("rejected")));
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (isFor(name) && !name.startsWith("s39d") && !name.equals(UNKNOWN_PACKAGE)) {
                    resultOf(name);
                }
            }
        }
        // A folder that the next script gets is kept, and an interpreter to be forked may wait in it.
        await("nothing is left in run; " + worker.out).atMost(SOON).until(() -> contents(folder.resolve("work/1/run"))
                .isEmpty());
        for (String place : List.of("outbox", "incoming")) {
            await(place + " is empty; " + worker.out).atMost(SOON).until(() -> Grid.names(
                            folder.resolve("work/1").resolve(place))
                    .isEmpty());
        }
        assertTrue(worker.process.isAlive(), worker.text());
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().endsWith(".part")).toList(),
                    "halves of packages at the master");
        }
    }

    @Test
    void aProgressBarIsReadInItsLastState() throws Exception {
        resultOf("s33-progress-bar-cr.zip");
        Program logs = grid.console("logs", "s33-progress-bar-cr.zip");
        assertEquals(0, logs.exitCode());
        assertEquals("98% [" + "#".repeat(49) + "]\n", logs.text());
    }

    @Test
    void aReasonIsNeverCutInShow() throws Exception {
        resultOf("s06-latin1-csv-default-open.zip");
        Program show = grid.console("show", "s06-latin1-csv-default-open.zip");
        assertEquals(0, show.exitCode());
        assertTrue(show.text().contains("or encoding='cp1252' may read it)"), show.text());
    }

    @Test
    void aChildThatIsLeftBehindIsEnded() {
        assumeTrue(LINUX);
        resultOf("s12b-popen-child-quick-exit.zip");
        assertFalse(
                worker.process.descendants().anyMatch(ScriptCasesTest::sleeps)
                        || ProcessHandle.allProcesses().anyMatch(ScriptCasesTest::sleeps),
                "sleep 978 goes on");
    }

    private static boolean sleeps(ProcessHandle process) {
        String[] words = process.info().arguments().orElse(new String[0]);
        return List.of("978").equals(List.of(words)) && process.isAlive();
    }

    /** The files go from under the worker: what was seen and could not be packed is named, nothing is run again. */
    @Test
    void filesThatVanishWhileTheyArePackedCostNoAttempt() throws Exception {
        assumeTrue(LINUX);
        String name = "s13c-files-vanish-while-packed.zip";
        Map<String, String> result = resultOf(name);
        assertEquals(1, grid.attempts(name));
        assertTrue(noteOf(name).startsWith("exit code 0"), noteOf(name));
        List<?> missed = (List<?>) Json.readMap(result.get("result.json").getBytes(StandardCharsets.UTF_8))
                .getOrDefault("not_packed", List.of());
        for (Object each : missed) {
            Map<?, ?> file = (Map<?, ?>) each;
            assertEquals("it vanished while it was being packed", file.get("why"));
            assertFalse(result.containsKey("files/" + file.get("file")), file.toString());
        }
        assertEquals(!missed.isEmpty(), noteOf(name).contains("not packed: "), noteOf(name));
    }

    @Test
    void ofVeryManyFilesThoseThatDoNotComeBackAreNamed() throws Exception {
        String name = "s18-10050-outputs.zip";
        Map<String, String> result = resultOf(name);
        assertEquals(
                10_000,
                result.keySet().stream()
                        .filter(file -> file.startsWith("files/saida/r"))
                        .count());
        assertEquals(50, result.get("result.json").split("there are more than 10000 files", -1).length - 1);
        assertTrue(noteOf(name).startsWith("exit code 0: not packed: saida/r"), noteOf(name));
        assertTrue(noteOf(name).endsWith(" and 47 more, see result.json"), noteOf(name));
    }

    @Test
    void namesThatDifferInBytesOnlyAreTwoFiles() {
        assumeTrue(LINUX);
        Map<String, String> result = resultOf("s19b-non-utf8-output-names-collide.zip");
        assertEquals(
                "b'm\\xe3e.csv'", result.get("files/m%E3e.csv"), result.keySet().toString());
        assertEquals(
                "b'm\\xf3e.csv'", result.get("files/m%F3e.csv"), result.keySet().toString());
    }

    @Test
    void linksAreNotFollowedAndNamed() throws Exception {
        assumeTrue(!WINDOWS);
        String name = "s20-output-symlink-passwd.zip";
        Map<String, String> result = resultOf(name);
        assertEquals(
                Set.of("stdout.txt", "stderr.txt", "result.json", "files/real.csv", "files/vazia/"), result.keySet());
        for (String link :
                List.of("senhas.txt (it is a link to /etc/passwd", "pasta (it is a link to /etc,", "ultimo.csv")) {
            assertTrue(noteOf(name).contains(link), noteOf(name));
        }
    }

    @Test
    void aResultThatIsTooLargeComesWithoutItsFilesAndTheScriptRunsOnce() throws Exception {
        String name = "s35-8MB-result.zip";
        Map<String, String> result = resultOf(name);
        assertEquals(Set.of("stdout.txt", "stderr.txt", "result.json"), result.keySet());
        assertEquals("ok\n", result.get("stdout.txt"));
        assertEquals(1, grid.attempts(name));
        String note = noteOf(name);
        assertTrue(note.startsWith("exit code 0: without its files, which are in "), note);
        assertTrue(note.contains("more than the 4MiB allowed here"), note);
        String whole = (String) Json.readMap(result.get("result.json").getBytes(StandardCharsets.UTF_8))
                .get("whole_result");
        assertTrue(Files.size(folder.resolve(whole.replaceFirst(" on .*", ""))) > 8 << 20, whole);
    }

    /** The same words for the same package: in the tasks folder (above), from the console, and over the wire and by HTTP (WaysInTest). */
    @Test
    void theConsoleIsToldTheSame() throws Exception {
        Path mine = Files.createDirectories(folder.resolve("mine"));
        Files.write(mine.resolve(CROWD), LargePackages.ofManyFiles());
        List<String> words =
                new ArrayList<>(List.of("submit", mine.resolve(CROWD).toString()));
        for (String name : List.of("z34-colon.zip", "z47-google-drive-virus-page.zip")) {
            words.add(PACKAGES.resolve(name).toString());
        }
        Files.copy(PACKAGES.resolve("z10-7z-xz.zip"), mine.resolve("by-console.zip"));
        words.add(mine.resolve("by-console.zip").toString());
        Program submit = grid.console(words.toArray(String[]::new));
        assertEquals(1, submit.exitCode(), submit.text());
        for (String expected : List.of(
                "'tarefa/venv/' has 10000 of them",
                "'dados 12:30.csv' has a ':' in its name",
                "it is a web page",
                "by-console.zip")) {
            assertTrue(submit.text().contains(expected), submit.text());
        }
        assertTrue(resultOf("by-console.zip").get("stdout.txt").contains("args"));
    }
}
