package org.mutirao.protocol.pack;

import java.time.Duration;

/**
 * How much a script may take of what harms others when it takes too much. What is 0 is not bounded here.
 *
 * @param cpuTime of the processor, of all its processes together
 * @param disk what it may write to its folders, in bytes
 * @param files how many files and folders it may make there
 * @param processes how many at a time
 * @param openFiles how many of each process
 * @param output what it may print to each of its two streams, in bytes
 */
public record TaskBounds(Duration cpuTime, long disk, int files, int processes, int openFiles, long output) {
    private static final TaskBounds NONE = new TaskBounds(Duration.ZERO, 0, 0, 0, 0, 0);

    /** Nothing is bounded. */
    public static TaskBounds none() {
        return NONE;
    }

    /** The same, with those of others where these say nothing. */
    public TaskBounds or(TaskBounds usual) {
        return new TaskBounds(
                cpuTime.isZero() ? usual.cpuTime : cpuTime,
                disk == 0 ? usual.disk : disk,
                files == 0 ? usual.files : files,
                processes == 0 ? usual.processes : processes,
                openFiles == 0 ? usual.openFiles : openFiles,
                output == 0 ? usual.output : output);
    }

    /** The lower of each. */
    public TaskBounds within(TaskBounds most) {
        return new TaskBounds(
                Duration.ofMillis(lower(cpuTime.toMillis(), most.cpuTime.toMillis())),
                lower(disk, most.disk),
                (int) lower(files, most.files),
                (int) lower(processes, most.processes),
                (int) lower(openFiles, most.openFiles),
                lower(output, most.output));
    }

    private static long lower(long one, long other) {
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }
}
