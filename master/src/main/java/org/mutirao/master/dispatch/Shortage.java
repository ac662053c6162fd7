package org.mutirao.master.dispatch;

/**
 * Something that a task asks for and a worker does not have.
 *
 * @param wanted what the task asks for, as far as the worker does not have it
 * @param has what the worker has instead; of an amount, what is left of it
 * @param ever whether the worker never has it; otherwise only what else runs there is in the way
 */
public record Shortage(Kind kind, String wanted, String has, boolean ever) {
    /** Amounts are in cores, bytes and GPUs. */
    public enum Kind {
        /** The worker does not tell what it has. */
        UNTOLD,
        SYSTEM,
        PYTHON,
        PACKAGES,
        TAGS,
        CPUS,
        MEMORY,
        GPUS
    }
}
