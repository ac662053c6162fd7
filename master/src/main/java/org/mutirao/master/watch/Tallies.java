package org.mutirao.master.watch;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.mutirao.master.ledger.AttemptRecord;
import org.mutirao.master.ledger.AttemptRecord.End;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.ledger.TaskState;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.TaskStatus;

/** What this master counts along since its start, for metrics. Safe for any thread. */
public final class Tallies {
    /** Told how long tasks took, and what. Must neither block nor throw. */
    public interface Durations {
        /** A task got a lease, so many milliseconds after it could have had one. */
        void waited(long millis);

        /**
         * A result came.
         *
         * @param ranMs how long the script ran
         * @param otherMs what else the lease took: both ways over the network, and waiting at the worker
         */
        void delivered(boolean succeeded, long ranMs, long otherMs);

        /** A result came to this master, whose script took so much. Called on any thread. */
        void used(ResourceUse use);
    }

    private final List<Durations> listeners = new CopyOnWriteArrayList<>();
    private final LongAdder refused = new LongAdder();
    private final LongAdder lost = new LongAdder();

    /** Tells this one too, from now on. */
    public void listen(Durations listener) {
        listeners.add(listener);
    }

    /** A task came out of one record into another. */
    void changed(Optional<TaskRecord> before, TaskRecord after) {
        if (listeners.isEmpty() || before.isEmpty()) {
            return;
        }
        TaskStatus was = before.get().state().status();
        if (after.state().status() == TaskStatus.RUNNING && before.get().state() instanceof TaskState.Queued queued) {
            long waited = Math.max(0, after.state().since() - Math.max(queued.since(), queued.notBefore()));
            listeners.forEach(listener -> listener.waited(waited));
        }
        boolean hadResult = was == TaskStatus.SUCCEEDED || was == TaskStatus.FAILED;
        if (after.state() instanceof TaskState.Done done && !hadResult) {
            AttemptRecord last = after.attempts().get(done.attempt().number() - 1);
            if (last.end() instanceof End.Delivered delivered && delivered.run().isKnown()) {
                long ran = delivered.run().millis();
                long other = Math.max(0, delivered.at() - last.leasedAt() - ran);
                listeners.forEach(listener -> listener.delivered(done.ending().succeeded(), ran, other));
            }
        }
    }

    /** A result was taken here; its worker says what the script took. */
    public void used(ResourceUse use) {
        listeners.forEach(listener -> listener.used(use));
    }

    /** A package, or what should have become one, was refused. */
    public void refusedOne() {
        refused.increment();
    }

    /** How many were refused. */
    public long refused() {
        return refused.sum();
    }

    void lostOne() {
        lost.increment();
    }

    /** How many leases ended without a result. */
    public long lost() {
        return lost.sum();
    }
}
