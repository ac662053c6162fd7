package org.mutirao.worker;

import java.util.Map;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.threads.DaemonThreads;

/**
 * What each start needs and Java makes ready at its first use. It is used once on another processor, while the command line is read, and
 * so is ready when the worker comes to it. Nothing here may ask for a logger: how lines are logged is said by the command line.
 */
final class FirstUses {
    private FirstUses() {}

    /** Begins, and goes on by itself. With one processor there is nothing to win. */
    static void begin() {
        if (Runtime.getRuntime().availableProcessors() > 1) {
            DaemonThreads.once("preparation", FirstUses::use).start();
        }
    }

    /** In the order in which the worker comes to them. */
    private static void use() {
        WorkerKey.random();
        Json.writePretty(Map.of("", ""));
        new OwnDialect();
    }
}
