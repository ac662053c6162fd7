package org.mutirao.worker.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply.TaskPackage;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.pack.Requirements;
import org.mutirao.protocol.pack.TaskPackageFile;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.warm.Forks;
import org.mutirao.worker.warm.Used;

/**
 * From a package to a result ZIP: unpack, run, pack, clean up. Each run has a folder to itself, an empty one of an earlier run if there is
 * one; safe for several threads.
 */
public final class TaskRunner implements AutoCloseable {
    /**
     * A run that came to an end by itself or by a limit.
     *
     * @param packed the result, in memory if it is small; the receiver moves or deletes it. Empty when the disk took none
     * @param spare what there is instead, in memory
     * @param used what the script took
     */
    public record Outcome(
            Ending ending,
            Instant started,
            Duration runTime,
            Optional<Payload> packed,
            Spare spare,
            ResourceUse used) {}

    /** A small result that needs no disk, for when the packed one is lost or could not be written. */
    public interface Spare {
        /**
         * A ZIP with the end of what the script printed.
         *
         * @param why the rest is not there, for people
         */
        byte[] zip(String why) throws IOException;
    }

    /** The task could not be run here at all. */
    public static final class NotRun extends Exception {
        private static final long serialVersionUID = 1;

        private final String environment;

        public NotRun(String reason, Throwable cause) {
            this(reason, cause, "");
        }

        NotRun(String reason, Throwable cause, String environment) {
            super(reason, cause);
            this.environment = environment;
        }

        /** What could not be installed here, by its name; empty if that is not why. */
        public Optional<String> environment() {
            return Optional.of(environment).filter(name -> !name.isEmpty());
        }
    }

    /** The result is no longer wanted. */
    public static final class Recalled extends Exception {
        private static final long serialVersionUID = 1;
    }

    private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");
    private static final int ERRORS_READ = 16 * 1024;
    private static final int MAX_NAMES = 1000;
    private static final Duration UNPACKING = Duration.ofHours(1);
    private static final Duration INSTALLING = Duration.ofHours(2);
    private static final Duration CLEARING = Duration.ofMinutes(10);
    /** What a step may take beyond its own limit before it counts as stuck. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private final Path folder;
    private final Interpreters interpreters;
    private final RunLimits limits;
    private final String workerName;
    private final InstantSource wall;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final AtomicLong runs = new AtomicLong();
    private final RunFolders folders;
    private final UserProcesses userProcesses;

    /**
     * Runs below a folder that nobody else uses.
     *
     * @param wall the machine's clock, as files have it
     * @param clock by which the start of a script is dated
     */
    public TaskRunner(
            Path folder,
            Interpreters interpreters,
            RunLimits limits,
            String workerName,
            InstantSource wall,
            InstantSource clock,
            LongSupplier nanos) {
        this.folder = folder;
        this.interpreters = interpreters;
        this.folders = new RunFolders(folder, interpreters);
        this.limits = limits;
        this.workerName = workerName;
        this.wall = wall;
        this.clock = clock;
        this.nanos = nanos;
        this.userProcesses = new UserProcesses(
                Path.of("/proc"),
                interpreters.sandbox().user(),
                Runtime.getRuntime().availableProcessors(),
                nanos);
    }

    /**
     * Runs the package to its end.
     *
     * @param permits asked before the script starts, and now and then whether it has to stand still
     * @param recalled asked now and then; true ends the run
     * @param watcher told where the output grows
     * @param activity told what is being done, and how long it may take
     * @throws NotRun with a reason for people when the package or this machine is at fault
     */
    public Outcome run(
            TaskPackage task, RunPermits permits, BooleanSupplier recalled, OutputWatcher watcher, Activity activity)
            throws NotRun, Recalled, InterruptedException {
        long number = runs.incrementAndGet();
        RunFolders.Taken own = null;
        boolean clean = false;
        try {
            own = folders.take();
            activity.doing(Text.of("opening %s", task.name()), UNPACKING);
            Run run;
            try {
                run = run(task, own, permits, recalled, watcher, activity);
            } finally {
                // Also after a recall: nobody may put a link in the place of what is deleted.
                interpreters.sandbox().takeBack(own.folder().path());
            }
            Outcome outcome = packed(
                    task, folder.resolve("run-" + number + ".zip"), own.folder().place(), run, activity);
            activity.doing(Text.of("clearing up after %s", task.name()), CLEARING);
            clean = run.ended().ending() instanceof Ending.Exited
                    && (!interpreters.sandbox().hasOwnNumbers() || own.folder().isCleanAround())
                    && own.folder().emptied(run.before());
            return outcome;
        } catch (RefusedPackage e) {
            throw new NotRun(
                    isAsSent(task)
                            ? Text.of("the package is bad: %s", e.getMessage())
                            : Text.of(
                                    "at the worker %s the package's bytes are no longer those that were sent; its disk may be"
                                            + " failing",
                                    workerName),
                    e);
        } catch (IOException e) {
            throw new NotRun(Text.of("the worker %s could not run it: %s", workerName, inWords(e)), e);
        } catch (Script.Recalled e) {
            throw new Recalled();
        } finally {
            activity.doing(Text.of("clearing up after %s", task.name()), CLEARING);
            if (own != null) {
                folders.giveBack(own, clean);
            }
        }
    }

