package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.units.ByteSize;

class TaskPackageFileTest {
    private static final PackageLimits LIMITS = new PackageLimits(20, 4, ByteSize.mebi(300), 250, 0);

    @TempDir
    private Path folder;

    private interface Content {
        void write(ZipArchiveOutputStream zip) throws IOException;
    }

    private Path zip(Content content) throws IOException {
        Path file = folder.resolve("x.zip");
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
            content.write(zip);
        }
        return file;
    }

    private static void add(ZipArchiveOutputStream zip, String name, String text) throws IOException {
        zip.putArchiveEntry(new ZipArchiveEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeArchiveEntry();
    }

    private String refusal(Path file) {
        RefusedPackage refused = assertThrows(RefusedPackage.class, () -> {
            try (TaskPackageFile opened = TaskPackageFile.open(file, LIMITS)) {
                opened.unpackTo(Files.createDirectories(folder.resolve("out")));
            }
        });
        assertFalse(refused.advice().isBlank());
        return refused.getMessage();
    }

    private List<String> unpacked(Path file) throws Exception {
        Path out = Files.createDirectories(folder.resolve("out"));
        try (TaskPackageFile opened = TaskPackageFile.open(file, LIMITS)) {
            opened.unpackTo(out);
        }
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile)
                    .map(each -> out.relativize(each).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void unpacksWhatIsAtTheTop() throws Exception {
        Path file = zip(zip -> {
            add(zip, "main.py", "print(1)");
            add(zip, "input.csv", "a");
            add(zip, "lib/more.py", "");
        });
        assertEquals(List.of("input.csv", "lib/more.py", "main.py"), unpacked(file));
    }

    @Test
    void unpacksWhatIsInASingleTopFolderAndLeavesLitterOut() throws Exception {
        Path file = zip(zip -> {
            add(zip, "__MACOSX/._main.py", "x");
            add(zip, "job/main.py", "print(1)");
            add(zip, "job/.DS_Store", "x");
            add(zip, "job/data/input.csv", "a");
        });
        assertEquals(List.of("data/input.csv", "main.py"), unpacked(file));
    }

    /** As {@code --work ./work} and {@code --work ../work} do. */
    @Test
    void unpacksIntoAFolderThatIsNamedByADetour() throws Exception {
        Path file = zip(zip -> {
            add(zip, "main.py", "print(1)");
            add(zip, "lib/more.py", "");
        });
        Files.createDirectories(folder.resolve("inner"));
        for (String detour : List.of("./one", "inner/../two", "inner/./../inner/three")) {
            Path out = Files.createDirectories(folder.resolve(detour));
            try (TaskPackageFile opened = TaskPackageFile.open(file, LIMITS)) {
                opened.unpackTo(out);
            }
            assertTrue(Files.exists(out.resolve("main.py")) && Files.exists(out.resolve("lib/more.py")), detour);
        }
        Path relative = Path.of("").toAbsolutePath().relativize(folder.resolve("four"));
        try (TaskPackageFile opened = TaskPackageFile.open(file, LIMITS)) {
            opened.unpackTo(Files.createDirectories(relative));
        }
        assertTrue(Files.exists(folder.resolve("four/main.py")));
    }

    @Test
    void tellsWhatIsNoZip() throws IOException {
        assertEquals("the file is empty", refusal(Files.createFile(folder.resolve("empty.zip"))));
        assertEquals(
                "it is a text file, not a ZIP file",
                refusal(Files.writeString(folder.resolve("a.zip"), "hello, world")));
        assertTrue(refusal(Files.writeString(folder.resolve("b.zip"), "PK\3\4 and nothing else"))
                .contains("damaged or truncated"));
    }

    @Test
    void everyTruncationIsRefusedInWords() throws IOException {
        byte[] whole = Files.readAllBytes(zip(zip -> add(zip, "main.py", "print(1)")));
        for (int length = 1; length < whole.length; length++) {
            Path cut = Files.write(folder.resolve("cut.zip"), Arrays.copyOf(whole, length));
            assertFalse(refusal(cut).isBlank());
        }
    }

    @Test
    void flippedBitsNeverDoMoreThanBeingRefused() throws Exception {
        byte[] whole = Files.readAllBytes(zip(zip -> {
            add(zip, "main.py", "print(1)\n".repeat(20));
            add(zip, "input.csv", "1,2\n");
        }));
        int refused = 0;
        for (int bit = 0; bit < whole.length * 8; bit += 3) {
            byte[] bent = whole.clone();
            bent[bit / 8] ^= (byte) (1 << bit % 8);
            Path out = Files.createDirectories(folder.resolve("bent-" + bit));
            Path file = Files.write(folder.resolve("bent.zip"), bent);
            try (TaskPackageFile opened = TaskPackageFile.open(file, LIMITS)) {
                opened.unpackTo(out);
            } catch (RefusedPackage e) {
                refused++;
            }
        }
        assertTrue(refused > 100, "only " + refused);
    }

    @Test
    void aPackageNeedsMain() throws IOException {
        assertTrue(refusal(zip(zip -> add(zip, "script.py", ""))).contains("no main.py"));
        assertTrue(refusal(zip(zip -> add(zip, "a/b/c/main.py", ""))).contains("no main.py"));
        assertTrue(refusal(zip(zip -> {})).contains("no main.py"));
    }

    @ParameterizedTest
    @CsvSource({
        "../evil.py, leads out",
        "a/../../evil.py, leads out",
        "/etc/passwd, absolute",
        "C:/x, absolute",
        "C:x, absolute",
        "..\\b.py, leads out",
        "//a, absolute",
        "ab:c, not every system",
        "x., not every system",
        "nul, Windows device",
        "COM1.txt, Windows device",
        "a/b/c/d/e, folders deep",
        "MAIN.PY, upper and lower case",
        "main.py/x, twice",
    })
    void namesThatLeadElsewhereAreRefused(String name, String expected) throws IOException {
        Path file = folder.resolve("x.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("main.py"));
            zip.putNextEntry(new ZipEntry(name));
        }
        assertTrue(refusal(file).contains(expected), refusal(file));
    }

    @Test
    void duplicatesAreRefused() throws IOException {
        assertTrue(refusal(zip(zip -> {
                    add(zip, "main.py", "print(1)");
                    add(zip, "main.py", "print(2)");
                }))
                .contains("twice"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0120777, 0060644, 0020644, 0010644})
    void linksAndDevicesAreRefused(int mode) throws IOException {
        assertTrue(refusal(zip(zip -> {
                    add(zip, "main.py", "");
                    ZipArchiveEntry link = new ZipArchiveEntry("link");
                    link.setUnixMode(mode);
                    zip.putArchiveEntry(link);
                    zip.write("/etc/passwd".getBytes(StandardCharsets.UTF_8));
                    zip.closeArchiveEntry();
                }))
                .contains("link or a device"));
    }

    @Test
    void encryptedEntriesAreRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(zip(zip -> add(zip, "main.py", "print(1)")));
        for (int at = 0; at < bytes.length - 10; at++) {
            boolean local = bytes[at] == 'P' && bytes[at + 1] == 'K' && bytes[at + 2] == 3 && bytes[at + 3] == 4;
            boolean central = bytes[at] == 'P' && bytes[at + 1] == 'K' && bytes[at + 2] == 1 && bytes[at + 3] == 2;
            if (local || central) {
                bytes[at + (local ? 6 : 8)] |= 1;
            }
        }
        assertTrue(refusal(Files.write(folder.resolve("secret.zip"), bytes)).contains("encrypted"));
    }

    @Test
    void tooManyEntriesAreRefused() throws IOException {
        assertTrue(refusal(zip(zip -> {
                    add(zip, "main.py", "");
                    for (int i = 0; i < 30; i++) {
                        add(zip, "f" + i, "");
                    }
                }))
                .contains("more than 20 files"));
    }

    @Test
    void aBombIsRefusedByItsRatioAndByItsTotal() throws IOException {
        byte[] zeros = new byte[1 << 20];
        Path bomb = zip(zip -> {
            add(zip, "main.py", "");
            zip.putArchiveEntry(new ZipArchiveEntry("zeros"));
            for (int i = 0; i < 150; i++) {
                zip.write(zeros);
            }
            zip.closeArchiveEntry();
        });
        assertTrue(refusal(bomb).contains("ZIP bomb"));
        RefusedPackage total = assertThrows(
                RefusedPackage.class, () -> TaskPackageFile.open(bomb, LIMITS.withUnpacked(ByteSize.mebi(10)))
                        .close());
        assertTrue(total.getMessage().contains("more than 10MiB"), total.getMessage());
    }

    @Test
    void aLyingSizeIsFoundWhileUnpacking() throws IOException {
        byte[] bytes = Files.readAllBytes(zip(zip -> add(zip, "main.py", "x".repeat(5000))));
        for (int at = 0; at < bytes.length - 30; at++) {
            if (bytes[at] == 'P' && bytes[at + 1] == 'K' && bytes[at + 2] == 1 && bytes[at + 3] == 2) {
                bytes[at + 24] = 1; // declared size, low byte
                bytes[at + 25] = 0;
            }
        }
        Path liar = Files.write(folder.resolve("liar.zip"), bytes);
        RefusedPackage found = assertThrows(RefusedPackage.class, () -> {
            try (TaskPackageFile opened = TaskPackageFile.open(liar, LIMITS.withUnpacked(new ByteSize(100)))) {
                opened.unpackTo(Files.createDirectories(folder.resolve("out")));
            }
        });
        assertTrue(found.getMessage().contains("100B") || found.getMessage().contains("damaged"), found.getMessage());
    }

    @Test
    void resultsThatComeAlongMayBeManyMoreThanOtherFiles() throws Exception {
        Path file = zip(zip -> {
            add(zip, "main.py", "");
            for (int i = 0; i < 30; i++) {
                add(zip, "parts/" + i + "/stdout.txt", "out " + i);
                add(zip, "after/clean/" + i + "/stdout.txt", "");
            }
        });
        assertTrue(refusal(file).startsWith("the results that come along have too many files: "), refusal(file));
        Path out = Files.createDirectory(folder.resolve("out"));
        try (TaskPackageFile opened = TaskPackageFile.open(file, LIMITS.withResultsAlong())) {
            opened.unpackTo(out);
        }
        assertEquals("out 29", Files.readString(out.resolve("parts/29/stdout.txt")));
        PackageLimits fewAlong = new PackageLimits(20, 4, ByteSize.mebi(300), 250, 39);
        assertThrows(RefusedPackage.class, () -> TaskPackageFile.open(file, fewAlong));
        try (TaskPackageFile opened =
                TaskPackageFile.open(file, new PackageLimits(20, 4, ByteSize.mebi(300), 250, 41))) {
            assertEquals(61, opened.files().size());
        }
    }
}
