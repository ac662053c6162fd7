package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.testkit.CountingFiles;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.outbox.Outbox;

/** How many operations that name a file a small task costs. */
class FileOperationsTest {
    /**
     * Beside those on the script's own files: a look at the folder of its output's files, at its own and into it, at its home and its folder for
     * temporary files, and the making of the result's file. Opening the two files of its output, which the start of a process does, makes eight.
     */
    private static final int MOST = 6;
    /** Made, dated, looked at, deleted; and looked for by the start of the script. */
    private static final int MOST_OF_A_FILE = 5;

    private static final Activity UNWATCHED = Liveness.unwatched().activity("test", Duration.ofHours(1));
    /** None on the script's folders, at which a worker would look while a script takes long on a busy machine. */
    private static final RunLimits LIMITS = new RunLimits(
            PackageLimits.defaults(),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            MemoryShare.unlimited(),
            TaskBounds.none(),
            new TaskBounds(Duration.ZERO, 0, 0, 0, 0, ByteSize.mebi(10).bytes()));

    private static final RunPermits FREE = new FreePermits();

    @TempDir
    private Path folder;

    @Test
    void aSmallTaskCostsFew() throws Exception {
        assumeTrue(
                Files.readAttributes(folder, BasicFileAttributes.class).fileKey() != null,
                "this system does not tell files apart, so each run has a new folder");
        CountingFiles files = new CountingFiles(folder);
        Path seen = files.see(folder);
        for (String each : List.of("run", "outbox")) {
            Files.createDirectories(seen.resolve(each));
        }
        Outbox outbox = Outbox.open(seen.resolve("outbox"), seen.resolve("refused"), seen.resolve("whole"));
        byte[] zip = Zips.of("main.py", "print(open('input.csv').read())", "input.csv", "a,b\n");
        TaskPackage task =
                new TaskPackage("t.zip", Payload.inMemory(zip, new Blob(Sha256.of(zip), zip.length)), Optional.empty());
        try (TaskRunner runner = new TaskRunner(
                seen.resolve("run"),
                Interpreters.plain(Python.find(Optional.empty())),
                LIMITS,
                "pc",
                InstantSource.system(),
                InstantSource.system(),
                System::nanoTime)) {
            for (int i = 0; i < 3; i++) {
                files.take();
                TaskRunner.Outcome outcome = runner.run(task, FREE, () -> false, OutputWatcher.NOBODY, UNWATCHED);
                outbox.put(new WorkerId("w"), "t.zip", outcome.packed().orElseThrow(), Optional.empty());
                assertEquals("a,b\n\n", Results.read(outcome).get("stdout.txt"));
                List<String> all = files.take();
                List<String> ofScript = all.stream()
                        .filter(operation -> operation.endsWith("main.py") || operation.endsWith("input.csv"))
                        .toList();
                if (i > 0) { // the first one makes the folder
                    assertTrue(ofScript.size() <= 2 * MOST_OF_A_FILE, ofScript.toString());
                    assertTrue(all.size() - ofScript.size() <= MOST, all.toString());
                }
            }
        }
        assertEquals(3, outbox.size());
    }
}
