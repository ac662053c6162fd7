package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.json.Json;
import org.mutirao.testkit.Zips;

/**
 * The outside verifier of all scenarios, {@code bench/verifier.py}: keeps its diary, and lets it watch from the start. One
 * implementation serves the benchmarks as well, which are Python.
 */
final class Verifier implements AutoCloseable {
    private static final String CLEAN = "verdict clean";
    private static final Pattern VERDICT = Pattern.compile("(?m)^verdict (clean|faults)$");
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration OFTEN = Duration.ofMillis(10);
    private static final Duration START = Duration.ofMinutes(3);

    private final Path folder;
    private final Path diary;
    private final Path witness;
    private final BufferedWriter writer;
    private Program program;

    /** Keeps diary and witness file in a folder of its own below that one. */
    Verifier(Path folder) {
        try {
            this.folder = Files.createDirectories(folder.resolve("verifier"));
            this.diary = this.folder.resolve("diary.jsonl");
            this.witness = Files.createFile(this.folder.resolve("witness.txt"));
            this.writer = Files.newBufferedWriter(diary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins to look at the results folders and at what the drop folders reject. */
    Verifier watch(List<Path> results, List<Path> tasks) {
        List<String> command = new ArrayList<>(List.of(
                ForeignPrograms.python(),
                Program.root().resolve("bench/verifier.py").toString(),
                "--diary=" + diary,
                "--witness=" + witness));
        results.forEach(each -> command.add("--results=" + each));
        tasks.forEach(each -> command.add("--tasks=" + each));
        program = Program.run(folder, "verifier", command);
        await("the verifier watches, " + program.out).atMost(START).until(() -> program.text()
                .contains("watching"));
        return this;
    }

    Verifier watch(Grid grid) {
        return watch(List.of(grid.results), List.of(grid.tasks));
    }

    /** Where scripts, and whoever plays a worker, write that they ran. */
    Path witness() {
        return witness;
    }

    /** The beginning of a script: it writes the line that says that it ran. */
    String witnessed(String name) {
        return "import os, time\nwith open(r'" + witness + "', 'a') as file: file.write('" + name
                + "\\t%f\\t%d\\n' % (time.time(), os.getpid()))\n";
    }

    /** How often a script has begun so far. */
    int runs() {
        try (Stream<String> lines = Files.lines(witness)) {
            return (int) lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until scripts have begun that often in all. */
    void awaitRuns(int count) {
        await(count + " lines in " + witness)
                .pollInterval(OFTEN)
                .atMost(LONGEST)
                .until(() -> runs() >= count);
    }

    /** As the script would, for a worker that runs none. */
    synchronized void ran(String name) {
        try {
            Files.writeString(
                    witness,
                    name + "\t" + System.currentTimeMillis() / 1000.0 + "\t"
                            + ProcessHandle.current().pid() + "\n",
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It is about to be handed in; nobody has promised anything yet. */
    void offered(String name, byte[] zip, String stdout) {
        write(Map.of("event", "offered", "name", name, "sha256", Sha256.of(zip).hex(), "stdout", stdout));
    }

    /** The sender read OK, or the file stands in the drop folder. */
    void promised(String name) {
        write(Map.of("event", "promised", "name", name));
    }

    /** A worker read OK for its result. */
    void delivered(String name, boolean duplicate) {
        write(Map.of("event", "delivered", "name", name, "duplicate", duplicate));
    }

    /** Hands in through a drop folder. */
    void drop(Path tasks, String name, byte[] zip, String stdout) {
        offered(name, zip, stdout);
        Zips.drop(tasks, name, zip);
        promised(name);
    }

    /** The same for a large package that lies elsewhere on the same disk. */
    void move(Path zip, Path tasks, String name, String stdout) throws IOException {
        write(Map.of("event", "offered", "name", name, "stdout", stdout));
        Files.move(zip, tasks.resolve(name));
        promised(name);
    }

    private synchronized void write(Map<String, Object> entry) {
        try {
            writer.write(Json.write(entry));
            writer.newLine();
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits for what is missing and fails with the report if anything is lost, doubled, wrong, rejected or stuck. May be asked again
     * when more has been handed in.
     *
     * @param patience how long nothing at all may come before the missing ones are given up
     * @param ask a console's command that lists the tasks as JSON; without it, what is stuck is called lost
     * @return the report
     */
    String verify(Duration patience, List<String> ask) {
        String report = report(patience, ask);
        assertTrue(report.endsWith(CLEAN), report);
        return report.substring(0, report.length() - CLEAN.length()).strip();
    }

    /** The report, whatever it says; its last line is the verdict. */
    String report(Duration patience, List<String> ask) {
        Map<String, Object> order = new LinkedHashMap<>();
        order.put("patience", patience.toSeconds());
        if (!ask.isEmpty()) {
            order.put("ask", ask);
        }
        int before = program.text().length();
        program.type(Json.write(order) + "\n");
        await("a verdict in " + program.out)
                .atMost(LONGEST)
                .until(() -> VERDICT.matcher(program.text().substring(before)).find() || !program.process.isAlive());
        String report = program.text().substring(before).strip();
        if (!VERDICT.matcher(report).find()) {
            throw new IllegalStateException("the verifier ended: " + report);
        }
        return report;
    }

    @Override
    public void close() {
        if (program != null) {
            program.close();
        }
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
