package org.mutirao.worker.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.mutirao.worker.warm.RunningScript;

/**
 * A process and all it started. Children of a parent that ended are nobody's descendants any more, so those seen are
 * remembered while they can be seen; on Linux they are also found by their session and by a mark.
 */
final class ProcessTree {
    private static final Duration POLITE = Duration.ofSeconds(2);
    private static final int ROUNDS = 20;
    private static final int MAX_ANSWER = 1024;
    /** Longer than that, and process numbers may have been used again. */
    private static final long QUICK_NANOS = 2_000_000_000L;
    /** Between two looks at all. */
    private static final long PAUSE_NANOS = 500_000_000L;
    /** A look is a walk over all processes of the machine. Where these are thousands it may still take only this part of the time. */
    private static final long SHARE = 20;

    private final RunningScript root;
    private final Leftovers leftovers;
    private final LongSupplier nanos;
    private final long began;
    private final Map<Long, ProcessHandle> seen = new LinkedHashMap<>();
    private long due;

    /** @param nanos monotonic */
    ProcessTree(RunningScript root, Leftovers leftovers, LongSupplier nanos) {
        this.nanos = nanos;
        this.began = nanos.getAsLong();
        this.due = began;
        this.root = root;
        this.leftovers = leftovers;
    }

    /** Remembers who is there now. For each of them all processes of the machine are looked at, so not where one look tells of all. */
    private void look() {
        if (Leftovers.areFoundHere()) {
            return;
        }
        root.process().ifPresent(process -> process.descendants().forEach(each -> seen.putIfAbsent(each.pid(), each)));
        for (ProcessHandle each : List.copyOf(seen.values())) {
            each.descendants().forEach(child -> seen.putIfAbsent(child.pid(), child));
        }
        seen.values().removeIf(each -> !each.isAlive());
    }

    /** Whether it is time to look at all of them again. */
    boolean isDue() {
        return nanos.getAsLong() - due >= 0;
    }

    /** All that are there now, the first process too. */
    List<Long> all() {
        long start = nanos.getAsLong();
        look();
        lookForLeftovers();
        long end = nanos.getAsLong();
        due = end + Math.max(PAUSE_NANOS, (end - start) * SHARE);
        List<Long> pids = new ArrayList<>(seen.keySet());
        if (root.isAlive()) {
            pids.add(root.pid());
        }
        return pids;
    }

    /** Whether no other process was seen. */
    boolean isAlone() {
        return seen.isEmpty();
    }

    /**
     * Ends everything without asking.
     *
     * @param many whether they may be so many, and have children so fast, that only the system can end them all at once
     */
    void kill(boolean many) throws InterruptedException {
        if (many && root.pid() > 0) {
            ShortCommand.ask(List.of("/bin/kill", "-KILL", "--", "-" + root.pid()), POLITE, MAX_ANSWER);
        }
        endLeftOvers();
    }

    /** Ends everything: asks first, then insists. */
    void end() throws InterruptedException {
        look();
        lookForLeftovers();
        root.terminate();
        seen.values().forEach(ProcessHandle::destroy);
        awaitEnd();
        endLeftOvers();
    }

    /** Ends for good what is still there; a process may start another while it is being ended, hence the rounds. */
    void endLeftOvers() {
        for (int round = 0; round < ROUNDS; round++) {
            if (round == 0 || !seen.isEmpty() || root.isAlive()) {
                look(); // on Windows a dead parent is still known as such
            }
            lookForLeftovers();
            if (!root.isAlive() && seen.isEmpty()) {
                return;
            }
            root.process().ifPresent(ProcessHandle::destroyForcibly);
            seen.values().forEach(ProcessHandle::destroyForcibly);
        }
    }

    private void lookForLeftovers() {
        boolean thorough = nanos.getAsLong() - began > QUICK_NANOS;
        List<Long> found = leftovers.find(root.pid(), seen.keySet(), thorough);
        if (Leftovers.areFoundHere()) {
            seen.keySet().retainAll(found); // a dead one that nobody has waited for yet still has a handle
        }
        seen.values().removeIf(each -> !each.isAlive());
        for (long pid : found) {
            if (!seen.containsKey(pid)) {
                ProcessHandle.of(pid).ifPresent(handle -> seen.put(pid, handle));
            }
        }
    }

    private void awaitEnd() throws InterruptedException {
        CompletableFuture<?>[] ends = Stream.concat(seen.values().stream(), root.process().stream())
                .map(ProcessHandle::onExit)
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(ends).get(POLITE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // Not polite enough, then; the caller insists.
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for a process failed", e);
        }
    }
}
