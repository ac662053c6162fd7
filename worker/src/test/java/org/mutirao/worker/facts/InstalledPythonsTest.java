package org.mutirao.worker.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        python = new Python(command, real.version(), real.executable());
    }

    private static String quoted(Path path) {
        return "r'" + path + "'";
    }

    private InstalledPythons pythons() {
        return new InstalledPythons(python, folder.resolve("kept"), "");
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
    void whatIsNoPython3IsNotTold() throws Exception {
        assumeTrue(File.separatorChar == '/', "SKIPPED: a script is no program on Windows");
        Path programs = Files.createDirectories(folder.resolve("programs"));
        Path two = Files.writeString(programs.resolve("python"), "#!/bin/sh\necho 2.7.18\n");
        Path three = Files.writeString(programs.resolve("python3.99"), "#!/bin/sh\necho 3.99.1\n");
        assertTrue(two.toFile().setExecutable(true) && three.toFile().setExecutable(true));
        InstalledPythons found = new InstalledPythons(python, folder.resolve("kept"), programs.toString());
        assertTrue(found.look());
        assertEquals(List.of(python.version(), "3.99.1"), found.versions());
        assertFalse(
                Files.readString(folder.resolve("kept")).contains("\t\t" + programs), "it is asked at the next start");
    }

    @Test
    void whatDoesNotAnswerNowIsAskedAgain() throws Exception {
        make("one_file.py");
        Path start = folder.resolve("starter/start.py");
        String works = Files.readString(start);
        Files.writeString(start, "raise SystemExit(1)");
        InstalledPythons found = pythons();
        found.look();
        assertEquals(List.of(), found.names());
        Files.writeString(start, works);
        assertTrue(found.look());
        assertTrue(found.names().contains("one_file"));
    }
}
