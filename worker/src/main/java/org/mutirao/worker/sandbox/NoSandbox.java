package org.mutirao.worker.sandbox;

import java.util.List;

/** Scripts see what the worker's user sees. */
enum NoSandbox implements Sandbox {
    INSTANCE;

    @Override
    public List<String> around(Room room, List<String> command) {
        return command;
    }
}
