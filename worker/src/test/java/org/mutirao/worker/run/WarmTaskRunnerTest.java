package org.mutirao.worker.run;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.mutirao.worker.warm.Warm;

/** The same scripts, forked. */
@EnabledOnOs(OS.LINUX)
class WarmTaskRunnerTest extends TaskRunnerTest {
    private final List<Interpreters> started = new ArrayList<>();

    @Override
    Interpreters interpreters(Python python) {
        Interpreters warm = Interpreters.warm(python, new Warm(3), folder.resolve("warm"), ScriptEnvironment.usual());
        started.add(warm);
        return warm;
    }

    @AfterEach
    void end() {
        started.forEach(Interpreters::close);
    }
}
