package org.mutirao.protocol.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The second half runs in a JVM of its own, since an encoding is chosen once in a JVM's life. */
class FileNamesTest {
    @TempDir
    Path folder;

    @Test
    void aLongNameIsCutByBytesBetweenCharacters() {
        String whole = FileNames.fitting("€".repeat(120), "-12.zip");
        assertTrue(whole.getBytes(StandardCharsets.UTF_8).length <= FileNames.MAX_BYTES, whole);
        assertEquals("€".repeat(82) + "-12.zip", whole);
        assertEquals("relatório.zip", FileNames.fitting("relatório", ".zip"));
        assertEquals("a", FileNames.cut("ae\u0301e\u0301", 3), "an accent stays with its letter");
        assertEquals("a", FileNames.cut("a. .b", 4), "Windows drops a dot or space at the end");
        assertEquals(
                "", FileNames.cut("\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67", 10), "a family is one character");
    }

    @Test
    void aNameComesBackAsItWasGiven() throws Exception {
        Path file = Files.createFile(FileNames.resolve(folder, "relatório é.csv"));
        assertEquals("relatório é.csv", FileNames.nameOf(file));
        assertEquals(folder + "/relatório é.csv", FileNames.textOf(file).replace('\\', '/'));
        assertEquals("", FileNames.nameOf(folder.getRoot()));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void bytesThatAreNotUtf8AreShownAndStayDifferent() throws Exception {
        for (String name : List.of("a%F3.csv", "a%F4.csv")) {
            Files.createFile(
                    folder.resolve(Path.of(URI.create("file:///" + name)).getFileName()));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("a%F3.csv", "a%F4.csv"),
                    files.map(FileNames::nameOf).sorted().toList());
        }
    }

    @Test
    @DisabledOnOs({OS.WINDOWS, OS.MAC})
    void everyNameWorksAlsoWhereLangIsNotSet() throws Exception {
        Path working = Files.createDirectory(folder.resolve("josé"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Posix.class.getName(),
                        folder.toString())
                .directory(working.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals("done\n", said);
        assertTrue(Files.exists(folder.resolve("josé/sub é/relatório.csv")), "by a relative path");
        assertTrue(Files.exists(folder.resolve("日本/ç.txt")), "by an absolute path");
    }

    /** What the JVM without a LANG does; it says "done" if all is as it should be. */
    static final class Posix {
        private Posix() {}

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            check(!FileNames.allAreExpressible()
                    && FileNames.limitation().orElse("").contains("LANG is not set"));
            Files.createDirectories(FileNames.path("sub é"));
            Files.createFile(FileNames.resolve(FileNames.path("sub é"), "relatório.csv"));
            Files.createDirectories(FileNames.path(folder + "/日本"));
            Path file = Files.createFile(FileNames.resolve(folder, "日本/ç.txt"));
            check(FileNames.nameOf(file).equals("ç.txt"));
            check(FileNames.textOf(file).equals(folder + "/日本/ç.txt"));
            check(FileNames.textOf(folder.relativize(file)).equals("日本/ç.txt"));
            try (Stream<Path> files = Files.list(FileNames.resolve(folder, "日本"))) {
                check(files.map(FileNames::nameOf).toList().equals(List.of("ç.txt")));
            }
            System.out.println("done");
        }

        private static void check(boolean right) {
            if (!right) {
                throw new AssertionError();
            }
        }
    }
}
