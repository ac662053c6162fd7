package org.mutirao.master.dispatch;

import java.util.ArrayList;
import java.util.List;

/**
 * Goes through jobs in their turns. Where very many of one priority do not suit, it goes on with the next lower one, and the next look gets to
 * those behind them.
 */
final class TurnLook {
    /** How many jobs of one priority are looked at whose tasks do not suit. */
    static final int MAX_LOOKS = 128;

    private final Lanes.View lanes;
    private final List<QueuedJob> vain = new ArrayList<>();
    private final List<QueuedJob> passed = new ArrayList<>();
    private Merged<QueuedJob> rest;

    /** Of lanes that are full the first job is shown, at its place in the order. */
    TurnLook(Lanes.View lanes) {
        this.lanes = lanes;
        this.rest = new Merged<>(lanes.of(Lane::jobs, Lane::firstJob), QueuedJob.ORDER);
    }

    boolean hasNext() {
        return rest.hasNext();
    }

    /** The next one, which is there. */
    QueuedJob peek() {
        return rest.peek();
    }

    QueuedJob next() {
        return rest.next();
    }

    /** The last one did not suit. */
    void inVain(QueuedJob job) {
        if (!vain.isEmpty() && vain.get(0).priority() != job.priority()) {
            vain.clear();
        }
        vain.add(job);
        if (vain.size() == MAX_LOOKS) {
            passed.addAll(vain);
            vain.clear();
            rest = below(job.priority());
        }
    }

    private Merged<QueuedJob> below(int priority) {
        QueuedJob last = QueuedJob.lastOf(priority);
        return new Merged<>(
                lanes.of(lane -> lane.jobs().tailSet(last, false), lane -> lane.firstJob().stream()
                        .filter(job -> job.priority() < priority)
                        .toList()),
                QueuedJob.ORDER);
    }

    /** Those that are to be behind the others of their priority at the next look. */
    List<QueuedJob> passed() {
        return passed;
    }
}
