package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.protocol.units.ByteSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of {@code main.py}: started, watched, ended. */
final class Script {
    private static final Logger log = LoggerFactory.getLogger(Script.class);
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

    /**
     * Where a script runs.
     *
     * @param files its own folder
     * @param stdout where its output goes, by name and by handle
     * @param stderr the same for its errors
     */
    record Membership(Path files, Path stdout, Captured printed, Path stderr, Captured errors) {}

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
     * @throws IOException when it can't be started at all
     */
    Ending run(Membership place, TaskSpec spec, Duration timeout, BooleanSupplier recalled)
            throws IOException, InterruptedException, Recalled {
        String mark = UUID.randomUUID().toString();
        Leftovers leftovers = Leftovers.here(mark);
        Process process = start(place, spec, mark);
        ProcessTree tree = new ProcessTree(process, leftovers, nanos);
        long end = nanos.getAsLong() + timeout.toNanos();
        try {
            for (int looks = 1; !process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS); looks++) {
                if (looks % LOOKS_PER_TREE_LOOK == 1) {
                    tree.look();
                }
                if (recalled.getAsBoolean()) {
                    throw new Recalled();
                }
                if (nanos.getAsLong() - end >= 0) {
                    return new Ending.Stopped(Ending.Limit.TIME);
                }
                if (place.printed().size() > maxOutput.bytes() || place.errors().size() > maxOutput.bytes()) {
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

    private Process start(Membership place, TaskSpec spec, String mark) throws IOException {
        List<String> command = new ArrayList<>();
        if (OWN_SESSION) {
            command.add(SETSID.toString());
        }
        List<String> words = new ArrayList<>(List.of("main.py"));
        if (Files.exists(place.files().resolve("input.csv"))) {
            words.add("input.csv");
        }
        words.addAll(spec.args());
        PassedOn.Start passed = PassedOn.of(python.command(), words, spec.env());
        command.addAll(passed.command());
        ProcessBuilder builder = new ProcessBuilder(command);
        setEnvironment(builder.environment(), passed.env(), mark);
        Process process;
        try (ShortWay way = ShortWay.to(place)) {
            process = builder.directory(way.files())
                    .redirectOutput(way.stdout())
                    .redirectError(way.stderr())
                    .start();
        }
        try {
            process.getOutputStream().close(); // nobody types
        } catch (IOException e) {
            log.debug("Closing a script's input failed; it has ended already", e);
        }
        return process;
    }

    private static void setEnvironment(Map<String, String> environment, Map<String, String> wanted, String mark) {
        environment.remove("DISPLAY"); // nobody looks, and a window would wait for somebody for ever
        environment.remove("WAYLAND_DISPLAY");
        environment.put("MPLBACKEND", "Agg");
        environment.put("PYTHONUTF8", "1");
        environment.put("PYTHONIOENCODING", "utf-8");
        environment.put("PYTHONUNBUFFERED", "1"); // seen at once, and there after a time limit
        environment.put("PYTHONDONTWRITEBYTECODE", "1"); // __pycache__ is no result
        environment.putAll(wanted);
        environment.put(Leftovers.MARK, mark);
    }
}
