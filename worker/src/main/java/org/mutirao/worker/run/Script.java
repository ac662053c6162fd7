package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.worker.cgroup.TaskGroup;
import org.mutirao.worker.cgroup.TaskGroups;
import org.mutirao.worker.warm.ForkRequest;
import org.mutirao.worker.warm.Forks;
import org.mutirao.worker.warm.RunningScript;
import org.mutirao.worker.warm.Used;

/** One run of {@code main.py}: started, watched, ended. */
final class Script {
    /** How long a run goes on at most after it broke a limit or was recalled. */
    private static final long LOOK_MILLIS = 100;

    private static final Path PROC = Path.of("/proc");

    /**
     * Where a script runs.
     *
     * @param files its own folder
     * @param stdout where its output goes, by name and by handle
     * @param stderr the same for its errors
     */
    record Membership(Path files, Path stdout, Captured printed, Path stderr, Captured errors) {}

    /** How it ended, and what it took. */
    record Ended(Ending ending, RunWatch.Peak peak) {}

    private final PlainStart plain;
    private final Forks forks;
    private final TaskGroups groups;
    private final LongSupplier nanos;

    /** In no group. */
    Script(PlainStart plain, Forks forks, LongSupplier nanos) {
        this(plain, forks, TaskGroups.none(), nanos);
    }

    Script(PlainStart plain, Forks forks, TaskGroups groups, LongSupplier nanos) {
        this.plain = plain;
        this.forks = forks;
        this.groups = groups;
        this.nanos = nanos;
    }

    /** Thrown instead of an ending when nobody wants the result any more. */
    static final class Recalled extends Exception {
        private static final long serialVersionUID = 1;
    }

    /**
     * Runs to the end.
     *
     * @param before what is in its folders
     * @param pauses while it stands still, its time does not go by
     * @throws IOException when it can't be started at all, or its sandbox can't be made
     */
    Ended run(
            Membership place,
            FolderUse.Size before,
            TaskSpec spec,
            TaskLimits limits,
            BooleanSupplier recalled,
            Pauses pauses)
            throws IOException, InterruptedException, Recalled {
        TaskGroup group = groups.take(limits.memory(), limits.tasks());
        try {
            return run(place, before, spec, new Held(limits, group), recalled, pauses);
        } finally {
            group.kill();
            groups.giveBack(group);
        }
    }

    /** What one run is held to, and where. */
    private record Held(TaskLimits limits, TaskGroup group) {}

    private Ended run(
            Membership place, FolderUse.Size before, TaskSpec spec, Held held, BooleanSupplier recalled, Pauses pauses)
            throws IOException, InterruptedException, Recalled {
        TaskLimits limits = held.limits();
        String mark = UUID.randomUUID().toString();
        Leftovers leftovers = Leftovers.here(mark);
        RunningScript script = start(place, spec, mark, held);
        ProcessTree tree = new ProcessTree(script, leftovers, nanos);
        long end = nanos.getAsLong() + limits.timeout().toNanos();
        FolderUse folders = new FolderUse(place.files().toAbsolutePath().resolveSibling(""), PROC, before, nanos);
        try (RunWatch watch = new RunWatch(tree, script, folders, new Consumption(PROC, held.group()), limits)) {
            while (!script.waitFor(LOOK_MILLIS)) {
                Optional<Ending.Limit> broken = watch.look();
                if (broken.isPresent()) {
                    RunWatch.Peak peak = watch.peak(Used.unknown());
                    held.group().kill();
                    tree.kill(broken.get() == Ending.Limit.PROCESSES);
                    return new Ended(new Ending.Stopped(broken.get()), peak);
                }
                if (recalled.getAsBoolean()) {
                    throw new Recalled();
                }
                pauses.look(tree);
                if (nanos.getAsLong() - pauses.nanos() - end >= 0) {
                    return new Ended(new Ending.Stopped(Ending.Limit.TIME), watch.peak(Used.unknown()));
                }
                if (printsTooMuch(place, limits.bounds().output())) {
                    return new Ended(new Ending.Stopped(Ending.Limit.OUTPUT), watch.peak(Used.unknown()));
                }
            }
            plain.refuseUnmade(script.exitValue(), place.errors());
            RunWatch.Peak peak = watch.peak(script.used());
            return new Ended(ending(script.exitValue(), held.group()), peak);
        } finally {
            pauses.close();
            if (script.isAlive()) {
                tree.end();
            } else if (!script.hasLeftNothing()) {
                tree.endLeftOvers();
            }
            script.awaitEmptySandbox();
        }
    }

    /** One that the system refused something may end by itself because of that. */
    private static Ending ending(int code, TaskGroup group) {
        if (code != 0 && group.lackedMemory()) {
            return new Ending.Stopped(Ending.Limit.MEMORY);
        }
        return code != 0 && group.lackedProcesses()
                ? new Ending.Stopped(Ending.Limit.PROCESSES)
                : new Ending.Exited(code);
    }

    private static boolean printsTooMuch(Membership place, long most) throws IOException {
        return most > 0 && (place.printed().size() > most || place.errors().size() > most);
    }

    private RunningScript start(Membership place, TaskSpec spec, String mark, Held held)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("main.py"));
        if (Files.exists(place.files().resolve("input.csv"))) {
            words.add("input.csv");
        }
        words.addAll(spec.args());
        TaskGroup group = held.group();
        Optional<RunningScript> forked = forks.start(
                new ForkRequest(
                        mark,
                        place.files(),
                        place.stdout(),
                        place.stderr(),
                        words,
                        spec.env(),
                        held.limits().inWords()),
                group.before());
        return forked.isPresent() ? forked.get() : plain.run(place, words, spec.env(), mark, held.limits(), group);
    }
}
