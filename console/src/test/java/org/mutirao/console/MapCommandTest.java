package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.OperatorRequest.GetResult;
import org.mutirao.protocol.message.OperatorRequest.SubmitTask;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.testkit.Zips;

/** {@code console map}: which files it takes, what it shows, and what it fetches. */
class MapCommandTest extends OnScriptedJob {
    @Test
    void mapMakesAPackageShowsHowFarItIsAndFetchesTheAnswer() throws IOException {
        Path script = file("script/calc.py", "print(1)");
        file("data/may.csv", "a\n1\n");
        file("data/june.csv", "a\n2\n");
        file("data/.hidden.csv", "x");
        file("data/notes.txt", "x");
        file("lib/util.py", "x = 1");
        Path table = file("table.csv", "k,v\n");
        Map<String, String> sent = new TreeMap<>();
        List<String> keys = new CopyOnWriteArrayList<>();
        grid.on(SubmitTask.class, submit -> {
            keys.add(submit.name() + " " + submit.key().length());
            sent.putAll(Zips.read(submit.taskPackage().file()));
            return taken();
        });
        endsAs(SUCCEEDED);
        Payload answer =
                zip("june.zip", "x", "summary.csv", "s", "merged/all.csv", "a\n1\n2\n", "merged/stdout.txt", "o");
        grid.on(GetResult.class, get -> new Reply.ResultFile("prices.zip", answer));
        Path out = folder.resolve("out");
        Path merged = folder.resolve("all.csv");
        Shown shown = grid.console(
                "map",
                script.toString(),
                folder.resolve("data") + "/*.csv",
                "--shared=" + folder.resolve("lib"),
                "--shared=" + table,
                "--source",
                "--priority=3",
                "--timeout=90s",
                "--after=clean.zip",
                "--out=" + out,
                "--merge=" + merged);
        shown.prints(
                "job j5  prices.zip  3 tasks",
                "  one for each .csv file; lib, table.csv go along",
                "Ctrl-C leaves it to the grid; 'console watch j5' comes back to it",
                "██████▒▒▒▒▒▒······· 1/3  1 running  1 queued",
                "███████████████████ 3/3",
                "job j5  prices.zip  succeeded: 3 of 3 tasks succeeded, results in results/prices/",
                "4 files put into " + out,
                "merged into " + merged);
        assertEquals(List.of("calc 36"), keys);
        assertEquals(
                new TreeSet<>(List.of(
                        "main.py", "task.json", "lib/util.py", "table.csv", "inputs/may.csv", "inputs/june.csv")),
                sent.keySet());
        assertEquals("a\n2\n", sent.get("inputs/june.csv"));
        assertEquals(
                Map.of(
                        "each",
                        "inputs/*",
                        "merge",
                        "source",
                        "priority",
                        3,
                        "timeout",
                        "90s",
                        "after",
                        List.of("clean.zip")),
                Json.readMap(sent.get("task.json").getBytes(StandardCharsets.UTF_8)));
        assertEquals("a\n1\n2\n", text("all.csv"));
        assertEquals(List.of("june.zip", "merged/all.csv", "merged/stdout.txt", "summary.csv"), names(out));
        assertEquals(new GetResult("j5"), grid.asked().get(grid.asked().size() - 1));
    }

    @Test
    void mapTellsWhatFailedAndItsExitCodeTellsItToo() throws IOException {
        grid.on(SubmitTask.class, submit -> taken());
        endsAs(FAILED);
        Shown shown = grid.console(
                "map", file("main.py", "").toString(), file("may.csv", "a").toString());
        assertEquals(1, shown.exit());
        List<String> lines = shown.out().lines().toList();
        assertEquals(
                List.of(
                        "job j5  prices.zip  failed: 2 of 3 tasks succeeded, results in results/prices/",
                        "  1 task: exit code 1: KeyError: 'price' (june.csv, console logs 6 --stderr)",
                        "'console retry j5' runs it again, with another script if you say --with main.py"),
                lines.subList(lines.size() - 3, lines.size()));
        assertEquals(
                folder.getFileName().toString(),
                ((SubmitTask) grid.asked().get(0)).name(),
                "called as the folder of its main.py");
    }