    /** Deletes the folders that wait for a next run, and ends the interpreters that do. */
    @Override
    public void close() {
        folders.close();
        limits.groups().close();
    }

    /** A package that was good at the master is found bad only where its bytes are others. */
    private static boolean isAsSent(TaskPackage task) {
        try {
            Payload sent = task.taskPackage();
            Sha256 hash = sent.bytes().isPresent() ? Sha256.of(sent.bytes().get()) : Sha256.ofFile(sent.file());
            return hash.equals(sent.blob().hash());
        } catch (IOException e) {
            return false;
        }
    }

    private static String inWords(IOException e) {
        if (e instanceof NoSuchFileException) {
            return Text.of("a file or folder of its own has vanished from its work folder");
        }
        return e instanceof AccessDeniedException
                ? Text.of("it may not write into its work folder")
                : String.valueOf(e.getMessage());
    }

    /** What came of a script, before it is packed. */
    private record Run(
            FolderState before, TaskSpec spec, Script.Ended ended, TaskLimits held, Instant started, Duration time) {}

    private Run run(
            TaskPackage task,
            RunFolders.Taken own,
            RunPermits permits,
            BooleanSupplier recalled,
            OutputWatcher watcher,
            Activity activity)
            throws NotRun, IOException, RefusedPackage, InterruptedException, Script.Recalled {
        Script.Membership place = own.folder().place();
        try (TaskPackageFile taskPackage = TaskPackageFile.open(task.taskPackage(), limits.packages());
                Interpreters.Chosen chosen = chosen(task, taskPackage, recalled, activity)) {
            Forks forks = own.forks().of(chosen.warm());
            forks.prepare(place.files());
            activity.doing(Text.of("unpacking %s", task.name()), UNPACKING);
            TaskPackageFile.Unpacked unpacked = taskPackage.unpackTo(place.files());
            FolderState before = FolderState.mark(own.folder(), unpacked, wall.millis());
            interpreters.sandbox().give(own.folder().path());
            activity.idle();
            if (!permits.begin()) {
                throw new Script.Recalled();
            }
            Runnable unwatch = () -> {};
            try {
                TaskLimits usual = limits.of(taskPackage.spec());
                TaskLimits held =
                        usual.withUser(userProcesses.limit(usual.bounds().processes()));
                Pauses pauses = new Pauses(
                        permits,
                        Suspender.here(interpreters.python()),
                        nanos,
                        activity,
                        task.name(),
                        held.timeout().plus(GRACE));
                unwatch = watcher.watch(place.stdout(), place.stderr());
                Instant started = clock.instant();
                long startedNanos = nanos.getAsLong();
                Script.Ended ended = new Script(chosen.plain().by(own.forks().starter()), forks, limits.groups(), nanos)
                        .run(place, before.size(), taskPackage.spec(), held, recalled, pauses);
                Duration time = Duration.ofNanos(nanos.getAsLong() - startedNanos - pauses.nanos());
                return new Run(before, taskPackage.spec(), ended, held, started, time);
            } finally {
                unwatch.run();
                permits.end();
            }
        }
    }

