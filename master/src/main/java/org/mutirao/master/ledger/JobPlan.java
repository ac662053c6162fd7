package org.mutirao.master.ledger;

import java.util.List;
import org.mutirao.protocol.id.TaskNeeds;

/**
 * What a package becomes: how many tasks, and when they run.
 *
 * @param inputs one for each task but the merge task
 * @param merge what becomes of what the tasks leave
 * @param after names of jobs that must have ended before
 * @param runsAfterFailure whether it runs too if one of those failed
 * @param needs what each task asks of the machine that runs it
 */
public record JobPlan(InputNames inputs, Merge merge, List<String> after, boolean runsAfterFailure, TaskNeeds needs) {
    /** Of tasks that any worker may run. */
    public JobPlan(InputNames inputs, Merge merge, List<String> after, boolean runsAfterFailure) {
        this(inputs, merge, after, runsAfterFailure, TaskNeeds.none());
    }

    public JobPlan {
        after = List.copyOf(after);
    }

    /** The same with other needs. */
    public JobPlan with(TaskNeeds other) {
        return new JobPlan(inputs, merge, after, runsAfterFailure, other);
    }

    /** How the CSV files and outputs of all tasks become one. */
    public enum Merge {
        /** Not at all. */
        NONE,
        /** Files of one name and one header are put together. */
        FILES,
        /** The same, with the name of the input in a first column. */
        FILES_WITH_SOURCE,
        /** By a last task, which runs the package's {@code merge.py}. */
        SCRIPT
    }

    /** How many tasks there are, with the merge task. */
    public int count() {
        return inputs.size() + (hasMergeTask() ? 1 : 0);
    }

    public boolean hasMergeTask() {
        return merge == Merge.SCRIPT;
    }
}
