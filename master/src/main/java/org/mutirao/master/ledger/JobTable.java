package org.mutirao.master.ledger;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;

/** The jobs of several tasks, or that wait for others, with the ways to find them. */
final class JobTable {
    private final TreeMap<JobId, Job> jobs = new TreeMap<>();
    private final Map<String, JobId> keys = new HashMap<>();
    private final Map<JobId, Set<JobId>> dependents = new HashMap<>();

    void add(Job job) {
        jobs.put(job.id(), job);
        keys.put(job.handIn().key(), job.id());
        job.waitsFor().forEach(other -> awaits(job.id(), other));
    }

    void remove(Job job) {
        jobs.remove(job.id());
        keys.remove(job.handIn().key());
    }

    private void awaits(JobId job, JobId other) {
        dependents.computeIfAbsent(other, id -> new TreeSet<>()).add(job);
    }

    /** A job begins to wait for another. */
    void await(Job job, JobId other) {
        job.waitsFor().add(other);
        awaits(job.id(), other);
    }

    /** Those that waited for a job, which is no more waited for. */
    Set<JobId> takeDependents(JobId job) {
        Set<JobId> found = dependents.remove(job);
        return found == null ? Set.of() : found;
    }

    boolean hasDependents(JobId job) {
        return dependents.containsKey(job);
    }

    Optional<Job> get(JobId id) {
        return Optional.ofNullable(jobs.get(id));
    }

    Optional<Job> byKey(String key) {
        return Optional.ofNullable(keys.get(key)).map(jobs::get);
    }

    /** The job that a task is of. */
    Optional<Job> of(TaskId task) {
        Map.Entry<JobId, Job> before = jobs.floorEntry(JobId.of(task));
        return before == null
                ? Optional.empty()
                : Optional.of(before.getValue()).filter(job -> job.has(task));
    }

    Optional<JobId> newest() {
        return Optional.ofNullable(jobs.lastEntry()).map(Map.Entry::getKey);
    }

    Optional<Job> newestNamed(String name) {
        return jobs.descendingMap().values().stream()
                .filter(job ->
                        job.handIn().name().equals(name) || job.handIn().name().equals(name + ".zip"))
                .findFirst();
    }

    /** In the order in which they were handed in. */
    Collection<Job> all() {
        return jobs.values();
    }

    /** From the one that has this task, or follows it. */
    Collection<Job> from(TaskId task) {
        return jobs.tailMap(of(task).map(Job::id).orElseGet(() -> JobId.of(task)), true)
                .values();
    }
}
