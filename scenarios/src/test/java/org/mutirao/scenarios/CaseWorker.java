package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The worker of {@link ScriptCasesTest}. */
final class CaseWorker {
    private static final String ORDINARY = "65534";

    private CaseWorker() {}

    /**
     * In an environment with a display, at a niceness and (on Linux) with bounds to its scripts' memory, and as an ordinary user if
     * that is possible, since root may remove everything.
     */
    static Program start(Grid grid, Path folder) throws Exception {
        List<String> where = new ArrayList<>();
        String python = "/usr/bin/python3";
        List<String> change = List.of("setpriv", "--reuid=" + ORDINARY, "--regid=" + ORDINARY, "--clear-groups");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path jar = Program.root().resolve("worker/target/worker.jar");
        boolean ordinary = ScriptCasesTest.LINUX
                && System.getProperty("user.name", "").equals("root")
                && runs(change, "test", "-x", java.toString(), "-a", "-r", jar.toString())
                && runs(change, python, "-c", "import zipfile");
        if (ordinary) {
            where.addAll(change);
            Path work = Files.createDirectories(folder.resolve("work"));
            assertTrue(runs(List.of(), "chmod", "o+rx", folder.toString()));
            assertTrue(runs(List.of(), "chown", ORDINARY, work.toString()));
        }
        if (!ScriptCasesTest.WINDOWS) {
            where.addAll(List.of("env", "DISPLAY=:0", "MPLBACKEND=Qt5Agg"));
        }
        List<String> options = new ArrayList<>(List.of("--master=" + grid.address(), "--slots=4"));
        String interpreter = ordinary ? python : ForeignPrograms.python();
        if (!ScriptCasesTest.WINDOWS) {
            options.add("--python=nice -n 7 " + (ScriptCasesTest.LINUX ? "prlimit --as=400000000 " : "") + interpreter);
        }
        return Program.start(where, folder, "worker", List.of("-Xmx128m"), options.toArray(String[]::new));
    }

    private static boolean runs(List<String> before, String... command) throws Exception {
        List<String> all = new ArrayList<>(before);
        all.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
