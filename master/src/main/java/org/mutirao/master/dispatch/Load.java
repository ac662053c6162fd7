package org.mutirao.master.dispatch;

import org.mutirao.protocol.id.TaskNeeds;

/**
 * What the tasks that a worker has take of its machine.
 *
 * @param cpus one for each task that does not say how many
 * @param memory of those that say how much, in bytes
 * @param silent how many do not say how much memory they take
 * @param declaresCpus whether any of them says how many cores it takes
 */
record Load(int cpus, long memory, int silent, int gpus, boolean declaresCpus) {
    static final Load NONE = new Load(0, 0, 0, 0, false);

    Load plus(TaskNeeds needs) {
        return new Load(
                cpus + Math.max(1, needs.cpus()),
                memory + needs.memory(),
                silent + (needs.memory() > 0 ? 0 : 1),
                gpus + needs.gpus(),
                declaresCpus || needs.cpus() > 0);
    }

    /** Whether any of them says how much memory it takes. */
    boolean declaresMemory() {
        return memory > 0;
    }

    /**
     * What they may take of the memory in all.
     *
     * @param usual what the worker lets one take that does not say
     */
    long memory(long usual) {
        return memory + silent * usual;
    }
}
