package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.units.ByteSize;

/** From a package to a result ZIP: unpack, run, pack, clean up. Each run has a folder of its own; safe for several threads. */
public final class TaskRunner {
    /**
     * A run that came to an end by itself or by a limit.
     *
     * @param result the packed result; the receiver moves or deletes it
     */
    public record Outcome(Ending ending, Instant started, Duration runTime, Path result) {}

    /** The task could not be run here at all. */
    public static final class NotRun extends Exception {
        private static final long serialVersionUID = 1;

        NotRun(String reason, Throwable cause) {
            super(reason, cause);
        }
    }

    /** The result is no longer wanted. */
    public static final class Recalled extends Exception {
        private static final long serialVersionUID = 1;
    }

    private final Path folder;
    private final Python python;
    private final PackageLimits limits;
    private final ByteSize maxOutput;
    private final Duration timeout;
    private final String workerName;
    private final InstantSource wall;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final AtomicLong runs = new AtomicLong();

    /**
     * Runs below a folder that nobody else uses.
     *
     * @param maxOutput what a script may print
     * @param timeout for packages that name none
     * @param wall the machine's clock, as files have it
     * @param clock by which the start of a script is dated
     */
    public TaskRunner(
            Path folder,
            Python python,
            PackageLimits limits,
            ByteSize maxOutput,
            Duration timeout,
            String workerName,
            InstantSource wall,
            InstantSource clock,
            LongSupplier nanos) {
        this.folder = folder;
        this.python = python;
        this.limits = limits;
        this.maxOutput = maxOutput;
        this.timeout = timeout;
        this.workerName = workerName;
        this.wall = wall;
        this.clock = clock;
        this.nanos = nanos;
    }

    /**
     * Runs the package to its end.
     *
     * @param turns asked before the script starts
     * @param recalled asked now and then; true ends the run
     * @param watcher told where the output grows
     * @throws NotRun with a reason for people when the package or this machine is at fault
     */
    public Outcome run(TaskPackage task, Turns turns, BooleanSupplier recalled, OutputWatcher watcher)
            throws NotRun, Recalled, InterruptedException {
        Path own = folder.resolve("run-" + runs.incrementAndGet());
        try {
            return run(task, own, turns, recalled, watcher);
        } catch (RefusedPackage e) {
            throw new NotRun("the package is bad: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new NotRun("the worker " + workerName + " could not run it: " + e.getMessage(), e);
        } catch (Script.Recalled e) {
            throw new Recalled();
        } finally {
            DurableFiles.deleteTree(own);
        }
    }

    private Outcome run(TaskPackage task, Path own, Turns turns, BooleanSupplier recalled, OutputWatcher watcher)
            throws IOException, RefusedPackage, InterruptedException, Script.Recalled {
        Path files = Files.createDirectories(own.resolve("files"));
        Path stdout = Files.createFile(own.resolve("stdout.txt"));
        Path stderr = Files.createFile(own.resolve("stderr.txt"));
        try (TaskPackageFile taskPackage =
                TaskPackageFile.open(task.taskPackage().file(), limits)) {
            taskPackage.unpackTo(files);
            FolderState before = FolderState.mark(files, wall.millis());
            Instant started;
            Ending ending;
            Duration runTime;
            turns.begin();
            Runnable unwatch = watcher.watch(stdout, stderr);
            try {
                started = clock.instant();
                long startedNanos = nanos.getAsLong();
                ending = new Script(python, maxOutput, nanos)
                        .run(
                                files,
                                stdout,
                                stderr,
                                taskPackage.spec(),
                                taskPackage.spec().timeout().orElse(timeout),
                                recalled);
                runTime = Duration.ofNanos(nanos.getAsLong() - startedNanos);
            } finally {
                unwatch.run();
                turns.end();
            }
            Path result = folder.resolve(own.getFileName() + ".zip");
            Map<String, Object> facts = facts(task, ending, started, runTime);
            ResultFile.write(
                    result,
                    stdout,
                    stderr,
                    maxOutput,
                    facts,
                    before.changed(taskPackage.spec().outputs()));
            return new Outcome(ending, started, runTime, result);
        }
    }

    private Map<String, Object> facts(TaskPackage task, Ending ending, Instant started, Duration runTime) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("task", task.name());
        task.assignment().ifPresent(assignment -> {
            facts.put("task_id", assignment.lease().task().number());
            facts.put("attempt", assignment.lease().attempt().number());
        });
        facts.put("success", ending.succeeded());
        if (ending instanceof Ending.Exited exited) {
            facts.put("exit_code", exited.code());
            if (exited.code() > 128 && !System.getProperty("os.name", "").startsWith("Windows")) {
                facts.put("signal", exited.code() - 128);
            }
        } else if (ending instanceof Ending.Stopped stopped) {
            facts.put("limit_hit", stopped.limit().name().toLowerCase(Locale.ROOT));
        }
        facts.put("started_at", started.toString());
        facts.put("run_ms", runTime.toMillis());
        facts.put("worker", workerName);
        facts.put("python", python.version());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return facts;
    }
}
