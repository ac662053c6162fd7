package org.mutirao.master.ledger;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskNeeds;

/**
 * What a package becomes: how many tasks, and when they run.
 *
 * @param inputs one for each task but the merge task
 * @param merge what becomes of what the tasks leave
 * @param after names of jobs that must have ended before
 * @param runsAfterFailure whether it runs too if one of those failed
 * @param needs what each task asks of the machine that runs it
 * @param verify how many tasks of 10 000 are verified
 */
public record JobPlan(
        InputNames inputs, Merge merge, List<String> after, boolean runsAfterFailure, TaskNeeds needs, int verify) {
    /** All tasks. */
    public static final int ALL = 10_000;

    /** Of tasks that any worker may run. */
    public JobPlan(InputNames inputs, Merge merge, List<String> after, boolean runsAfterFailure) {
        this(inputs, merge, after, runsAfterFailure, TaskNeeds.none());
    }

    /** Without a task that is verified. */
    public JobPlan(InputNames inputs, Merge merge, List<String> after, boolean runsAfterFailure, TaskNeeds needs) {
        this(inputs, merge, after, runsAfterFailure, needs, 0);
    }

    public JobPlan {
        after = List.copyOf(after);
    }

    /** The same with other needs. */
    public JobPlan with(TaskNeeds other) {
        return new JobPlan(inputs, merge, after, runsAfterFailure, other, verify);
    }

    /** The same, of which so many tasks of 10 000 are verified. */
    public JobPlan verified(int share) {
        return new JobPlan(inputs, merge, after, runsAfterFailure, needs, share);
    }

    /**
     * Whether a task's result is verified: about that share of them, and at least one. All masters choose the same, and no worker knows
     * which, since it does not know the key of the hand-in.
     *
     * @param index from 1
     */
    boolean verifies(String key, int index) {
        if (verify == 0 || index > inputs.size()) {
            return false;
        }
        return Math.floorMod(number(key, index), (long) ALL) < verify
                || Math.floorMod(number(key, 0), (long) inputs.size()) == index - 1;
    }

    private static long number(String key, int index) {
        byte[] text = (index + " " + key).getBytes(StandardCharsets.UTF_8);
        return Long.parseUnsignedLong(Sha256.of(text).hex().substring(0, 16), 16);
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
