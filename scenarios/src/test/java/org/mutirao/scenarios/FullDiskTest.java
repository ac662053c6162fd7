package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** The master's disk fills up while results arrive; needs the right to make a small disk (root on Linux). */
@Tag("slow")
class FullDiskTest {
    @TempDir
    private Path folder;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectories(folder.resolve("disk"));
        boolean mounted = false;
        try {
            mounted = run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk.toString()) == 0;
        } catch (IOException e) {
            // No such command: not Linux.
        }
        assumeTrue(mounted, "SKIPPED: a small disk can only be made by root on Linux");
    }

    @AfterEach
    void unmount() throws Exception {
        if (Files.isDirectory(disk)) {
            await().atMost(Duration.ofSeconds(20)).until(() -> run("umount", "-l", disk.toString()) >= 0);
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    @Test
    void aResultThatFindsNoRoomIsDeliveredWhenThereIsSome() throws Exception {
        try (Grid grid = new Grid(folder).startMaster("--data=disk/data");
                Verifier verifier = new Verifier(folder).watch(grid)) {
            Program worker = grid.startWorker("--slots=1", "--heartbeat=300ms").ready();
            byte[] zip = Zips.of(
                    "main.py",
                    verifier.witnessed("big.zip") + "while not os.path.exists(r'" + folder + "/go'): time.sleep(0.02)\n"
                            + "open('out.bin', 'wb').write(os.urandom(20_000_000))\nprint('made')");
            verifier.drop(grid.tasks, "big.zip", zip, "made\n");
            await().atMost(Duration.ofMinutes(3)).until(() -> grid.master.text().contains("big.zip accepted"));
            Path outbox = folder.resolve("work/1/outbox");
            Path hog = disk.resolve("hog");
            fill(hog);
            Files.createFile(folder.resolve("go"));
            await().atMost(Duration.ofMinutes(3)).until(() -> worker.text().contains("can't take the result"));
            assertEquals(2, Grid.names(outbox).size(), "the worker keeps its copy");
            Files.delete(hog);
            verifier.verify(Duration.ofMinutes(3), grid.listTasks());
            assertEquals(1, grid.attempts("big.zip"));
            await().until(() -> Grid.names(outbox).isEmpty());
            assertTrue(grid.master.process.isAlive());
        }
    }

    @Test
    void theFolderOfAJobIsWholeWhenThereIsRoomAgain() throws Exception {
        try (Grid grid = new Grid(folder).startMaster("--results=disk/results")) {
            grid.startWorker("--slots=1").ready();
            Path hog = disk.resolve("hog");
            fill(hog);
            String script = "import os\nopen('out.csv', 'w').write('k\\n' "
                    + "+ ''.join(os.urandom(50).hex() + '\\n' for _ in range(20000)))\n";
            Zips.drop(grid.tasks, "wide.zip", Zips.of("main.py", script, "task.json", "{\"repeat\":3}"));
            await().atMost(Duration.ofMinutes(3)).until(() -> grid.master
                    .text()
                    .contains("The folder of job j1 in results/ can't be written now (the disk of "));
            assertTrue(grid.master.process.isAlive());
            Files.delete(hog);
            Path whole = disk.resolve("results/wide/wide.zip");
            await().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(whole));
            try (Stream<String> rows = Files.lines(disk.resolve("results/wide/merged/out.csv"))) {
                assertEquals(1 + 3 * 20_000, rows.count());
            }
            assertEquals(
                    Set.of("1.zip", "1.csv", "2.zip", "2.csv", "3.zip", "3.csv", "summary.csv", "merged", "wide.zip"),
                    Set.copyOf(Grid.names(disk.resolve("results/wide"))));
        }
    }

    /** Leaves some room for the log, which is what a disk's last bytes are reserved for. */
    private static void fill(Path hog) throws IOException {
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(hog)) {
            while (Files.getFileStore(hog).getUsableSpace() > (12L << 20)) {
                out.write(block);
            }
        }
    }
}