    @Test
    void mapGoesAwayAtOnceIfItIsTold() throws IOException {
        grid.on(SubmitTask.class, submit -> taken());
        grid.console("map", file("main.py", "").toString(), file("may.csv", "a").toString(), "--no-wait", "--name=N")
                .prints(
                        "job j5  prices.zip  3 tasks",
                        "  for may.csv",
                        "'console watch j5' waits for it, 'console results get j5' fetches it");
        assertEquals("N", ((SubmitTask) grid.asked().get(0)).name());
        assertEquals(1, grid.asked().size());
        grid.console("map", "main.py", "x.csv", "--no-wait", "--merge=all.csv")
                .refuses("--out and --merge wait for the answer; leave --no-wait out");
    }

    @Test
    void mapSaysWhatIsWrongWithItsFiles() throws IOException {
        String script = file("main.py", "").toString();
        String nowhere = folder.resolve("nowhere").toString();
        grid.console("map", nowhere, script).refuses("there is no script " + nowhere);
        grid.console("map", script, nowhere).refuses("there is no file " + nowhere);
        grid.console("map", script, nowhere + "/*.csv").refuses("there is no file " + nowhere + "/*.csv");
        grid.console("map", script, script, "--shared=" + nowhere).refuses("there is no file or folder " + nowhere);
        String input = file("input.csv", "").toString();
        grid.console("map", input, script)
                .refuses(input + " is no Python script; the script comes first, then the files");
        grid.console("map", script, script, "--shared=" + input)
                .refuses("input.csv can't go along under that name: the package has input.csv of its own");
        assertEquals(2, grid.console("map", script).exit(), "it needs inputs");
        assertEquals(List.of(), grid.asked());
    }

    @Test
    void whatEndsLikeTheFirstFileIsAnInputAndTheRestGoesAlong() throws IOException {
        Path script = file("job/main.py", "");
        Path first = file("data/may.csv", "1");
        Path second = file("data/JUNE.CSV", "2");
        Path module = file("job/lib/util.py", "x");
        Path merge = file("merge.py", "m");
        Path folder2 = file("tables/k.txt", "k").getParent();
        Map<String, String> sent = new TreeMap<>();
        grid.on(SubmitTask.class, submit -> {
            sent.clear();
            sent.putAll(Zips.read(submit.taskPackage().file()));
            return taken();
        });
        String words = map(script, first, module, second, merge, folder2);
        assertEquals("one for each .csv file, and then merge.py over all results; util.py, tables go along", words);
        assertEquals(
                new TreeSet<>(List.of(
                        "main.py",
                        "task.json",
                        "lib/util.py",
                        "merge.py",
                        "tables/k.txt",
                        "inputs/may.csv",
                        "inputs/JUNE.CSV")),
                sent.keySet());
        assertEquals("one for each file of data; util.py goes along", map(script, first.getParent(), module));
        assertTrue(sent.keySet().containsAll(List.of("inputs/may.csv", "inputs/JUNE.CSV")), sent.toString());
        assertEquals("for util.py; may.csv goes along", map(script, module, first));
    }

    /** What was understood, of the JSON that tells it. */
    private String map(Path script, Path... files) throws IOException {
        List<String> words = new ArrayList<>(List.of("map", "--json", "--no-wait", script.toString()));
        Stream.of(files).map(Path::toString).forEach(words::add);
        Map<String, Object> told = ScriptedGrid.json(grid.console(words.toArray(String[]::new)));
        assertEquals(3, ((Map<?, ?>) told.get("job")).get("tasks"));
        return (String) told.get("text");
    }

