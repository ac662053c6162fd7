package org.mutirao.worker.warm;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Starts the scripts of one folder by a small program that is started once. For one thread at a time. */
public final class Starter {
    private final Starters all;
    private ForkServer server;
    private Map<String, String> known = Map.of();

    Starter(Starters all) {
        this.all = all;
    }

    /** None: Java starts each script. */
    public static Starter none() {
        return Starters.none().starter();
    }

    /** Starts a script that need not be anywhere else. */
    Optional<RunningScript> start(StartRequest request) throws IOException, InterruptedException {
        return start(request, Optional.empty());
    }

    /**
     * Starts a script. Empty when it has to be started in another way; then it has surely not been started.
     *
     * @param before what happens to its process before it begins
     * @throws IOException when nobody can tell whether it has
     */
    public Optional<RunningScript> start(StartRequest request, Optional<LongConsumer> before)
            throws IOException, InterruptedException {
        if (all.isOff()) {
            return Optional.empty();
        }
        if (server == null || !server.isAlive()) {
            close();
            server = all.start(variables -> {
                        request.usual()
                                .accept(variables); // others could change the program itself, which is in no sandbox
                        known = Map.copyOf(variables);
                    })
                    .orElse(null);
        }
        byte[] bytes = request.bytes(known, before.isPresent());
        return server == null || bytes.length == 0 ? Optional.empty() : server.start(bytes, before);
    }

    /** Ends it; a script that runs goes on. */
    public void close() {
        if (server != null) {
            all.ended(server);
            server = null;
        }
    }
}
