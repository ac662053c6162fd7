package org.mutirao.master.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.mutirao.master.ledger.JobView;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;

/** The jobs that have tasks without a lease yet, by priority. Those of one priority are served in turns, one task at a time. */
final class JobTurns {
    /** How many jobs whose tasks do not suit are looked at. */
    static final int MAX_LOOKS = 128;

    /** What waits of a job. */
    private static final class Waiting {
        private final JobId job;
        private final int priority;
        /** Indexes from 1. */
        private final BitSet indexes;

        Waiting(JobView job, BitSet indexes) {
            this.job = job.id();
            this.priority = job.priority();
            this.indexes = indexes;
        }

        int first() {
            return indexes.nextSetBit(0);
        }

        TaskId task() {
            return new TaskId(job.number() + first() - 1);
        }
    }

    private static final class Lane {
        private final Deque<Waiting> jobs = new ArrayDeque<>();
        /** How many tasks of jobs were taken since the turn of all other tasks. */
        private int taken;
    }

    private final TreeMap<Integer, Lane> lanes = new TreeMap<>(Comparator.reverseOrder());
    private final Map<JobId, Waiting> byJob = new HashMap<>();

    /** @param indexes of its waiting tasks, from 1; they replace those that it had */
    void put(JobView job, BitSet indexes) {
        remove(job.id());
        if (!indexes.isEmpty()) {
            Waiting waiting = new Waiting(job, indexes);
            byJob.put(job.id(), waiting);
            lanes.computeIfAbsent(job.priority(), priority -> new Lane()).jobs.add(waiting);
        }
    }

    void remove(JobId job) {
        Waiting waiting = byJob.remove(job);
        if (waiting != null) {
            Lane lane = lanes.get(waiting.priority);
            lane.jobs.remove(waiting);
            if (lane.jobs.isEmpty()) {
                lanes.remove(waiting.priority);
            }
        }
    }

    boolean isEmpty() {
        return byJob.isEmpty();
    }

    void clear() {
        lanes.clear();
        byJob.clear();
    }

    /** The highest first. */
    List<Integer> priorities() {
        return new ArrayList<>(lanes.keySet());
    }

    /** Whether each job of a priority had its turn, so that it is that of the tasks that are in no job. */
    boolean isTurnOfOthers(int priority) {
        Lane lane = lanes.get(priority);
        return lane == null || lane.taken >= lane.jobs.size();
    }

    /** The tasks that are in no job had their turn. */
    void tookOther(int priority) {
        Lane lane = lanes.get(priority);
        if (lane != null) {
            lane.taken = 0;
        }
    }

    /** Takes just this task of a job; false if it does not wait here. */
    boolean take(JobId job, TaskId task) {
        Waiting waiting = byJob.get(job);
        int index = (int) (task.number() - job.number()) + 1;
        if (waiting == null || !waiting.indexes.get(index)) {
            return false;
        }
        waiting.indexes.clear(index);
        if (waiting.indexes.isEmpty()) {
            remove(job);
        }
        return true;
    }

    /** Takes the next task of the next job that has one that suits. */
    Optional<TaskId> take(int priority, Predicate<TaskId> suits) {
        Lane lane = lanes.get(priority);
        int looks = lane == null ? 0 : Math.min(MAX_LOOKS, lane.jobs.size());
        for (; looks > 0; looks--) {
            Waiting job = lane.jobs.remove();
            lane.jobs.add(job); // its next turn comes after those of all others
            TaskId task = job.task();
            if (suits.test(task)) {
                job.indexes.clear(job.first());
                lane.taken++;
                if (job.indexes.isEmpty()) {
                    remove(job.job);
                }
                return Optional.of(task);
            }
        }
        return Optional.empty();
    }
}
