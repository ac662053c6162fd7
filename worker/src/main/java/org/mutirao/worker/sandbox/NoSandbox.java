package org.mutirao.worker.sandbox;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Scripts see what the worker's user sees. */
enum NoSandbox implements Sandbox {
    INSTANCE;

    @Override
    public List<String> around(Room room, List<String> command) {
        return command;
    }

    @Override
    public Process start(ProcessBuilder builder) throws IOException {
        return builder.start();
    }

    @Override
    public boolean hasNetwork(boolean asked) {
        return true;
    }

    @Override
    public boolean hasOwnNumbers() {
        return false;
    }

    @Override
    public Optional<ProcessHandle> find(Process started, long number) {
        return ProcessHandle.of(number);
    }

    @Override
    public long firstNumber(Process started) {
        return started.pid();
    }
}
