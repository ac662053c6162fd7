package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The master is told to end (Ctrl-C, SIGTERM) while it reads packages: they are taken in after the next start. The long form:
 * {@code -Dmutirao.moments=50}.
 */
@Tag("slow")
class IntakeTest {
    private static final int MOMENTS = Integer.getInteger("mutirao.moments", 3);
    private static final long SEED = Long.getLong("mutirao.seed", 20261128);
    private static final int PACKAGES = 3;
    private static final int MEBIBYTES = 24;
    private static final Duration SOON = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final byte[] noise = new byte[1 << 20];

    @Test
    void packagesThatAreReadWhenTheMasterEndsAreNotRejected() throws Exception {
        random.nextBytes(noise);
        int caught = 0;
        try (Grid grid = new Grid(folder);
                Verifier verifier = new Verifier(folder)) {
            grid.startMaster();
            verifier.watch(grid);
            for (int moment = 0; moment < MOMENTS; moment++) {
                for (int i = 0; i < PACKAGES; i++) {
                    drop(grid, verifier, "read-" + moment + "-" + i + ".zip");
                }
                int enough = 1 + random.nextInt(MEBIBYTES << 20);
                await("a package is being read, or all were read between two looks")
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(2))
                        .atMost(SOON)
                        .until(() -> bytesRead(grid) >= enough || areAllRead(grid));
                caught += bytesRead(grid) > 0 ? 1 : 0;
                grid.master.process.destroy();
                grid.master.exitCode();
                grid.startMaster();
            }
            grid.startWorker("--slots=2");
            String report = verifier.verify(SOON, grid.listTasks());
            System.out.println(MOMENTS + " moments, seed " + SEED + ", " + caught + " of them in a package: " + report);
            assertTrue(caught > 0, "no package was being read at any of the moments");
        }
    }

    /** Of the package that is being read: a file that grows in the data folder; 0 if there is none. */
    private static long bytesRead(Grid grid) {
        try (Stream<Path> files = Files.walk(grid.folder.resolve("data"))) {
            return files.filter(file -> file.toString().endsWith(".part"))
                    .mapToLong(file -> file.toFile().length())
                    .max()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    private static boolean areAllRead(Grid grid) {
        return Grid.names(grid.tasks).stream().noneMatch(name -> name.endsWith(".zip"));
    }

    private void drop(Grid grid, Verifier verifier, String name) throws IOException {
        Path part = grid.folder.resolve(name + ".part");
        try (OutputStream out = Files.newOutputStream(part);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            zip.putNextEntry(new ZipEntry("main.py"));
            zip.write((verifier.witnessed(name) + "print('" + name + "')\n").getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("noise.bin"));
            for (int i = 0; i < MEBIBYTES; i++) {
                zip.write(noise);
            }
        }
        verifier.move(part, grid.tasks, name, name + "\n");
    }
}
