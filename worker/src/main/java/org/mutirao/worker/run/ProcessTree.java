package org.mutirao.worker.run;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process and all it started. Children of a parent that ended are nobody's descendants any more, so those seen are
 * remembered while they can be seen.
 */
final class ProcessTree {
    private static final Duration POLITE = Duration.ofSeconds(2);
    private static final int ROUNDS = 20;

    private final Process root;
    private final Map<Long, ProcessHandle> seen = new LinkedHashMap<>();

    ProcessTree(Process root) {
        this.root = root;
    }

    /** Remembers who is there now. */
    void look() {
        root.descendants().forEach(each -> seen.putIfAbsent(each.pid(), each));
        for (ProcessHandle each : List.copyOf(seen.values())) {
            each.descendants().forEach(child -> seen.putIfAbsent(child.pid(), child));
        }
        seen.values().removeIf(each -> !each.isAlive());
    }

    /** Ends everything: asks first, then insists. */
    void end() throws InterruptedException {
        look();
        root.destroy();
        seen.values().forEach(ProcessHandle::destroy);
        awaitEnd();
        endLeftOvers();
    }

    /** Ends for good what is still there; a process may start another while it is being ended, hence the rounds. */
    void endLeftOvers() {
        for (int round = 0; round < ROUNDS; round++) {
            if (!root.isAlive() && seen.isEmpty()) {
                return; // looking would find nobody: orphans are nobody's descendants
            }
            look();
            root.destroyForcibly();
            seen.values().forEach(ProcessHandle::destroyForcibly);
        }
    }

    private void awaitEnd() throws InterruptedException {
        CompletableFuture<?>[] ends =
                seen.values().stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(CompletableFuture.allOf(ends), root.onExit())
                    .get(POLITE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // Not polite enough, then; the caller insists.
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for a process failed", e);
        }
    }
}
