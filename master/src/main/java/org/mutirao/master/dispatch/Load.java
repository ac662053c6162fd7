package org.mutirao.master.dispatch;

import org.mutirao.protocol.id.TaskNeeds;

/**
 * What the tasks that a worker has take of its machine.
 *
 * @param cpus one for each task that does not say how many
 * @param declared whether any of them says how many cores it takes
 */
record Load(int cpus, long memory, int gpus, boolean declared) {
    static final Load NONE = new Load(0, 0, 0, false);

    Load plus(TaskNeeds needs) {
        return new Load(
                cpus + Math.max(1, needs.cpus()),
                memory + needs.memory(),
                gpus + needs.gpus(),
                declared || needs.cpus() > 0);
    }
}
