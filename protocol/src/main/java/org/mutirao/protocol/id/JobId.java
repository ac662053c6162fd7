package org.mutirao.protocol.id;

/**
 * A job of one grid: what a person handed in as one package. Its tasks have ids that follow each other.
 *
 * @param number the id of its first task, 1 or more
 */
public record JobId(long number) implements Comparable<JobId> {
    public JobId {
        if (number < 1) {
            throw new IllegalArgumentException("job " + number + ": expected a number from 1");
        }
    }

    /** The job that a plain package makes, or that begins with this task. */
    public static JobId of(TaskId first) {
        return new JobId(first.number());
    }

    public TaskId firstTask() {
        return new TaskId(number);
    }

    @Override
    public int compareTo(JobId other) {
        return Long.compare(number, other.number);
    }

    /** As people write it, so that it can't be taken for a task: {@code j5}. */
    @Override
    public String toString() {
        return "j" + number;
    }
}
