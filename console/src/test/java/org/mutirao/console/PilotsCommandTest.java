package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.json.Json;

/** The script that starts workers on a cluster. {@code SlurmTest} hands it to a real one. */
class PilotsCommandTest {
    @TempDir
    private Path folder;

    private record Said(int exit, String out, String err) {}

    private static Said pilots(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("--master=pc7,pc8:9", "pilots", "slurm"));
        all.addAll(List.of(words));
        int exit = Main.execute(
                Screen.none(), "mutirao", new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
        return new Said(exit, out.toString(), err.toString());
    }

    private static void assertRefused(String why, String... words) {
        Said said = pilots(words);
        assertEquals(1, said.exit, said.out);
        assertEquals("", said.out);
        assertTrue(said.err.contains(why), said.err);
    }

    private Said start(Path script) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString());
        builder.environment()
                .putAll(Map.of("TMPDIR", folder.toString(), "SLURM_ARRAY_JOB_ID", "7", "SLURM_ARRAY_TASK_ID", "1"));
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text, "");
    }

    /** Others may write in the node's /tmp too. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theScriptTakesNoFolderThatAnotherLinkedThere() throws Exception {
        Path script = Files.writeString(folder.resolve("pilots"), pilots("--want=1", "--program=/usr/bin/true").out);
        Said first = start(script);
        assertEquals(0, first.exit, first.out);
        Path work = folder.resolve("mutirao-7-1");
        assertFalse(Files.exists(work), "it is taken away at the end");

        Files.createSymbolicLink(work, Files.createDirectory(folder.resolve("elsewhere")));
        Said linked = start(script);
        assertEquals(1, linked.exit, linked.out);
        assertTrue(linked.out.contains("mutirao-7-1 can't be made, or is not a folder of yours"), linked.out);

        Files.delete(work);
        Files.createDirectory(work);
        assertEquals(0, start(script).exit, "its own, of a worker that was here before");
    }

    @Test
    void slurmIsAskedForTheLifetimeAndForTheTimeToFinish() {
        Said said = pilots("--want=20", "--cpus=4", "--lifetime=2h", "--grace=90s", "--program=/opt/mutirao-worker");
        assertEquals(0, said.exit, said.err);
        List<String> lines = said.out.lines().toList();
        assertEquals("#!/bin/sh", lines.get(0));
        assertTrue(
                lines.containsAll(List.of("#SBATCH --array=1-20", "#SBATCH --cpus-per-task=4", "#SBATCH --time=122")),
                said.out);
        assertTrue(
                said.out.contains("/opt/mutirao-worker --master pc7:50020,pc8:9 --discovery-ports none \\\n"),
                said.out);
        assertTrue(said.out.contains("--slots auto --lifetime 2h --idle-exit 10m \\\n"), said.out);
        assertTrue(said.out.contains("ActiveProcessorCount=4 "), said.out);
        assertFalse(said.out.contains("{more}") || said.out.contains("--secret"), said.out);
        assertEquals("", said.err);
    }

    @Test
    void aNameIsOneWordOfTheShellWhateverIsInIt() throws Exception {
        Path secret = Files.writeString(folder.resolve("it's $(my) secret"), "lusab-babad-gutih-tugad-gutuk-bisog");
        Said said = pilots(
                "--want=1", "--secret=" + secret, "--program=/my own/mutirao-worker", "--sbatch=--partition=long");
        assertEquals(0, said.exit, said.err);
        assertTrue(said.out.contains("--secret '" + folder + "/it'\\''s $(my) secret' \\\n"), said.out);
        assertTrue(said.out.contains("\n'/my own/mutirao-worker' --master"), said.out);
        assertTrue(said.out.contains("\n#SBATCH --partition=long\nset -eu\n"), said.out);
        assertFalse(said.out.contains("lusab"), "the words stay in the file");
    }

    @Test
    void whatCanNotBeIsRefused() {
        assertRefused("--want: expected 1 to 100000", "--want=0", "--program=w");
        assertRefused("--cpus: expected 1 to", "--want=1", "--cpus=-1", "--program=w");
        assertRefused("--grace: expected more than 0", "--want=1", "--grace=0s", "--program=w");
        assertRefused("expected an option of sbatch", "--want=1", "--sbatch=--mem=1G\nrm -rf /", "--program=w");
        assertRefused("expected an option of sbatch", "--want=1", "--sbatch=partition", "--program=w");
        assertRefused("a name with a line break", "--want=1", "--program=w\nrm");
    }

    @Test
    void aProgramReadsTheScriptAsJson() throws Exception {
        Said said = pilots("--want=1", "--program=w", "--json");
        Map<String, Object> told = Json.readMap(said.out.getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of("script"), List.copyOf(told.keySet()));
        assertTrue(told.get("script").toString().startsWith("#!/bin/sh\n"));
    }
}
