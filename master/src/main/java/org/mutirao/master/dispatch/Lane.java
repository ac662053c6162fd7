package org.mutirao.master.dispatch;

import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.mutirao.protocol.id.TaskNeeds;

/** The queued tasks that ask the same of their machine. Whether a worker has room for them is asked once for all of them. */
final class Lane {
    private final TaskNeeds needs;
    private final QueuedTasks tasks = new QueuedTasks(this);
    private final TreeSet<QueuedJob> jobs = new TreeSet<>(QueuedJob.ORDER);

    Lane(TaskNeeds needs) {
        this.needs = needs;
    }

    TaskNeeds needs() {
        return needs;
    }

    /** Those that wait one by one, in order. */
    QueuedTasks tasks() {
        return tasks;
    }

    /** The jobs with tasks that wait, in order. */
    NavigableSet<QueuedJob> jobs() {
        return jobs;
    }

    /** The first of {@link #tasks}, if there is one. */
    Collection<QueuedTask> firstTask() {
        return tasks.isEmpty() ? List.of() : List.of(tasks.iterator().next());
    }

    /** The first of {@link #jobs}, if there is one. */
    Collection<QueuedJob> firstJob() {
        return jobs.isEmpty() ? List.of() : List.of(jobs.first());
    }

    boolean isEmpty() {
        return tasks.isEmpty() && jobs.isEmpty();
    }
}
