package org.mutirao.worker.run;

import java.util.Map;

/** The variables that every script has. */
final class ScriptEnvironment {
    private ScriptEnvironment() {}

    /** Changes those of the worker. */
    static void set(Map<String, String> environment) {
        environment.remove("DISPLAY"); // nobody looks, and a window would wait for somebody for ever
        environment.remove("WAYLAND_DISPLAY");
        environment.remove("MUTIRAO_SECRET"); // a script need not know where the room's secret lies
        environment.put("MPLBACKEND", "Agg");
        environment.put("PYTHONUTF8", "1");
        environment.put("PYTHONIOENCODING", "utf-8");
        environment.put("PYTHONUNBUFFERED", "1"); // seen at once, and there after a time limit
        environment.put("PYTHONDONTWRITEBYTECODE", "1"); // __pycache__ is no result
    }

    /** The same with those that the package wants, and with the mark of the run. */
    static void set(Map<String, String> environment, Map<String, String> wanted, String mark) {
        set(environment);
        environment.putAll(wanted);
        environment.put(Leftovers.MARK, mark);
    }
}
