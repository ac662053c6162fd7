package org.mutirao.worker.run;

import java.nio.file.Path;
import java.util.UUID;
import org.mutirao.worker.warm.Warm;
import org.mutirao.worker.warm.WarmPython;

/** What scripts are started with: an interpreter for each, or one that is warm and is forked. */
public final class Interpreters implements AutoCloseable {
    private final Python python;
    private final WarmPython warm;
    private final ScriptEnvironment environment;

    private Interpreters(Python python, WarmPython warm, ScriptEnvironment environment) {
        this.python = python;
        this.warm = warm;
        this.environment = environment;
    }

    /** Starts one for each script. */
    public static Interpreters plain(Python python) {
        return new Interpreters(python, WarmPython.off(), ScriptEnvironment.usual());
    }

    /**
     * Forks where that can be done.
     *
     * @param home a folder of its own
     * @param environment the variables of every script
     */
    public static Interpreters warm(Python python, Warm settings, Path home, ScriptEnvironment environment) {
        // A mark as long as that of a run, since each child writes its own in that place.
        String nobody = new UUID(0, 0).toString();
        WarmPython.Variables all = (variables, files) -> {
            environment.set(variables);
            variables.putAll(environment.own(files));
            variables.put(Leftovers.MARK, nobody);
        };
        return new Interpreters(python, new WarmPython(() -> python.command(), settings, home, all), environment);
    }

    Python python() {
        return python;
    }

    ScriptEnvironment environment() {
        return environment;
    }

    WarmPython warm() {
        return warm;
    }

    @Override
    public void close() {
        warm.close();
    }
}
