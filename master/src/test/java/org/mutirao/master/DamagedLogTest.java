package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.group.log.DamagedLog;
import org.mutirao.group.member.Election;
import org.mutirao.group.member.GroupSettings;
import org.mutirao.master.folders.AcceptedLoss;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.testkit.Zips;

/** A master with an accepted package is started on a data folder that something has damaged meanwhile. */
@Tag("slow")
class DamagedLogTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void acceptOne() throws IOException {
        Zips.drop(Files.createDirectories(folder.resolve("tasks")), "a.zip", Zips.of("main.py", "print('a')\n"));
        Master master = TestMaster.in(folder).start();
        try {
            await().until(() -> !Files.exists(folder.resolve("tasks/a.zip")));
            // At first it is in the log only.
            await().until(() -> StoredBlobs.in(folder.resolve("data")).size() == 1);
            CopiedData.copy(folder.resolve("data"), folder.resolve("killed/data"));
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
        return segment("data/log");
    }

    private Path segment(String below) {
        return files(below).stream()
                .filter(file -> file.getFileName().toString().startsWith("log_"))
                .findFirst()
                .orElseThrow();
    }

    private String refusal() {
        return refusal("", GroupSettings.alone(), "--accept-loss");
    }

    private String refusal(String below, GroupSettings group, String advice) {
        DamagedLog refused = assertThrows(DamagedLog.class, () -> TestMaster.in(folder.resolve(below))
                .group(group, false)
                .start()
                .close());
        assertTrue(refused.getMessage().contains("Nothing was changed or deleted."), refused.getMessage());
        assertTrue(refused.getMessage().contains(advice), refused.getMessage());
        assertEquals(1, files(Path.of(below, "data/blobs").toString()).size(), "the package is still there");
        return refused.getMessage();
    }

    private void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void aDamagedByteIsNamed() throws IOException {
        flip(segment(), 40);
        String message = refusal();
        assertTrue(message.contains(segment().toString()), message);
    }

    @Test
    void aLogThatIsGoneIsMissed() throws IOException {
        DurableFiles.deleteTree(folder.resolve("data/log"));
        refusal();
    }

    /** Without the mark, the stored package tells that there was a log. */
    @Test
    void aLogThatIsGoneTogetherWithItsMarkIsMissed() throws IOException {
        DurableFiles.deleteTree(folder.resolve("data/log"));
        Files.delete(folder.resolve("data/high-water"));
        String message = refusal();
        assertTrue(message.contains(files("data/blobs").get(0).toString()), message);
        Files.createDirectories(folder.resolve("data/log"));
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

    /** Whatever is left of a used folder: no master begins anew on it without a word. */
    @Test
    void eachThingThatIsLeftTellsThatThereWasALog() throws IOException {
        Files.writeString(folder.resolve("data/delivered"), "1 1 a.zip\n");
        for (String left : List.of("high-water", "log", "delivered", "blobs")) {
            Path other = folder.resolve("with-" + left);
            CopiedData.copy(
                    folder.resolve("data").resolve(left), other.resolve("data").resolve(left));
            DamagedLog refused = assertThrows(
                    DamagedLog.class, () -> TestMaster.in(other).start().close(), left);
            assertTrue(refused.getMessage().contains(other.resolve("data/grid").toString()), refused.getMessage());
            assertTrue(
                    refused.getMessage()
                            .contains(other.resolve("data").resolve(left).toString()),
                    left);
        }
    }

    @Test
    void anEmptiedSegmentTakesNothingAwayAfterAnEndInGoodOrder() throws IOException {
        // Such an end leaves a snapshot of everything.
        Files.write(segment(), new byte[0]);
        try (Master master = TestMaster.in(folder).start()) {
            assertTrue(
                    Talk.ask(master, "{\"action\":\"LIST_TASKS\"}").toString().contains("a.zip"));
        }
    }

    @Test
    void anEmptiedSegmentIsMissedAfterAKill() throws IOException {
        Path segment = segment("killed/data/log");
        Files.write(segment, new byte[0]);
        String message = refusal("killed", GroupSettings.alone(), "--accept-loss");
        assertTrue(message.contains(segment.toString()), message);
    }

    @Test
    void aKilledMasterIsStartedAgainWithoutAWord() throws IOException {
        try (Master master = TestMaster.in(folder.resolve("killed")).start()) {
            assertTrue(
                    Talk.ask(master, "{\"action\":\"LIST_TASKS\"}").toString().contains("a.zip"));
        }
    }

    private static GroupSettings ofThree() {
        return new GroupSettings(
                "damaged",
                3,
                OptionalInt.of(1),
                OptionalInt.empty(),
                Election.HIGHEST_PRIORITY,
                List.of(),
                0,
                GroupSettings.MULTICAST,
                false);
    }

    /** The others have everything, so nothing may begin anew here. */
    @Test
    void aMemberOfSeveralIsToldToJoinAgain() throws IOException {
        Path place = folder.resolve("data/place");
        String name = Files.readString(place).strip();
        String others = "2-2-00000002 127.0.0.1:2 127.0.0.1:3 2\n3-3-00000003 127.0.0.1:4 127.0.0.1:5 3\n";
        Files.writeString(place, name + "\n" + name + " 127.0.0.1:1 127.0.0.1:6 1\n" + others);
        String advice = "empty this one's data folder and start it again with the same --id";
        flip(segment(), 40);
        assertTrue(refusal("", ofThree(), advice).contains(segment().toString()));
        DurableFiles.deleteTree(folder.resolve("data/log"));
        refusal("", ofThree(), advice);
        Files.writeString(place, name.substring(2) + "\n" + others);
        assertTrue(refusal("", ofThree(), advice).contains(place.toString()));
        assertTrue(
                refusal("", GroupSettings.alone(), advice).contains(place.toString()), "also if it is started alone");
        Files.delete(folder.resolve("data/grid"));
        String message = refusal("", ofThree(), advice);
        assertFalse(message.contains("--accept-loss"), message);
    }

    @Test
    void acceptingALossIsRefusedToAMemberOfSeveral() {
        StringWriter err = new StringWriter();
        int code = Main.commandLine()
                .setErr(new PrintWriter(err))
                .execute("--masters=3", "--accept-loss", "--data=" + folder.resolve("data"));
        assertEquals(1, code);
        assertTrue(
                err.toString().startsWith("master: --accept-loss is only for a master that is alone"), err.toString());
        assertTrue(err.toString().contains("empty this one's data folder"), err.toString());
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