    /** Of another group's master nothing is installed: it does not know that a package can ask for that. */
    private Interpreters.Chosen chosen(
            TaskPackage task, TaskPackageFile taskPackage, BooleanSupplier recalled, Activity activity)
            throws NotRun, IOException, RefusedPackage, InterruptedException, Script.Recalled {
        if (taskPackage.spec().network() && !interpreters.haveNetwork()) {
            throw new NotRun(
                    Text.of(
                            "the worker %s gives scripts no network, and the package asks for it; start the worker with"
                                    + " --allow-network",
                            workerName),
                    null);
        }
        Requirements requirements = task.assignment().isPresent() ? Requirements.of(taskPackage) : Requirements.none();
        if (!requirements.isEmpty()) {
            activity.doing(Text.of("making the environment of %s", task.name()), INSTALLING);
        }
        try {
            return interpreters
                    .choose(requirements, taskPackage.spec().network(), recalled)
                    .orElseThrow(Script.Recalled::new);
        } catch (EnvironmentFailed e) {
            throw new NotRun(
                    Text.of("the worker %s could not make its environment: %s", workerName, e.getMessage()),
                    e,
                    requirements.key().orElse(""));
        }
    }

    private Outcome packed(TaskPackage task, Path result, Script.Membership place, Run run, Activity activity)
            throws InterruptedException {
        activity.doing(Text.of("packing the result of %s", task.name()), Packer.LIMIT.plus(GRACE));
        byte[] errors = errorsOf(place);
        Ending ending = new BrokenLimit(
                        run.held(), limits.memory().isChosen(run.spec().needs().memory()), isDiskChosen(run.spec()))
                .of(run.ended(), errors);
        String why = ending.note().isEmpty()
                ? Explanation.of(ending, errors, WINDOWS, () -> namesIn(place.files()))
                : ending.note();
        Map<String, Object> facts = facts(task, ending.with(why), run);
        Packer.Packed packed = new Packer(new ByteSize(run.held().bounds().output()), nanos)
                .pack(
                        result,
                        place.printed(),
                        place.errors(),
                        run.before(),
                        run.spec().outputs(),
                        facts);
        String left = packed.report().inWords();
        String note = why + (why.isEmpty() || left.isEmpty() ? "" : "; ") + left;
        return new Outcome(
                ending.with(note),
                run.started(),
                run.time(),
                packed.result(),
                packed.tails()::zip,
                ResourceUse.of(facts));
    }

    private boolean isDiskChosen(TaskSpec spec) {
        return spec.bounds().disk() > 0
                || limits.usual().disk() == limits.most().disk();
    }

    private static List<String> namesIn(Path files) {
        try (Stream<Path> all = Files.list(files)) {
            return all.limit(MAX_NAMES).map(FileNames::nameOf).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // then there is no hint
        }
    }

    private static byte[] errorsOf(Script.Membership place) {
        try {
            return place.errors().tail(ERRORS_READ);
        } catch (IOException e) {
            return new byte[0]; // then the exit code has to do
        }
    }

    private Map<String, Object> facts(TaskPackage task, Ending ending, Run run) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("task", task.name());
        task.assignment().ifPresent(assignment -> {
            facts.put("task_id", assignment.lease().task().number());
            facts.put("attempt", assignment.lease().attempt().number());
        });
        facts.put("success", ending.succeeded());
        if (ending instanceof Ending.Exited exited) {
            facts.put("exit_code", exited.code());
            Explanation.signal(exited.code(), WINDOWS).ifPresent(signal -> facts.put("signal", signal));
        } else if (ending instanceof Ending.Stopped stopped) {
            facts.put("limit_hit", stopped.limit().name().toLowerCase(Locale.ROOT));
        }
        if (!ending.note().isEmpty()) {
            facts.put("reason", ending.note());
        }
        facts.put("started_at", run.started().toString());
        facts.put("run_ms", run.time().toMillis());
        putPeak(facts, run.ended().peak());
        facts.put("worker", workerName);
        facts.put("python", interpreters.python().version());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return facts;
    }

    private static void putPeak(Map<String, Object> facts, RunWatch.Peak peak) {
        Used used = peak.used();
        if (used.memory() > 0) {
            facts.put("peak_memory", used.memory());
        }
        if (used.memory() > 0 || !used.cpu().isZero()) {
            facts.put("cpu_ms", used.cpu().toMillis());
        }
        used.io().ifPresent(io -> {
            facts.put("io_read", io.read());
            facts.put("io_written", io.written());
        });
        if (peak.processes() > 0) {
            facts.put("peak_processes", peak.processes());
            facts.put("peak_disk", peak.folders().bytes());
            facts.put("peak_files", peak.folders().entries());
        }
    }
}
