package org.mutirao.master.dispatch;

import java.time.Duration;
import java.util.Optional;

/**
 * What a worker told of itself.
 *
 * @param name of its machine, for people
 * @param dialect the name of the one it speaks
 * @param port what it calls its own port; nobody connects to it
 * @param packageLimit how many bytes of JSON it reads; 0 for any number
 * @param slots how many tasks it runs at a time
 * @param ahead how many leases it may hold besides
 * @param heartbeat its rhythm; empty for other groups' programs, which name none
 */
public record WorkerProfile(
        String name,
        WorkerKind kind,
        String dialect,
        String address,
        int port,
        long packageLimit,
        int slots,
        int ahead,
        Optional<Duration> heartbeat) {
    /** One that has only been heard so far. */
    static WorkerProfile unknown() {
        return new WorkerProfile("", WorkerKind.UNREGISTERED, "", "", 0, 0, 1, 0, Optional.empty());
    }

    /** Whether it says in each heartbeat what it holds. */
    public boolean listsLeases() {
        return heartbeat.isPresent();
    }
}
