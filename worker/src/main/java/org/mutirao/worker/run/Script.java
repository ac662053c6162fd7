package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.pack.TaskSpec;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.worker.warm.ForkRequest;
import org.mutirao.worker.warm.Forks;
import org.mutirao.worker.warm.RunningScript;

/** One run of {@code main.py}: started, watched, ended. */
final class Script {
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

    private final PlainStart plain;
    private final Forks forks;
    private final ByteSize maxOutput;
    private final LongSupplier nanos;

    Script(PlainStart plain, Forks forks, ByteSize maxOutput, LongSupplier nanos) {
        this.plain = plain;
        this.forks = forks;
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
        RunningScript script = start(place, spec, mark);
        ProcessTree tree = new ProcessTree(script, leftovers, nanos);
        long end = nanos.getAsLong() + timeout.toNanos();
        try {
            for (int looks = 1; !script.waitFor(LOOK_MILLIS); looks++) {
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
            return new Ending.Exited(script.exitValue());
        } finally {
            if (script.isAlive()) {
                tree.end();
            } else {
                tree.endLeftOvers();
            }
        }
    }

    private RunningScript start(Membership place, TaskSpec spec, String mark) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("main.py"));
        if (Files.exists(place.files().resolve("input.csv"))) {
            words.add("input.csv");
        }
        words.addAll(spec.args());
        Optional<RunningScript> forked =
                forks.start(new ForkRequest(mark, place.files(), place.stdout(), place.stderr(), words, spec.env()));
        return forked.isPresent() ? forked.get() : RunningScript.of(plain.start(place, words, spec.env(), mark));
    }
}
