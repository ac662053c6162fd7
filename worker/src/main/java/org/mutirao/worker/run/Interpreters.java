package org.mutirao.worker.run;

import java.nio.file.Path;
import java.util.UUID;
import org.mutirao.worker.warm.Warm;
import org.mutirao.worker.warm.WarmPython;

/** What scripts are started with: an interpreter for each, or one that is warm and is forked. */
public final class Interpreters implements AutoCloseable {
    private final Python python;
    private final WarmPython warm;

    private Interpreters(Python python, WarmPython warm) {
        this.python = python;
        this.warm = warm;
    }

    /** Starts one for each script. */
    public static Interpreters plain(Python python) {
        return new Interpreters(python, WarmPython.off());
    }

    /**
     * Forks where that can be done.
     *
     * @param home a folder of its own
     */
    public static Interpreters warm(Python python, Warm settings, Path home) {
        // A mark as long as that of a run, since each child writes its own in that place.
        String nobody = new UUID(0, 0).toString();
        return new Interpreters(python, new WarmPython(() -> python.command(), settings, home, variables -> {
            ScriptEnvironment.set(variables);
            variables.put(Leftovers.MARK, nobody);
        }));
    }

    Python python() {
        return python;
    }

    WarmPython warm() {
        return warm;
    }

    @Override
    public void close() {
        warm.close();
    }
}
