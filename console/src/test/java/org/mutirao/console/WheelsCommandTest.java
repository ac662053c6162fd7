package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.OperatorRequest.ListWheels;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.WheelRow;
import org.mutirao.protocol.message.WorkerRow;

/** {@code console wheels fetch} with an installer that is played, and {@code console wheels list}. */
class WheelsCommandTest extends OnScriptedGrid {
    private static WorkerRow worker(String name, String system, String machine, String python) {
        return WorkerRow.builder()
                .id(name)
                .name(name)
                .kind("ours")
                .facts(Optional.of(WorkerFacts.builder()
                        .machine(system, machine)
                        .pythons(List.of(python))
                        .build()))
                .build();
    }

    /** Notes its words, and leaves a wheel; of one platform there is none. */
    private Path installer() throws IOException {
        Assumptions.assumeTrue(File.separatorChar == '/', "a program made of a line of shell");
        Path program = folder.resolve("python");
        Files.writeString(
                program,
                "#!/bin/sh\necho \"$*\" >> '" + folder.resolve("words") + "'\n"
                        + "case \"$*\" in *win_amd64*) echo 'ERROR: No matching distribution found for a'; exit 1;; esac\n"
                        + "mkdir -p '" + folder.resolve("wheels") + "'\necho wheel > '" + folder.resolve("wheels")
                        + "/a-1.0-py3-none-any.whl'\n");
        assertTrue(program.toFile().setExecutable(true));
        return program;
    }

    private Shown fetch(Path program) throws IOException {
        Path wanted = Files.writeString(folder.resolve("requirements.txt"), "a\n");
        return grid.console(
                "wheels",
                "fetch",
                wanted.toString(),
                "--python",
                program.toString(),
                "--folder",
                folder.resolve("wheels").toString());
    }

    @Test
    void eachSystemAndPythonOfTheWorkersIsFetchedForOnce() throws IOException {
        grid.on(
                ListWorkers.class,
                new Reply.WorkerList(List.of(
                        worker("pc1", "linux", "x86_64", "3.11.2"),
                        worker("pc2", "linux", "x86_64", "3.11.9"),
                        worker("pc3", "macos", "aarch64", "3.12.1"),
                        worker("pc4", "windows", "x86_64", "3.12.1"))));
        Shown shown = fetch(installer());
        List<String> words = Files.readAllLines(folder.resolve("words"));
        assertEquals(3, words.size(), words.toString());
        assertTrue(
                words.get(0).contains("--python-version 3.11 ")
                        && words.get(0).contains("--platform manylinux2014_x86_64"),
                words.get(0));
        assertTrue(words.get(1).contains("--platform macosx_11_0_arm64"), words.get(1));
        assertTrue(shown.out().contains("a-1.0-py3-none-any.whl"), shown.out());
        assertTrue(shown.err().contains("windows x86_64, Python 3.12: ERROR: No matching distribution"), shown.err());
        assertEquals(1, shown.exit());
        Shown listed = grid.console(
                "wheels", "list", "--folder", folder.resolve("wheels").toString());
        assertTrue(listed.out().contains("a-1.0-py3-none-any.whl"), listed.out());
    }

    @Test
    void theMastersWheelsAreListedWithTheWorkersThatTheyAreFor() throws IOException {
        grid.on(
                ListWorkers.class,
                new Reply.WorkerList(List.of(
                        worker("pc1", "linux", "x86_64", "3.11.2"),
                        worker("pc4", "windows", "x86_64", "3.12.1"),
                        worker("odd", "linux", "x86_64", "3.14rc1"))));
        grid.on(
                ListWheels.class,
                new Reply.WheelList(
                        List.of(
                                new WheelRow("a-1.0-py3-none-any.whl", 1200),
                                new WheelRow("b-2.1-cp311-cp311-manylinux_2_17_x86_64.whl", 5 << 20),
                                new WheelRow("b-2.1-cp39-cp39-macosx_11_0_arm64.whl", 5 << 20)),
                        false));
        String out = grid.console("wheels", "list").out();
        List<String> lines = out.lines().toList();
        assertTrue(
                lines.get(1).startsWith("a-1.0-py3-none-any.whl")
                        && lines.get(1).endsWith("all connected workers"),
                out);
        assertTrue(lines.get(2).endsWith("linux x86_64, Python 3.11"), out);
        assertTrue(lines.get(3).endsWith("none of the connected workers"), out);
    }

    @Test
    void anEmptyFolderOfTheMasterSaysWhatFillsIt() throws IOException {
        grid.on(ListWheels.class, new Reply.WheelList(List.of(), false));
        Shown shown = grid.console("wheels", "list");
        assertTrue(shown.out().contains("wheels fetch requirements.txt' fills it"), shown.out());
    }

    @Test
    void withoutWorkersNobodyKnowsWhatToBring() throws IOException {
        grid.on(ListWorkers.class, new Reply.WorkerList(List.of()));
        Shown shown = fetch(folder.resolve("none"));
        assertTrue(shown.err().contains("start workers first"), shown.err());
    }
}
