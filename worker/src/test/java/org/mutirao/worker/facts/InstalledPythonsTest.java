package org.mutirao.worker.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.worker.run.Python;

class InstalledPythonsTest {
    @TempDir
    private Path folder;

    private Path site;
    private Python python;

    /** An interpreter that also imports from a folder of ours. */
    @BeforeEach
    void begin() throws Exception {
        site = Files.createDirectories(folder.resolve("site"));
        Python real = Python.find(Optional.empty());
        List<String> command = new ArrayList<>(real.command());
        Path start = Files.createDirectories(folder.resolve("starter")).resolve("start.py");
        Files.writeString(
                start,
                "import sys\nsys.path.insert(0, " + quoted(site) + ")\nwith open(" + quoted(folder.resolve("asked"))
                        + ", 'a') as f: f.write('x')\nexec(sys.argv[2])\n");
        command.add(start.toString());
        python = new Python(command, real.version());
    }

    private static String quoted(Path path) {
        return "r'" + path + "'";
    }

    private InstalledPythons pythons() {
        return new InstalledPythons(python, folder.resolve("kept"));
    }

    private long timesAsked() throws IOException {
        return Files.exists(folder.resolve("asked")) ? Files.size(folder.resolve("asked")) : 0;
    }

    private void make(String file) throws IOException {
        Path path = site.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "raise SystemExit('nobody may import this')");
    }

    @Test
    void whatCanBeImportedIsFoundWithoutImportingIt() throws Exception {
        make("one_file.py");
        make("a_package/__init__.py");
        make("without_init/part.py");
        make("Some_Project-1.2.dist-info/METADATA");
        make("_private.py");
        make("not a module.txt");
        InstalledPythons found = pythons();
        assertTrue(found.look());
        WorkerFacts facts = WorkerFacts.unknown().withPackages(found.names());
        for (String name : List.of("json", "sys", "one_file", "a_package", "without_init", "some-project")) {
            assertTrue(facts.hasPackage(name), name + " of " + found.names());
        }
        assertTrue(facts.hasPackage("Some.Project"), "as an installer calls it");
        for (String name : List.of("_private", "not a module", "pandas_that_is_not_there")) {
            assertFalse(facts.hasPackage(name), name);
        }
        assertEquals(python.version(), found.versions().get(0));
    }

    @Test
    void itIsAskedOnceAndAgainWhenSomethingWasInstalled() throws Exception {
        make("one_file.py");
        InstalledPythons first = pythons();
        first.look();
        assertFalse(first.look());
        InstalledPythons afterARestart = pythons();
        assertTrue(afterARestart.look(), "what was kept is news for who starts");
        assertEquals(first.names(), afterARestart.names());
        assertEquals(first.versions(), afterARestart.versions());
        assertEquals(1, timesAsked());
        make("installed_meanwhile.py");
        Files.setLastModifiedTime(
                site, java.nio.file.attribute.FileTime.fromMillis(1_000)); // whatever the disk's clock can tell apart
        assertTrue(afterARestart.look());
        assertTrue(afterARestart.names().contains("installed_meanwhile"));
        assertEquals(2, timesAsked());
    }

    @Test
    void aDamagedFileIsNoHarm() throws Exception {
        Files.writeString(folder.resolve("kept"), "pythons 1\nstamp\tx\n");
        InstalledPythons found = pythons();
        assertTrue(found.look());
        assertTrue(found.names().contains("json"));
        for (String line : List.of("stamp", "python\t1", "stamp\t9\t\0", "x")) {
            List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("kept")));
            lines.add(2, line);
            Files.write(folder.resolve("kept"), lines);
            InstalledPythons again = pythons();
            assertTrue(again.look());
            assertTrue(again.names().contains("json"), line);
        }
    }

    @Test
    void aProgramThatHangsSaysTooMuchOrFailsIsAskedInVain() throws Exception {
        String plain = python.command().get(0);
        assertEquals(
                Optional.empty(),
                ShortCommand.ask(List.of(plain, "-c", "import time; time.sleep(600)"), Duration.ofMillis(200), 100));
        assertEquals(
                Optional.empty(),
                ShortCommand.ask(List.of(plain, "-c", "while True: print('x' * 1000)"), Duration.ofMinutes(1), 1000));
        assertEquals(
                Optional.empty(),
                ShortCommand.ask(List.of(plain, "-c", "print(1); raise SystemExit(3)"), Duration.ofMinutes(1), 100));
        assertEquals(Optional.empty(), ShortCommand.ask(List.of("no-such-program"), Duration.ofMinutes(1), 100));
        assertEquals(
                Optional.of(List.of("1")),
                ShortCommand.ask(List.of(plain, "-c", "print(1)"), Duration.ofMinutes(1), 100));
    }
}
