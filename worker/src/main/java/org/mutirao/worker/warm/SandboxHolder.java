package org.mutirao.worker.warm;

import java.util.Optional;

/** The process around a sandbox. */
record SandboxHolder(RunningScript script) implements RunningScript {
    @Override
    public boolean waitFor(long millis) throws InterruptedException {
        return script.waitFor(millis);
    }

    @Override
    public int exitValue() {
        return script.exitValue();
    }

    @Override
    public long pid() {
        return script.pid();
    }

    @Override
    public Optional<ProcessHandle> process() {
        return script.process();
    }

    @Override
    public Used used() {
        return script.used();
    }

    @Override
    public boolean hasLeftNothing() {
        return script.hasLeftNothing();
    }

    @Override
    public void terminate() {
        // It ends when those inside have.
    }
}
