package org.mutirao.protocol.pack;

import java.util.List;
import java.util.Optional;

/**
 * What {@code task.json} says of many tasks. All its other fields hold for each of them.
 *
 * @param each which files become one task each
 * @param split how many rows of input.csv a task gets; 0 leaves input.csv whole
 * @param repeat how many tasks run with the same files; 0 is not to repeat
 * @param merge what becomes of the tasks' files at the end
 * @param after names of the jobs that must end before this one begins
 * @param runsAfterFailure whether it runs also when one of those failed
 * @param name of the job, if not that of its file
 * @param verify how many tasks of 10 000 are run twice, to compare the results
 */
public record JobSpec(
        Each each,
        int split,
        int repeat,
        Merge merge,
        List<String> after,
        boolean runsAfterFailure,
        Optional<String> name,
        int verify) {
    /** The most tasks that a job has, without the one that merges. */
    public static final int MAX_TASKS = 100_000;

    public JobSpec {
        after = List.copyOf(after);
    }

    /** What becomes of the files that the tasks left. */
    public enum Merge {
        USUAL,
        /** As usual, with a first column that names the input. */
        WITH_SOURCE,
        NOT_AT_ALL
    }

    /**
     * Which files become one task each.
     *
     * @param glob of their names in the package
     * @param isOff whether there is to be one task, whatever lies in {@code inputs/}
     */
    public record Each(Optional<String> glob, boolean isOff) {
        static final Each UNSAID = new Each(Optional.empty(), false);
        static final Each OFF = new Each(Optional.empty(), true);
    }

    /** Nothing was said. */
    public static JobSpec defaults() {
        return new JobSpec(Each.UNSAID, 0, 0, Merge.USUAL, List.of(), false, Optional.empty(), 0);
    }
}
