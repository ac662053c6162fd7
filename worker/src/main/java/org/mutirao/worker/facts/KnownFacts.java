package org.mutirao.worker.facts;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mutirao.protocol.id.WorkerFacts;

/** What is known of this machine so far. Safe for any thread. */
public final class KnownFacts {
    private WorkerFacts facts = WorkerFacts.unknown();
    private boolean told;
    private Runnable onChange = () -> {};

    /** Calls back when something else is known, on the thread that found it out. */
    public synchronized void onChange(Runnable callback) {
        onChange = callback;
    }

    void change(UnaryOperator<WorkerFacts> change) {
        Runnable callback;
        synchronized (this) {
            WorkerFacts changed = change.apply(facts);
            if (told && changed.equals(facts)) {
                return;
            }
            told = true;
            facts = changed;
            callback = onChange;
        }
        callback.run();
    }

    /** What is known; empty while nothing is. */
    public synchronized Optional<WorkerFacts> now() {
        return told ? Optional.of(facts) : Optional.empty();
    }
}
