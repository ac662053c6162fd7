package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NicenessTest {
    private static int niceness(List<String> python) throws Exception {
        List<String> command = new ArrayList<>(python);
        command.addAll(List.of("-c", "import os; print(os.nice(0))"));
        Process process = new ProcessBuilder(command).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return Integer.parseInt(said.strip());
    }

    @Test
    void scriptsAreTenStepsNicerThanTheWorker() throws Exception {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "SKIPPED: Windows has no nice");
        Python python = Python.find(Optional.empty());
        int usual = niceness(python.command());
        Python nice = Niceness.of(python);
        assertEquals(Math.min(19, usual + 10), niceness(nice.command()));
        assertEquals(python.version(), nice.version());
        assertEquals(nice, Niceness.of(nice), "a command that has its own is left alone");
    }
}
