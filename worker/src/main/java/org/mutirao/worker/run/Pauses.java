package org.mutirao.worker.run;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets one script stand still as long as its worker may not work. For the thread that watches the script. */
final class Pauses implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Pauses.class);
    private static final int ROUNDS = 10;
    /** Until it is looked again for processes that slipped through. */
    private static final long AGAIN_NANOS = 2_000_000_000L;

    private final RunPermits permits;
    private final Suspender suspender;
    private final LongSupplier nanos;
    private final Activity activity;
    private final String task;
    private final Duration longest;
    private final List<Suspender.Hold> holds = new ArrayList<>();
    private final Set<Long> held = new HashSet<>();
    private boolean stands;
    private boolean hopeless;
    private long since;
    private long looked;
    private long past;

    /**
     * It runs.
     *
     * @param nanos monotonic
     * @param activity told that it stands still, which may take for ever
     * @param longest how long it may run
     */
    Pauses(
            RunPermits permits,
            Suspender suspender,
            LongSupplier nanos,
            Activity activity,
            String task,
            Duration longest) {
        this.permits = permits;
        this.suspender = suspender;
        this.nanos = nanos;
        this.activity = activity;
        this.task = task;
        this.longest = longest;
        activity.doing(Text.of("running %s", task), longest);
    }

    /** Lets all its processes stand still or go on, as it should be now. */
    void look(ProcessTree tree) {
        boolean wanted = permits.suspends();
        if (wanted && !hopeless) {
            suspend(tree);
        } else if (stands) {
            goOn();
        }
    }

    private void goOn() {
        close();
        activity.doing(Text.of("running %s", task), longest);
    }

    private void suspend(ProcessTree tree) {
        activity.doing(Text.of("%s stands still while the worker may not work", task), longest);
        long now = nanos.getAsLong();
        if (stands && now - looked < AGAIN_NANOS) {
            return;
        }
        looked = now;
        try {
            // One that is not held yet may start another while the others are being held.
            for (int round = 0; round < ROUNDS && hold(tree.all()); round++) {
                since = stands ? since : now;
                stands = true;
            }
        } catch (IOException e) {
            log.warn("Scripts can't be suspended here ({}); what runs goes on", e.getMessage());
            hopeless = true;
            goOn();
        }
    }

    /** Returns whether there were some that were not held. */
    private boolean hold(List<Long> all) throws IOException {
        List<Long> free = all.stream().filter(pid -> !held.contains(pid)).toList();
        if (free.isEmpty()) {
            return false;
        }
        held.addAll(free);
        holds.add(suspender.suspend(free));
        return true;
    }

    /** How long it stood still, in nanoseconds. */
    long nanos() {
        return past + (stands ? nanos.getAsLong() - since : 0);
    }

    /** It goes on, if only to be ended. */
    @Override
    public void close() {
        past = nanos();
        stands = false;
        holds.forEach(Suspender.Hold::close);
        holds.clear();
        held.clear();
    }
}
