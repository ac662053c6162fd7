package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.log.DamagedLog;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.testkit.Zips;

/** A lone master with an accepted package is started on a data folder that something has damaged meanwhile. */
class DamagedLogTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void acceptOne() throws IOException {
        Zips.drop(Files.createDirectories(folder.resolve("tasks")), "a.zip", Zips.of("main.py", "print('a')\n"));
        Master master = TestMaster.in(folder).start();
        try {
            await().until(() -> !Files.exists(folder.resolve("tasks/a.zip")));
        } finally {
            master.close();
        }
        assertEquals(1, files("data/blobs").size());
    }

    private List<Path> files(String below) {
        try (Stream<Path> files = Files.walk(folder.resolve(below))) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path segment() {
        return files("data/log").stream()
                .filter(file -> file.getFileName().toString().startsWith("log_"))
                .findFirst()
                .orElseThrow();
    }

    private String refusal() {
        DamagedLog refused = assertThrows(
                DamagedLog.class, () -> TestMaster.in(folder).start().close());
        assertTrue(refused.getMessage().contains("Nothing was changed or deleted."), refused.getMessage());
        assertTrue(refused.getMessage().contains("--accept-loss"), refused.getMessage());
        assertEquals(1, files("data/blobs").size(), "the package is still there");
        return refused.getMessage();
    }

    @Test
    void aDamagedByteIsNamed() throws IOException {
        byte[] bytes = Files.readAllBytes(segment());
        bytes[40] ^= 1;
        Files.write(segment(), bytes);
        String message = refusal();
        assertTrue(message.contains(segment().toString()), message);
    }

    @Test
    void aLogThatIsGoneIsMissed() throws IOException {
        DurableFiles.deleteTree(folder.resolve("data/log"));
        refusal();
    }

    @Test
    void aNameOfTheGridThatIsGoneOrDamagedIsMissed() throws IOException {
        Path grid = folder.resolve("data/grid");
        Files.writeString(grid, "no grid");
        assertTrue(refusal().contains(grid.toString()));
        Files.delete(grid);
        assertTrue(refusal().contains(grid.toString()));
    }

    /** A master that ends in good order leaves a snapshot of everything, so that an emptied segment behind it takes nothing away. */
    @Test
    void anEmptiedSegmentTakesNothingAwayOrIsRefused() throws IOException {
        Files.write(segment(), new byte[0]);
        try (Master master = TestMaster.in(folder).start()) {
            String peer = "{\"action\":\"REQUEST_TASK\",\"peer_id\":\"00000000-0000-4000-8000-000000000001\"}";
            await().until(() -> Talk.ask(master, peer), answer -> answer.containsValue("a.zip"));
        } catch (DamagedLog e) {
            assertEquals(1, files("data/blobs").size(), "the package is still there");
        }
    }

    @Test
    void byAPersonsWordTheLogBeginsAnewAndThePackageIsOfferedBack() throws IOException {
        DurableFiles.deleteTree(folder.resolve("data/log"));
        refusal();
        Path lost = AcceptedLoss.begin(folder.resolve("data"), InstantSource.system());
        List<Path> packages = files("data/lost+found").stream()
                .filter(file -> file.getFileName().toString().startsWith("package-"))
                .toList();
        assertEquals(1, packages.size(), lost.toString());
        Files.copy(packages.get(0), folder.resolve("tasks/again.zip"));
        try (Master master = TestMaster.in(folder).start()) {
            await().until(() -> !Files.exists(folder.resolve("tasks/again.zip")));
            assertTrue(master.port() > 0);
        }
        assertEquals(1, files("data/blobs").size());
    }
}
