package org.mutirao.master.dispatch;

import java.time.Duration;
import java.util.Optional;

/**
 * What a worker told of itself.
 *
 * @param name of its machine, for people
 * @param kind "ours", or the dialect of another group's program
 * @param slots how many tasks it runs at a time
 * @param ahead how many leases it may hold besides
 * @param heartbeat its rhythm; empty for other groups' programs, which name none
 */
public record WorkerProfile(
        String name, String kind, String address, int slots, int ahead, Optional<Duration> heartbeat) {
    /** A worker that asked for work without having registered here, as happens after a master's restart. */
    static WorkerProfile unknown() {
        return new WorkerProfile("", "unregistered", "", 1, 0, Optional.empty());
    }

    /** Whether it says in each heartbeat what it holds. */
    boolean listsLeases() {
        return heartbeat.isPresent();
    }
}
