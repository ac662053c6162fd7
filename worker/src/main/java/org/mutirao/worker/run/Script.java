package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.protocol.units.ByteSize;

/** One run of {@code main.py}: started, watched, ended. */
final class Script {
    /**
     * A terminal sends Ctrl-C to all programs of its session, but the first one at a worker is meant to let scripts finish. Linux
     * has a program that starts another in a session of its own, in the same process.
     */
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private static final boolean OWN_SESSION = Files.isExecutable(SETSID);

    /** How long a run goes on at most after it broke a limit or was recalled. */
    private static final long LOOK_MILLIS = 100;
    /** Looking for child processes costs a walk over all processes of the machine. */
    private static final int LOOKS_PER_TREE_LOOK = 5;

    private final Python python;
    private final ByteSize maxOutput;
    private final LongSupplier nanos;

    Script(Python python, ByteSize maxOutput, LongSupplier nanos) {
        this.python = python;
        this.maxOutput = maxOutput;
        this.nanos = nanos;
    }

    /** Thrown instead of an ending when nobody wants the result any more. */
    static final class Recalled extends Exception {
        private static final long serialVersionUID = 1;
    }

    /**
     * Runs to the end.
     *
     * @param files the script's own folder
     * @param stdout where its output goes; lies outside that folder
     * @param stderr the same for its errors
     * @throws IOException when it can't be started at all
     */
    Ending run(Path files, Path stdout, Path stderr, TaskSpec spec, Duration timeout, BooleanSupplier recalled)
            throws IOException, InterruptedException, Recalled {
        Process process = start(files, stdout, stderr, spec);
        ProcessTree tree = new ProcessTree(process);
        long end = nanos.getAsLong() + timeout.toNanos();
        try {
            for (int looks = 1; !process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS); looks++) {
                if (looks % LOOKS_PER_TREE_LOOK == 0) {
                    tree.look();
                }
                if (recalled.getAsBoolean()) {
                    throw new Recalled();
                }
                if (nanos.getAsLong() - end >= 0) {
                    return new Ending.Stopped(Ending.Limit.TIME);
                }
                if (Files.size(stdout) > maxOutput.bytes() || Files.size(stderr) > maxOutput.bytes()) {
                    return new Ending.Stopped(Ending.Limit.OUTPUT);
                }
            }
            return new Ending.Exited(process.exitValue());
        } finally {
            if (process.isAlive()) {
                tree.end();
            } else {
                tree.endLeftOvers();
            }
        }
    }

    private Process start(Path files, Path stdout, Path stderr, TaskSpec spec) throws IOException {
        List<String> command = new ArrayList<>();
        if (OWN_SESSION) {
            command.add(SETSID.toString());
        }
        command.addAll(python.command());
        command.add("main.py");
        if (Files.exists(files.resolve("input.csv"))) {
            command.add("input.csv");
        }
        command.addAll(spec.args());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(files.toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("PYTHONUTF8", "1");
        environment.put("PYTHONIOENCODING", "utf-8");
        environment.put("PYTHONDONTWRITEBYTECODE", "1"); // __pycache__ is no result
        environment.putAll(spec.env());
        Process process = builder.start();
        process.getOutputStream().close(); // nobody types
        return process;
    }
}
