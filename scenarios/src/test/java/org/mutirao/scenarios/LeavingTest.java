package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** Workers with work folders as people type them; a worker that is gone without a word; Ctrl-C at both ends in the middle of work. */
@Tag("slow")
class LeavingTest {
    private static final int MEBIBYTES = 64;
    /** In the background of a shell's script the tests ignore Ctrl-C, and so do all children. */
    private static final boolean DEAF = ignoresInterrupts();

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @BeforeAll
    static void signals() {
        assumeFalse(
                System.getProperty("os.name", "").startsWith("Windows"),
                "SKIPPED: Windows has no signal that one program can send to another");
    }

    @Test
    void whoeverLeavesLosesNothing() throws Exception {
        try (Grid grid = new Grid(folder).startMaster()) {
            Program gone = grid.startWorker("--work=./first", "--slots=1").ready();
            grid.drop("dots.zip", "main.py", "print('ran')");
            grid.awaitResults(1);

            // It waits for work, and the master must notice that nobody waits any more.
            gone.kill();
            grid.drop("not-for-the-dead.zip", "main.py", "print('ran')");
            awaitTaken(grid);
            assertEquals("queued", grid.row("not-for-the-dead.zip").get("state"));
            Program worker = grid.startWorker("--work=../" + folder.getFileName() + "/./second", "--slots=1")
                    .ready();
            grid.awaitResults(2);
            assertEquals(1, grid.attempts("not-for-the-dead.zip"), "the dead worker was given it");
            assertTrue(Files.isDirectory(folder.resolve("second/1/run")));

            ctrlCAtTheMaster(grid);
            ctrlCAtTheWorker(grid, worker);
        }
    }

    /** A script runs, and a package is being read. */
    private void ctrlCAtTheMaster(Grid grid) throws Exception {
        Path noisy = noisy();
        grid.drop(
                "long.zip",
                "main.py",
                "import os, time\nopen(r'" + folder.resolve("began") + "', 'w').close()\n"
                        + "while not os.path.exists(r'" + folder.resolve("go") + "'): time.sleep(0.02)\nprint('done')");
        await().atMost(SOON).until(() -> Files.exists(folder.resolve("began")));
        Files.move(noisy, grid.tasks.resolve("noisy.zip"));
        await("it is being read")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(SOON)
                .until(() -> isReading(grid) || !Files.exists(grid.tasks.resolve("noisy.zip")));
        grid.master.signal(DEAF ? "TERM" : "INT");
        assertEquals(DEAF ? 143 : 130, grid.master.exitCode(), grid.master.text());
        assertTrue(grid.master.text().contains("Leaving. What was handed in is kept"), grid.master.text());
        assertFalse(grid.master.text().contains("\tat "), grid.master.text());
        assertEquals(Set.of(), rejected(grid));
    }

    /** It finishes what it runs, hands it to the master that has come back, and takes nothing new. */
    private void ctrlCAtTheWorker(Grid grid, Program worker) throws Exception {
        worker.signal(DEAF ? "TERM" : "INT");
        await().atMost(SOON).until(() -> worker.text().contains("finishing what runs"));
        grid.startMaster();
        await("it has found the master again, " + worker.out)
                .atMost(SOON)
                .until(() -> worker.text().split("Registered with the master", -1).length > 2);
        grid.drop("next.zip", "main.py", "print('next')");
        awaitTaken(grid);
        Files.createFile(folder.resolve("go"));
        assertEquals(0, worker.exitCode(), worker.text());
        grid.awaitResults(3);
        assertEquals("done\n", Zips.read(grid.results.resolve("long.zip")).get("stdout.txt"));
        assertEquals(1, grid.attempts("long.zip"));
        assertEquals("queued", grid.row("next.zip").get("state"));
        assertEquals(0, grid.attempts("next.zip"));
        assertFalse(grid.row("noisy.zip").isEmpty(), "what was being read was taken in after the start");
        assertEquals(Set.of(), rejected(grid));
        assertEquals(Set.of(), Grid.names(folder.resolve("second/1/outbox")));
        assertFalse(Files.exists(folder.resolve("second/1/run")), "its folder is cleaned");
    }

    private static Set<String> rejected(Grid grid) {
        Path rejected = grid.tasks.resolve("rejected");
        return Files.exists(rejected) ? Grid.names(rejected) : Set.of();
    }

    private static boolean ignoresInterrupts() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
        } catch (IOException e) {
            return false; // another system
        }
    }

    private static void awaitTaken(Grid grid) {
        await("all is taken in, " + grid.master.out).atMost(SOON).until(() -> Grid.names(grid.tasks).stream()
                .allMatch(name -> name.equals("rejected")));
    }

    private static boolean isReading(Grid grid) {
        try (Stream<Path> files = Files.walk(grid.folder.resolve("data"))) {
            return files.anyMatch(file -> file.toString().endsWith(".part"));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private Path noisy() throws IOException {
        Path file = folder.resolve("noisy.part");
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            zip.putNextEntry(new ZipEntry("main.py"));
            zip.write("print('noisy')".getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("noise.bin"));
            for (int i = 0; i < MEBIBYTES; i++) {
                zip.write(noise);
            }
        }
        return file;
    }
}