    @Test
    void inputsOfOneNameGetThoseOfTheirFoldersToo() throws Exception {
        Path may = file("runs/may/out.csv", "1");
        Path june = file("runs/june/out.csv", "2");
        Path other = file("other.csv", "3");
        JobPackage made = new JobPackage(file("main.py", ""), List.of(), List.of(may, june, other));
        List<String> names = List.copyOf(made.inputNames());
        assertTrue(names.get(0).endsWith("-runs-may-out.csv"), names.toString());
        assertTrue(names.get(1).endsWith("-runs-june-out.csv"), names.toString());
        assertEquals("other.csv", names.get(2));
    }

    @Test
    void wordsMeanFilesAsAShellWouldHaveIt() throws Exception {
        file("d/a1.csv", "");
        file("d/a2.csv", "");
        file("d/b.txt", "");
        file("d/.a3.csv", "");
        file("d/sub/a4.csv", "");
        file("d/sub/deep/a5.csv", "");
        String d = folder.resolve("d") + "/";
        assertEquals(List.of("a1.csv", "a2.csv"), given(d + "*.csv"));
        assertEquals(List.of("a1.csv"), given(d + "a?.csv", d + "a1.csv").subList(0, 1));
        assertEquals(List.of("a1.csv", "a2.csv"), given(d + "a?.csv", d + "a1.csv"), "each once");
        assertEquals(List.of(".a3.csv"), given(d + ".a*"));
        assertEquals(List.of("a1.csv", "a2.csv", "b.txt"), given(d), "the files of a folder, not those below");
        assertEquals(List.of("sub/a4.csv"), given(d + "*/a*.csv"));
        assertEquals(List.of("a1.csv", "a2.csv", "sub/a4.csv", "sub/deep/a5.csv"), given(d + "**/*.csv"));
    }

    private List<String> given(String... words) throws Exception {
        return GivenFiles.of(List.of(words)).stream()
                .map(each -> folder.resolve("d").relativize(each).toString().replace('\\', '/'))
                .toList();
    }

    @Test
    void oneTableIsChosenOrItIsSaidWhyNot() throws Exception {
        Path target = folder.resolve("all.csv");
        new JobAnswer(zip("merged/x.csv", "1", "merged/stdout.txt", "o").file(), "merged/").writeMerged(target);
        assertEquals("1", text("all.csv"));
        new JobAnswer(zip("merged/x.csv", "1", "merged/all.csv", "2").file(), "merged/").writeMerged(target);
        assertEquals("2", text("all.csv"), "the one called so");
        assertEquals(
                "there are several: x.csv, y.csv; give the file the name of the one you want, or fetch all of them with --out",
                refusal(zip("merged/x.csv", "1", "merged/y.csv", "2")));
        assertEquals(
                "nothing was merged: a.csv has other columns",
                refusal(zip("merged/x.why.txt", "a.csv has other columns\n")));
        assertEquals(
                "nothing was merged: no CSV file was left under one name by each task that succeeded",
                refusal(zip("summary.csv", "s")));
    }

    private String refusal(Payload answer) {
        return assertThrows(CommandFailed.class, () -> new JobAnswer(answer.file(), "merged/")
                        .writeMerged(folder.resolve("all.csv")))
                .getMessage();
    }

    /** The master is another machine's program. */
    @Test
    void noNameInAnAnswerLeadsOutOfItsFolder() throws Exception {
        Path out = Files.createDirectory(folder.resolve("out"));
        for (String name :
                List.of("../evil.csv", "/evil.csv", "a/../../evil.csv", "a\\b.csv", "c:evil.csv", "a//b", "x.")) {
            JobAnswer answer = new JobAnswer(zip(name, "x").file(), "merged/");
            CommandFailed refused = assertThrows(CommandFailed.class, () -> answer.unpackTo(out, wanted -> true), name);
            assertTrue(refused.getMessage().contains("name can't be used here"), refused.getMessage());
        }
        assertEquals(List.of(), names(out));
        assertFalse(Files.exists(folder.resolve("evil.csv")));
    }
}
