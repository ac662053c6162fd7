package org.mutirao.worker.run;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.testkit.Zips;
import org.mutirao.worker.warm.Warm;
import org.mutirao.worker.warm.WarmPython;

/** Which warm interpreters are kept; none is started here. */
class InterpretersTest {
    @TempDir
    Path folder;

    private final Python python = new Python(List.of("python3"), "3.11.0", "/usr/bin/python3");
    private EnvironmentSource.Taken taken;

    private Requirements wanted() throws Exception {
        Path file = folder.resolve("wanted.zip");
        Files.write(file, Zips.of("main.py", "", "requirements.txt", "mutirao-a"));
        try (TaskPackageFile opened = TaskPackageFile.open(file, PackageLimits.defaults())) {
            return Requirements.of(opened);
        }
    }

    private WarmPython warmOf(Interpreters interpreters, Requirements wanted, int name) throws Exception {
        return warmOf(interpreters, wanted, name, 1);
    }

    private WarmPython warmOf(Interpreters interpreters, Requirements wanted, int name, long builtAt) throws Exception {
        taken = new EnvironmentSource.Taken(python, "name-" + name, builtAt, folder, () -> {});
        try (Interpreters.Chosen chosen =
                interpreters.choose(wanted, false, () -> false).orElseThrow()) {
            return chosen.warm();
        }
    }

    @Test
    void thoseOfEnvironmentsUsedLastAreKeptAndNotOfAllThatEverWere() throws Exception {
        Requirements wanted = wanted();
        try (Interpreters interpreters = Interpreters.warm(
                        python, new Warm(10, List.of()), folder.resolve("home"), ScriptEnvironment.usual())
                .with((requirements, recalled) -> Optional.of(taken))) {
            WarmPython first = warmOf(interpreters, wanted, 0);
            WarmPython second = warmOf(interpreters, wanted, 1);
            for (int i = 2; i < Interpreters.MOST_WARM; i++) {
                warmOf(interpreters, wanted, i);
            }
            assertSame(first, warmOf(interpreters, wanted, 0));
            warmOf(interpreters, wanted, Interpreters.MOST_WARM);
            assertSame(first, warmOf(interpreters, wanted, 0), "it was used lately");
            assertNotSame(second, warmOf(interpreters, wanted, 1));
            assertNotSame(first, warmOf(interpreters, wanted, 0, 2), "that was made anew");
        }
    }
}
