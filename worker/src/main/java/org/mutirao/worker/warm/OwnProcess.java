package org.mutirao.worker.warm;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A script that is a process which we started ourselves. */
class OwnProcess implements RunningScript {
    private final Process process;

    OwnProcess(Process process) {
        this.process = process;
    }

    @Override
    public boolean waitFor(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public int exitValue() {
        return process.exitValue();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public Optional<ProcessHandle> process() {
        return process.isAlive() ? Optional.of(process.toHandle()) : Optional.empty();
    }
}
