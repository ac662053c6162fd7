package org.mutirao.scenarios;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.testkit.Zips;

/** A large package and result, with less memory at both ends than they have; {@code -Dmutirao.mebibytes=4096} for larger ones. */
@Tag("slow")
class BigPackageTest {
    private static final int MEBIBYTES = Integer.getInteger("mutirao.mebibytes", 512);
    private static final long ROOM = 12L << 30;

    @TempDir
    private Path folder;

    @Test
    void bytesStreamBothWaysWithoutMemoryGrowing() throws Exception {
        assumeTrue(
                Files.getFileStore(folder).getUsableSpace() > ROOM,
                "SKIPPED: the temporary folder needs 12 GiB of free space for this test");
        try (Grid grid = new Grid(folder, List.of("-Xmx256m")).startMaster("--lease=15s");
                Verifier verifier = new Verifier(folder).watch(grid)) {
            Program worker = grid.startWorker(List.of("-Xmx128m"), "--slots=1", "--heartbeat=500ms");
            String sent = dropPackage(grid, verifier);
            await().atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> !grid.resultNames().isEmpty()
                            || !worker.process.isAlive()
                            || !grid.master.process.isAlive());
            verifier.verify(Duration.ofMinutes(1), grid.listTasks());
            assertTrue(
                    Zips.entry(grid.results.resolve("big.zip"), "result.json").contains("\"attempt\" : 1"),
                    "a transfer delayed the heartbeats until the lease was lost");
            assertEquals(sent, hashInResult(grid.results.resolve("big.zip")), worker.text() + grid.master.text());
        }
    }

    private static String dropPackage(Grid grid, Verifier verifier) throws IOException {
        MessageDigest digest = digest();
        Path part = grid.folder.resolve("big.part");
        Random random = new Random(1);
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(part);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            zip.putNextEntry(new ZipEntry("main.py"));
            zip.write((verifier.witnessed("big.zip")
                            + "os.rename('data.bin', 'out.bin')\nprint(os.path.getsize('out.bin'))\n")
                    .getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("data.bin"));
            DigestOutputStream hashed = new DigestOutputStream(zip, digest);
            for (int i = 0; i < MEBIBYTES; i++) {
                random.nextBytes(block);
                hashed.write(block);
            }
        }
        verifier.move(part, grid.tasks, "big.zip", (MEBIBYTES << 20) + "\n");
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String hashInResult(Path result) throws IOException {
        MessageDigest digest = digest();
        try (ZipFile zip = new ZipFile(result.toFile());
                InputStream in = new DigestInputStream(zip.getInputStream(zip.getEntry("files/out.bin")), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        return Sha256.newDigest();
    }
}
