package org.mutirao.master.handlers;

import java.util.List;
import org.mutirao.protocol.id.JobId;
import org.mutirao.protocol.id.TaskId;

/**
 * What a selector means at the moment.
 *
 * @param jobs all of their tasks
 * @param tasks of other jobs
 * @param everything whether it is all there is; then the lists are empty
 */
record Selection(List<JobId> jobs, List<TaskId> tasks, boolean everything) {
    static final Selection NOTHING = new Selection(List.of(), List.of(), false);
    static final Selection EVERYTHING = new Selection(List.of(), List.of(), true);

    Selection {
        jobs = List.copyOf(jobs);
        tasks = List.copyOf(tasks);
    }

    static Selection of(JobId job) {
        return new Selection(List.of(job), List.of(), false);
    }

    static Selection of(List<TaskId> tasks) {
        return new Selection(List.of(), tasks, false);
    }

    boolean isEmpty() {
        return jobs.isEmpty() && tasks.isEmpty() && !everything;
    }

    /** Whether it is one job, and nothing else. */
    boolean isOneJob() {
        return jobs.size() == 1 && tasks.isEmpty();
    }

    /** Whether it is one task by itself, and nothing else. */
    boolean isOneTask() {
        return jobs.isEmpty() && tasks.size() == 1;
    }
}
