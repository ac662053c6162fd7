package org.mutirao.worker.warm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The warm interpreter of one folder. It is bound to the folder's name, which it knows as that of its script. For one thread at a time. */
public final class Forks {
    private final WarmPython python;
    private ForkServer server;
    private int forked;

    Forks(WarmPython python) {
        this.python = python;
    }

    /**
     * Makes ready what can be made ready.
     *
     * @param folder always the same name; there, and empty
     */
    public void prepare(Path folder) throws InterruptedException {
        if (server != null && (forked >= python.tasks() || !server.isAlive())) {
            close();
        }
        if (server == null) {
            forked = 0;
            server = python.start(folder);
        }
    }

    /** Starts a script that need not be anywhere else. */
    public Optional<RunningScript> start(ForkRequest request) throws IOException, InterruptedException {
        return start(request, Optional.empty());
    }

    /**
     * Starts a script. Empty when it has to be started the plain way; then it has surely not been started.
     *
     * @param before what happens to its process, by the number that this system has for it, before it begins
     * @throws IOException when nobody can tell whether it has
     */
    public Optional<RunningScript> start(ForkRequest request, Optional<LongConsumer> before)
            throws IOException, InterruptedException {
        if (!isWarm() || !request.canBeForked()) {
            return Optional.empty();
        }
        forked++;
        List<String> imports = new ArrayList<>();
        if (!request.mayChangeImports()) {
            imports.addAll(python.preload());
            imports.addAll(LeadingImports.of(request.folder()));
        }
        return server.start(request.bytes(imports, before.isPresent()), before);
    }

    /** Whether there is one. */
    public boolean isWarm() {
        return server != null && server.isAlive() && !python.isOff();
    }

    /** Ends the interpreter that waits. */
    public void close() {
        if (server != null) {
            python.ended(server);
            server = null;
        }
    }
}
