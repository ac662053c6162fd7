package org.mutirao.protocol.pack;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.TaskNeeds;

/**
 * How a task wants to be run: the optional {@code task.json} of its package.
 *
 * @param timeout how long main.py may run; empty leaves it to the worker
 * @param retries how often to run it again when main.py ends with a code other than 0
 * @param priority higher goes first; 0 is usual
 * @param args what follows {@code main.py input.csv} on the command line
 * @param env additional environment variables
 * @param outputs globs of the files to bring back; empty means every new or changed one
 * @param needs what it asks of the machine that runs it
 * @param bounds how much its script may take
 */
public record TaskSpec(
        Optional<Duration> timeout,
        int retries,
        int priority,
        List<String> args,
        Map<String, String> env,
        List<String> outputs,
        TaskNeeds needs,
        TaskBounds bounds) {
    public TaskSpec {
        args = List.copyOf(args);
        env = Map.copyOf(env);
        outputs = List.copyOf(outputs);
    }

    /** Whether a program that knows nothing of {@code task.json} runs the task rightly all the same. */
    public boolean suitsStrangers() {
        return args.isEmpty() && env.isEmpty() && outputs.isEmpty() && needs.suitsStrangers();
    }

    /** Whether it needs the network, where scripts have none without asking. */
    public boolean network() {
        return needs.network();
    }

    /** The same with other needs. */
    public TaskSpec with(TaskNeeds others) {
        return new TaskSpec(timeout, retries, priority, args, env, outputs, others, bounds);
    }

    public static TaskSpec defaults() {
        return new TaskSpec(
                Optional.empty(), 0, 0, List.of(), Map.of(), List.of(), TaskNeeds.none(), TaskBounds.none());
    }
}
