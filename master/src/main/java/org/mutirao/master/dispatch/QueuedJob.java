package org.mutirao.master.dispatch;

import java.util.BitSet;
import java.util.Comparator;
import org.mutirao.master.ledger.JobView;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.id.TaskNeeds;

/** The tasks of a job that wait and never had a lease. All ask the same of their machine. */
final class QueuedJob {
    /** The highest priority first, then the one whose last turn is longest ago. */
    static final Comparator<QueuedJob> ORDER = Comparator.comparingInt(QueuedJob::priority)
            .reversed()
            .thenComparingLong(QueuedJob::turn)
            .thenComparing(QueuedJob::id);

    private final JobId id;
    private final int priority;
    private final Lane lane;
    /** Places in the job, from 1. */
    private final BitSet waiting;

    private long turn;

    /**
     * Has tasks.
     *
     * @param lane where it waits
     * @param turn the number of its last turn, which for a new one is now
     */
    QueuedJob(JobView job, BitSet waiting, Lane lane, long turn) {
        this(job.id(), job.priority(), waiting, lane, turn);
    }

    private QueuedJob(JobId id, int priority, BitSet waiting, Lane lane, long turn) {
        this.id = id;
        this.priority = priority;
        this.waiting = waiting;
        this.lane = lane;
        this.turn = turn;
    }

    /** A mark behind all jobs of a priority. */
    static QueuedJob lastOf(int priority) {
        return new QueuedJob(
                new JobId(Long.MAX_VALUE), priority, new BitSet(), new Lane(TaskNeeds.none()), Long.MAX_VALUE);
    }

    JobId id() {
        return id;
    }

    int priority() {
        return priority;
    }

    Lane lane() {
        return lane;
    }

    long turn() {
        return turn;
    }

    /** It had its turn. Only while it is in no sorted set. */
    void hadTurn(long number) {
        turn = number;
    }

    /** Its first task, which is there. */
    TaskId first() {
        return new TaskId(id.number() + waiting.nextSetBit(0) - 1);
    }

    boolean has(TaskId task) {
        return waiting.get(placeOf(task));
    }

    void remove(TaskId task) {
        waiting.clear(placeOf(task));
    }

    private int placeOf(TaskId task) {
        return (int) (task.number() - id.number()) + 1;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
