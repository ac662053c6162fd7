package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.pack.TaskBounds;

/** What of it can be tried on other systems: its structures, and that an interpreter goes on where there are no such objects. */
@DisabledOnOs(OS.WINDOWS)
class WindowsJobTest {
    private static Python python;

    @TempDir
    private Path folder;

    @BeforeAll
    static void find() throws Exception {
        python = Python.find(Optional.empty());
    }

    private List<String> said(Map<String, String> variables, String... args) throws Exception {
        List<String> command = new ArrayList<>(python.command());
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(variables);
        Process process = builder.redirectErrorStream(true).start();
        try (var in = process.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void itSaysWhyItDoesNotWorkHere() throws Exception {
        assertFalse(WindowsJob.tried(python, folder).isUsed());
        assertFalse(WindowsJob.here(python, folder).isUsed());
        Map<String, String> variables = new HashMap<>();
        WindowsJob.none().set(variables, new TaskLimits(Duration.ofHours(1), 0, TaskBounds.none()));
        assertEquals(Map.of(), variables);
    }

    /** As Windows on 64 bits lays them out. */
    @Test
    void itsStructuresAreThoseOfWindows() throws Exception {
        WindowsJob.tried(python, folder);
        Files.move(folder.resolve("sitecustomize.py"), folder.resolve("job.py"));
        String look = "import ctypes, job\n"
                + "made = job.limits('memory=1000 processes=7 seconds=3')\n"
                + "basic, whole = made.BasicLimitInformation, type(made)\n"
                + "print(ctypes.sizeof(basic), ctypes.sizeof(made), whole.JobMemoryLimit.offset)\n"
                + "print(type(basic).ActiveProcessLimit.offset, type(basic).PriorityClass.offset)\n"
                + "print(hex(basic.LimitFlags), made.JobMemoryLimit, basic.ActiveProcessLimit)\n"
                + "print(basic.PerJobUserTimeLimit)\n"
                + "print(hex(job.limits('').BasicLimitInformation.LimitFlags))";
        assertEquals(
                List.of("64 144 120", "40 56", "0x220c 1000 7", "30000000", "0x2000"),
                said(Map.of("PYTHONPATH", folder.toString()), "-c", look));
    }

    @Test
    void anInterpreterThatCantBeHeldRunsItsScriptAllTheSame() throws Exception {
        WindowsJob.tried(python, folder);
        Map<String, String> variables = new HashMap<>(Map.of("PYTHONPATH", "/others"));
        new WindowsJob(Optional.of(folder))
                .set(
                        variables,
                        new TaskLimits(Duration.ofHours(1), 5, new TaskBounds(Duration.ofSeconds(2), 0, 0, 9, 0, 0)));
        assertEquals(folder + File.pathSeparator + "/others", variables.get("PYTHONPATH"));
        String words = variables.get("MUTIRAO_JOB");
        assertEquals("processes=9 seconds=12", words.substring(words.indexOf("processes")));
        String look = "import os, sys; print(os.environ['PYTHONPATH'], 'MUTIRAO_JOB' in os.environ, '" + folder
                + "' in sys.path)";
        assertEquals(List.of("/others False False"), said(variables, "-c", look));
    }
}
