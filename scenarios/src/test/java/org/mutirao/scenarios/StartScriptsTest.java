package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in bin/ as a user starts them. Their twins for Windows are read here, not run. */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class StartScriptsTest {
    private static final Path BIN = Program.root().resolve("bin");
    private static final List<String> SCRIPTS = List.of("mutirao", "mutirao-master", "mutirao-worker");

    @TempDir
    private Path folder;

    @Test
    void theSecondStartUsesTheArchiveThatTheFirstOneMade() throws Exception {
        Said first = run(Map.of(), BIN.resolve("mutirao"), "tasks", "--master", "127.0.0.1:1");
        assertEquals(1, first.code, first.text);
        assertTrue(first.text.startsWith("mutirao: the master at 127.0.0.1:1 does not answer"), first.text);
        assertEquals(1, archives().size(), archives().toString());

        // With this option Java ends at once if it can't use the archive.
        Said second = run(
                Map.of("MUTIRAO_JAVA_OPTS", "-Xshare:on"), BIN.resolve("mutirao"), "tasks", "--master", "127.0.0.1:1");
        assertEquals(first, second);
        assertEquals(1, archives().size(), archives().toString());
    }

    @Test
    void twoPlacesDoNotTakeEachOthersArchive() throws Exception {
        Path other = copyTo(folder.resolve("another place"));
        List<Path> places = List.of(BIN.resolve("mutirao"), other.resolve("mutirao"));
        for (Path each : places) {
            run(Map.of(), each, "tasks", "--master", "127.0.0.1:1");
        }
        for (Path each : places) {
            Said said = run(Map.of("MUTIRAO_JAVA_OPTS", "-Xshare:on"), each, "tasks", "--master", "127.0.0.1:1");
            assertTrue(said.text.startsWith("mutirao: the master at 127.0.0.1:1 does not answer"), said.text);
        }
        assertEquals(2, archives().size(), archives().toString());
    }

    /** The console as it is unpacked somewhere; its folder of scripts. */
    private static Path copyTo(Path place) throws IOException {
        Path copy = Files.createDirectories(place.resolve("bin"));
        for (String name : List.of("mutirao", "mutirao-java")) {
            Files.copy(BIN.resolve(name), copy.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.copy(
                Program.jar("console"),
                Files.createDirectories(place.resolve("lib")).resolve("console.jar"));
        return copy;
    }

    @Test
    void aDamagedArchiveDoesNoHarm() throws Exception {
        Said first = run(Map.of(), BIN.resolve("mutirao"), "tasks", "--master", "127.0.0.1:1");
        Path archive = archives().get(0);
        Files.delete(archive);
        Files.writeString(archive, "cut off");
        assertEquals(first, run(Map.of(), BIN.resolve("mutirao"), "tasks", "--master", "127.0.0.1:1"));
    }

    @Test
    void aRunThatLoadsLittleMakesNoArchive() throws Exception {
        for (String name : SCRIPTS) {
            Said said = run(Map.of(), BIN.resolve(name), "--version");
            assertEquals(0, said.code, said.text);
            assertEquals(1, said.text.lines().count(), said.text);
        }
        assertEquals(List.of(), archives());
    }

    @Test
    void theyAreFoundThroughALinkAndFromAFolderWithSpaces() throws Exception {
        Path spaces = Files.createDirectories(folder.resolve("my own bin"));
        Path link = Files.createSymbolicLink(spaces.resolve("grid"), BIN.resolve("mutirao"));
        assertTrue(run(Map.of(), link, "--version").text.startsWith("mutirao console "));
        Files.delete(link); // JUnit would warn that it leads out of its folder

        Path copy = Files.createDirectories(folder.resolve("a copy/bin"));
        for (String name : List.of("mutirao", "mutirao-java")) {
            Files.copy(BIN.resolve(name), copy.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Said without = run(Map.of(), copy.resolve("mutirao"), "--version");
        assertEquals(1, without.code);
        assertTrue(without.text.contains("build it first"), without.text);
        Path lib = Files.createDirectories(folder.resolve("a copy/lib"));
        Files.copy(Program.jar("console"), lib.resolve("console.jar"));
        assertTrue(run(Map.of(), copy.resolve("mutirao"), "--version").text.startsWith("mutirao console "));
    }

    @Test
    void theySayWhichJavaIsMissing() throws Exception {
        Said wrong = run(Map.of("JAVA_HOME", "/nowhere"), BIN.resolve("mutirao"), "--version");
        assertEquals(1, wrong.code);
        assertTrue(wrong.text.startsWith("JAVA_HOME is /nowhere, but there is no bin/java in it"), wrong.text);
    }

    @Test
    void anArgumentKeepsItsSpacesAndStars() throws Exception {
        Said said = run(Map.of("MUTIRAO_CACHE", "off"), BIN.resolve("mutirao"), "submit", "two words *.zip");
        assertTrue(said.text.contains("two words *.zip"), said.text);
        assertFalse(Files.exists(folder.resolve("cache")));
    }

    @Test
    void eachHasATwinForWindowsThatStartsTheSameJar() throws Exception {
        for (String name : SCRIPTS) {
            String unix = Files.readString(BIN.resolve(name));
            String jar = unix.replaceAll("(?s).*\\nstart (\\w+) .*", "$1");
            String twin = Files.readString(BIN.resolve(name + ".cmd"), StandardCharsets.US_ASCII);
            assertTrue(twin.contains("..\\" + jar + "\\target\\" + jar + ".jar"), name);
            assertEquals(twin.lines().count(), twin.split("\r\n", 0).length, name + " has lines that end otherwise");
            // A folder's name may have a bracket, as a second download's has: it would end a block that names the
            // folder.
            assertTrue(twin.lines().noneMatch(line -> line.endsWith("(")), name + " has a block");
        }
    }

    private List<Path> archives() throws IOException {
        Path cache = folder.resolve("cache");
        if (!Files.exists(cache)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(cache)) {
            return files.toList();
        }
    }

    private record Said(int code, String text) {}

    private Said run(Map<String, String> environment, Path script, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("MUTIRAO_CACHE", folder.resolve("cache").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }
}
