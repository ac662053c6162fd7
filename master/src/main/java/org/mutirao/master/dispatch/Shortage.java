package org.mutirao.master.dispatch;

/**
 * Something that a task asks for and a worker does not have.
 *
 * @param wanted what the task asks for, as far as the worker does not have it
 * @param has what the worker has instead; of an amount, what is left of it
 * @param ever whether the worker never has it; otherwise only what else runs there is in the way
 */
public record Shortage(Kind kind, String wanted, String has, boolean ever) {
    /** What a worker has instead of the key of a room without one. */
    public static final String NO_KEY = "no key";

    /** Amounts are in cores, bytes and GPUs. */
    public enum Kind {
        /** The worker does not tell what it has. */
        UNTOLD,
        /** The worker did not prove that it knows the room's key. What it has is empty, or else {@link #NO_KEY} of a room that has none. */
        KEY,
        /** It gives scripts no network. */
        NETWORK,
        SYSTEM,
        PYTHON,
        PACKAGES,
        /** It could not install what the task asks for. What is wanted is why, in its words. */
        ENVIRONMENT,
        TAGS,
        CPUS,
        MEMORY,
        /** Its machine has it, but its owner lets no task take so much. */
        TASK_MEMORY,
        GPUS
    }
}
