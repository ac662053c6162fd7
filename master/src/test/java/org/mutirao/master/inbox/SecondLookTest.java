package org.mutirao.master.inbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;
import org.mutirao.testkit.ManualClock;
import org.mutirao.testkit.Zips;

/** What changes after being rejected comes back by itself. */
class SecondLookTest {
    private static final byte[] PACKAGE = Zips.of("main.py", "print(1)", "input.csv", "a,b\n");
    private static final byte[] HALF = Arrays.copyOf(PACKAGE, PACKAGE.length / 2);

    @TempDir
    private Path tasks;

    private final ManualClock clock = new ManualClock();
    private RejectedFolder rejected;
    private SecondLook secondLook;

    @BeforeEach
    void begin() {
        rejected = new RejectedFolder(tasks);
        secondLook = new SecondLook(rejected);
    }

    private Path reject(String name) throws IOException {
        Path file = Files.write(tasks.resolve(name), HALF);
        Sighting judged = Sighting.of(file);
        Path where = rejected.reject(file, new RefusedPackage("it is damaged", "Zip it again."));
        secondLook.remember(where.getFileName().toString(), judged);
        return where;
    }

    private void look() {
        for (int i = 0; i < 5; i++) {
            secondLook.look(clock.nanos());
            clock.advance(Duration.ofSeconds(2));
        }
    }

    private Set<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(tasks.resolve(folder))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void whatWasRejectedInPortugueseComesBackAlsoWhenTheMasterSpeaksEnglishMeanwhile() throws IOException {
        Text.speak(Language.PORTUGUESE);
        try {
            reject("dados.zip");
        } finally {
            Text.speak(Language.ENGLISH);
        }
        assertTrue(
                Files.readString(tasks.resolve("rejected/dados.zip.txt"))
                        .startsWith(
                                "dados.zip não foi aceito como tarefa.\n\nPor quê: it is damaged.\nO que fazer: Zip it again.\n"));
        Files.write(tasks.resolve("rejected/dados.zip"), PACKAGE);
        look();
        assertArrayEquals(PACKAGE, Files.readAllBytes(tasks.resolve("dados.zip")));
        assertEquals(Set.of(), names("rejected"));
    }

    @Test
    void aCopyThatWentOnComesBackUnderItsOldNameWhenItIsWhole() throws IOException {
        reject("relatório.zip");
        Path second = reject("relatório.zip");
        assertEquals("relatório-2.zip", second.getFileName().toString());
        look();
        assertEquals(Set.of(), names("."), "nothing changed");
        Files.write(second, Arrays.copyOf(PACKAGE, PACKAGE.length - 1));
        look();
        assertEquals(Set.of(), names("."), "it is not whole yet");
        Files.write(second, PACKAGE);
        look();
        assertArrayEquals(PACKAGE, Files.readAllBytes(tasks.resolve("relatório.zip")));
        assertEquals(Set.of("relatório.zip", "relatório.zip.txt"), names("rejected"), "the other one stays");
    }

    @Test
    void oneThatChangesJustNowWaits() throws IOException {
        Path file = reject("x.zip");
        for (int i = 0; i < 5; i++) {
            Files.write(file, PACKAGE);
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            secondLook.look(clock.nanos());
            clock.advance(Duration.ofSeconds(3));
        }
        assertEquals(Set.of(), names("."));
        look();
        assertEquals(Set.of("x.zip"), names("."));
    }

    @Test
    void oneThatWasMendedWhileTheMasterWasStartedAnewComesBackToo() throws IOException {
        Path file = reject("x.zip");
        secondLook = new SecondLook(rejected);
        secondLook.recall();
        look();
        assertEquals(Set.of(), names("."));
        Files.delete(file);
        look();
        Files.write(file, PACKAGE);
        look();
        assertEquals(Set.of("x.zip"), names("."));
        assertEquals(Set.of(), names("rejected"));
    }

    @Test
    void anotherFileOfThatNameIsNeverOverwritten() throws IOException {
        Path file = reject("x.zip");
        Files.writeString(tasks.resolve("x.zip"), "another");
        Files.write(file, PACKAGE);
        look();
        assertEquals("another", Files.readString(tasks.resolve("x.zip")));
        Files.delete(tasks.resolve("x.zip"));
        look();
        assertArrayEquals(PACKAGE, Files.readAllBytes(tasks.resolve("x.zip")));
    }

    @Test
    void aTextThatNamesAnotherPlaceLeadsNowhere() throws IOException {
        Path file = reject("x.zip");
        Files.writeString(rejected.path("x.zip.txt"), "../../evil.zip was not accepted as a task.\n");
        Files.write(file, PACKAGE);
        look();
        assertTrue(Files.exists(file));
        assertFalse(Files.exists(tasks.resolve("../../evil.zip")));
    }

    @Test
    void everybodyMayReadTheTextWhoMayReadOrdinaryFiles() throws IOException {
        Assumptions.assumeTrue(
                tasks.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path ordinary = Files.createFile(tasks.resolve("ordinary"));
        reject("x.zip");
        new LeftAlone(tasks).unreadable("y.zip");
        for (Path note : List.of(rejected.path("x.zip.txt"), tasks.resolve("y.zip.txt"))) {
            assertEquals(Files.getPosixFilePermissions(ordinary), Files.getPosixFilePermissions(note));
        }
    }

    @Test
    void aNameOfTheGreatestLengthHasRoomForItsText() throws IOException {
        String name = "€".repeat(83) + "é.zip"; // 255 bytes
        Path where = reject(name);
        assertTrue(rejected.hasNote(where.getFileName().toString()));
        Files.write(where, PACKAGE);
        look();
        assertEquals(Set.of(name), names("."));
    }
}
