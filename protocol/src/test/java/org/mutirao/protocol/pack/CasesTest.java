package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;

/** Packages that real programs and people make, and what a person gets or reads. */
class CasesTest {
    @TempDir
    private Path folder;

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name + ".zip");
        try (InputStream in = CasesTest.class.getResourceAsStream("/cases/" + name + ".zip")) {
            Files.copy(in, file);
        }
        return file;
    }

    private Set<String> unpack(Path file) throws Exception {
        Path out = Files.createDirectories(folder.resolve("out"));
        try (TaskPackageFile opened = TaskPackageFile.open(file, PackageLimits.defaults())) {
            opened.unpackTo(out);
        }
        return names(out);
    }

    private static Set<String> names(Path out) throws IOException {
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile)
                    .map(each -> out.relativize(each).toString().replace('\\', '/'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "z10-7z-xz, input.csv main.py",
        "method-lzma, input.csv main.py",
        "method-bzip2, input.csv main.py",
        "z12-bsdtar-dot, input.csv main.py",
        "z16-powershell51-folder, input.csv main.py",
        "z18-appledouble-beside-folder, input.csv main.py",
        "z19-self-extracting-stub, input.csv main.py",
        "z20-zipapp-shebang, input.csv main.py",
        "z25-Main.py, input.csv main.py",
        "z27-readme-beside-folder, input.csv main.py",
        "z27e-csv-of-another-name, dados.csv main.py",
        "z27f-Input.CSV, Input.CSV main.py",
        "z28-cp850-relatorio, input.csv main.py relatório.csv",
        "z29-utf8-flagged, input.csv main.py relatório.csv",
        "z53-executable-helper, ferramenta input.csv main.py",
    })
    void isTakenAndUnpacksTo(String name, String files) throws Exception {
        Path file = file(name);
        assertEquals(new TreeSet<>(Arrays.asList(files.split(" ", -1))), unpack(file));
        assertTrue(PackageBytes.isWhole(file));
        assertTrue(Files.readString(folder.resolve("out/main.py")).contains("print"));
        Path compact = folder.resolve("compact");
        try (TaskPackageFile opened = TaskPackageFile.open(file, PackageLimits.defaults())) {
            CompactPackage.write(opened, compact, java.util.Optional.empty());
        }
        try (TaskPackageFile forStrangers = TaskPackageFile.open(compact, PackageLimits.defaults())) {
            assertTrue(forStrangers.suitsAnyProgram(), "a stranger reads the same in what is made for it");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "z27c-script-of-another-name | there is 'script.py', and it must be called main.py | Rename it to main.py",
                "z27d-notebook | there is 'main.ipynb', a notebook | Save the notebook as a Python script",
                "z34-colon | 'dados 12:30.csv' has a ':' in its name | Rename it",
                "z36-case-only | 'dados.csv' and 'Dados.csv' differ only in upper and lower case | Rename one of them",
                "z38-path-over-240 | has a path of 2 | Rename it or its folders",
                "z47-google-drive-virus-page | it is a web page | Download the ZIP again",
                "z48-7z-renamed | it is a 7-Zip archive | Unpack it",
                "z50-zip-in-zip-moodle | the package is inside, in 'Ana Silva_123 | Unzip it once",
                "method-zstd | 'main.py' is packed with zstd | deflate",
                "method-ppmd | 'main.py' is packed with ppmd | deflate",
            })
    void isRefusedWithWhatItIsAndWhatToDo(String name, String why, String advice) throws IOException {
        Path file = file(name);
        RefusedPackage refused =
                assertThrows(RefusedPackage.class, () -> TaskPackageFile.open(file, PackageLimits.defaults())
                        .close());
        assertAll(
                () -> assertTrue(refused.getMessage().contains(why), refused.getMessage()),
                () -> assertTrue(refused.advice().contains(advice), refused.advice()));
    }

    @Test
    void aVenvZippedByMistakeIsNamed() throws IOException {
        RefusedPackage refused = assertThrows(RefusedPackage.class, () -> {
            Path file = folder.resolve("venv.zip");
            try (QuirkyZip zip = new QuirkyZip(file)) {
                zip.add("tarefa/main.py", "print(1)");
                for (int i = 0; i < 10_000; i++) {
                    zip.add("tarefa/venv/lib/m" + i + ".py", "");
                }
            }
            TaskPackageFile.open(file, PackageLimits.defaults()).close();
        });
        assertTrue(
                refused.getMessage().contains("more than 10000 files: 10001; 'tarefa/venv/' has 10000 of them"),
                refused.getMessage());
        assertTrue(refused.advice().contains("requirements.txt"), refused.advice());
    }

    @Test
    void zerosBehindTheZipDoNotMatter() throws Exception {
        byte[] whole = Files.readAllBytes(file("z12-bsdtar-dot"));
        Path file = Files.write(folder.resolve("filled.zip"), Arrays.copyOf(whole, whole.length + 100_000));
        assertEquals(Set.of("input.csv", "main.py"), unpack(file));
        byte[] tail = Arrays.copyOf(whole, whole.length + 1);
        tail[whole.length] = 'x';
        Path grown = Files.write(folder.resolve("grown.zip"), tail);
        assertFalse(PackageBytes.isWhole(grown), "more is coming");
    }

    @Test
    void thePackageInAMoodleZipComesOut() throws Exception {
        Path inner = folder.resolve("inner.zip");
        Path outer = file("z50-zip-in-zip-moodle");
        byte[] bytes = Files.readAllBytes(outer);
        for (Payload each : List.of(
                new Payload(outer, new Blob(Sha256.of(bytes), bytes.length)),
                Payload.inMemory(bytes, new Blob(Sha256.of(bytes), bytes.length)))) {
            try (OutputStream out = Files.newOutputStream(inner);
                    TaskPackageFile wrapped = TaskPackageFile.openWrapped(each, PackageLimits.defaults())) {
                assertTrue(wrapped.isWrapped());
                wrapped.unwrapTo(out);
            }
            assertTrue(PackageBytes.isWhole(inner));
        }
        assertEquals(Set.of("input.csv", "main.py"), unpack(inner));
        byte[] within = Files.readAllBytes(inner);
        try (TaskPackageFile plain = TaskPackageFile.openWrapped(
                Payload.inMemory(within, new Blob(Sha256.of(within), within.length)), PackageLimits.defaults())) {
            assertFalse(plain.isWrapped());
        }
    }

    @Test
    void onlyExecuteBitsAreKept() throws Exception {
        Assumptions.assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        unpack(file("z53-executable-helper"));
        Set<PosixFilePermission> helper = Files.getPosixFilePermissions(folder.resolve("out/ferramenta"));
        assertTrue(helper.contains(PosixFilePermission.OWNER_EXECUTE), helper.toString());
        Set<PosixFilePermission> script = Files.getPosixFilePermissions(folder.resolve("out/main.py"));
        assertFalse(script.contains(PosixFilePermission.OWNER_EXECUTE), script.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "IBM850, relatório ação.csv",
        "windows-1252, relatório ação.csv",
        "IBM850, SÃO PAULO.csv",
        "UTF-8, ação.csv"
    })
    void namesWithoutAFlagAreReadAsTheyWereMeant(String charset, String name) throws Exception {
        Path file = folder.resolve("names.zip");
        try (QuirkyZip zip = new QuirkyZip(file)) {
            zip.add("main.py", "print(1)");
            zip.add(name.getBytes(charset), new byte[] {'x'});
        }
        assertEquals(new TreeSet<>(Set.of("main.py", name)), unpack(file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a/main.py b/main.py | more than one main.py in it: 'a/main.py', 'b/main.py'",
                "a/main.py input.csv | 'main.py' is in the folder 'a/', and outside of it lies 'input.csv'",
                "a/b/c/main.py | deep down: 'a/b/c/main.py'",
                "main.py.txt input.csv | there is 'main.py.txt', and it must be called main.py",
                "x/a.zip x/b.zip | no main.py in it, but 2 ZIPs",
                "[Content_Types].xml word/document.xml | an Office document",
                "./main.py main.py | 'main.py' stands in it twice",
                "main.py .\\..\\x | leads out",
                "main.py a/../../x | leads out",
            })
    void isRefusedAsItStands(String names, String why) throws IOException {
        Path file = folder.resolve("x.zip");
        try (QuirkyZip zip = new QuirkyZip(file)) {
            for (String name : names.split(" ", -1)) {
                zip.add(name, "x");
            }
        }
        RefusedPackage refused =
                assertThrows(RefusedPackage.class, () -> TaskPackageFile.open(file, PackageLimits.defaults())
                        .close());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "top/inner/main.py top/inner/input.csv README.md",
                "./proj/ ./proj/main.py .DS_Store __MACOSX/proj/._main.py ._proj",
                "proj\\ proj\\main.py proj\\lib\\a.py",
                "proj//main.py Thumbs.db .git/config",
            })
    void isTakenAsEveryUnzipTakesIt(String names) throws Exception {
        Path file = folder.resolve("x.zip");
        try (QuirkyZip zip = new QuirkyZip(file)) {
            for (String name : names.split(" ", -1)) {
                zip.add(name, name.endsWith("/") || name.endsWith("\\") ? "" : "x");
            }
        }
        assertTrue(unpack(file).contains("main.py"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Rar!\u001a\u0007\u0001\u0000x | a RAR archive",
                "%PDF-1.7 ....... | a PDF document",
                "import csv, sys; print(csv) | a Python script by itself",
                "a;b;c;1;2;3;4;5;6 | a text file",
                "{ \"cells\": [ ] } | a notebook",
            })
    void saysWhatAFileIsThatIsNoZip(String start, String what) throws IOException {
        Path file = Files.write(folder.resolve("x.zip"), start.getBytes(StandardCharsets.ISO_8859_1));
        RefusedPackage refused = PackageBytes.otherKind(file).orElseThrow();
        assertTrue(refused.getMessage().contains("it is " + what), refused.getMessage());
    }
}
