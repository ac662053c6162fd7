package org.mutirao.worker.run;

import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;

/** Says which limit a script broke, how, and what its author can do. */
final class BrokenLimit {
    private BrokenLimit() {}

    /**
     * How a script ended, with a sentence if it broke a limit. One that asked for too much at once was refused that by the system, and ended
     * by itself.
     *
     * @param chosen whether a person chose its memory
     * @param stderr its end
     */
    static Ending of(Script.Ended ended, TaskLimits held, boolean chosen, byte[] stderr) {
        Ending ending = ended.ending();
        if (ending instanceof Ending.Stopped stopped) {
            return switch (stopped.limit()) {
                case MEMORY ->
                    stopped.with(Text.of(
                            "it used %s of the %s that it may have; \"memory\" in task.json asks for more, up to the worker's --max-memory",
                            size(ended.used().memory()), size(held.memory())));
                case PROCESSES ->
                    stopped.with(Text.of("it had more than %s processes at a time; start fewer", held.processes()));
                case TIME, OUTPUT -> ending;
            };
        }
        if (!ending.succeeded() && chosen && held.memory() > 0 && Explanation.lackedMemory(stderr)) {
            return new Ending.Stopped(
                    Ending.Limit.MEMORY,
                    Text.of(
                            "it asked for more than the %s that it may have; \"memory\" in task.json asks for more, up to the worker's --max-memory",
                            size(held.memory())));
        }
        return ending;
    }

    private static String size(long bytes) {
        return new ByteSize(bytes).toString();
    }
}
